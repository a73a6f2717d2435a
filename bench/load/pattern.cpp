#include "bench/load/pattern.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <fmt/format.h>

namespace uzel::load {
namespace {

constexpr std::string_view hex = "0123456789ABCDEF";

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

} // namespace

std::optional<name_pattern> name_pattern::parse(std::string_view text) {
  constexpr std::size_t digits = 20;
  if (text.empty() || text.size() > longest - digits)
    return std::nullopt;
  name_pattern out;
  const auto open = text.find('{');
  const auto close = text.find('}');
  if (open == text.npos && close == text.npos) {
    out.before_ = text;
    return out;
  }
  if (open == text.npos || close == text.npos || close < open ||
      text.find_first_of("{}", close + 1) != text.npos || text.find('{', open + 1) != text.npos)
    return std::nullopt;
  const auto inside = text.substr(open + 1, close - open - 1);
  const auto [end, problem] =
    std::from_chars(inside.data(), inside.data() + inside.size(), out.width_);
  if (!inside.empty() && (problem != std::errc{} || end != inside.data() + inside.size() ||
                          out.width_ == 0 || out.width_ > digits))
    return std::nullopt;
  out.before_ = text.substr(0, open);
  out.after_ = text.substr(close + 1);
  out.numbered_ = true;
  return out;
}

std::string_view name_pattern::name(std::uint64_t number, room& into) const noexcept {
  char* at = std::copy(before_.begin(), before_.end(), into.data());
  if (numbered_) {
    std::array<char, 20> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    const auto length = static_cast<unsigned>(end - text.data());
    if (width_ > length)
      at = std::fill_n(at, width_ - length, '0');
    at = std::copy(text.data(), end, at);
  }
  at = std::copy(after_.begin(), after_.end(), at);
  return {into.data(), static_cast<std::size_t>(at - into.data())};
}

std::optional<std::uint64_t> name_pattern::number(std::string_view wanted) const {
  if (!numbered_ || wanted.size() <= before_.size() + after_.size() ||
      !wanted.starts_with(before_) || !wanted.ends_with(after_))
    return std::nullopt;
  const auto text = wanted.substr(before_.size(), wanted.size() - before_.size() - after_.size());
  std::uint64_t out = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  room again;
  if (problem != std::errc{} || end != text.data() + text.size() || name(out, again) != wanted)
    return std::nullopt;
  return out;
}

std::optional<mac> parse_mac(std::string_view text) {
  if (text.size() != 17 || (text[2] != ':' && text[2] != '-'))
    return std::nullopt;
  mac out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_value(text[i * 3]);
    const int low = hex_value(text[i * 3 + 1]);
    if (high < 0 || low < 0 || (i < 5 && text[i * 3 + 2] != text[2]))
      return std::nullopt;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return out;
}

mac mac_after(const mac& first, std::uint32_t number) noexcept {
  mac out = first;
  std::uint32_t tail = 0;
  std::memcpy(&tail, out.data() + 2, 4);
  tail = htonl(ntohl(tail) + number);
  std::memcpy(out.data() + 2, &tail, 4);
  return out;
}

std::string_view mac_text(const mac& m, name_pattern::room& into) noexcept {
  char* at = into.data();
  for (const auto octet : m) {
    *at++ = hex[octet >> 4];
    *at++ = hex[octet & 15];
    *at++ = ':';
  }
  return {into.data(), 17};
}

std::optional<std::uint32_t> parse_address(std::string_view text) {
  in_addr out{};
  if (::inet_pton(AF_INET, std::string{text}.c_str(), &out) != 1)
    return std::nullopt;
  return ntohl(out.s_addr);
}

std::string address_text(std::uint32_t a) {
  return fmt::format("{}.{}.{}.{}", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

} // namespace uzel::load
