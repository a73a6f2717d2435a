#include "storage/table_rows.hpp"

#include <charconv>

namespace uzel::storage {
namespace {

// How many octets the character that begins here takes in UTF-8 (RFC 3629); 0 for none.
std::size_t character_length(std::string_view text) {
  const auto octet = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](std::size_t i) { return (octet(i) & 0xC0u) == 0x80u; };
  const auto first = octet(0);
  if (first < 0x80)
    return first == 0 ? 0 : 1; // no server stores a NUL
  const auto second = octet(1);
  if (first >= 0xC2 && first <= 0xDF)
    return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90;
    const bool beyond = first == 0xF4 && second > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

bool is_text_of_both_stores(std::string_view text) {
  while (!text.empty()) {
    const auto length = character_length(text);
    if (length == 0)
      return false;
    text.remove_prefix(length);
  }
  return true;
}

// SQLite keeps a text in a column of integers if somebody puts it there; a driver would read 0.
std::optional<value> read_value(const row_view& from, std::size_t column, bool is_text) {
  if (from.is_null(column))
    return value{};
  const auto text = from.text(column);
  if (is_text)
    return is_text_of_both_stores(text) ? std::optional{value{std::string{text}}} : std::nullopt;
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value{number};
}

database_error unfit(const table_shape& table, const row& r, std::size_t column) {
  const auto& what = table.columns[column];
  return {errc::store_damaged,
          table.name + " " + key_text(table, r) + ": " + what.name + " holds what is no " +
            (what.is_text ? "UTF-8 text" : "integer"),
          {},
          false};
}

} // namespace

table_rows::table_rows(connection& db, const table_shape& table, std::size_t page)
  : db_{db}
  , table_{table}
  , page_{page} {
  const auto key = key_list(table);
  const auto select = "SELECT " + column_list(table) + " FROM " + quoted(table.name);
  const auto rest = " ORDER BY " + key + " LIMIT " + std::to_string(page);
  std::string slots;
  for (std::size_t i = 1; i <= table.key.size(); ++i)
    slots += (i == 1 ? "$" : ", $") + std::to_string(i);
  first_page_ = select + rest;
  later_pages_ = select + " WHERE (" + key + ") > (" + slots + ")" + rest;
}

database_result<std::vector<row>> table_rows::next_page() {
  std::vector<row> out;
  if (ended_)
    return out;
  std::optional<database_error> wrong;
  const std::vector<parameter> from{last_key_.begin(), last_key_.end()};
  const auto& sql = last_key_.empty() ? first_page_ : later_pages_;
  const auto done = db_.execute(statement{"read_table", sql}, from, [&](const row_view& r) {
    auto& one = out.emplace_back();
    std::optional<std::size_t> bad;
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
      auto got = read_value(r, i, table_.columns[i].is_text);
      if (!got && !bad)
        bad = i;
      one.push_back(got ? std::move(*got) : value{std::string{r.text(i)}});
    }
    if (bad && !wrong)
      wrong = unfit(table_, one, *bad);
  });
  if (!done)
    return done.error();
  if (wrong)
    return *wrong;
  ended_ = out.size() < page_;
  if (!out.empty())
    last_key_ = key_of(table_, out.back());
  return out;
}

database_result<std::optional<row>> table_rows::next() {
  if (at_ == shown_.size()) {
    auto more = next_page();
    if (!more)
      return more.error();
    shown_ = std::move(*more);
    at_ = 0;
  }
  if (shown_.empty())
    return std::optional<row>{};
  return std::optional{std::move(shown_[at_++])};
}

std::vector<value> key_of(const table_shape& table, const row& r) {
  std::vector<value> out;
  for (const auto part : table.key)
    out.push_back(r[part]);
  return out;
}

std::string key_text(const table_shape& table, const row& r) {
  std::string out;
  for (const auto part : table.key) {
    const auto& v = r[part];
    out += (out.empty() ? "" : ", ") + table.columns[part].name + "=" +
           (v.kind == value::kind_type::text ? v.text : std::to_string(v.number));
  }
  return out;
}

} // namespace uzel::storage
