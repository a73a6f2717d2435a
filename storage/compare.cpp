#include "storage/compare.hpp"

#include "domain/entities/entity.hpp"
#include "domain/hash.hpp"
#include "storage/table_rows.hpp"

namespace uzel::storage {
namespace {

// A row as octets that no other row has.
void write_value(std::string& out, const value& v) {
  if (v.is_null())
    out += "n";
  else if (v.kind == value::kind_type::text)
    (out += "t" + std::to_string(v.text.size()) + ":") += v.text;
  else
    out += "i" + std::to_string(v.number) + ";";
}

void add(table_sum& sum, const row& r) {
  std::string octets;
  for (const auto& v : r)
    write_value(octets, v);
  ++sum.rows;
  sum.digest = stable_hash(octets, sum.digest);
}

bool is_less(const value& a, const value& b) {
  if (a.kind == value::kind_type::text || b.kind == value::kind_type::text)
    return a.text < b.text;
  return a.number < b.number;
}

// <0, 0 or >0, in the order that both databases sort by.
int compare_keys(const table_shape& table, const row& a, const row& b) {
  for (const auto part : table.key) {
    if (is_less(a[part], b[part]))
      return -1;
    if (is_less(b[part], a[part]))
      return 1;
  }
  return 0;
}

// Texts are shown where people edit or read them anyhow; secrets and records are not.
std::string shown(const table_shape& table, std::size_t column, const value& v) {
  if (v.is_null())
    return "null";
  if (v.kind != value::kind_type::text)
    return std::to_string(v.number);
  const auto* e = find_entity(table.name);
  const auto* f = e ? e->find(table.columns[column].name) : nullptr;
  if (!f || f->type == field_type::secret)
    return "another text";
  return "\"" + v.text + "\"";
}

void tell_columns(compared_table& out, const table_shape& table, const row& l, const row& r) {
  for (std::size_t i = 0; i < l.size(); ++i)
    if (l[i] != r[i])
      out.differences.push_back(table.name + " " + key_text(table, l) + ": " +
                                table.columns[i].name + " is " + shown(table, i, l[i]) + " and " +
                                shown(table, i, r[i]));
}

} // namespace

database_result<table_sum> sum_table(connection& db, const table_shape& table) {
  table_sum out{table.name};
  table_rows rows{db, table};
  for (;;) {
    const auto page = rows.next_page();
    if (!page)
      return page.error();
    if (page->empty())
      return out;
    for (const auto& r : *page)
      add(out, r);
  }
}

database_result<compared_table> compare_table(connection& left, connection& right,
                                              const table_shape& table,
                                              std::size_t most_differences) {
  compared_table out{{table.name}, {table.name}, {}};
  table_rows on_left{left, table};
  table_rows on_right{right, table};
  auto l = on_left.next();
  auto r = on_right.next();
  while (l && r && (*l || *r) && out.differences.size() < most_differences) {
    const int order = !*l ? 1 : !*r ? -1 : compare_keys(table, **l, **r);
    if (order < 0)
      out.differences.push_back(table.name + " " + key_text(table, **l) +
                                " is only in the first one");
    else if (order > 0)
      out.differences.push_back(table.name + " " + key_text(table, **r) +
                                " is only in the second one");
    else if (**l != **r)
      tell_columns(out, table, **l, **r);
    if (order <= 0) {
      add(out.left, **l);
      l = on_left.next();
    }
    if (order >= 0) {
      add(out.right, **r);
      r = on_right.next();
    }
  }
  if (!l)
    return l.error();
  if (!r)
    return r.error();
  return out;
}

} // namespace uzel::storage
