// The bytes of a journal on disk, format version 1. All integers are little-endian; README.md draws
// the layout.
#pragma once

#include "storage/journal/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace uzel::storage::format {

// Stored values: do not change, add a version instead.
inline constexpr std::uint32_t version = 1;
inline constexpr std::uint64_t segment_magic = 0x4C4E524A4C455A55; // "UZELJRNL"
inline constexpr std::uint32_t batch_magic = 0x48435442;           // "BTCH"
inline constexpr std::size_t segment_header_bytes = 4096; // a page that no batch ever shares
inline constexpr std::size_t batch_header_bytes = 48;
inline constexpr std::size_t record_header_bytes = 16;
inline constexpr std::uint16_t ends_group_flag = 1;

// The first page of a segment file.
struct segment_header {
  store_identity identity;
  journal_number first;                // of the first record in this file
  journal_number previous_first;       // the same of the file before; none: the journal begins here
  std::uint64_t previous_checksum = 0; // of the last batch before this file, or chain_start()
  instant last_time;                   // the latest time of any record before this file
  std::uint64_t file_bytes = 0;        // fixed when the file is allocated
};

// The head of one checksummed unit.
struct batch_header {
  std::uint64_t checksum = 0;
  std::uint32_t length = 0; // whole batch with this header, a multiple of 8
  std::uint64_t previous = 0;
  std::uint64_t first = 0;
  std::uint32_t records = 0;
  std::uint32_t epoch = 0;
};

// What the first batch of an epoch names as its predecessor; also the seed of all batch checksums,
// so that a batch of another store or epoch, or one forged inside a payload, is not a batch here.
std::uint64_t chain_start(const store_identity& identity);

// Fills one header page with its checksum.
void write_segment_header(std::span<std::uint8_t, segment_header_bytes> page,
                          const segment_header& header);

enum class header_state : std::uint8_t { good, bad, newer_version };
// Reads one header page; bad when magic or checksum is wrong.
header_state read_segment_header(std::span<const std::uint8_t, segment_header_bytes> page,
                                 segment_header& out);

// Bytes that a record of this payload size takes in a batch.
constexpr std::uint64_t record_bytes(std::uint64_t payload) {
  return (record_header_bytes + payload + 7) / 8 * 8;
}

// Writes one record at the start of out, padding zeroed; returns record_bytes(). out is large
// enough.
std::size_t write_record(std::uint8_t* out, instant time, std::uint16_t kind, bool ends_group,
                         std::span<const std::uint8_t> payload);

// Fills header and checksum of a batch whose records already stand behind the header; returns the
// checksum.
std::uint64_t seal_batch(std::span<std::uint8_t> batch, const batch_header& header,
                         std::uint64_t seed);

// Reads the head of a batch from at least batch_header_bytes; none when it cannot be one (magic,
// own check, length).
std::optional<batch_header> read_batch_header(std::span<const std::uint8_t> bytes,
                                              std::uint64_t seed);

// Whether the checksum holds and the records fill the batch exactly.
bool batch_is_sound(std::span<const std::uint8_t> batch, const batch_header& header,
                    std::uint64_t seed);

// Walks the records of a sound batch.
class record_cursor {
 public:
  record_cursor(std::span<const std::uint8_t> batch, std::uint64_t first);
  // False at the end of the batch.
  bool next(record_view& out);

 private:
  std::span<const std::uint8_t> rest_;
  std::uint64_t number_;
};

} // namespace uzel::storage::format
