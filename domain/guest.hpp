// A guest is a subscriber without an account: he gets an id that follows from what the network saw
// of him, so every rule for subscribers (sessions, bindings, limits, disconnects) holds for guests
// unchanged.
#pragma once

#include "domain/attachment.hpp"

namespace uzel {

// The same place always gives the same guest. None (0) when the request names neither a MAC nor a
// port.
constexpr account_id guest_of(attachment_key place) {
  return place ? account_id{place.value | guest_bit} : account_id{};
}

} // namespace uzel
