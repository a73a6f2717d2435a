#include "actors/directory_slots.hpp"

#include <utility>

namespace uzel {

awake_account& awake_table::add(subscriber_actor handle) {
  if (free_.empty()) {
    auto& chunk = chunks_.emplace_back(std::make_unique<awake_account[]>(chunk_size));
    free_.reserve(chunks_.size() * chunk_size);
    for (std::size_t i = chunk_size; i-- > 0;)
      free_.push_back(&chunk[i]);
  }
  auto& out = *free_.back();
  free_.pop_back();
  out.handle = std::move(handle);
  return out;
}

void awake_table::remove(awake_account& one) {
  one = awake_account{{}, 0, one.watched, {}};
  free_.push_back(&one);
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

void slot_table::reserve(std::size_t accounts) {
  slots_.reserve(accounts);
  by_id_.reserve(accounts);
}

} // namespace uzel
