#include "domain/entities/codec.hpp"

#include "domain/entities/declare.hpp"

#include <charconv>
#include <chrono>

namespace uzel {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return -1;
}

// Length of the UTF-8 sequence at the start (1 to 4), 0 for bytes that are none (RFC 3629).
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
  const bool overlong = (first == 0xE0 && at(1) < 0xA0) || (first == 0xF0 && at(1) < 0x90);
  const bool surrogate = first == 0xED && at(1) > 0x9F;
  const bool beyond = first == 0xF4 && at(1) > 0x8F;
  return overlong || surrogate || beyond ? 0 : n;
}

void append_number(std::string& out, std::int64_t n, std::size_t width) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, n).ptr;
  const auto length = static_cast<std::size_t>(end - digits);
  out.append(width > length ? width - length : 0, '0').append(digits, length);
}

// Takes exactly `width` digits.
bool take_digits(std::string_view& text, std::size_t width, int& out) {
  if (text.size() < width)
    return false;
  const auto end = text.data() + width;
  const auto [next, ec] = std::from_chars(text.data(), end, out);
  if (ec != std::errc{} || next != end || text.front() == '-')
    return false;
  text.remove_prefix(width);
  return true;
}

bool take_char(std::string_view& text, std::string_view allowed) {
  if (text.empty() || allowed.find(text.front()) == std::string_view::npos)
    return false;
  text.remove_prefix(1);
  return true;
}

// ".123456789" to microseconds; none is 0.
bool take_fraction(std::string_view& text, std::int64_t& micros) {
  if (text.empty() || text.front() != '.')
    return true;
  text.remove_prefix(1);
  std::int64_t scale = 100'000;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
    micros += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
  }
  return digits > 0;
}

// "Z" or "+03:00" to seconds east of UTC.
bool take_offset(std::string_view& text, std::int64_t& east) {
  if (take_char(text, "Zz"))
    return true;
  const bool west = !text.empty() && text.front() == '-';
  int hours = 0;
  int minutes = 0;
  if (!take_char(text, "+-") || !take_digits(text, 2, hours) || !take_char(text, ":") ||
      !take_digits(text, 2, minutes) || hours > 23 || minutes > 59)
    return false;
  east = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
  return true;
}

result<value> parse_integer(std::string_view text) {
  std::int64_t n = 0;
  const auto end = text.data() + text.size();
  const auto [next, ec] = std::from_chars(text.data(), end, n);
  if (ec != std::errc{} || next != end)
    return errc::invalid_input;
  return value{n};
}

result<value> parse_boolean(std::string_view text) {
  if (text == "true" || text == "yes" || text == "1")
    return value{true};
  if (text == "false" || text == "no" || text == "0")
    return value{false};
  return errc::invalid_input;
}

result<value> numbered(const std::string& problem, std::int64_t n) {
  if (!problem.empty())
    return errc::invalid_input;
  return value{n};
}

} // namespace

std::string render_instant(instant t) {
  if (!t)
    return {};
  using namespace std::chrono;
  const sys_time<microseconds> point{microseconds{t.us}};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss clock{point - day};
  std::string out;
  out.reserve(27);
  append_number(out, static_cast<int>(date.year()), 4);
  append_number(out += '-', static_cast<unsigned>(date.month()), 2);
  append_number(out += '-', static_cast<unsigned>(date.day()), 2);
  append_number(out += 'T', clock.hours().count(), 2);
  append_number(out += ':', clock.minutes().count(), 2);
  append_number(out += ':', clock.seconds().count(), 2);
  if (clock.subseconds().count() != 0)
    append_number(out += '.', clock.subseconds().count(), 6);
  return out += 'Z';
}

result<instant> parse_instant(std::string_view text) {
  int y = 0;
  int month = 0;
  int day = 0;
  int h = 0;
  int m = 0;
  int s = 0;
  std::int64_t micros = 0;
  std::int64_t east = 0;
  const bool fits = take_digits(text, 4, y) && take_char(text, "-") &&
                    take_digits(text, 2, month) && take_char(text, "-") &&
                    take_digits(text, 2, day) && take_char(text, "Tt ") &&
                    take_digits(text, 2, h) && take_char(text, ":") && take_digits(text, 2, m) &&
                    take_char(text, ":") && take_digits(text, 2, s) &&
                    take_fraction(text, micros) && take_offset(text, east) && text.empty();
  using namespace std::chrono;
  const year_month_day date{year{y}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (!fits || !date.ok() || h > 23 || m > 59 || s > 60)
    return errc::invalid_input;
  const auto days_since = std::int64_t{sys_days{date}.time_since_epoch().count()};
  const auto seconds_since = days_since * 86400 + h * 3600 + m * 60 + s - east;
  return instant{seconds_since * 1'000'000 + micros};
}

std::string render(const field& f, const value& v) {
  if (v.is_null() || f.type == field_type::secret)
    return {};
  if (v.kind == value::kind_type::text)
    return v.text;
  if (v.kind == value::kind_type::boolean)
    return v.number != 0 ? "true" : "false";
  return f.type == field_type::instant ? render_instant(instant{v.number})
                                       : std::to_string(v.number);
}

result<value> parse(const field& f, std::string_view text) {
  if (text.empty())
    return value{};
  switch (f.type) {
  case field_type::boolean:
    return parse_boolean(text);
  case field_type::integer:
  case field_type::money:
  case field_type::reference:
    return parse_integer(text);
  case field_type::instant: {
    const auto t = parse_instant(text);
    if (!t)
      return errc::invalid_input;
    return value{t->us};
  }
  default:
    return value{std::string{text}};
  }
}

bool is_nullable(const entity& e, const field& f) {
  return e.written_by == writing_class::desk && !f.has(trait_required) &&
         ((f.type == field_type::reference && f.minimum == 0) ||
          (f.type == field_type::mac && f.has(trait_unique)));
}

bool is_text(const field& f) {
  return f.type == field_type::text || f.type == field_type::secret ||
         f.type == field_type::login || f.type == field_type::permissions;
}

result<value> to_stored(const entity& e, const field& f, const value& outside) {
  using kind = value::kind_type;
  if (outside.is_null()) {
    if (is_text(f))
      return value{std::string{}};
    return is_nullable(e, f) ? value{} : value{std::int64_t{0}};
  }
  if (is_text(f)) {
    if (outside.kind != kind::text)
      return errc::invalid_input;
    return value{f.type == field_type::secret ? stored_secret(outside.text)
                                              : stored_text(outside.text)};
  }
  std::int64_t n = 0;
  ipv4 address;
  prefix4 prefix;
  mac_address mac;
  std::string problem;
  switch (f.type) {
  case field_type::choice:
    problem = declare::wrong_choice(outside, f.choices, n);
    return numbered(problem, n);
  case field_type::ipv4:
    problem = declare::wrong_ipv4(outside, true, address);
    return numbered(problem, address.value);
  case field_type::prefix4:
    problem = declare::wrong_prefix(outside, prefix);
    return numbered(problem, declare::packed(prefix));
  case field_type::mac:
    problem = declare::wrong_mac(outside, true, mac);
    return numbered(problem, static_cast<std::int64_t>(mac.value));
  default:
    break;
  }
  const auto wanted = f.type == field_type::boolean ? kind::boolean : kind::integer;
  if (outside.kind != wanted)
    return errc::invalid_input;
  return value{outside.number};
}

value from_stored(const field& f, const value& stored) {
  const auto n = stored.number;
  switch (f.type) {
  case field_type::boolean:
    return value{n != 0};
  case field_type::integer:
  case field_type::money:
    return value{n};
  case field_type::reference:
  case field_type::instant:
    return n == 0 ? value{} : value{n};
  case field_type::choice:
    return declare::choice_value(f.choices, n);
  case field_type::ipv4:
    return n == 0 ? value{} : value{to_string(ipv4{static_cast<std::uint32_t>(n)})};
  case field_type::prefix4:
    return value{to_string(declare::unpacked(n))};
  case field_type::mac:
    return n == 0 ? value{} : value{to_string(mac_address{static_cast<std::uint64_t>(n)})};
  case field_type::secret:
    return value{secret_from_stored(stored.text)};
  default:
    return value{text_from_stored(stored.text)};
  }
}

std::string stored_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto n = text.front() == '\\' || text.front() == 0 ? 0 : utf8_length(text);
    if (n == 0) {
      const auto byte = static_cast<unsigned char>(text.front());
      ((out += '\\') += hex_digits[byte >> 4]) += hex_digits[byte & 15];
    } else {
      out.append(text.substr(0, n));
    }
    text.remove_prefix(n == 0 ? 1 : n);
  }
  return out;
}

std::string text_from_stored(std::string_view stored) {
  if (stored.find('\\') == std::string_view::npos)
    return std::string{stored};
  std::string out;
  out.reserve(stored.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const int high = stored[i] == '\\' && i + 2 < stored.size() ? hex_value(stored[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(stored[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += stored[i];
    }
  }
  return out;
}

std::string stored_secret(std::string_view bytes) {
  std::string out;
  out.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    (out += hex_digits[byte >> 4]) += hex_digits[byte & 15];
  }
  return out;
}

std::string secret_from_stored(std::string_view stored) {
  std::string out;
  out.reserve(stored.size() / 2);
  for (std::size_t i = 0; i + 1 < stored.size(); i += 2) {
    const int high = hex_value(stored[i]);
    const int low = hex_value(stored[i + 1]);
    if (high < 0 || low < 0)
      return {};
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

} // namespace uzel
