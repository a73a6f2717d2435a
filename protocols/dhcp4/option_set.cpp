#include "protocols/dhcp4/option_set.hpp"

#include <algorithm>

namespace uzel::dhcp4 {

bool option_set::add(option code, octets value, bool forced) {
  if (code == option::pad || code == option::end || value.size() > max_value_size ||
      value.size() > max_total_size - bytes_.size())
    return false;
  const auto at = std::ranges::lower_bound(entries_, code, {}, &entry::code);
  if (at != entries_.end() && at->code == code)
    return false;
  entries_.insert(at, entry{code, forced, static_cast<std::uint16_t>(bytes_.size()),
                            static_cast<std::uint16_t>(value.size())});
  bytes_.insert(bytes_.end(), value.begin(), value.end());
  return true;
}

std::optional<octets> option_set::find(option code) const noexcept {
  const auto at = std::ranges::lower_bound(entries_, code, {}, &entry::code);
  if (at == entries_.end() || at->code != code)
    return {};
  return value_of(*at);
}

bool option_set::operator==(const option_set& other) const noexcept {
  return std::ranges::equal(entries_, other.entries_, [&](const entry& a, const entry& b) {
    return a.code == b.code && a.forced == b.forced &&
           std::ranges::equal(value_of(a), other.value_of(b));
  });
}

} // namespace uzel::dhcp4
