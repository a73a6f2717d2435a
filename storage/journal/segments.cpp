#include "storage/journal/segments.hpp"

#include "storage/journal/scan.hpp"

#include <algorithm>
#include <array>
#include <thread>

namespace uzel::storage {
namespace {

// The running journal's syncs queue behind ours, and answers wait for them: small pieces.
constexpr std::uint64_t zeroed_per_sync = 1u << 20;

store_result<> fill(const posix_file& file, std::uint64_t bytes, std::chrono::microseconds rest) {
  using clock = std::chrono::steady_clock;
  if (const auto allocated = file.allocate(bytes); !allocated)
    return allocated;
  for (std::uint64_t at = 0; at < bytes;) {
    const auto begun = clock::now();
    const auto n = std::min(zeroed_per_sync, bytes - at);
    if (const auto wrote = file.write_zeros(at, n); !wrote)
      return wrote;
    if (const auto synced = file.sync(); !synced)
      return synced;
    at += n;
    if (at < bytes)
      std::this_thread::sleep_for(std::min<clock::duration>(rest, clock::now() - begun));
  }
  return {};
}

} // namespace

std::filesystem::path spare_path(const std::filesystem::path& directory) {
  return directory / "spare.prepared";
}

store_result<posix_file> prepare_spare(const std::filesystem::path& directory, std::uint64_t bytes,
                                       std::chrono::microseconds rest) {
  const auto path = spare_path(directory);
  if (const auto removed = remove_file(path); !removed)
    return removed.error();
  auto file = posix_file::create(path);
  if (!file)
    return file;
  if (const auto filled = fill(*file, bytes, rest); !filled) {
    // A half-allocated file would keep the disk full.
    [[maybe_unused]] const auto removed = remove_file(path);
    return filled.error();
  }
  return file;
}

store_result<> activate(posix_file& spare, const std::filesystem::path& directory,
                        const format::segment_header& header) {
  std::array<std::uint8_t, format::segment_header_bytes> page{};
  format::write_segment_header(page, header);
  const auto path = directory / segment_name(header.first);
  if (const auto wrote = spare.write_at(0, page); !wrote)
    return wrote;
  if (const auto synced = spare.sync(); !synced)
    return synced;
  if (const auto named = rename_file(spare.path(), path); !named)
    return named;
  spare.renamed(path);
  return sync_directory(directory);
}

store_result<> begin_journal(const journal_settings& settings, const store_identity& identity,
                             journal_number first) {
  auto file = prepare_spare(settings.directory, settings.segment_bytes);
  if (!file)
    return file.error();
  format::segment_header header;
  header.identity = identity;
  header.first = first;
  header.previous_checksum = format::chain_start(identity);
  header.file_bytes = settings.segment_bytes;
  return activate(*file, settings.directory, header);
}

store_result<> check_settings(const journal_settings& settings) {
  constexpr std::uint64_t least_batch = 4096;
  const auto wrong = [](std::string why) {
    return store_error{errc::invalid_input, "journal settings: " + std::move(why)};
  };
  if (settings.directory.empty())
    return wrong("no directory is named");
  if (settings.max_batch_bytes < least_batch || settings.max_batch_bytes % 8 != 0)
    return wrong("max_batch_bytes must be a multiple of 8 and at least 4096");
  if (settings.segment_bytes % format::segment_header_bytes != 0)
    return wrong("segment_bytes must be a multiple of 4096");
  if (settings.segment_bytes < format::segment_header_bytes + settings.max_batch_bytes)
    return wrong("segment_bytes must leave room for one batch of max_batch_bytes");
  if (settings.max_bytes < 2 * settings.segment_bytes)
    return wrong("max_bytes must leave room for two segments");
  return {};
}

} // namespace uzel::storage
