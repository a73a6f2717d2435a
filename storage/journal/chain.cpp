// The chain of segments: what the headers say.
#include "storage/journal/files.hpp"
#include "storage/journal/scan.hpp"

#include <algorithm>
#include <array>
#include <system_error>

namespace uzel::storage {
namespace {

constexpr std::size_t name_digits = 20;
constexpr std::string_view suffix = ".segment";

struct header_verdict {
  std::string problem; // empty: none
  errc code = errc::store_damaged;
};

// Problems of one file on its own.
store_result<header_verdict> read_header(const std::filesystem::path& path,
                                         format::segment_header& header) {
  auto file = posix_file::open_for_reading(path);
  if (!file)
    return file.error();
  const auto size = file->size();
  if (!size)
    return size.error();
  if (*size < format::segment_header_bytes)
    return header_verdict{"the file is truncated to " + std::to_string(*size) + " bytes"};
  std::array<std::uint8_t, format::segment_header_bytes> page{};
  if (const auto read = file->read_at(0, page); !read)
    return read.error();
  switch (format::read_segment_header(page, header)) {
  case format::header_state::good:
    break;
  case format::header_state::bad:
    return header_verdict{"the segment header does not match its checksum"};
  case format::header_state::newer_version:
    return header_verdict{"the segment is of a format version that this program does not know",
                          errc::unsupported};
  }
  if (!header.first)
    return header_verdict{"the segment header names no first record"};
  if (header.file_bytes != *size)
    return header_verdict{"the file has " + std::to_string(*size) + " bytes, its header says " +
                          std::to_string(header.file_bytes)};
  if (path.filename() != segment_name(header.first))
    return header_verdict{"the file is named otherwise than its first record, " +
                          std::to_string(header.first.value)};
  return header_verdict{};
}

// Problems of a segment as the one after another.
header_verdict check_link(const segment_entry& before, const segment_entry& segment) {
  if (segment.header.identity != before.header.identity)
    return {"the segment belongs to store " + to_string(segment.header.identity) +
              ", the one before it to " + to_string(before.header.identity),
            errc::store_foreign};
  if (segment.header.previous_first != before.header.first)
    return {"a segment is missing: this one follows the segment that begins at record " +
            std::to_string(segment.header.previous_first.value) +
            ", but the one found before it begins at " + std::to_string(before.header.first.value)};
  return {};
}

} // namespace

std::string segment_name(journal_number first) {
  auto digits = std::to_string(first.value);
  return std::string(name_digits - digits.size(), '0') + digits + std::string{suffix};
}

store_result<std::vector<std::filesystem::path>>
list_segments(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> found;
  std::error_code failed;
  if (!std::filesystem::exists(directory, failed))
    return found;
  for (std::filesystem::directory_iterator at{directory, failed}, end; !failed && at != end;
       at.increment(failed))
    if (at->path().extension() == suffix)
      found.push_back(at->path());
  if (failed)
    return store_error{errc::io_failed,
                       "cannot list " + directory.string() + ": " + failed.message()};
  std::sort(found.begin(), found.end());
  return found;
}

store_result<segment_chain> read_chain(const std::filesystem::path& directory) {
  const auto files = list_segments(directory);
  if (!files)
    return files.error();
  segment_chain chain;
  for (const auto& path : *files) {
    segment_entry entry{path, {}};
    auto verdict = read_header(path, entry.header);
    if (!verdict)
      return verdict.error();
    if (verdict->problem.empty() && !chain.segments.empty())
      *verdict = check_link(chain.segments.back(), entry);
    if (!verdict->problem.empty()) {
      chain.flaw = journal_flaw{path, 0, verdict->problem};
      chain.flaw_code = verdict->code;
      return chain;
    }
    chain.segments.push_back(std::move(entry));
  }
  return chain;
}

std::size_t segment_holding(const std::vector<segment_entry>& segments, journal_number number) {
  const auto later = std::find_if(segments.begin(), segments.end(),
                                  [&](const auto& s) { return s.header.first > number; });
  return later == segments.begin() ? 0 : static_cast<std::size_t>(later - segments.begin()) - 1;
}

store_result<segment_tail> walk_segments(const std::vector<segment_entry>& segments,
                                         journal_number from, journal_number up_to, bool complete,
                                         const batch_sink& sink, bookmark* mark) {
  segment_tail tail;
  std::optional<batch_place> begin;
  for (std::size_t i = segment_holding(segments, from); i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    const auto first = segments[i].header.first;
    if (mark && mark->segment == first && mark->at.next <= from)
      begin = mark->at;
    batch_place latest;
    const auto note = [&](const batch_view& batch) {
      latest = {batch.offset, journal_number{batch.header.first}, batch.header.previous};
      return sink(batch);
    };
    auto walked = walk_segment(segments[i], {last && complete, up_to, begin}, note);
    if (!walked)
      return walked.error();
    tail = std::move(*walked);
    begin.reset();
    if (mark) // the last batch is read again when it holds more than was asked for
      *mark = {first, tail.next.value > up_to.value + 1
                        ? latest
                        : batch_place{tail.offset, tail.next, tail.checksum}};
    if (!last && tail.next <= up_to)
      check_seam(tail, segments[i + 1]);
    if (tail.kind == tail_kind::damaged)
      return damage_at(segments[i].path, tail);
    if (tail.next > up_to)
      break;
  }
  return tail;
}

store_result<> check_beginning(const segment_entry& oldest, journal_number applied) {
  if (oldest.header.first.value <= applied.value + 1)
    return {};
  return store_error{errc::store_damaged,
                     "the journal begins at record " + std::to_string(oldest.header.first.value) +
                       " (" + oldest.path.string() + "), but the database has applied only up to " +
                       std::to_string(applied.value) + ": the records between are missing"};
}

std::string describe(const journal_flaw& flaw) {
  return flaw.file.string() + " at byte " + std::to_string(flaw.offset) + ": " + flaw.sentence;
}

store_error damage_at(const std::filesystem::path& file, const segment_tail& tail) {
  return {errc::store_damaged,
          "the journal is damaged: " + describe({file, tail.offset, tail.sentence})};
}

} // namespace uzel::storage
