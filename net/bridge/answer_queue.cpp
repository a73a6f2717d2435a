#include "net/bridge/answer_queue.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

namespace uzel::net {

answer_queue::answer_queue() : event_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {}

answer_queue::~answer_queue() {
  if (event_ >= 0)
    ::close(event_);
}

void answer_queue::push(const login_answered& a) {
  {
    const std::lock_guard lock{mutex_};
    logins_.push_back(a);
  }
  wake_if_due(a.rests_on);
}

void answer_queue::push(const usage_recorded& r) {
  {
    const std::lock_guard lock{mutex_};
    usages_.push_back(r);
  }
  wake_if_due(r.rests_on);
}

void answer_queue::synced(journal_number up_to) {
  // Syncs that nothing here waited for are another server's.
  const auto before = synced_.exchange(up_to.value);
  if (awaited_.load() > before)
    wake();
}

// What rests on a later sync is found when that sync is told.
void answer_queue::wake_if_due(journal_number rests_on) {
  auto highest = awaited_.load();
  while (highest < rests_on.value && !awaited_.compare_exchange_weak(highest, rests_on.value)) {
  }
  if (rests_on.value <= synced_.load())
    wake();
}

void answer_queue::take(std::vector<login_answered>& logins, std::vector<usage_recorded>& usages) {
  logins.clear();
  usages.clear();
  const std::lock_guard lock{mutex_};
  logins_.swap(logins);
  usages_.swap(usages);
}

bool answer_queue::may_sleep() {
  sleeping_.store(true);
  if (!fresh_.exchange(false))
    return true;
  sleeping_.store(false);
  return false;
}

void answer_queue::awake(bool called) {
  sleeping_.store(false);
  // One read takes the whole counter.
  std::uint64_t times = 0;
  if (called) [[maybe_unused]]
    const auto n = ::read(event_, &times, sizeof times);
}

void answer_queue::wake() {
  // A system call only when the reader sleeps: under load it never does.
  fresh_.store(true);
  if (sleeping_.exchange(false)) {
    const std::uint64_t one = 1;
    // A full counter means that the reader is woken already.
    [[maybe_unused]] const auto n = ::write(event_, &one, sizeof one);
  }
}

} // namespace uzel::net
