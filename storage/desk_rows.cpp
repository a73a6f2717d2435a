#include "storage/desk_rows.hpp"

#include "domain/entities/codec.hpp"
#include "storage/objects.hpp"
#include "storage/statements.hpp"

namespace uzel::storage {
namespace {

constexpr statement give_id{"next_id",
                            "INSERT INTO highest_ids (entity, id) VALUES ($1, 1) ON CONFLICT "
                            "(entity) DO UPDATE SET id = highest_ids.id + 1 RETURNING id"};

// "clients.name" -> "name".
std::string_view column_of(std::string_view constraint) {
  const auto dot = constraint.rfind('.');
  return dot == std::string_view::npos ? constraint : constraint.substr(dot + 1);
}

store_error write_error(const entity& e, const row& fields, const database_error& why) {
  if (why.code != errc::conflict)
    return to_store_error(why);
  const auto at = e.index_of(column_of(why.constraint));
  if (at == e.fields.size())
    return {errc::conflict, "the " + std::string{e.name} + " exists already"};
  const auto& f = e.fields[at];
  return {errc::conflict, std::string{f.name} + " " + render(f, fields[at]) + " is taken"};
}

// Which rows of an entity hold a desk row in place: all of the desk's, and of the live ones those
// that still matter. Empty for what does not count.
std::string holding_rows(const entity& e) {
  if (e.written_by == writing_class::desk || e.name == "access" || e.name == "static_address" ||
      e.name == "binding")
    return " ";
  return e.name == "subscription" ? " AND state IN (1, 2)" : "";
}

} // namespace

store_result<std::uint64_t> next_id(connection& db, std::string_view entity_name) {
  std::uint64_t id = 0;
  const auto done = db.execute(give_id, {entity_name}, [&](const row_view& r) {
    id = static_cast<std::uint64_t>(r.integer(0));
  });
  if (!done)
    return to_store_error(done.error());
  return id;
}

store_result<row> read_one(connection& db, const entity& e, std::uint64_t id) {
  const auto& s = statements_of(e);
  row out;
  const auto done = db.execute({s.name_of_select_one, s.select_one}, {id},
                               [&](const row_view& r) { out = read_row(e, r); });
  if (!done)
    return to_store_error(done.error());
  return out;
}

store_result<> write_row(connection& db, const statement& how, const entity& e, const row& fields) {
  const auto stored = stored_row(e, fields);
  if (!stored)
    return store_error{errc::invalid_input, "a value is not of its field's type"};
  const std::vector<parameter> parameters{stored->begin(), stored->end()};
  const auto done = db.execute(how, parameters, row_reader{});
  if (!done)
    return write_error(e, fields, done.error());
  return {};
}

bool same_row(const entity& e, const row& a, const row& b) {
  const auto stored_a = stored_row(e, a);
  const auto stored_b = stored_row(e, b);
  return stored_a && stored_b && *stored_a == *stored_b;
}

store_result<> references_exist(connection& db, const entity& e, const row& fields) {
  for (std::size_t i = 0; i < e.fields.size(); ++i) {
    const auto& f = e.fields[i];
    const auto* target = f.target.empty() ? nullptr : find_entity(f.target);
    if (!target || fields[i].is_null() || fields[i].number == 0)
      continue;
    const auto found = read_one(db, *target, static_cast<std::uint64_t>(fields[i].number));
    if (!found)
      return found.error();
    if (found->empty())
      return store_error{errc::invalid_input,
                         std::string{f.name} + " names " + std::string{target->name} + " " +
                           std::to_string(fields[i].number) + ", which does not exist"};
  }
  return {};
}

store_result<> unused(connection& db, const entity& e, std::uint64_t id) {
  for (const auto* other : all_entities()) {
    const auto condition = holding_rows(*other);
    if (condition.empty())
      continue;
    for (const auto& f : other->fields) {
      if (f.target != e.name)
        continue;
      const auto sql = "SELECT id FROM " + std::string{other->plural} + " WHERE " +
                       std::string{f.name} + " = $1" + condition + " LIMIT 1";
      std::uint64_t user = 0;
      const auto done = db.execute({"find_user", sql}, {id}, [&](const row_view& r) {
        user = static_cast<std::uint64_t>(r.integer(0));
      });
      if (!done)
        return to_store_error(done.error());
      if (user != 0)
        return store_error{errc::in_use, std::string{other->name} + " " + std::to_string(user) +
                                           " refers to it (" + std::string{f.name} + ")"};
    }
  }
  return {};
}

} // namespace uzel::storage
