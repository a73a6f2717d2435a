// links: uzel_storage_journal uzel_domain
// Any bytes as the only segment of a journal: reading them neither crashes nor yields records out
// of order, and what open() makes of them reads the same twice. The first byte says how much the
// harness repairs, so that the fuzzer reaches what stands behind the checksums: 0 nothing, 1 the
// header, 2 header and batches.
#include "storage/journal/files.hpp"
#include "storage/journal/format.hpp"
#include "storage/journal/replay.hpp"
#include "storage/journal/scan.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

using namespace uzel;
using namespace uzel::storage;

namespace {

constexpr store_identity fuzzed_store{{'f', 'u', 'z', 'z'}, 1};

struct scratch {
  scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "uzel-fuzz-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

void repair_header(std::vector<std::uint8_t>& file) {
  format::segment_header header;
  header.identity = fuzzed_store;
  header.first = journal_number{1};
  header.previous_checksum = format::chain_start(fuzzed_store);
  header.file_bytes = file.size();
  format::write_segment_header(
    std::span<std::uint8_t, format::segment_header_bytes>{file.data(),
                                                          format::segment_header_bytes},
    header);
}

// Bytes behind the header as a list of batches: two bytes of length, two of record count, then the
// body.
void repair_batches(std::vector<std::uint8_t>& file) {
  const auto seed = format::chain_start(fuzzed_store);
  format::batch_header header;
  header.previous = seed;
  header.first = 1;
  header.epoch = fuzzed_store.epoch;
  for (std::size_t at = format::segment_header_bytes;
       at + format::batch_header_bytes + format::record_header_bytes <= file.size();) {
    const std::size_t wanted = file[at] + 256u * file[at + 1];
    header.records = file[at + 2];
    const std::size_t length = std::clamp<std::size_t>(
      wanted / 8 * 8, format::batch_header_bytes + format::record_header_bytes,
      (file.size() - at) / 8 * 8);
    // A batch of a wish for zero bytes stays broken: tails are worth reaching too.
    if (wanted != 0)
      header.previous = format::seal_batch({file.data() + at, length}, header, seed);
    header.first += header.records;
    at += length;
  }
}

std::uint64_t replayed(const std::filesystem::path& directory) {
  std::uint64_t last = 0;
  const auto done = replay(directory, journal_number{0}, [&](const record_view& r) -> result<> {
    if (r.number.value != last + 1)
      std::abort();
    last = r.number.value;
    // Reads every byte, for the sanitizer.
    if (std::count(r.payload.begin(), r.payload.end(), 0) > std::ssize(r.payload))
      std::abort();
    return {};
  });
  return done ? last : 0;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > 60000)
    return 0;
  static const scratch folder;
  journal_settings settings;
  settings.directory = folder.path / "journal";
  settings.segment_bytes = 64u << 10;
  settings.max_batch_bytes = 16u << 10;
  const int repairs = data[0] % 3;
  std::vector<std::uint8_t> file(repairs == 0 ? 0 : format::segment_header_bytes);
  file.insert(file.end(), data + 1, data + size);
  if (repairs >= 1)
    repair_header(file);
  if (repairs == 2)
    repair_batches(file);
  std::filesystem::create_directories(settings.directory);
  {
    const auto path = settings.directory / segment_name(journal_number{1});
    [[maybe_unused]] const auto removed = remove_file(path);
    const auto out = posix_file::create(path);
    if (!out || !out->write_at(0, file))
      std::abort();
  }
  const auto before = replayed(settings.directory);
  const auto report = inspect_journal(settings.directory);
  if (!report || (!report->damage && report->last.value != before))
    std::abort();
  auto found = journal::open(settings, fuzzed_store, journal_number{0}, {});
  // What opens had no damage, and cutting the tail took no record.
  if (found && (report->damage || found->last.value != before))
    std::abort();
  if (found && replayed(settings.directory) != before)
    std::abort();
  return 0;
}
