// Reading a journal directory without writing to it, and adopting one for a new epoch.
#pragma once

#include "storage/journal/journal.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace uzel::storage {

// Takes one record; an error ends the replay with that code.
using record_sink = std::function<result<>(const record_view&)>;

// Feeds every record after a number to the sink, in order, with bounded memory. Ends quietly at a
// torn tail; damage and a journal that begins after that number + 1 are errors. An empty or absent
// directory holds no records.
[[nodiscard]] store_result<> replay(const std::filesystem::path& directory, journal_number after,
                                    const record_sink& sink);

// A place in a segment that does not read as it should.
struct journal_flaw {
  std::filesystem::path file;
  std::uint64_t offset = 0;
  std::string sentence;
};

// One segment file as inspect_journal() found it.
struct segment_report {
  std::filesystem::path file;
  journal_number first;      // its first record, or the number the next one would get
  std::uint64_t records = 0; // valid ones
  std::uint64_t batches = 0;
  std::uint64_t used_bytes = 0;
  std::uint64_t file_bytes = 0;
};

// Everything an operator may want to know of a journal.
struct journal_report {
  std::optional<store_identity> identity; // none: no segment at all
  std::vector<segment_report> segments;
  journal_number first; // as in journal::opened
  journal_number last;
  journal_number
    highest; // found anywhere, damaged and torn parts included: adopt() wants more than this
  instant last_time;
  bool in_use = false;                // a process holds the lock: the tail may be in motion
  std::optional<journal_flaw> torn;   // a bad last batch: the next open cuts it
  std::optional<journal_flaw> damage; // stops every open; the first one found
};

// Reads all segments with every checksum; never writes, takes no lock. io_failed when the directory
// cannot be read.
[[nodiscard]] store_result<journal_report> inspect_journal(const std::filesystem::path& directory);

// Begins a new epoch: sets the present segments aside in a sub-folder and begins an empty journal
// of the identity whose first record gets the number next. Refused (conflict) when next would
// repeat a number that the journal has given out. Safe to repeat after a crash.
[[nodiscard]] store_result<> adopt(const journal_settings& settings, const store_identity& identity,
                                   journal_number next);

} // namespace uzel::storage
