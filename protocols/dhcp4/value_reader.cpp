#include "protocols/dhcp4/value_reader.hpp"

#include "domain/ipv4.hpp"
#include "protocols/dhcp4/domain_names.hpp"

#include <charconv>
#include <limits>

namespace uzel::dhcp4 {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string said(std::string_view text, std::string_view what) {
  return "'" + std::string{text.substr(0, 64)} + "' " + std::string{what};
}

template <class Number>
std::optional<Number> whole_number(std::string_view text, int base = 10) {
  Number out{};
  const auto end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, out, base);
  if (fault != std::errc{} || rest != end)
    return {};
  return out;
}

// Splits "x via y".
bool split_via(std::string_view text, std::string_view& to, std::string_view& router) {
  const auto at = text.find(" via ");
  if (at == std::string_view::npos)
    return false;
  to = trimmed(text.substr(0, at));
  router = trimmed(text.substr(at + 5));
  return true;
}

} // namespace

void value_reader::put(std::uint64_t value, std::size_t size) {
  for (std::size_t i = size; i > 0; --i)
    out_.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
}

value_reader::problem value_reader::hex() {
  const auto digits = text_.substr(4);
  if (digits.size() % 2 != 0)
    return "the last octet has one hex digit only";
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto octet = whole_number<std::uint8_t>(digits.substr(i, 2), 16);
    if (!octet)
      return said(digits.substr(i, 2), "is no octet in hex");
    put(*octet, 1);
  }
  return {};
}

value_reader::problem value_reader::text() {
  if (!text_.starts_with('"')) {
    if (text_.empty())
      return "a text is missing";
    if (text_.find('\0') != std::string_view::npos)
      return "a text has no zero octets";
    out_.insert(out_.end(), text_.begin(), text_.end());
    return {};
  }
  std::size_t i = 1;
  const std::size_t before = out_.size();
  for (; i < text_.size() && text_[i] != '"'; ++i) {
    char c = text_[i];
    if (c == '\\') {
      const auto next = text_.substr(i + 1, 3);
      if (next.starts_with('"') || next.starts_with('\\')) {
        c = next[0];
        ++i;
      } else if (const auto octet = next.size() == 3 && next[0] == 'x'
                                      ? whole_number<std::uint8_t>(next.substr(1), 16)
                                      : std::nullopt) {
        c = static_cast<char>(*octet);
        i += 3;
      } else {
        return "after \\ comes one of \", \\ and xHH";
      }
    }
    if (c == '\0')
      return "a text has no zero octets";
    out_.push_back(static_cast<std::uint8_t>(c));
  }
  if (i + 1 != text_.size())
    return "the closing quote is missing or not at the end";
  if (out_.size() == before)
    return "a text is missing";
  return {};
}

value_reader::problem value_reader::boolean() {
  if (text_ == "yes" || text_ == "no") {
    put(text_ == "yes" ? 1 : 0, 1);
    return {};
  }
  return said(text_, "is neither yes nor no");
}

value_reader::problem value_reader::number(std::size_t size) {
  const auto value = whole_number<std::uint64_t>(text_);
  const auto most = (std::uint64_t{1} << (8 * size)) - 1;
  if (!value || *value > most)
    return said(text_, "is no number from 0 to " + std::to_string(most));
  put(*value, size);
  return {};
}

value_reader::problem value_reader::signed_number() {
  const auto value = whole_number<std::int32_t>(text_);
  if (!value)
    return said(text_, "is no number of 32 bits");
  put(static_cast<std::uint32_t>(*value), 4);
  return {};
}

// Calls f for each part between commas.
template <class F>
value_reader::problem value_reader::each(std::size_t most, F f) {
  auto rest = text_;
  for (std::size_t n = 0;; ++n) {
    if (n == most)
      return most == 1 ? std::string{"there is one value only"}
                       : "there are more than " + std::to_string(most) + " values";
    const auto comma = rest.find(',');
    if (auto wrong = f(trimmed(rest.substr(0, comma))))
      return wrong;
    if (comma == std::string_view::npos)
      return {};
    rest.remove_prefix(comma + 1);
  }
}

value_reader::problem value_reader::address(std::string_view text) {
  const auto value = parse_ipv4(text);
  if (!value)
    return said(text, "is no address");
  put(value->value, 4);
  return {};
}

value_reader::problem value_reader::addresses(std::size_t most) {
  return each(most, [&](std::string_view part) { return address(part); });
}

value_reader::problem value_reader::address_pairs() {
  return each(max_listed, [&](std::string_view part) -> problem {
    std::string_view to;
    std::string_view router;
    if (!split_via(part, to, router))
      return said(part, "is no 'ADDRESS via ROUTER'");
    if (auto wrong = address(to))
      return wrong;
    return address(router);
  });
}

value_reader::problem value_reader::routes() {
  return each(max_listed, [&](std::string_view part) -> problem {
    std::string_view to;
    std::string_view router;
    if (!split_via(part, to, router))
      return said(part, "is no 'PREFIX via ROUTER'");
    const auto prefix = parse_prefix4(to);
    if (!prefix)
      return said(to, "is no prefix");
    put(prefix->length, 1);
    const std::size_t significant = (prefix->length + 7u) / 8u;
    put(prefix->network.value >> (8 * (4 - significant) % 32), significant);
    return address(router);
  });
}

value_reader::problem value_reader::domains() {
  return each(max_listed, [&](std::string_view part) -> problem {
    if (!append_domain_name(part, out_))
      return said(part, "is no domain name");
    return {};
  });
}

} // namespace uzel::dhcp4
