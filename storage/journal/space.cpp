// Space for the journal: the spare segment made ahead of need, the bounds, and the deletion of old
// segments.
#include "storage/journal/journal_impl.hpp"
#include "storage/journal/segments.hpp"

#include <algorithm>
#include <utility>

namespace uzel::storage {
namespace {

// Between two pieces of a spare segment the disk is the writer's: a third of a second for one of
// 64 MB, which the writer fills in more than one and a half at the highest rate measured.
constexpr std::chrono::milliseconds longest_rest{5};

} // namespace

bool journal_impl::fits_on_disk(std::uint64_t batch_bytes) const {
  return batch_bytes <= room_ || spare_.has_value();
}

void journal_impl::keep_spare_ready() {
  std::unique_lock lock{mutex_};
  for (;;) {
    await_need(lock);
    if (stopping_ || failed_)
      return;
    lock.unlock();
    auto made = make_spare();
    if (!made && made.error().code != errc::store_full)
      return fail(made.error());
    lock.lock();
    const auto news = note_spare(std::move(made));
    lock.unlock();
    if (news && on_space_)
      on_space_(*news);
    lock.lock();
  }
}

void journal_impl::await_need(std::unique_lock<std::mutex>& lock) {
  const auto over = [this] { return stopping_ || failed_; };
  space_.wait(lock, [&] { return over() || (!spare_ && !turning_); });
  space_.wait_until(lock, next_attempt_, [&] { return over() || space_freed_; });
  space_freed_ = false;
}

store_result<posix_file> journal_impl::make_spare() {
  std::uint64_t used = 0;
  {
    const std::lock_guard held{mutex_};
    used = segment_bytes_sum_;
  }
  if (used + settings_.segment_bytes > settings_.max_bytes)
    return store_error{errc::store_full, "the journal is at its bound of " +
                                           std::to_string(settings_.max_bytes) + " bytes"};
  return prepare_spare(settings_.directory, settings_.segment_bytes, longest_rest);
}

std::optional<std::string> journal_impl::note_spare(store_result<posix_file> made) {
  const bool was_full = full_.exchange(!made, std::memory_order_relaxed);
  if (made) {
    spare_ = std::move(*made);
    next_attempt_ = {};
    return was_full ? std::optional{std::string{}} : std::nullopt;
  }
  next_attempt_ = clock::now() + settings_.space_retry;
  return was_full ? std::nullopt : std::optional{made.error().sentence};
}

void journal_impl::drop_before(journal_number applied_durable, instant keep_after) {
  const std::lock_guard one_at_a_time{dropping_};
  std::vector<segment_entry> going;
  {
    const std::lock_guard held{mutex_};
    // What the next header says of all before it settles a segment: its last number and the latest
    // time.
    for (std::size_t i = 0; i + 1 < segments_.size(); ++i) {
      const auto& next = segments_[i + 1].header;
      if (next.first.value > applied_durable.value + 1 || next.last_time >= keep_after)
        break;
      going.push_back(segments_[i]);
    }
    segments_.erase(segments_.begin(), segments_.begin() + std::ssize(going));
  }
  if (going.empty())
    return;
  // Oldest first: whatever a crash leaves is still one unbroken chain.
  for (const auto& segment : going)
    if (const auto removed = remove_file(segment.path); !removed)
      return fail(removed.error());
  if (const auto synced = sync_directory(settings_.directory); !synced)
    return fail(synced.error());
  {
    const std::lock_guard held{mutex_};
    for (const auto& segment : going)
      segment_bytes_sum_ -= segment.header.file_bytes;
    space_freed_ = true;
  }
  space_.notify_one();
}

} // namespace uzel::storage
