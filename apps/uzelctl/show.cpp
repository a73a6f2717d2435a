#include "apps/uzelctl/show.hpp"

#include "apps/uzelctl/text_table.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <set>

namespace uzel::ctl {
namespace {

struct chosen_columns {
  std::string_view entity;
  std::vector<std::string> names;
};

// Lists that have more fields than a screen has room for.
const std::vector<chosen_columns>& choices() {
  static const std::vector<chosen_columns> all{
    {"account", {"id", "number", "status", "balance", "credit_limit", "session_limit"}},
    {"session",
     {"id", "account_id", "user_name", "address", "mac", "nas_id", "state", "started", "last_seen",
      "in_octets", "out_octets"}},
    {"binding",
     {"id", "address", "state", "fixed", "account_id", "mac", "pool_id", "session_id", "until"}},
    {"address_use",
     {"address", "account_id", "begun", "ended", "mac", "device_id", "port_id", "session_id"}},
    {"client", {"id", "name", "source", "vendor", "routing_domain_id", "enabled"}},
    {"service", {"id", "name", "price", "down_kbit", "up_kbit", "address_list"}},
    {"pool", {"id", "name", "first", "last", "kind", "vlan", "client_id", "dynamic"}},
    {"network", {"id", "name", "prefix", "link", "interface", "router", "dns", "lease_seconds"}},
  };
  return all;
}

bool is_rows(const json& value) {
  return value.is_array() && !value.items.empty() && value.items.front().is_object();
}

std::vector<std::string> columns_in(const std::vector<json>& rows) {
  std::vector<std::string> out;
  for (const auto& row : rows)
    for (const auto& [name, value] : row.members)
      if (std::find(out.begin(), out.end(), name) == out.end())
        out.push_back(name);
  return out;
}

text_table table_of(const std::vector<json>& rows, const std::vector<std::string>& columns) {
  text_table out{columns, {}};
  for (const auto& row : rows) {
    auto& cells = out.rows.emplace_back();
    for (const auto& name : columns) {
      const auto* value = row.find(name);
      cells.push_back(value ? cell_of(*value) : std::string{});
    }
  }
  return out;
}

const entity* entity_of_part(std::string_view name) {
  return find_entity(name == "addresses" ? "static_address" : name);
}

std::vector<std::string> columns_of_part(const std::string& name, const std::vector<json>& rows) {
  const auto* e = entity_of_part(name);
  auto out = e ? columns_of(*e) : columns_in(rows);
  std::erase_if(out, [](const std::string& c) { return c == "account_id" || c == "position"; });
  return out;
}

} // namespace

std::string cell_of(const json& value) {
  switch (value.kind) {
  case json::type::null:
    return {};
  case json::type::boolean:
    return tr(value.truth ? "yes" : "no");
  case json::type::number:
  case json::type::text:
    return value.text;
  case json::type::array:
  case json::type::object:
    break;
  }
  return to_text(value);
}

std::vector<std::string> columns_of(const entity& e) {
  for (const auto& choice : choices())
    if (choice.entity == e.name)
      return choice.names;
  std::vector<std::string> out;
  const std::set<std::string_view> dull{"version", "updated", "record", "position"};
  for (const auto& f : e.fields)
    if (f.type != field_type::secret && !dull.contains(f.name))
      out.emplace_back(f.name);
  return out;
}

void show_list(const context& ctx, const listed& what, const std::vector<std::string>& columns) {
  if (ctx.json) {
    auto all = json::array();
    all.items = what.rows;
    std::cout << to_text(json::object().set("items", std::move(all))) << '\n';
  } else {
    std::cout << render(table_of(what.rows, columns.empty() ? columns_in(what.rows) : columns));
  }
  if (what.more)
    std::cerr << tr("there are more rows: --all or --limit show them") << '\n';
}

void show_object(const context& ctx, const json& object, const std::vector<std::string>& hidden) {
  if (ctx.json) {
    std::cout << to_text(object) << '\n';
    return;
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : object.members) {
    if (std::find(hidden.begin(), hidden.end(), name) != hidden.end() || is_rows(value))
      continue;
    if (value.is_object())
      for (const auto& [inner, part] : value.members)
        pairs.emplace_back(name + "." + inner, cell_of(part));
    else
      pairs.emplace_back(name, value.is_array() && value.items.empty() ? "-" : cell_of(value));
  }
  std::cout << render_pairs(pairs);
  for (const auto& [name, value] : object.members)
    if (is_rows(value))
      std::cout << '\n'
                << name << ":\n"
                << render(table_of(value.items, columns_of_part(name, value.items)));
}

void show_done(const context& ctx, const std::string& sentence, const json& object) {
  std::cout << (ctx.json ? to_text(object) : sentence) << '\n';
}

} // namespace uzel::ctl
