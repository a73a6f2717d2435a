// What the journal's tests share: a folder of their own, small segments, payloads that can be
// recognised.
#pragma once

#include "storage/journal/replay.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <ostream>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

namespace uzel {

// How Boost.Test prints an errc.
inline std::ostream& boost_test_print_type(std::ostream& out, errc e) {
  return out << name_of(e);
}

} // namespace uzel

namespace uzel::storage::testing {

inline constexpr store_identity our_store{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
                                          1};

// A new empty folder, deleted with its content at the end.
class scratch_folder {
 public:
  scratch_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "uzel-journal-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Segments of 64 KiB, so that a few hundred records fill several.
inline journal_settings small_segments(const std::filesystem::path& directory) {
  journal_settings s;
  s.directory = directory / "journal";
  s.segment_bytes = 64u << 10;
  s.max_batch_bytes = 16u << 10;
  s.max_bytes = 64u << 20;
  s.space_retry = std::chrono::milliseconds{20};
  return s;
}

// A record as owned bytes.
struct kept_record {
  std::uint64_t number = 0;
  std::int64_t time = 0;
  std::uint16_t kind = 0;
  bool ends_group = false;
  std::vector<std::uint8_t> payload;
  bool operator==(const kept_record&) const = default;
};

inline kept_record keep(const record_view& r) {
  return {r.number.value, r.time.us, r.kind, r.ends_group, {r.payload.begin(), r.payload.end()}};
}

// Collects what the journal announces.
class collector : public batch_observer {
 public:
  void on_synced(std::span<const record_view> records, journal_number synced) override {
    const std::lock_guard held{mutex_};
    for (const auto& record : records)
      records_.push_back(keep(record));
    synced_.push_back(synced.value);
  }
  std::vector<kept_record> records() const {
    const std::lock_guard held{mutex_};
    return records_;
  }
  std::vector<std::uint64_t> announced() const {
    const std::lock_guard held{mutex_};
    return synced_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<kept_record> records_;
  std::vector<std::uint64_t> synced_;
};

inline std::vector<kept_record> replay_all(const std::filesystem::path& directory,
                                           std::uint64_t after = 0) {
  std::vector<kept_record> found;
  const auto done = replay(directory, journal_number{after}, [&](const record_view& r) -> result<> {
    found.push_back(keep(r));
    return {};
  });
  if (!done)
    throw_exception_from_error(done.error(), BOOST_CURRENT_LOCATION);
  return found;
}

// A payload that says who wrote it, which group it belongs to, and carries filler that follows from
// both.
struct stamp {
  std::uint32_t writer = 0;
  std::uint32_t group = 0;
  std::uint16_t index = 0;
  std::uint16_t group_size = 0;
  std::uint32_t filler = 0;
};

inline std::uint8_t filler_byte(const stamp& s, std::size_t i) {
  return static_cast<std::uint8_t>(s.writer * 31 + s.group * 7 + s.index * 3 + i);
}

inline std::vector<std::uint8_t> stamped(const stamp& s) {
  std::vector<std::uint8_t> bytes(sizeof s + s.filler);
  std::memcpy(bytes.data(), &s, sizeof s);
  for (std::size_t i = 0; i < s.filler; ++i)
    bytes[sizeof s + i] = filler_byte(s, i);
  return bytes;
}

// Empty when the bytes are a whole stamp with its filler.
inline std::string stamp_problem(std::span<const std::uint8_t> bytes, stamp& s) {
  if (bytes.size() < sizeof s)
    return "shorter than a stamp";
  std::memcpy(&s, bytes.data(), sizeof s);
  if (bytes.size() != sizeof s + s.filler)
    return "filler of the wrong length";
  for (std::size_t i = 0; i < s.filler; ++i)
    if (bytes[sizeof s + i] != filler_byte(s, i))
      return "filler differs at " + std::to_string(i);
  return {};
}

// Empty when the records are dense from `first` on and every group is whole and in one piece.
inline std::string groups_problem(const std::vector<kept_record>& records, std::uint64_t first) {
  std::uint16_t due = 0;
  stamp before;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto at = " at record " + std::to_string(records[i].number);
    stamp s;
    if (records[i].number != first + i)
      return "numbers are not dense" + at;
    if (auto problem = stamp_problem(records[i].payload, s); !problem.empty())
      return problem + at;
    if (s.index != due || (due > 0 && (s.writer != before.writer || s.group != before.group)))
      return "a group is broken" + at;
    if (records[i].ends_group != (s.index + 1 == s.group_size))
      return "the end of a group is marked wrongly" + at;
    due = records[i].ends_group ? std::uint16_t{0} : static_cast<std::uint16_t>(due + 1);
    before = s;
  }
  return due == 0 ? std::string{} : "the last group is cut";
}

// Builds random groups of stamped records; views point into it until the next call.
class group_maker {
 public:
  group_maker(std::uint32_t writer, std::uint64_t seed) : writer_{writer}, random_{seed} {}

  std::span<const encoded_record> next() {
    const auto size = static_cast<std::uint16_t>(1 + random_() % 5);
    payloads_.clear();
    views_.clear();
    for (std::uint16_t i = 0; i < size; ++i)
      payloads_.push_back(
        stamped({writer_, group_, i, size, static_cast<std::uint32_t>(random_() % 200)}));
    for (const auto& payload : payloads_)
      views_.push_back({static_cast<std::uint16_t>(writer_ + 1), payload});
    ++group_;
    return views_;
  }

 private:
  std::uint32_t writer_;
  std::mt19937_64 random_;
  std::uint32_t group_ = 0;
  std::vector<std::vector<std::uint8_t>> payloads_;
  std::vector<encoded_record> views_;
};

// Asks until the answer is yes or some seconds have passed.
template <class F>
bool eventually(F&& holds) {
  for (int i = 0; i < 5000; ++i) {
    if (holds())
      return true;
    ::usleep(1000);
  }
  return false;
}

// Appends, waiting where the journal asks to come again.
inline result<journal_number> append_patiently(journal& log, instant now,
                                               std::span<const encoded_record> group) {
  for (;;) {
    auto answer = log.append(now, group);
    if (answer || answer.error() != errc::overloaded)
      return answer;
    ::usleep(200);
  }
}

} // namespace uzel::storage::testing
