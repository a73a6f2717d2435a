#include "actors/directory_slots.hpp"

#include <algorithm>

namespace uzel {

void account_slot::count_ports(const account_state& a) {
  const auto count = std::count_if(a.accesses.begin(), a.accesses.end(),
                                   [](const access& x) { return x.kind == access_kind::port; });
  ports = static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(count, 255));
}

account_slot* slot_table::find(account_id who) {
  const auto at = by_id_.find(who);
  return at == by_id_.end() ? nullptr : &slots_[at->second];
}

account_slot& slot_table::add(account_id who) {
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  by_id_[who] = index;
  slots_[index].who = who;
  return slots_[index];
}

void slot_table::remove(account_id who) {
  const auto at = by_id_.find(who);
  if (at == by_id_.end())
    return;
  slots_[at->second] = account_slot{};
  free_.push_back(at->second);
  by_id_.erase(at);
}

void slot_table::store(account_slot& slot, const account_picture& picture) {
  slot.packed = pack(picture);
  slot.count_ports(picture.account);
  const auto open = std::count_if(picture.sessions.begin(), picture.sessions.end(),
                                  [](const session& s) { return s.state == session_state::open; });
  slot.open_sessions = static_cast<std::uint16_t>(std::min<std::ptrdiff_t>(open, 65535));
}

void slot_table::reserve(std::size_t accounts) {
  slots_.reserve(accounts);
  by_id_.reserve(accounts);
}

} // namespace uzel
