#include "net/json/json.hpp"

#include <charconv>

namespace uzel::rest {
namespace {

constexpr char hex[] = "0123456789abcdef";

// Length of the UTF-8 sequence at the start (RFC 3629), 0 when there is none.
std::size_t utf8_length(std::string_view s) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto first = at(0);
  if (first < 0x80)
    return 1;
  const std::size_t n = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || s.size() < n)
    return 0;
  for (std::size_t i = 1; i < n; ++i)
    if ((at(i) & 0xC0) != 0x80)
      return 0;
  const bool bad = (first == 0xE0 && at(1) < 0xA0) || (first == 0xED && at(1) > 0x9F) ||
                   (first == 0xF0 && at(1) < 0x90) || (first == 0xF4 && at(1) > 0x8F);
  return bad ? 0 : n;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
  case '"':
    out += "\\\"";
    return;
  case '\\':
    out += "\\\\";
    return;
  case '\n':
    out += "\\n";
    return;
  case '\r':
    out += "\\r";
    return;
  case '\t':
    out += "\\t";
    return;
  default:
    ((out += "\\u00") += hex[(static_cast<unsigned char>(c) >> 4) & 15]) += hex[c & 15];
  }
}

template <class N>
void append_number(std::string& out, N n) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, n).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

} // namespace

void json_writer::separate() {
  if (!first_)
    out_ += ',';
  first_ = false;
}

json_writer& json_writer::begin_object() {
  separate();
  out_ += '{';
  first_ = true;
  return *this;
}
json_writer& json_writer::end_object() {
  out_ += '}';
  first_ = false;
  return *this;
}
json_writer& json_writer::begin_array() {
  separate();
  out_ += '[';
  first_ = true;
  return *this;
}
json_writer& json_writer::end_array() {
  out_ += ']';
  first_ = false;
  return *this;
}

json_writer& json_writer::key(std::string_view name) {
  text(name);
  out_ += ':';
  first_ = true;
  return *this;
}

json_writer& json_writer::null() {
  return raw("null");
}
json_writer& json_writer::boolean(bool b) {
  return raw(b ? "true" : "false");
}
json_writer& json_writer::number(std::int64_t n) {
  separate();
  append_number(out_, n);
  return *this;
}
json_writer& json_writer::number(std::uint64_t n) {
  separate();
  append_number(out_, n);
  return *this;
}

json_writer& json_writer::text(std::string_view s) {
  separate();
  out_ += '"';
  while (!s.empty()) {
    const auto c = static_cast<unsigned char>(s.front());
    const auto length = utf8_length(s);
    if (length == 0)
      out_ += "\xEF\xBF\xBD";
    else if (c < 0x20 || c == '"' || c == '\\' || c == 0x7F)
      append_escaped(out_, s.front());
    else
      out_.append(s.substr(0, length));
    s.remove_prefix(length == 0 ? 1 : length);
  }
  out_ += '"';
  return *this;
}

json_writer& json_writer::raw(std::string_view s) {
  separate();
  out_ += s;
  return *this;
}

} // namespace uzel::rest
