#include "storage/statements.hpp"

#include "domain/entities/codec.hpp"

#include <map>
#include <vector>

namespace uzel::storage {
namespace {

// The key of a table where it is not the id: an address has one binding, and a key of the history
// holds the instant that it is divided by.
std::vector<std::string_view> key_of(const entity& e) {
  if (e.name == "binding")
    return {"routing_domain_id", "address"};
  if (e.name == "address_use")
    return {"id", "begun"};
  return {"id"};
}

// Columns that indexes are made of, where rows change often.
std::vector<std::string_view> indexed_of(const entity& e) {
  if (e.name == "binding")
    return {"id", "account_id", "pool_id"};
  if (e.name == "session")
    return {"account_id", "state", "flags", "started", "ended"};
  if (e.name == "address_use")
    return {"routing_domain_id", "address", "account_id", "begun"};
  return {};
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const auto& part : parts)
    (out += out.empty() ? std::string_view{} : between) += part;
  return out;
}

bool is_key(const entity& e, std::string_view column) {
  for (const auto part : key_of(e))
    if (part == column)
      return true;
  return false;
}

bool is_indexed(const entity& e, std::string_view column) {
  for (const auto one : indexed_of(e))
    if (one == column)
      return true;
  return false;
}

std::string refresh_of(const entity& e) {
  std::vector<std::string> set;
  std::vector<std::string> same;
  std::size_t slot = 0;
  for (const auto& f : e.fields) {
    const std::string column{f.name};
    const auto assigned = column + " = $" + std::to_string(++slot);
    (is_key(e, column) || is_indexed(e, column) ? same : set).push_back(assigned);
    if (column == "record")
      same.push_back("record < $" + std::to_string(slot));
  }
  return "UPDATE " + std::string{e.plural} + " SET " + joined(set, ", ") + " WHERE " +
         joined(same, " AND ");
}

// Rows of arrays: in a list of SELECT a server walks through them in step, while it stores each
// array of a FROM as a table of its own first.
std::string rows_of_arrays(const entity& e, bool named) {
  std::vector<std::string> out;
  for (const auto& f : e.fields) {
    const auto slot = std::to_string(out.size() + 1);
    out.push_back("unnest($" + slot + (is_text(f) ? "::text[])" : "::bigint[])"));
    if (named)
      out.back() += " AS " + std::string{f.name};
  }
  return "SELECT " + joined(out, ", ");
}

std::string refresh_many_of(const entity& e) {
  const std::string table{e.plural};
  std::vector<std::string> set;
  std::vector<std::string> same;
  for (const auto& f : e.fields) {
    const std::string column{f.name};
    if (is_key(e, column))
      same.push_back(table + "." + column + " = k." + column);
    else
      set.push_back(column + " = k." + column);
  }
  return "UPDATE " + table + " SET " + joined(set, ", ") + " FROM (" + rows_of_arrays(e, true) +
         ") AS k WHERE " + joined(same, " AND ") + " AND " + table + ".record < k.record";
}

entity_statements make(const entity& e) {
  const std::string table{e.plural};
  std::vector<std::string> columns;
  std::vector<std::string> slots;
  std::vector<std::string> set;
  std::vector<std::string> excluded;
  for (const auto& f : e.fields) {
    const std::string column{f.name};
    columns.push_back(column);
    slots.push_back("$" + std::to_string(columns.size()));
    if (column != "id")
      set.push_back(column + " = " + slots.back());
    if (!is_key(e, column))
      excluded.push_back(column + " = excluded." + column);
  }
  std::vector<std::string> key;
  for (const auto part : key_of(e))
    key.emplace_back(part);
  entity_statements out;
  out.columns = joined(columns, ", ");
  out.select_all = "SELECT " + out.columns + " FROM " + table + " ORDER BY id";
  out.select_one = "SELECT " + out.columns + " FROM " + table + " WHERE id = $1";
  out.insert =
    "INSERT INTO " + table + " (" + out.columns + ") VALUES (" + joined(slots, ", ") + ")";
  out.update = "UPDATE " + table + " SET " + joined(set, ", ") + " WHERE id = $1";
  out.remove = "DELETE FROM " + table + " WHERE id = $1";
  if (e.written_by == writing_class::live) {
    const auto over_older = " ON CONFLICT (" + joined(key, ", ") + ") DO UPDATE SET " +
                            joined(excluded, ", ") + " WHERE excluded.record > " + table +
                            ".record";
    out.upsert_newer = out.insert + over_older;
    out.insert_many = "INSERT INTO " + table + " (" + out.columns + ") " + rows_of_arrays(e, false);
    out.upsert_newer_many = out.insert_many + over_older;
  }
  if (!indexed_of(e).empty()) {
    out.refresh_newer = refresh_of(e);
    out.refresh_newer_many = refresh_many_of(e);
  }
  const std::string name{e.name};
  out.name_of_insert = "insert_" + name;
  out.name_of_select_all = "read_" + table;
  out.name_of_select_one = "read_" + name;
  out.name_of_update = "update_" + name;
  out.name_of_remove = "delete_" + name;
  out.name_of_upsert = "upsert_" + name;
  out.name_of_refresh = "refresh_" + name;
  return out;
}

} // namespace

const entity_statements& statements_of(const entity& e) {
  static const auto all = [] {
    std::map<const entity*, entity_statements> out;
    for (const auto* one : all_entities())
      out.emplace(one, make(*one));
    return out;
  }();
  return all.at(&e);
}

std::string sort_expression(const entity& e, const field& f) {
  const std::string column{f.name};
  return is_nullable(e, f) ? "COALESCE(" + column + ", 0)" : column;
}

} // namespace uzel::storage
