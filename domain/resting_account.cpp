#include "domain/resting_account.hpp"

#include <algorithm>

namespace uzel {

std::uint8_t count_ports(const account_state& account) {
  const auto count = std::count_if(account.accesses.begin(), account.accesses.end(),
                                   [](const access& x) { return x.kind == access_kind::port; });
  return static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(count, 255));
}

resting_account put_to_rest(const account_parts& parts) {
  const auto open = std::count_if(parts.sessions.begin(), parts.sessions.end(),
                                  [](const auto* s) { return s->state == session_state::open; });
  resting_account out;
  out.packed = pack(parts);
  out.open_sessions = static_cast<std::uint16_t>(std::min<std::ptrdiff_t>(open, 65535));
  out.ports = count_ports(*parts.account);
  out.has_nothing = parts.bindings.empty() && open == 0;
  return out;
}

resting_account put_to_rest(const account_picture& picture) {
  const account_pointers all{picture};
  return put_to_rest(all.parts());
}

} // namespace uzel
