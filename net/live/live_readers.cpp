#include "net/live/live_readers.hpp"

#include "config/log.hpp"

namespace uzel::live {

live_queue::batch live_queue::take() {
  const std::lock_guard lock{mutex_};
  batch out;
  std::swap(out, waiting_);
  waiting_.dropped = out.dropped;
  return out;
}

bool live_queue::is_dropped() const {
  const std::lock_guard lock{mutex_};
  return waiting_.dropped;
}

bool live_queue::push(std::span<const event> events, std::uint64_t missed) {
  bool fits = true;
  {
    const std::lock_guard lock{mutex_};
    if (waiting_.dropped)
      return false;
    fits = waiting_.events.size() + events.size() <= limit_;
    if (fits) {
      waiting_.events.insert(waiting_.events.end(), events.begin(), events.end());
      waiting_.missed += missed;
    } else {
      waiting_ = {{}, 0, true};
    }
  }
  wake_();
  return fits;
}

void live_queue::drop() {
  {
    const std::lock_guard lock{mutex_};
    waiting_ = {{}, 0, true};
  }
  wake_();
}

bool live_readers::deliver(std::uint64_t reader, std::span<const event> batch,
                           std::uint64_t missed_volatile) {
  const auto queue = find(reader);
  if (!queue)
    return false;
  if (queue->push(batch, missed_volatile))
    return true;
  dropped_.fetch_add(1);
  log::live.info("reader-too-slow", "reader {} did not keep up and is dropped", reader);
  return false;
}

void live_readers::drop(std::uint64_t reader, std::uint32_t, journal_number) {
  // The reader's own cursor is what it has sent; it lies at or before the stream's.
  if (const auto queue = find(reader)) {
    dropped_.fetch_add(1);
    queue->drop();
  }
}

std::shared_ptr<live_queue> live_readers::open(std::function<void()> wake) {
  const std::lock_guard lock{mutex_};
  if (queues_.size() >= most_readers)
    return nullptr;
  const auto reader = ++last_reader_;
  auto queue = std::make_shared<live_queue>(reader, buffer_, std::move(wake));
  queues_.emplace(reader, queue);
  return queue;
}

void live_readers::close(std::uint64_t reader) {
  const std::lock_guard lock{mutex_};
  queues_.erase(reader);
}

std::size_t live_readers::count() const {
  const std::lock_guard lock{mutex_};
  return queues_.size();
}

std::shared_ptr<live_queue> live_readers::find(std::uint64_t reader) const {
  const std::lock_guard lock{mutex_};
  const auto at = queues_.find(reader);
  return at == queues_.end() ? nullptr : at->second;
}

} // namespace uzel::live
