// Reading what stands on disk: the chain of segments and the chain of batches inside each.
#pragma once

#include "storage/journal/format.hpp"
#include "storage/journal/replay.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace uzel::storage {

// One segment file whose header is good.
struct segment_entry {
  std::filesystem::path path;
  format::segment_header header;
};

// The segments of a directory in order, up to the first flaw.
struct segment_chain {
  std::vector<segment_entry> segments;
  std::optional<journal_flaw> flaw;
  errc flaw_code = errc::store_damaged;
};

// "<20 digits>.segment"
std::string segment_name(journal_number first);

// The paths of all segment files, oldest first; an absent directory has none.
store_result<std::vector<std::filesystem::path>>
list_segments(const std::filesystem::path& directory);

// Lists the segments and checks each header, its file's size and name, and that it names the one
// before it.
store_result<segment_chain> read_chain(const std::filesystem::path& directory);

// A sound batch; bytes live as long as the call that shows them.
struct batch_view {
  std::uint64_t offset = 0;
  format::batch_header header;
  std::span<const std::uint8_t> bytes;
};

using batch_sink = std::function<result<>(const batch_view&)>;

enum class tail_kind : std::uint8_t {
  clean,   // nothing but zeros follows
  torn,    // a bad last batch follows
  damaged, // what follows is bad and something valid stands behind it, or does not continue the
           // chain
};

// How a segment ends.
struct segment_tail {
  tail_kind kind = tail_kind::clean;
  std::string sentence;         // why, unless clean
  std::uint64_t offset = 0;     // just behind the last sound batch
  std::uint64_t torn_bytes = 0; // from there to the last byte that is not zero
  journal_number next;          // the number after the last sound record
  std::uint64_t checksum = 0; // of the last sound batch, or what the header says of the one before
  std::uint64_t last_batch = 0; // its offset, 0 for none
  std::uint64_t batches = 0;
  std::uint64_t records = 0;
  instant last_time; // the latest of this segment and all before
};

// Where a batch begins and what it must continue.
struct batch_place {
  std::uint64_t offset = 0;
  journal_number next;
  std::uint64_t previous = 0; // the checksum of the batch before
};

// A place inside a segment from which a reader goes on: what stands before it was walked already.
struct bookmark {
  journal_number segment; // its first number; 0 = no place is marked
  batch_place at;
};

// Which part of a segment to walk.
struct walk_limits {
  bool last_of_journal = true; // only there a bad batch may be a torn one
  journal_number up_to{
    std::numeric_limits<std::uint64_t>::max()}; // batches that begin later are not looked at
  std::optional<batch_place> begin = {};        // instead of the segment's beginning
};

// Feeds each sound batch of the segment to the sink, in order. Memory: the largest batch. An error
// of the sink ends the walk as a store_error of that code.
store_result<segment_tail> walk_segment(const segment_entry& segment, const walk_limits& limits,
                                        const batch_sink& sink);

// What a segment must continue with: damaged when the tail does not lead to the next segment's
// header.
void check_seam(segment_tail& tail, const segment_entry& next);

// The index of the segment that holds a number, or would; 0 when all begin later. The list is not
// empty.
std::size_t segment_holding(const std::vector<segment_entry>& segments, journal_number number);

// Walks the segments from the one that holds `from`, with all links between them; damage is an
// error. Returns how the last one walked ends. complete: nothing stands behind the last segment of
// the list. With a bookmark the walk begins there if it is on the way, and leaves it at the batch
// that holds up_to + 1.
store_result<segment_tail> walk_segments(const std::vector<segment_entry>& segments,
                                         journal_number from, journal_number up_to, bool complete,
                                         const batch_sink& sink, bookmark* mark = nullptr);

// store_damaged when records between applied and the journal's first one are gone.
store_result<> check_beginning(const segment_entry& oldest, journal_number applied);

// The highest number that any segment shows, by its name, its batches or the heads of its bad
// batches.
store_result<journal_number> highest_number(const std::filesystem::path& directory);

// Shows the sink those records of a batch that lie in (after, up_to].
result<> feed_records(const batch_view& batch, journal_number after, journal_number up_to,
                      const record_sink& sink);

// "<file> at byte <offset>: <why>"
std::string describe(const journal_flaw& flaw);
store_error damage_at(const std::filesystem::path& file, const segment_tail& tail);

} // namespace uzel::storage
