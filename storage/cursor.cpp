#include "storage/cursor.hpp"

#include "domain/hash.hpp"
#include "storage/record_bytes.hpp"

namespace uzel::storage {
namespace {

constexpr std::string_view alphabet =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint64_t checksum_seed = 0x75A1'C0DE'0001ull; // separates cursors from other hashes

std::uint64_t checksum(std::span<const std::uint8_t> bytes) {
  return stable_hash({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, checksum_seed);
}

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const auto byte : bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 6; bits -= 6)
      out += alphabet[(held >> (bits - 6)) & 63];
  }
  if (bits > 0)
    out += alphabet[(held << (6 - bits)) & 63];
  return out;
}

bool from_base64(std::string_view text, std::vector<std::uint8_t>& out) {
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos)
      return false;
    held = (held << 6) | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(held >> bits));
    }
  }
  return bits < 6 && (held & ((1u << bits) - 1)) == 0;
}

} // namespace

std::string write_cursor(const cursor& c) {
  std::vector<std::uint8_t> bytes;
  byte_writer out{bytes};
  out.put(c.question);
  out.put(static_cast<std::uint8_t>(c.sort.kind));
  out.put(c.sort.number);
  out.put_text(c.sort.text);
  out.put(c.id);
  out.put(checksum(bytes));
  return to_base64(bytes);
}

result<cursor> read_cursor(std::string_view text, std::uint64_t question) {
  std::vector<std::uint8_t> bytes;
  if (!from_base64(text, bytes) || bytes.size() < sizeof(std::uint64_t))
    return errc::invalid_input;
  const std::span all{bytes};
  const auto sum = all.last(sizeof(std::uint64_t));
  const auto rest = all.first(all.size() - sum.size());
  byte_reader in{rest};
  cursor out;
  out.question = in.take<std::uint64_t>();
  const auto kind = in.take<std::uint8_t>();
  out.sort.number = in.take<std::int64_t>();
  out.sort.text = in.take_text();
  out.id = in.take<std::int64_t>();
  if (!in.done() || kind > static_cast<std::uint8_t>(value::kind_type::text) ||
      byte_reader{sum}.take<std::uint64_t>() != checksum(rest) || out.question != question)
    return errc::invalid_input;
  out.sort.kind = static_cast<value::kind_type>(kind);
  return out;
}

} // namespace uzel::storage
