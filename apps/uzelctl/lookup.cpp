#include "apps/uzelctl/lookup.hpp"

#include "domain/entities/codec.hpp"
#include "domain/mac_address.hpp"
#include "protocols/proof/login_name.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <thread>

namespace uzel::ctl {
namespace {

// How far lists may run behind what was just written.
constexpr std::chrono::milliseconds projection_lag{400};

std::optional<std::uint64_t> id_in(const json& row, std::string_view name) {
  std::uint64_t out = 0;
  if (!read_number(row.text_of(name), out))
    return std::nullopt;
  return out;
}

// The account that has that key; nothing when none has.
outcome<std::optional<std::uint64_t>> ask_account(api& server, const std::string& who) {
  const auto by_number = server.get("/accounts", {{"number", who}, {"limit", "1"}});
  if (!by_number)
    return by_number.error();
  if (const auto* items = by_number->find("items"); items && !items->items.empty())
    return id_in(items->items.front(), "id");
  query keys;
  if (const auto mac = parse_mac(who))
    keys = {{"mac", to_string(*mac)}};
  else if (const auto login = proof::normalise_login(who))
    keys = {{"login", *login}, {"kind", "login"}};
  else
    return std::optional<std::uint64_t>{};
  keys.emplace_back("limit", "1");
  const auto by_key = server.get("/accesses", keys);
  if (!by_key)
    return by_key.error();
  if (const auto* items = by_key->find("items"); items && !items->items.empty())
    return id_in(items->items.front(), "account_id");
  return std::optional<std::uint64_t>{};
}

constexpr std::string_view account_field = "account_id";

// The row that the account has; digits were taken for the row's own id before.
outcome<std::uint64_t> find_row_of_account(api& server, const entity& e, const std::string& who) {
  const auto account = find_account(server, who);
  if (!account)
    return account.error();
  const auto found = server.get(
    path_of(e), {{std::string{account_field}, std::to_string(*account)}, {"limit", "1"}});
  if (!found)
    return found.error();
  const auto* items = found->find("items");
  if (!items || items->items.empty())
    return failure{exit_code::not_found, say("account {} has no {}", who, std::string{e.name})};
  return id_in(items->items.front(), "id").value_or(0);
}

failure wrong_value(const field& f, const std::string& text) {
  return {exit_code::usage, say("{}: {} is no value of that field", std::string{f.name}, text)};
}

} // namespace

std::string path_of(const entity& e) {
  std::string out{"/"};
  for (const char c : e.plural)
    out += c == '_' ? '-' : c;
  return out;
}

bool is_of_account(const entity& e) {
  const auto* owner = e.find(account_field);
  return owner && owner->has(trait_unique);
}

bool read_number(std::string_view text, std::uint64_t& out) {
  const auto* end = text.data() + text.size();
  const auto [next, bad] = std::from_chars(text.data(), end, out);
  return bad == std::errc{} && next == end && !text.empty();
}

outcome<std::uint64_t> find_id(api& server, const entity& e, const std::string& what) {
  std::uint64_t number = 0;
  if (read_number(what, number))
    return number;
  if (is_of_account(e))
    return find_row_of_account(server, e, what);
  const auto* key = e.find("name") ? e.find("name") : e.find("login");
  if (!key)
    return failure{exit_code::usage, say("{} is no id", what)};
  const auto found = server.get(path_of(e), {{std::string{key->name}, what}, {"limit", "2"}});
  if (!found)
    return found.error();
  const auto* items = found->find("items");
  if (!items || items->items.empty())
    return failure{exit_code::not_found, say("there is no {} named {}", std::string{e.name}, what)};
  if (items->items.size() > 1)
    return failure{exit_code::usage,
                   say("more than one {} is named {}: give the id", std::string{e.name}, what)};
  return id_in(items->items.front(), "id").value_or(0);
}

outcome<std::uint64_t> find_account(api& server, const std::string& who) {
  std::uint64_t number = 0;
  if (who.starts_with("id:") && read_number(std::string_view{who}.substr(3), number))
    return number;
  auto found = ask_account(server, who);
  if (found && !*found) {
    std::this_thread::sleep_for(projection_lag);
    found = ask_account(server, who);
  }
  if (!found)
    return found.error();
  if (!*found)
    return failure{exit_code::not_found,
                   say("no account has the number, login or MAC address {}", who)};
  return **found;
}

outcome<std::pair<std::string, std::string>> split_pair(const std::string& text) {
  const auto sign = text.find('=');
  if (sign == std::string::npos || sign == 0)
    return failure{exit_code::usage, say("{} must be written as name=value", text)};
  return std::pair{text.substr(0, sign), text.substr(sign + 1)};
}

outcome<json> to_json(api& server, const field& f, const std::string& text) {
  switch (f.type) {
  case field_type::boolean: {
    const auto read = parse(f, text);
    if (!read || read->is_null())
      return wrong_value(f, text);
    return json::of(read->number != 0);
  }
  case field_type::integer:
  case field_type::money: {
    std::uint64_t number = 0;
    if (f.name == account_field && !text.empty() && !read_number(text, number)) {
      const auto id = find_account(server, text);
      if (!id)
        return id.error();
      return json::of(std::uint64_t{*id});
    }
    const auto read = parse(f, text);
    if (!read)
      return wrong_value(f, text);
    return read->is_null() ? json{} : json::of(std::int64_t{read->number});
  }
  case field_type::reference: {
    if (text.empty())
      return json{};
    const auto* target = find_entity(f.target);
    if (!target)
      return wrong_value(f, text);
    const auto id = find_id(server, *target, text);
    if (!id)
      return id.error();
    return json::of(std::uint64_t{*id});
  }
  case field_type::instant: {
    if (text.empty())
      return json{};
    const auto time = read_time(text);
    if (!time)
      return time.error();
    return json::of(std::string_view{*time});
  }
  case field_type::ipv4:
  case field_type::mac:
    return text.empty() ? json{} : json::of(std::string_view{text});
  case field_type::text:
  case field_type::secret:
  case field_type::choice:
  case field_type::prefix4:
  case field_type::login:
  case field_type::permissions:
    break;
  }
  return json::of(std::string_view{text});
}

outcome<std::string> read_time(const std::string& text) {
  const auto whole = text.size() == 10 ? text + "T00:00:00Z" : text;
  const auto time = parse_instant(whole);
  if (!time)
    return failure{exit_code::usage,
                   say("{} is no time: write 2026-01-31T12:00:00Z or 2026-01-31", text)};
  return render_instant(*time);
}

} // namespace uzel::ctl
