#include "storage/journal/journal_impl.hpp"

#include "storage/journal/segments.hpp"
#include "storage/journal/short_turns.hpp"

#include <pthread.h>
#include <utility>

namespace uzel::storage {
namespace {

std::uint64_t micros_between(std::chrono::steady_clock::time_point from,
                             std::chrono::steady_clock::time_point to) {
  return static_cast<std::uint64_t>(
    std::chrono::duration_cast<std::chrono::microseconds>(to - from).count());
}

} // namespace

journal_impl::journal_impl(recovered_journal found, failure_handler on_failure)
  : settings_{std::move(found.settings)}
  , identity_{found.identity}
  , seed_{format::chain_start(found.identity)}
  , lock_{std::move(found.lock)}
  , on_failure_{std::move(on_failure)}
  , synced_{found.tail.next.value - 1}
  , appended_{found.tail.next.value - 1}
  , last_time_{found.tail.last_time.us}
  , open_{settings_.max_batch_bytes}
  , room_{found.segments.back().header.file_bytes - found.tail.offset}
  , segments_{std::move(found.segments)}
  , taken_{settings_.max_batch_bytes}
  , file_{std::move(found.file)}
  , offset_{found.tail.offset}
  , checksum_{found.tail.checksum}
  , written_time_{found.tail.last_time} {
  open_.restart(found.tail.next.value);
  for (const auto& segment : segments_)
    segment_bytes_sum_ += segment.header.file_bytes;
}

journal_impl::~journal_impl() {
  stop();
}

void journal_impl::start() {
  writer_ = std::thread{[this] { write_batches(); }};
  preparer_ = std::thread{[this] { keep_spare_ready(); }};
  ::pthread_setname_np(writer_.native_handle(), "journal");
  ::pthread_setname_np(preparer_.native_handle(), "journal-space");
}

void journal_impl::stop() {
  {
    const std::lock_guard held{mutex_};
    stopping_ = true;
  }
  work_.notify_all();
  space_.notify_all();
  if (writer_.joinable())
    writer_.join();
  if (preparer_.joinable())
    preparer_.join();
}

result<journal_number> journal_impl::append(instant now, std::span<const encoded_record> group) {
  const auto more = open_batch::bytes_of(group);
  if (group.empty() || format::batch_header_bytes + more > settings_.max_batch_bytes)
    return errc::invalid_input;
  std::unique_lock lock{mutex_};
  if (stopping_ || failed_)
    return errc::unavailable;
  if (!open_.fits(more)) {
    ++counters_.refused_overloaded;
    return errc::overloaded;
  }
  if (!fits_on_disk(open_.length() + more)) {
    const bool full = full_.load(std::memory_order_relaxed);
    ++(full ? counters_.refused_full : counters_.refused_overloaded);
    return full ? errc::store_full : errc::overloaded;
  }
  const bool was_empty = open_.empty();
  open_.add(now, group);
  const auto last = appended_.load(std::memory_order_relaxed) + group.size();
  appended_.store(last, std::memory_order_release);
  if (now.us > last_time_.load(std::memory_order_relaxed))
    last_time_.store(now.us, std::memory_order_release);
  lock.unlock();
  if (was_empty)
    work_.notify_one();
  return journal_number{last};
}

void journal_impl::write_batches() {
  ask_for_short_turns();
  std::unique_lock lock{mutex_};
  for (;;) {
    work_.wait(lock, [this] { return failed_ || stopping_ || !open_.empty(); });
    if (failed_ || open_.empty())
      return;
    // A sync costs the same for one record as for many: who is ready to run may have some for this
    // batch.
    lock.unlock();
    if (clock::now() < pace_.next())
      std::this_thread::sleep_until(pace_.next());
    else
      std::this_thread::yield();
    lock.lock();
    take_open_batch();
    lock.unlock();
    if (const auto written = write_taken(); !written)
      return fail(written.error());
    publish();
    lock.lock();
  }
}

void journal_impl::take_open_batch() {
  std::swap(open_, taken_);
  open_.restart(taken_.first() + taken_.records());
  if (taken_.length() > room_) {
    // append() accepted these records only because the spare was there.
    next_file_ = std::exchange(spare_, std::nullopt);
    room_ = settings_.segment_bytes - format::segment_header_bytes;
    turning_ = true;
  }
  room_ -= taken_.length();
}

store_result<> journal_impl::write_taken() {
  const auto begun = clock::now();
  if (next_file_)
    if (const auto turned = turn_to_spare(); !turned)
      return turned;
  format::batch_header header;
  header.previous = checksum_;
  header.first = taken_.first();
  header.records = taken_.records();
  header.epoch = identity_.epoch;
  checksum_ = format::seal_batch(taken_.bytes(), header, seed_);
  if (const auto wrote = file_.write_at(offset_, taken_.bytes()); !wrote)
    return wrote;
  if (const auto synced = file_.sync(); !synced)
    return synced;
  offset_ += taken_.length();
  written_time_ = std::max(written_time_, taken_.latest());
  const auto ended = clock::now();
  pace_.synced(begun, ended, taken_.records());
  const auto spent = micros_between(begun, ended);
  const std::lock_guard held{mutex_};
  counters_.records += taken_.records();
  counters_.bytes += taken_.length();
  ++counters_.batches;
  counters_.sync_micros += spent;
  counters_.slowest_sync = std::max(counters_.slowest_sync, spent);
  return {};
}

store_result<> journal_impl::turn_to_spare() {
  segment_entry entry;
  {
    const std::lock_guard held{mutex_};
    entry.header.previous_first = segments_.back().header.first;
  }
  entry.header.identity = identity_;
  entry.header.first = journal_number{taken_.first()};
  entry.header.previous_checksum = checksum_;
  entry.header.last_time = written_time_;
  entry.header.file_bytes = settings_.segment_bytes;
  if (const auto active = activate(*next_file_, settings_.directory, entry.header); !active)
    return active;
  file_ = std::move(*next_file_);
  next_file_.reset();
  offset_ = format::segment_header_bytes;
  entry.path = file_.path();
  const std::lock_guard held{mutex_};
  segment_bytes_sum_ += entry.header.file_bytes;
  segments_.push_back(std::move(entry));
  turning_ = false;
  space_.notify_one();
  return {};
}

void journal_impl::publish() {
  const auto last = taken_.first() + taken_.records() - 1;
  views_.clear();
  format::record_cursor records{taken_.bytes(), taken_.first()};
  for (record_view record; records.next(record);)
    views_.push_back(record);
  synced_.store(last, std::memory_order_release);
  for (auto* observer : observers_)
    observer->on_synced(views_, journal_number{last});
}

void journal_impl::fail(const store_error& why) {
  {
    const std::lock_guard held{mutex_};
    if (std::exchange(failed_, true))
      return;
  }
  work_.notify_all();
  space_.notify_all();
  if (on_failure_)
    on_failure_(why);
}

journal_counters journal_impl::counters() const {
  const std::lock_guard held{mutex_};
  auto now = counters_;
  now.segments = segments_.size();
  return now;
}

store_result<> journal_impl::read(journal_number after, journal_number up_to,
                                  const record_sink& sink) const {
  if (up_to > synced())
    return store_error{errc::invalid_input, "records up to " + std::to_string(up_to.value) +
                                              " were asked for, the journal is synced to " +
                                              std::to_string(synced().value)};
  std::vector<segment_entry> segments;
  {
    const std::lock_guard held{mutex_};
    segments = segments_;
  }
  if (const auto begins = check_beginning(segments.front(), after); !begins)
    return begins;
  if (up_to <= after)
    return {};
  const std::lock_guard one_reader{reading_};
  const auto tail = walk_segments(
    segments, journal_number{after.value + 1}, up_to, true,
    [&](const batch_view& batch) { return feed_records(batch, after, up_to, sink); }, &read_up_to_);
  if (tail)
    return {};
  read_up_to_ = {};
  return tail.error();
}

} // namespace uzel::storage
