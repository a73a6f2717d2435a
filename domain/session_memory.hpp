// What no record says of an open session, only the memory of the one who keeps it.
#pragma once

#include "domain/id.hpp"
#include "domain/instant.hpp"

namespace uzel {

struct session_memory {
  session_id session;
  instant heard;        // by our clock: the NAS's may be wrong, and silence is measured by ours
  client_id via;        // who reported it last
  bool foreign = false; // its address is in none of our ranges
  bool operator==(const session_memory&) const = default;
};

template <class Inspector>
auto inspect(Inspector& f, session_memory& x) {
  return f(x.session, x.heard, x.via, x.foreign);
}

} // namespace uzel
