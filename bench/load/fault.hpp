// What can be wrong with an answer: each kind is counted on its own.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace uzel::load {

enum class fault : std::uint8_t {
  none,
  malformed,
  stray, // answers no request that waits
  bad_authenticator,
  bad_message_authenticator,
  no_message_authenticator,
  unexpected_type,
  no_address,
  wrong_client,
  wrong_relay,
  option82_lost,
  option82_changed,
  no_server,
  server_changed,
  address_changed, // the ACK names another address than the OFFER
  refused,         // a Reject or NAK where none is due
  taken_in,        // an Accept where a Reject is due
  unreachable,     // ICMP: nobody listens
  count,
};

constexpr std::array<std::string_view, static_cast<std::size_t>(fault::count)> fault_names{
  "none",
  "malformed",
  "stray",
  "bad-authenticator",
  "bad-message-authenticator",
  "no-message-authenticator",
  "unexpected-type",
  "no-address",
  "wrong-client",
  "wrong-relay",
  "option82-lost",
  "option82-changed",
  "no-server-id",
  "server-changed",
  "address-changed",
  "refused",
  "wrongly-accepted",
  "unreachable",
};

} // namespace uzel::load
