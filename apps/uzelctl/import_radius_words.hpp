// Values of FreeRADIUS's attributes as its SQL tables spell them.
#pragma once

#include "domain/instant.hpp"
#include "domain/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace uzel::ctl {

struct radius_attribute {
  std::string name;
  std::string op;
  std::string value;
  bool operator==(const radius_attribute&) const = default;
};

// What of a password attribute can be taken.
struct radius_password {
  std::string cleartext;
  std::string nt_hash; // 32 lower-case hex digits
  std::string refusal; // why neither; empty when one of them is there
  bool operator==(const radius_password&) const = default;
};

bool is_password(std::string_view attribute);
// Of an attribute that is_password().
radius_password read_password(const radius_attribute& from);

// Speeds in kilobits per second; "down" is to the subscriber.
struct radius_speed {
  std::uint32_t down_kbit = 0;
  std::uint32_t up_kbit = 0;
  std::uint32_t burst_down_kbit = 0;
  std::uint32_t burst_up_kbit = 0;
  std::uint32_t burst_seconds = 0;
  bool operator==(const radius_speed&) const = default;
};

// Mikrotik-Rate-Limit: "rx/tx rx-burst/tx-burst rx-threshold/tx-threshold rx-time/tx-time …", rx
// being what the router receives: up. invalid_input for what is none.
[[nodiscard]] result<radius_speed> read_rate_limit(std::string_view text);
// Bits per second as WISPr attributes have them, rounded up to a kilobit.
[[nodiscard]] result<std::uint32_t> read_bits_per_second(std::string_view text);

// Expiration: "10 Jan 2027 12:00:00", "Jan 10 2027", "2027-01-10", "2027-01-10T12:00:00" or seconds
// since 1970; times are UTC.
[[nodiscard]] result<instant> read_expiration(std::string_view text);

} // namespace uzel::ctl
