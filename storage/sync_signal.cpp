#include "storage/sync_signal.hpp"

namespace uzel::storage {

void sync_signal::when(journal_number number, std::function<void()> then) {
  {
    const std::lock_guard lock{mutex_};
    if (number > synced_) {
      waiters_.push({number, std::move(then)});
      return;
    }
  }
  then();
}

bool sync_signal::wait(journal_number number, duration limit) {
  std::unique_lock lock{mutex_};
  return moved_.wait_for(lock, limit, [&] { return number <= synced_; });
}

journal_number sync_signal::synced() const {
  const std::lock_guard lock{mutex_};
  return synced_;
}

void sync_signal::on_synced(std::span<const record_view>, journal_number synced) {
  std::vector<std::function<void()>> ready;
  {
    const std::lock_guard lock{mutex_};
    synced_ = synced;
    while (!waiters_.empty() && waiters_.top().number <= synced) {
      // top() is const only to protect the order, which the move does not touch: it is popped next.
      ready.push_back(std::move(const_cast<waiter&>(waiters_.top()).then));
      waiters_.pop();
    }
  }
  moved_.notify_all();
  for (const auto& then : ready)
    then();
}

} // namespace uzel::storage
