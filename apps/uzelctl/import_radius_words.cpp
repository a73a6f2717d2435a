#include "apps/uzelctl/import_radius_words.hpp"

#include "apps/uzelctl/lookup.hpp"
#include "apps/uzelctl/words.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <vector>

namespace uzel::ctl {
namespace {

constexpr std::size_t longest_password = 128;

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    if (end > 0)
      out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

radius_password cleartext_of(std::string_view value) {
  radius_password out;
  if (value.empty())
    out.refusal = tr("the password is empty");
  else if (value.size() > longest_password)
    out.refusal = say("the password has more than {} bytes", longest_password);
  else
    out.cleartext = value;
  return out;
}

radius_password nt_hash_of(std::string_view value) {
  auto hex = lower(value);
  if (hex.starts_with("0x"))
    hex.erase(0, 2);
  radius_password out;
  if (hex.size() == 32 && hex.find_first_not_of("0123456789abcdef") == std::string::npos)
    out.nt_hash = std::move(hex);
  else
    out.refusal = tr("the NT hash is not 32 hex digits");
  return out;
}

radius_password no_way(std::string_view kind) {
  return {{},
          {},
          say("a password kept as {} cannot be taken: only cleartext and NT hashes can",
              std::string{kind})};
}

// "{nt}0123…" as directories keep passwords.
radius_password with_header(std::string_view value) {
  const auto end = value.find('}');
  if (!value.starts_with('{') || end == std::string_view::npos)
    return no_way("Password-With-Header");
  const auto kind = lower(value.substr(1, end - 1));
  const auto rest = value.substr(end + 1);
  if (kind == "clear" || kind == "cleartext")
    return cleartext_of(rest);
  if (kind == "nt" || kind == "nthash" || kind == "x-nthash" || kind == "md4")
    return nt_hash_of(rest);
  return no_way(value.substr(0, end + 1));
}

// "10M", "512k", "1000000" in bits per second.
std::optional<std::uint64_t> bits_of(std::string_view text) {
  std::uint64_t factor = 1;
  if (!text.empty()) {
    switch (text.back()) {
    case 'k':
    case 'K':
      factor = 1'000;
      break;
    case 'm':
    case 'M':
      factor = 1'000'000;
      break;
    case 'g':
    case 'G':
      factor = 1'000'000'000;
      break;
    default:
      break;
    }
    if (factor != 1)
      text.remove_suffix(1);
  }
  std::uint64_t number = 0;
  constexpr std::uint64_t most = 4'000'000'000'000; // 4 Tbit/s: fits when told in kilobits
  if (!read_number(text, number) || number > most / factor)
    return std::nullopt;
  return number * factor;
}

std::uint32_t kbit_of(std::uint64_t bits) {
  return static_cast<std::uint32_t>((bits + 999) / 1000);
}

struct rate_pair {
  std::uint32_t up = 0;
  std::uint32_t down = 0;
};

// "rx/tx", or one number for both.
std::optional<rate_pair> pair_of(std::string_view text) {
  const auto slash = text.find('/');
  const auto up = bits_of(text.substr(0, slash));
  const auto down = slash == std::string_view::npos ? up : bits_of(text.substr(slash + 1));
  if (!up || !down)
    return std::nullopt;
  return rate_pair{kbit_of(*up), kbit_of(*down)};
}

// "8/8" or "8": the longer of both, for there is one time here.
std::optional<std::uint32_t> seconds_of(std::string_view text) {
  std::uint64_t longest = 0;
  for (auto part : split(text, "/")) {
    if (part.ends_with('s'))
      part.remove_suffix(1);
    std::uint64_t number = 0;
    if (!read_number(part, number) || number > 86'400)
      return std::nullopt;
    longest = std::max(longest, number);
  }
  return static_cast<std::uint32_t>(longest);
}

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};

std::optional<unsigned> month_of(std::string_view text) {
  const auto start = lower(text.substr(0, 3));
  const auto at = std::find(months.begin(), months.end(), start);
  if (text.size() < 3 || at == months.end())
    return std::nullopt;
  return static_cast<unsigned>(at - months.begin()) + 1;
}

// "12:00:00" or "12:00".
std::optional<std::int64_t> seconds_of_day(std::string_view text) {
  const auto parts = split(text, ":");
  if (parts.size() < 2 || parts.size() > 3)
    return std::nullopt;
  std::int64_t out = 0;
  constexpr std::array<std::uint64_t, 3> below{24, 60, 60};
  for (std::size_t i = 0; i < 3; ++i) {
    std::uint64_t number = 0;
    if (i < parts.size() && (!read_number(parts[i], number) || number >= below[i]))
      return std::nullopt;
    out = out * 60 + static_cast<std::int64_t>(number);
  }
  return out;
}

result<instant> instant_of(std::uint64_t year, unsigned month, std::uint64_t day,
                           std::int64_t second) {
  namespace ch = std::chrono;
  const ch::year_month_day date{ch::year{static_cast<int>(year)}, ch::month{month},
                                ch::day{static_cast<unsigned>(day)}};
  if (year < 1970 || year > 9999 || day > 31 || !date.ok())
    return errc::invalid_input;
  const auto days = ch::sys_days{date}.time_since_epoch().count();
  return instant::from_unix(std::int64_t{days} * 86'400 + second);
}

// "2027-01-10", maybe with "T12:00:00Z" or " 12:00:00" behind it.
result<instant> read_iso(std::string_view text) {
  const auto parts = split(text, " T");
  const auto date = split(parts.front(), "-");
  std::uint64_t year = 0;
  std::uint64_t month = 0;
  std::uint64_t day = 0;
  if (parts.size() > 2 || date.size() != 3 || !read_number(date[0], year) ||
      !read_number(date[1], month) || !read_number(date[2], day) || month > 12)
    return errc::invalid_input;
  std::int64_t second = 0;
  if (parts.size() == 2) {
    auto time = parts[1];
    if (time.ends_with('Z'))
      time.remove_suffix(1);
    const auto read = seconds_of_day(time);
    if (!read)
      return errc::invalid_input;
    second = *read;
  }
  return instant_of(year, static_cast<unsigned>(month), day, second);
}

} // namespace

bool is_password(std::string_view attribute) {
  const auto name = lower(attribute);
  return name.ends_with("-password") || name == "password" || name == "password-with-header" ||
         name == "sha2-password";
}

radius_password read_password(const radius_attribute& from) {
  const auto name = lower(from.name);
  if (name == "cleartext-password" || name == "user-password" || name == "password")
    return cleartext_of(from.value);
  if (name == "nt-password")
    return nt_hash_of(from.value);
  if (name == "password-with-header")
    return with_header(from.value);
  return no_way(from.name);
}

result<radius_speed> read_rate_limit(std::string_view text) {
  const auto parts = split(text, " ");
  if (parts.empty())
    return errc::invalid_input;
  const auto rate = pair_of(parts[0]);
  if (!rate)
    return errc::invalid_input;
  radius_speed out{rate->down, rate->up, 0, 0, 0};
  if (parts.size() > 1) {
    const auto burst = pair_of(parts[1]);
    if (!burst)
      return errc::invalid_input;
    out.burst_down_kbit = burst->down;
    out.burst_up_kbit = burst->up;
  }
  if (parts.size() > 3) {
    const auto lasts = seconds_of(parts[3]);
    if (!lasts)
      return errc::invalid_input;
    out.burst_seconds = *lasts;
  }
  return out;
}

result<std::uint32_t> read_bits_per_second(std::string_view text) {
  const auto bits = bits_of(text);
  if (!bits)
    return errc::invalid_input;
  return kbit_of(*bits);
}

result<instant> read_expiration(std::string_view text) {
  const auto parts = split(text, " ,");
  std::uint64_t number = 0;
  if (parts.size() == 1 && read_number(parts[0], number) && number < 253'402'300'800)
    return instant::from_unix(static_cast<std::int64_t>(number));
  if (!parts.empty() && parts[0].size() >= 8 && parts[0].find('-') == 4)
    return read_iso(text);
  if (parts.size() < 3 || parts.size() > 4)
    return errc::invalid_input;
  // "10 Jan 2027" and "Jan 10 2027".
  const bool month_first = month_of(parts[0]).has_value();
  const auto month = month_of(parts[month_first ? 0 : 1]);
  std::uint64_t day = 0;
  std::uint64_t year = 0;
  if (!month || !read_number(parts[month_first ? 1 : 0], day) || !read_number(parts[2], year))
    return errc::invalid_input;
  const auto second = parts.size() == 4 ? seconds_of_day(parts[3]) : 0;
  if (!second)
    return errc::invalid_input;
  return instant_of(year, *month, day, *second);
}

} // namespace uzel::ctl
