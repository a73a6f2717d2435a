#include "apps/uzelctl/csv_accounts.hpp"

#include "apps/uzelctl/csv_rows.hpp"
#include "apps/uzelctl/text_table.hpp"
#include "apps/uzelctl/words.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"
#include "protocols/proof/login_name.hpp"
#include "protocols/proof/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

namespace uzel::ctl {
namespace {

constexpr std::array<std::string_view, 8> columns{
  "login", "password", "number", "mac", "service", "static_address", "status", "session_limit"};
enum column : std::size_t {
  login,
  password,
  number,
  mac,
  service,
  static_address,
  status,
  session_limit,
};

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string all_columns() {
  std::string out;
  for (const auto name : columns)
    out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

// Cyrillic letters of Windows-1251 and KOI8-R are single bytes from 0xC0 up.
bool looks_single_byte(std::string_view text) {
  const auto high = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; });
  const auto letters = std::count_if(text.begin(), text.end(),
                                     [](char c) { return static_cast<unsigned char>(c) >= 0xC0; });
  return high > 0 && letters * 10 >= high * 8;
}

std::optional<csv_problem> check_encoding(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    return csv_problem{0, "",
                       tr("the file is UTF-16: save it as CSV UTF-8, or convert it with "
                          "iconv -f utf-16 -t utf-8")};
  std::uint32_t line = 1;
  for (auto rest = text; !rest.empty();) {
    // Plain ASCII, nearly all of it, goes by the line.
    const auto end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    auto part = rest.substr(0, end);
    rest.remove_prefix(end);
    std::uint32_t c = 0;
    while (!part.empty() && proof::take_code_point(part, c))
      if (c == 0)
        return csv_problem{line, "", tr("holds a zero byte: this is no text")};
    if (!part.empty())
      return csv_problem{line, "",
                         looks_single_byte(text)
                           ? tr("is not UTF-8; it looks like Windows-1251: convert it with iconv "
                                "-f cp1251 -t utf-8")
                           : tr("is not UTF-8")};
    ++line;
  }
  return std::nullopt;
}

// Spreadsheets separate by what the locale uses for lists.
char delimiter_of(std::string_view text) {
  const auto head = text.substr(0, text.find_first_of("\r\n"));
  for (const char c : {',', ';', '\t'})
    if (head.find(c) != std::string_view::npos)
      return c;
  return ',';
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0)
      out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

class account_reader {
 public:
  explicit account_reader(csv_accounts& out) : out_{out} {}

  void take(csv_row& row) {
    line_ = row.line;
    if (!headed_)
      read_head(row.cells);
    else if (known_)
      read_row(row.cells);
  }

  void finish() {
    if (!headed_)
      report(0, "", say("the file is empty; its first line names the columns: {}", all_columns()));
    else if (known_ && out_.rows.empty() && out_.problems.empty())
      report(0, "", tr("the file has no accounts, only the names of columns"));
  }

 private:
  void report(std::uint32_t line, std::string_view column, std::string reason) {
    out_.problems.push_back({line, std::string{column}, std::move(reason)});
  }
  void wrong(column c, std::string reason) { report(line_, columns[c], std::move(reason)); }

  void read_head(const std::vector<std::string>& cells) {
    headed_ = true;
    known_ = true;
    place_.fill(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto at = std::find(columns.begin(), columns.end(), cells[i]);
      const auto which = static_cast<std::size_t>(at - columns.begin());
      known_ = known_ && at != columns.end();
      if (at == columns.end())
        report(line_, "",
               say("there is no column {}; known are: {}", printable(cells[i]), all_columns()));
      else if (place_[which] != cells.size())
        report(line_, *at, tr("the column stands there twice"));
      else
        place_[which] = i;
    }
    width_ = cells.size();
    if (known_ && place_[login] == width_ && place_[mac] == width_ && place_[number] == width_) {
      known_ = false;
      report(line_, "", tr("one of the columns login, mac and number must be there"));
    }
  }

  std::string cell(std::vector<std::string>& cells, column c) {
    if (place_[c] >= cells.size())
      return {};
    auto out = std::move(cells[place_[c]]);
    if (!has_control(out))
      return out;
    wrong(c, tr("holds a line end or another control character"));
    return {};
  }

  void read_row(std::vector<std::string>& cells) {
    if (cells.size() != width_) {
      report(line_, "", say("has {} cells, the first line has {}", cells.size(), width_));
      return;
    }
    const auto before = out_.problems.size();
    csv_account a;
    a.line = line_;
    a.login = read_login(cell(cells, login));
    a.password = read_password(cell(cells, password));
    a.macs = read_macs(cell(cells, mac));
    a.addresses = read_addresses(cell(cells, static_address));
    a.service = cell(cells, service);
    a.status = read_status(cell(cells, status));
    a.session_limit = read_limit(cell(cells, session_limit));
    a.number = read_number(cell(cells, number), a);
    if (out_.problems.size() != before)
      return;
    claim(numbers_, number, a.number);
    claim(logins_, login, a.login);
    for (const auto& one : a.macs)
      claim(macs_, mac, one);
    for (const auto& one : a.addresses)
      claim(addresses_, static_address, one);
    if (!a.password.empty() && a.login.empty())
      wrong(password, tr("without a login nobody can use it"));
    if (out_.problems.size() == before)
      out_.rows.push_back(std::move(a));
  }

  std::string read_login(const std::string& text) {
    if (text.empty())
      return {};
    const auto normal = proof::normalise_login(text);
    if (normal)
      return *normal;
    wrong(login, tr("must have 1 to 253 bytes without control characters"));
    return {};
  }
  std::string read_password(std::string text) {
    if (text.size() > 128)
      wrong(password, tr("must have at most 128 bytes"));
    return text;
  }
  std::string read_number(std::string text, const csv_account& a) {
    if (text.empty())
      text = a.login;
    if (text.empty())
      wrong(number, tr("must be given when there is no login"));
    else if (text.size() > 64)
      wrong(number, tr("must have at most 64 bytes"));
    return text;
  }
  std::vector<std::string> read_macs(const std::string& text) {
    auto out = split_words(text);
    for (auto& one : out)
      if (const auto read = parse_mac(one); read && *read)
        one = to_string(*read);
      else
        wrong(mac, say("{} is no MAC address", printable(one)));
    return out;
  }
  std::vector<std::string> read_addresses(const std::string& text) {
    auto out = split_words(text);
    for (auto& one : out)
      if (const auto read = parse_ipv4(one); read && *read)
        one = to_string(*read);
      else
        wrong(static_address, say("{} is no IPv4 address", printable(one)));
    return out;
  }
  std::string read_status(std::string text) {
    if (!text.empty() && text != "active" && text != "disabled")
      wrong(status, tr("must be active or disabled"));
    return text;
  }
  std::optional<std::uint32_t> read_limit(const std::string& text) {
    if (text.empty())
      return std::nullopt;
    std::uint32_t out = 0;
    const auto* end = text.data() + text.size();
    const auto [next, bad] = std::from_chars(text.data(), end, out);
    if (bad != std::errc{} || next != end || out > 1000)
      wrong(session_limit, tr("must be a number from 0 to 1000"));
    return out;
  }

  using claims = std::unordered_map<std::string, std::uint32_t>;
  void claim(claims& taken, column c, const std::string& key) {
    if (key.empty())
      return;
    const auto [at, fresh] = taken.try_emplace(key, line_);
    if (!fresh)
      wrong(c, say("{} stands in line {} already", printable(key), at->second));
  }

  csv_accounts& out_;
  bool headed_ = false;
  bool known_ = false;
  std::uint32_t line_ = 0;
  std::size_t width_ = 0;
  std::array<std::size_t, columns.size()> place_{};
  claims numbers_;
  claims logins_;
  claims macs_;
  claims addresses_;
};

} // namespace

csv_accounts read_csv_accounts(std::string_view file) {
  csv_accounts out;
  if (const auto problem = check_encoding(file)) {
    out.problems.push_back(*problem);
    return out;
  }
  if (file.starts_with(byte_order_mark))
    file.remove_prefix(byte_order_mark.size());
  account_reader reader{out};
  const auto stop =
    for_each_csv_row(file, delimiter_of(file), [&](csv_row& row) { reader.take(row); });
  if (stop.line != 0)
    out.problems.push_back({stop.line, "", stop.reason});
  else
    reader.finish();
  return out;
}

std::string describe(const csv_problem& problem) {
  std::string out;
  if (problem.line != 0)
    out = say("line {}: ", problem.line);
  if (!problem.column.empty())
    out.append(problem.column).append(": ");
  return out + problem.reason;
}

} // namespace uzel::ctl
