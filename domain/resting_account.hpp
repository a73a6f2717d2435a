// A sleeping account as its directory shard keeps it: packed, with what is asked of it too often to
// be unpacked for.
#pragma once

#include "domain/packed_account.hpp"

namespace uzel {

struct resting_account {
  packed_account packed;
  std::uint16_t open_sessions = 0;
  std::uint8_t ports = 0;   // port accesses, capped: such an account is not matched by MAC
  bool has_nothing = false; // no binding, no open session: a guest like that may be forgotten
};

resting_account put_to_rest(const account_parts& parts);
resting_account put_to_rest(const account_picture& picture);

// Port accesses, as a resting account counts them.
std::uint8_t count_ports(const account_state& account);

} // namespace uzel
