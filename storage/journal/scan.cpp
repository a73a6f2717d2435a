// The chain of batches inside one segment.
#include "storage/journal/scan.hpp"

#include "storage/journal/files.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace uzel::storage {
namespace {

constexpr std::size_t window_bytes = 1u << 20;

// A stretch of a file in memory that moves forward with the reader.
class file_window {
 public:
  file_window(const posix_file& file, std::uint64_t end) : file_{file}, end_{end} {}

  std::uint64_t end() const { return end_; }

  // The caller keeps offset + count <= end(). Valid until the next call.
  store_result<std::span<const std::uint8_t>> at(std::uint64_t offset, std::size_t count) {
    if (offset < base_ || offset + count > base_ + bytes_.size()) {
      const auto n = std::min<std::uint64_t>(std::max(count, window_bytes), end_ - offset);
      bytes_.resize(static_cast<std::size_t>(n));
      base_ = offset;
      if (const auto read = file_.read_at(offset, bytes_); !read)
        return read.error();
    }
    return std::span<const std::uint8_t>{bytes_}.subspan(static_cast<std::size_t>(offset - base_),
                                                         count);
  }

 private:
  const posix_file& file_;
  std::uint64_t end_;
  std::uint64_t base_ = 0;
  std::vector<std::uint8_t> bytes_;
};

// The sound batch at an offset, or none.
store_result<std::optional<batch_view>> batch_at(file_window& window, std::uint64_t offset,
                                                 std::uint64_t seed) {
  if (offset + format::batch_header_bytes > window.end())
    return std::optional<batch_view>{};
  const auto head = window.at(offset, format::batch_header_bytes);
  if (!head)
    return head.error();
  const auto header = format::read_batch_header(*head, seed);
  if (!header || header->length > window.end() - offset)
    return std::optional<batch_view>{};
  const auto bytes = window.at(offset, header->length);
  if (!bytes)
    return bytes.error();
  if (!format::batch_is_sound(*bytes, *header, seed))
    return std::optional<batch_view>{};
  return std::optional{batch_view{offset, *header, *bytes}};
}

// Bytes from the offset to behind the last one that is not zero.
store_result<std::uint64_t> used_bytes(file_window& window, std::uint64_t offset) {
  std::uint64_t used = 0;
  for (std::uint64_t at = offset; at < window.end();) {
    const auto n = std::min<std::uint64_t>(window_bytes, window.end() - at);
    const auto bytes = window.at(at, static_cast<std::size_t>(n));
    if (!bytes)
      return bytes.error();
    const auto last = std::find_if(bytes->rbegin(), bytes->rend(), [](auto b) { return b != 0; });
    if (last != bytes->rend())
      used = at - offset + static_cast<std::uint64_t>(bytes->rend() - last);
    at += n;
  }
  return used;
}

// The first sound batch behind a bad one. It proves damage: a batch is written only after the sync
// of the one before, so nothing valid can stand behind a torn one.
store_result<std::optional<batch_view>> successor(file_window& window, const segment_tail& tail,
                                                  std::uint64_t seed) {
  const std::uint64_t end = std::min(window.end(), tail.offset + tail.torn_bytes);
  for (std::uint64_t at = tail.offset + 8; at + format::batch_header_bytes <= end; at += 8) {
    auto found = batch_at(window, at, seed);
    if (!found)
      return found.error();
    if (*found && (*found)->header.first > tail.next.value)
      return found;
  }
  return std::optional<batch_view>{};
}

std::string numbers_disagree(const batch_view& batch, journal_number expected) {
  return "the batch here begins with record " + std::to_string(batch.header.first) + ", record " +
         std::to_string(expected.value) + " is due";
}

// Why a sound batch is not the next of the chain; empty when it is.
std::string chain_break(const batch_view& batch, const segment_tail& so_far) {
  if (batch.header.first != so_far.next.value)
    return numbers_disagree(batch, so_far.next);
  if (batch.header.previous != so_far.checksum)
    return "the batch here, from record " + std::to_string(batch.header.first) +
           ", names another predecessor than the one that stands before it";
  return {};
}

store_result<> judge_end(file_window& window, const walk_limits& limits, std::uint64_t seed,
                         segment_tail& tail) {
  const auto used = used_bytes(window, tail.offset);
  if (!used)
    return used.error();
  if (*used == 0)
    return {};
  tail.torn_bytes = *used;
  const auto due = "the batch that begins with record " + std::to_string(tail.next.value);
  tail.kind = tail_kind::torn;
  tail.sentence = due + " is torn";
  if (!limits.last_of_journal) {
    tail.kind = tail_kind::damaged;
    tail.sentence = due + " does not match its checksum, and a later segment exists";
    return {};
  }
  const auto later = successor(window, tail, seed);
  if (!later)
    return later.error();
  if (*later) {
    tail.kind = tail_kind::damaged;
    tail.sentence = due + " does not match its checksum, but a valid batch from record " +
                    std::to_string((*later)->header.first) + " stands behind it at byte " +
                    std::to_string((*later)->offset);
  }
  return {};
}

void count_batch(const batch_view& batch, segment_tail& tail) {
  format::record_cursor records{batch.bytes, batch.header.first};
  for (record_view record; records.next(record);)
    tail.last_time = std::max(tail.last_time, record.time);
  tail.last_batch = batch.offset;
  tail.offset = batch.offset + batch.header.length;
  tail.next = journal_number{batch.header.first + batch.header.records};
  tail.checksum = batch.header.checksum;
  tail.records += batch.header.records;
  ++tail.batches;
}

errc code_of(const boost::system::error_code& error) {
  return error.category() == uzel_category() ? static_cast<errc>(error.value()) : errc::io_failed;
}

} // namespace

store_result<segment_tail> walk_segment(const segment_entry& segment, const walk_limits& limits,
                                        const batch_sink& sink) {
  const auto file = posix_file::open_for_reading(segment.path);
  if (!file)
    return file.error();
  const auto seed = format::chain_start(segment.header.identity);
  file_window window{*file, segment.header.file_bytes};
  segment_tail tail;
  tail.offset = format::segment_header_bytes;
  tail.next = segment.header.first;
  tail.checksum = segment.header.previous_checksum;
  tail.last_time = segment.header.last_time;
  if (limits.begin) {
    tail.offset = limits.begin->offset;
    tail.next = limits.begin->next;
    tail.checksum = limits.begin->previous;
  }
  while (tail.next <= limits.up_to) {
    const auto batch = batch_at(window, tail.offset, seed);
    if (!batch)
      return batch.error();
    if (!*batch) {
      if (const auto judged = judge_end(window, limits, seed, tail); !judged)
        return judged.error();
      break;
    }
    if (auto broken = chain_break(**batch, tail); !broken.empty()) {
      tail.kind = tail_kind::damaged;
      tail.sentence = std::move(broken);
      break;
    }
    if (const auto taken = sink(**batch); !taken)
      return store_error{code_of(taken.error()), "the reader of the journal stopped at record " +
                                                   std::to_string((*batch)->header.first) + ": " +
                                                   taken.error().message()};
    count_batch(**batch, tail);
  }
  return tail;
}

namespace {
store_result<journal_number> highest_in(const std::filesystem::path& path) {
  journal_number highest;
  const auto digits = path.stem().string();
  std::uint64_t named = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), named);
  if (parsed.ec == std::errc{} && named > 0)
    highest = journal_number{named - 1};
  const auto file = posix_file::open_for_reading(path);
  if (!file)
    return file.error();
  const auto size = file->size();
  if (!size)
    return size.error();
  std::array<std::uint8_t, format::segment_header_bytes> page{};
  format::segment_header header;
  if (*size < page.size())
    return highest;
  if (const auto read = file->read_at(0, page); !read)
    return read.error();
  if (format::read_segment_header(page, header) != format::header_state::good)
    return highest;
  const auto seed = format::chain_start(header.identity);
  file_window window{*file, *size};
  for (std::uint64_t at = page.size(); at + format::batch_header_bytes <= *size;) {
    const auto head = window.at(at, format::batch_header_bytes);
    if (!head)
      return head.error();
    const auto batch = format::read_batch_header(*head, seed);
    if (batch)
      highest = std::max(highest, journal_number{batch->first + batch->records - 1});
    at += batch ? batch->length : 8;
  }
  return highest;
}
} // namespace

store_result<journal_number> highest_number(const std::filesystem::path& directory) {
  const auto files = list_segments(directory);
  if (!files)
    return files.error();
  journal_number highest;
  for (const auto& path : *files) {
    const auto found = highest_in(path);
    if (!found)
      return found.error();
    highest = std::max(highest, *found);
  }
  return highest;
}

void check_seam(segment_tail& tail, const segment_entry& next) {
  if (tail.kind == tail_kind::damaged)
    return;
  if (tail.next != next.header.first)
    tail.sentence = "the segment ends at record " + std::to_string(tail.next.value - 1) +
                    ", but the one after it begins at " + std::to_string(next.header.first.value);
  else if (tail.checksum != next.header.previous_checksum)
    tail.sentence = "the last batch is not the one that the next segment names";
  else
    return;
  tail.kind = tail_kind::damaged;
}

} // namespace uzel::storage
