#include "storage/tables.hpp"

#include "storage/schema.hpp"

namespace uzel::storage {
namespace {

constexpr statement list_tables{
  "list_tables", "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"};
constexpr statement list_columns{"list_columns",
                                 "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid"};

database_result<table_shape> read_shape(connection& schema, const std::string& name) {
  table_shape out;
  out.name = name;
  const auto done = schema.execute(list_columns, {name}, [&](const row_view& r) {
    const auto place = static_cast<std::size_t>(r.integer(2)); // in the key, from 1; 0 = not in it
    if (place > out.key.size())
      out.key.resize(place);
    if (place > 0)
      out.key[place - 1] = out.columns.size();
    out.columns.push_back({std::string{r.text(0)}, r.text(1) == "TEXT"});
  });
  if (!done)
    return done.error();
  if (out.key.empty())
    return database_error{errc::store_damaged, "the table " + name + " has no primary key", {}, {}};
  return out;
}

} // namespace

store_result<std::unique_ptr<connection>> fresh_schema(std::uint32_t number) {
  auto known = all_migrations();
  while (!known.empty() && known.back().number > number)
    known = known.first(known.size() - 1);
  auto db = connect({"sqlite::memory:", seconds{60}, access_mode::read_write});
  if (!db)
    return to_store_error(db.error());
  if (const auto made = migrate(**db, known, instant{}); !made)
    return made.error();
  return std::move(*db);
}

store_result<std::vector<table_shape>> schema_tables(std::uint32_t number) {
  const auto schema = fresh_schema(number);
  if (!schema)
    return schema.error();
  std::vector<std::string> names;
  const auto listed =
    (*schema)->execute(list_tables, {}, [&](const row_view& r) { names.emplace_back(r.text(0)); });
  if (!listed)
    return to_store_error(listed.error());
  std::vector<table_shape> out;
  for (const auto& name : names) {
    auto shape = read_shape(**schema, name);
    if (!shape)
      return to_store_error(shape.error());
    out.push_back(std::move(*shape));
  }
  return out;
}

std::string quoted(std::string_view name) {
  return "\"" + std::string{name} + "\"";
}

std::string column_list(const table_shape& table) {
  std::string out;
  for (const auto& column : table.columns)
    out += (out.empty() ? "" : ", ") + quoted(column.name);
  return out;
}

std::string key_list(const table_shape& table) {
  std::string out;
  for (const auto part : table.key)
    out += (out.empty() ? "" : ", ") + quoted(table.columns[part].name);
  return out;
}

} // namespace uzel::storage
