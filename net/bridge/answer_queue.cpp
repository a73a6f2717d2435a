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
  wake();
}

void answer_queue::push(const usage_recorded& r) {
  {
    const std::lock_guard lock{mutex_};
    usages_.push_back(r);
  }
  wake();
}

void answer_queue::synced(journal_number up_to) {
  synced_.store(up_to.value, std::memory_order_release);
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

void answer_queue::awake() {
  sleeping_.store(false);
  std::uint64_t times = 0;
  while (::read(event_, &times, sizeof times) > 0) {
  }
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
