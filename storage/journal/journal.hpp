// The append-only journal: what makes a change durable. Records carry bytes; their kinds mean
// something elsewhere.
#pragma once

#include "domain/id.hpp"
#include "domain/instant.hpp"
#include "domain/result.hpp"
#include "storage/journal/store_error.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace uzel::storage {

// Whose records these are: stands in the database and in every segment; adopting a journal opens a
// new epoch.
struct store_identity {
  std::array<std::uint8_t, 16> id{};
  std::uint32_t epoch = 0;
  bool operator==(const store_identity&) const = default;
};

// "0123…ef epoch 3", as sentences and tools show it.
std::string to_string(const store_identity& identity);

// How a journal keeps its files and its bounds.
struct journal_settings {
  std::filesystem::path directory;
  std::uint64_t segment_bytes = 64ull << 20; // one preallocated file
  std::uint64_t max_bytes = 8ull << 30;      // all segments together, the spare one included
  std::uint32_t max_batch_bytes = 4u << 20;  // what may wait for one sync
  duration space_retry = seconds{1};         // how often space is looked for again when it ran out
};

// A record on its way in.
struct encoded_record {
  std::uint16_t kind = 0;
  std::span<const std::uint8_t> payload;
};

// A record on its way out; the payload lives as long as the call that shows it.
struct record_view {
  journal_number number;
  instant time;
  std::uint16_t kind = 0;
  bool ends_group = true; // the last record of the group it was appended with
  std::span<const std::uint8_t> payload;
};

// Told of records once they are durable.
class batch_observer {
 public:
  virtual ~batch_observer() = default;
  // On the journal thread, in number order, whole groups; synced is the last record's number. The
  // next batch is not written until every observer has returned: hand over, do not work here.
  virtual void on_synced(std::span<const record_view> records, journal_number synced) = 0;
};

// Called once, on a thread of the journal, when a write or sync failed. Nothing is released any
// more: leave the process.
using failure_handler = std::function<void(const store_error&)>;

// Called on a thread of the journal when space for another segment runs out, with the reason, and
// when it is back (empty).
using space_handler = std::function<void(const std::string& problem)>;

// Since start, for /metrics.
struct journal_counters {
  std::uint64_t records = 0; // synced
  std::uint64_t batches = 0; // synced, one fdatasync each
  std::uint64_t bytes = 0;   // synced, batch headers included
  std::uint64_t refused_full = 0;
  std::uint64_t refused_overloaded = 0;
  std::uint64_t segments = 0;     // files now, the spare one not counted
  std::uint64_t sync_micros = 0;  // spent in write + sync, summed
  std::uint64_t slowest_sync = 0; // microseconds
};

class journal_impl;

// One journal, locked to this process. All functions may be called from any thread unless they say
// otherwise.
class journal {
 public:
  // What open() found.
  struct opened {
    std::unique_ptr<journal> log;
    journal_number
      first; // the oldest record kept, or the number the next record gets when there is none
    journal_number last;  // the newest record; first - 1 when there is none
    bool created = false; // a new journal, which only a database that applied nothing may have
    std::uint64_t cut_bytes = 0; // length of the torn tail that was cut, 0 for none
    std::string cut_from;        // where it began: file and byte
  };

  // Takes the directory's lock, checks chain and identity against the database (its identity, the
  // last number it applied), cuts a torn tail. store_foreign, store_damaged, store_full, in_use,
  // invalid_input or io_failed, with both numbers in the sentence.
  [[nodiscard]] static store_result<opened> open(const journal_settings& settings,
                                                 const store_identity& expected,
                                                 journal_number applied,
                                                 failure_handler on_failure);
  explicit journal(std::unique_ptr<journal_impl> impl);
  ~journal(); // stops
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;

  // Before start(); the observer outlives the journal's threads.
  void subscribe(batch_observer& observer);
  // Before start().
  void on_space(space_handler handler);
  // Starts the writing threads; once.
  void start();
  // Syncs what was appended, then joins the threads; later appends are refused. Not from an
  // observer or the failure handler.
  void stop();

  // Numbers the group at once and copies it into the open batch; the group is durable or lost as a
  // whole. Returns the last number. store_full: at the size bound or on a full disk (heals by
  // itself); overloaded: too much waits for the sync; unavailable: stopped or failed;
  // invalid_input: empty, or larger than a batch may be.
  [[nodiscard]] result<journal_number> append(instant now, std::span<const encoded_record> group);

  // The highest number that no power cut can take back.
  [[nodiscard]] journal_number synced() const noexcept;
  // The highest number given out.
  [[nodiscard]] journal_number appended() const noexcept;
  // The latest time of any record, for the rule that the clock never runs behind the journal; 0 for
  // none.
  [[nodiscard]] instant last_time() const noexcept;
  // False while no further segment can be made: the present one still takes what fits.
  [[nodiscard]] bool has_space() const noexcept;
  [[nodiscard]] const store_identity& identity() const noexcept;
  [[nodiscard]] journal_counters counters() const;

  // Reads (after, up_to] from the files while the journal works, for a reader that fell behind;
  // up_to <= synced().
  [[nodiscard]] store_result<> read(journal_number after, journal_number up_to,
                                    const std::function<result<>(const record_view&)>& sink) const;

  // Deletes the oldest segments whose records are all applied in a durable database commit and
  // older than keep_after; only whole segments, never the one being written.
  void drop_before(journal_number applied_durable, instant keep_after);

 private:
  std::unique_ptr<journal_impl> impl_;
};

} // namespace uzel::storage
