#include "storage/journal/format.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

namespace uzel::storage::format {
namespace {

template <class T>
T load(const std::uint8_t* p) {
  T value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, p, sizeof value);
  } else {
    for (std::size_t i = sizeof(T); i-- > 0;)
      value = static_cast<T>((static_cast<std::uint64_t>(value) << 8) | p[i]);
  }
  return value;
}

template <class T>
void store(std::uint8_t* p, std::type_identity_t<T> value) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(p, &value, sizeof value);
  } else {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      p[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
  }
}

// Offsets in a segment header.
constexpr std::size_t at_magic = 8;
constexpr std::size_t at_version = 16;
constexpr std::size_t at_epoch = 20;
constexpr std::size_t at_id = 24;
constexpr std::size_t at_first = 40;
constexpr std::size_t at_previous_first = 48;
constexpr std::size_t at_previous_checksum = 56;
constexpr std::size_t at_last_time = 64;
constexpr std::size_t at_file_bytes = 72;

// Offsets in a batch header.
constexpr std::size_t batch_at_magic = 8;
constexpr std::size_t batch_at_head_check = 12; // covers what follows it in the header
constexpr std::size_t batch_at_length = 16;
constexpr std::size_t batch_at_records = 20;
constexpr std::size_t batch_at_previous = 24;
constexpr std::size_t batch_at_first = 32;
constexpr std::size_t batch_at_epoch = 40;
constexpr std::size_t batch_at_reserved = 44;

// Offsets in a record header.
constexpr std::size_t record_at_kind = 4;
constexpr std::size_t record_at_flags = 6;
constexpr std::size_t record_at_time = 8;

// The checksum stands in the first eight bytes and covers all that follow it.
std::uint64_t checksum_of(std::span<const std::uint8_t> unit, std::uint64_t seed) {
  return XXH3_64bits_withSeed(unit.data() + 8, unit.size() - 8, seed);
}

std::uint32_t head_check_of(const std::uint8_t* header, std::uint64_t seed) {
  return static_cast<std::uint32_t>(
    XXH3_64bits_withSeed(header + batch_at_length, batch_header_bytes - batch_at_length, seed));
}

} // namespace

std::uint64_t chain_start(const store_identity& identity) {
  return XXH3_64bits_withSeed(identity.id.data(), identity.id.size(), identity.epoch);
}

void write_segment_header(std::span<std::uint8_t, segment_header_bytes> page,
                          const segment_header& header) {
  std::fill(page.begin(), page.end(), std::uint8_t{0});
  std::uint8_t* p = page.data();
  store<std::uint64_t>(p + at_magic, segment_magic);
  store<std::uint32_t>(p + at_version, version);
  store<std::uint32_t>(p + at_epoch, header.identity.epoch);
  std::copy(header.identity.id.begin(), header.identity.id.end(), p + at_id);
  store<std::uint64_t>(p + at_first, header.first.value);
  store<std::uint64_t>(p + at_previous_first, header.previous_first.value);
  store<std::uint64_t>(p + at_previous_checksum, header.previous_checksum);
  store<std::int64_t>(p + at_last_time, header.last_time.us);
  store<std::uint64_t>(p + at_file_bytes, header.file_bytes);
  store<std::uint64_t>(p, checksum_of(page, 0));
}

header_state read_segment_header(std::span<const std::uint8_t, segment_header_bytes> page,
                                 segment_header& out) {
  const std::uint8_t* p = page.data();
  if (load<std::uint64_t>(p + at_magic) != segment_magic ||
      load<std::uint64_t>(p) != checksum_of(page, 0))
    return header_state::bad;
  if (load<std::uint32_t>(p + at_version) != version)
    return header_state::newer_version;
  out.identity.epoch = load<std::uint32_t>(p + at_epoch);
  std::copy_n(p + at_id, out.identity.id.size(), out.identity.id.begin());
  out.first = journal_number{load<std::uint64_t>(p + at_first)};
  out.previous_first = journal_number{load<std::uint64_t>(p + at_previous_first)};
  out.previous_checksum = load<std::uint64_t>(p + at_previous_checksum);
  out.last_time = instant{load<std::int64_t>(p + at_last_time)};
  out.file_bytes = load<std::uint64_t>(p + at_file_bytes);
  return header_state::good;
}

std::size_t write_record(std::uint8_t* out, instant time, std::uint16_t kind, bool ends_group,
                         std::span<const std::uint8_t> payload) {
  store<std::uint32_t>(out, static_cast<std::uint32_t>(payload.size()));
  store<std::uint16_t>(out + record_at_kind, kind);
  store<std::uint16_t>(out + record_at_flags, ends_group ? ends_group_flag : std::uint16_t{0});
  store<std::int64_t>(out + record_at_time, time.us);
  if (!payload.empty())
    std::memcpy(out + record_header_bytes, payload.data(), payload.size());
  const std::size_t used = record_header_bytes + payload.size();
  const auto total = static_cast<std::size_t>(record_bytes(payload.size()));
  std::memset(out + used, 0, total - used);
  return total;
}

std::uint64_t seal_batch(std::span<std::uint8_t> batch, const batch_header& header,
                         std::uint64_t seed) {
  std::uint8_t* p = batch.data();
  store<std::uint32_t>(p + batch_at_magic, batch_magic);
  store<std::uint32_t>(p + batch_at_length, static_cast<std::uint32_t>(batch.size()));
  store<std::uint32_t>(p + batch_at_records, header.records);
  store<std::uint64_t>(p + batch_at_previous, header.previous);
  store<std::uint64_t>(p + batch_at_first, header.first);
  store<std::uint32_t>(p + batch_at_epoch, header.epoch);
  store<std::uint32_t>(p + batch_at_reserved, 0);
  store<std::uint32_t>(p + batch_at_head_check, head_check_of(p, seed));
  const std::uint64_t sum = checksum_of(batch, seed);
  store<std::uint64_t>(p, sum);
  return sum;
}

std::optional<batch_header> read_batch_header(std::span<const std::uint8_t> bytes,
                                              std::uint64_t seed) {
  if (bytes.size() < batch_header_bytes)
    return std::nullopt;
  const std::uint8_t* p = bytes.data();
  if (load<std::uint32_t>(p + batch_at_magic) != batch_magic ||
      load<std::uint32_t>(p + batch_at_head_check) != head_check_of(p, seed))
    return std::nullopt;
  batch_header header;
  header.checksum = load<std::uint64_t>(p);
  header.length = load<std::uint32_t>(p + batch_at_length);
  header.previous = load<std::uint64_t>(p + batch_at_previous);
  header.first = load<std::uint64_t>(p + batch_at_first);
  header.records = load<std::uint32_t>(p + batch_at_records);
  header.epoch = load<std::uint32_t>(p + batch_at_epoch);
  if (header.length < batch_header_bytes + record_header_bytes || header.length % 8 != 0 ||
      header.records == 0 || header.first == 0)
    return std::nullopt;
  return header;
}

bool batch_is_sound(std::span<const std::uint8_t> batch, const batch_header& header,
                    std::uint64_t seed) {
  if (batch.size() != header.length || checksum_of(batch, seed) != header.checksum)
    return false;
  std::uint64_t at = batch_header_bytes;
  std::uint64_t count = 0;
  while (at + record_header_bytes <= batch.size()) {
    at += record_bytes(load<std::uint32_t>(batch.data() + at));
    ++count;
  }
  return at == batch.size() && count == header.records;
}

record_cursor::record_cursor(std::span<const std::uint8_t> batch, std::uint64_t first)
  : rest_{batch.subspan(batch_header_bytes)}
  , number_{first} {}

bool record_cursor::next(record_view& out) {
  if (rest_.size() < record_header_bytes)
    return false;
  const std::uint8_t* p = rest_.data();
  const std::size_t size = load<std::uint32_t>(p);
  out.number = journal_number{number_++};
  out.time = instant{load<std::int64_t>(p + record_at_time)};
  out.kind = load<std::uint16_t>(p + record_at_kind);
  out.ends_group = (load<std::uint16_t>(p + record_at_flags) & ends_group_flag) != 0;
  out.payload = rest_.subspan(record_header_bytes, size);
  rest_ = rest_.subspan(static_cast<std::size_t>(record_bytes(size)));
  return true;
}

} // namespace uzel::storage::format
