#include "storage/listing.hpp"

#include "domain/entities/codec.hpp"
#include "domain/entities/live.hpp"
#include "domain/hash.hpp"
#include "storage/cursor.hpp"
#include "storage/desk_rows.hpp"
#include "storage/objects.hpp"
#include "storage/statements.hpp"

#include <algorithm>

namespace uzel::storage {
namespace {

// A question while its text grows: every value becomes a parameter.
struct question {
  const entity& e;
  std::string where;
  std::vector<value> values;

  std::string slot(value v) {
    values.push_back(std::move(v));
    return "$" + std::to_string(values.size());
  }
  void require(const std::string& condition) {
    (where += where.empty() ? " WHERE " : " AND ") += condition;
  }
};

store_error wrong(const std::string& sentence) {
  return {errc::invalid_input, sentence};
}

bool is_id(const field& f) {
  return f.name == "id";
}

store_result<> add_condition(question& q, const condition& c) {
  if (c.field >= q.e.fields.size())
    return wrong("there is no such field");
  const auto& f = q.e.fields[c.field];
  if (!f.has(trait_filter) && !is_id(f))
    return wrong(std::string{f.name} + " cannot be filtered by");
  auto stored = to_stored(q.e, f, c.with);
  if (!stored)
    return wrong(std::string{f.name} + " cannot be compared with this value");
  if (stored->is_null()) {
    if (c.test != compare::equal)
      return wrong(std::string{f.name} + " needs a value to compare with");
    q.require(std::string{f.name} + " IS NULL");
    return {};
  }
  const auto* test = c.test == compare::equal      ? " = "
                     : c.test == compare::at_least ? " >= "
                                                   : " <= ";
  q.require(std::string{f.name} + test + q.slot(std::move(*stored)));
  return {};
}

// %part% with the wildcards of LIKE made plain; ASCII letters compare without case.
std::string like_pattern(std::string_view part) {
  std::string out = "%";
  for (char c : part) {
    if (c == '%' || c == '_' || c == '!')
      out += '!';
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out += '%';
}

store_result<> add_search(question& q, const std::string& search) {
  if (search.empty())
    return {};
  std::string any;
  const auto or_else = [&](const std::string& test) { (any += any.empty() ? "" : " OR ") += test; };
  for (const auto& f : q.e.fields) {
    if (!f.has(trait_search))
      continue;
    if (is_text(f))
      or_else("LOWER(" + std::string{f.name} + ") LIKE " +
              q.slot(value{like_pattern(stored_text(search))}) + " ESCAPE '!'");
    else if (auto stored = to_stored(q.e, f, value{search});
             stored && !stored->is_null() && stored->number != 0)
      or_else(std::string{f.name} + " = " + q.slot(std::move(*stored)));
  }
  q.require(any.empty() ? std::string{"1 = 0"} : "(" + any + ")");
  return {};
}

std::uint64_t hash_of(const entity& e, const page_request& ask) {
  auto h = stable_hash(e.name);
  const auto add = [&h](std::string_view text) { h = stable_hash(text, h); };
  add(std::to_string(ask.sort));
  add(ask.descending ? "down" : "up");
  add(ask.search);
  for (const auto& c : ask.conditions) {
    add(std::to_string(c.field) + "/" + std::to_string(static_cast<int>(c.test)));
    add(std::to_string(static_cast<int>(c.with.kind)) + "/" + std::to_string(c.with.number));
    add(c.with.text);
  }
  return h;
}

// The value that a page is sorted by, as sort_expression() gives it.
value sort_value(const entity& e, const field& f, const value& outside) {
  auto stored = to_stored(e, f, outside);
  return stored && !stored->is_null() ? std::move(*stored) : value{std::int64_t{0}};
}

store_result<> add_cursor(question& q, const page_request& ask, const std::string& sort_by,
                          std::uint64_t hash) {
  if (ask.cursor.empty())
    return {};
  auto at = read_cursor(ask.cursor, hash);
  if (!at)
    return wrong("the cursor does not belong to this question");
  const std::string test = ask.descending ? " < " : " > ";
  const auto id = q.slot(value{at->id});
  if (sort_by == "id")
    q.require("id" + test + id);
  else
    q.require("(" + sort_by + ", id)" + test + "(" + q.slot(std::move(at->sort)) + ", " + id + ")");
  return {};
}

} // namespace

reader::reader(std::unique_ptr<connection> db) : db_{std::move(db)} {}

store_result<row> reader::show(const entity& e, std::uint64_t id) {
  auto out = read_one(*db_, e, id);
  if (out && out->empty())
    return store_error{errc::not_found,
                       "there is no " + std::string{e.name} + " " + std::to_string(id)};
  return out;
}

store_result<page> reader::list(const entity& e, const page_request& ask) {
  if (ask.sort >= e.fields.size())
    return wrong("there is no such field to sort by");
  const auto& sort = e.fields[ask.sort];
  if (!sort.has(trait_sort) && !is_id(sort))
    return wrong(std::string{sort.name} + " cannot be sorted by");
  question q{e, {}, {}};
  for (const auto& c : ask.conditions)
    if (const auto ok = add_condition(q, c); !ok)
      return ok.error();
  if (const auto ok = add_search(q, ask.search); !ok)
    return ok.error();
  const auto hash = hash_of(e, ask);
  const auto sort_by = sort_expression(e, sort);
  if (const auto ok = add_cursor(q, ask, sort_by, hash); !ok)
    return ok.error();
  const std::string way = ask.descending ? " DESC" : "";
  const auto order = sort_by == "id" ? "id" + way : sort_by + way + ", id" + way;
  const auto limit = std::clamp(ask.limit, 1u, page_limit);
  const auto sql = "SELECT " + statements_of(e).columns + " FROM " + std::string{e.plural} +
                   q.where + " ORDER BY " + order + " LIMIT " +
                   q.slot(value{std::int64_t{limit} + 1});
  page out;
  bool more = false;
  const std::vector<parameter> parameters{q.values.begin(), q.values.end()};
  const auto name = "list_" + std::string{e.plural};
  const auto done = db_->execute({name, sql}, parameters, [&](const row_view& r) {
    if (out.rows.size() < limit)
      out.rows.push_back(read_row(e, r));
    else
      more = true;
  });
  if (!done)
    return to_store_error(done.error());
  if (more) {
    const auto& last = out.rows.back();
    out.next_cursor = write_cursor({hash, sort_value(e, sort, last[ask.sort]), last[0].number});
  }
  return out;
}

store_result<std::vector<row>> reader::all(const entity& e) {
  std::vector<row> out;
  const auto& s = statements_of(e);
  const auto done = db_->execute({s.name_of_select_all, s.select_all}, {},
                                 [&](const row_view& r) { out.push_back(read_row(e, r)); });
  if (!done)
    return to_store_error(done.error());
  return out;
}

store_result<row> reader::find_holder(routing_domain_id domain, ipv4 address, instant at) {
  const auto& e = entity_of<address_use>();
  // Rows of an address do not overlap: only the last that had begun can hold it.
  static const auto sql = "SELECT " + statements_of(e).columns +
                          " FROM address_history WHERE routing_domain_id = $1 AND address = $2 "
                          "AND begun <= $3 ORDER BY begun DESC, id DESC LIMIT 1";
  address_use use;
  row found;
  // Planned once: a plan over all months takes longer than the answer.
  static const statement ask{"find_holder", sql};
  if (const auto ready = db_->prepare({&ask, 1}); !ready)
    return to_store_error(ready.error());
  const auto done = db_->execute(ask, {domain, address, at}, [&](const row_view& r) {
    read_object(r, use);
    found = read_row(e, r);
  });
  if (!done)
    return to_store_error(done.error());
  if (found.empty() || (use.ended && use.ended <= at))
    return store_error{errc::not_found, "nobody held " + to_string(address) + " then"};
  return found;
}

} // namespace uzel::storage
