// Which datagrams are worth work: signatures, the BlastRADIUS rules (CVE-2024-3596), rate limits.
// Pure state, no sockets.
#pragma once

#include "net/radius/client_table.hpp"
#include "protocols/radius/authenticity.hpp"
#include "protocols/radius/packet.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace uzel::net {

// Why a datagram was dropped without an answer, or that it was not; a metric label each.
enum class admission_verdict : std::uint8_t {
  admitted,
  unknown_client,
  malformed,
  wrong_code,
  wrong_authenticator,
  wrong_seal,   // Message-Authenticator present but wrong
  missing_seal, // required and absent
  proxy_state,  // Proxy-State without Message-Authenticator where that is limited
  rate_limited,
  duplicate, // in progress: dropped; the answer will come
  table_full,
};
inline constexpr std::size_t admission_verdicts = 11;
std::string_view name_of(admission_verdict v);

// What one client has shown so far, for the `auto` settings.
struct client_habits {
  bool sealed = false;  // sent a valid Message-Authenticator once
  bool proxied = false; // sent Proxy-State in its first requests
  bool seen = false;
  bool alarmed = false; // mixed sealed and unsealed requests: told once
};

// Checks one packet of a known client against its policies and habits; updates the habits.
// `alarm` becomes true when the client mixes sealed and unsealed requests, once.
[[nodiscard]] admission_verdict admit(const radius::packet_view& packet, const radius_client& from,
                                      client_habits& habits, bool& alarm);

// Datagrams per second and source, a bucket each; bounded: the table is emptied when it is full.
class rate_limiter {
 public:
  rate_limiter(std::uint32_t per_second, bool limit_loopback)
    : per_second_{per_second}
    , loopback_{limit_loopback} {}
  bool allows(ipv4 source, instant now);

 private:
  struct bucket {
    std::int64_t second = 0;
    std::uint32_t used = 0;
  };
  std::uint32_t per_second_;
  bool loopback_;
  boost::unordered_flat_map<ipv4, bucket, std::hash<ipv4>> buckets_;
};

} // namespace uzel::net
