#include "net/rest/listing.hpp"

#include "net/bridge/ask.hpp"
#include "net/rest/refusal.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace uzel::rest {
namespace {

constexpr std::uint32_t most_rows = 1000;
constexpr std::array<std::string_view, 6> words{"limit", "cursor", "sort",
                                                "order", "q",      "at_least"};

struct named_filter {
  const field* what = nullptr;
  std::uint32_t index = 0;
  filter_test test = filter_test::equal;
};

// "vlan", "vlan_from", "vlan_to".
named_filter find_filter(const entity& e, std::string_view name) {
  named_filter out;
  if (!e.find(name)) {
    if (name.ends_with("_from")) {
      out.test = filter_test::at_least;
      name.remove_suffix(5);
    } else if (name.ends_with("_to")) {
      out.test = filter_test::at_most;
      name.remove_suffix(3);
    }
  }
  out.what = e.find(name);
  out.index = static_cast<std::uint32_t>(e.index_of(name));
  if (out.what && !out.what->has(trait_filter))
    out.what = nullptr;
  return out;
}

void add_filter(const entity& e, const std::string& name, const std::string& text,
                list_rows& question, violations& wrong) {
  const auto filter = find_filter(e, name);
  if (!filter.what) {
    wrong.push_back({name.substr(0, 64), "cannot be asked for"});
    return;
  }
  const auto wanted = parse(*filter.what, text);
  if (!wanted || !to_stored(e, *filter.what, *wanted)) {
    wrong.push_back({name, "is no value of that field"});
    return;
  }
  question.filters.push_back({filter.index, filter.test, *wanted});
}

void read_order(const entity& e, const call& c, list_rows& question, violations& wrong) {
  if (const auto* sort = c.query.find("sort")) {
    const auto* f = e.find(*sort);
    if (f && (f->has(trait_sort) || f->name == "id"))
      question.sort = static_cast<std::uint32_t>(e.index_of(*sort));
    else
      wrong.push_back({"sort", "must be the name of a field that can be sorted by"});
  }
  if (const auto* order = c.query.find("order")) {
    question.descending = *order == "desc";
    if (*order != "asc" && *order != "desc")
      wrong.push_back({"order", "must be asc or desc"});
  }
}

boost::asio::awaitable<reply> list(const rest_neighbours& n, const entity& e, call& c) {
  violations wrong;
  const auto question = to_question(e, c, wrong);
  if (!wrong.empty())
    co_return refuse_fields(wrong);
  const auto page = co_await net::ask<rows_listed>(*n.system, n.storage, n.limit, question);
  if (!page)
    co_return refuse(page.error());
  reply out;
  out.body = page_of(e, *page);
  co_return out;
}

boost::asio::awaitable<reply> show(const rest_neighbours& n, const entity& e, call& c) {
  const auto found = co_await fetch_row(n, e, c.id(0), c.at_least);
  if (!found)
    co_return refuse(found.error());
  reply out;
  json_writer w{out.body};
  w.begin_object();
  write_members(w, e, *found);
  w.end_object();
  co_return out;
}

} // namespace

list_rows to_question(const entity& e, const call& c, violations& wrong) {
  list_rows out;
  out.entity = std::string{e.name};
  out.at_least = c.at_least;
  out.sort = static_cast<std::uint32_t>(e.index_of("id"));
  read_order(e, c, out, wrong);
  for (const auto& [name, text] : c.query.pairs()) {
    if (name == "limit") {
      const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out.limit);
      if (bad != std::errc{} || end != text.data() + text.size() || out.limit < 1 ||
          out.limit > most_rows)
        wrong.push_back({"limit", "must be from 1 to " + std::to_string(most_rows)});
    } else if (name == "cursor") {
      out.cursor = text;
    } else if (name == "q") {
      out.search = text;
      if (text.size() > 256)
        wrong.push_back({"q", "must have at most 256 bytes"});
    } else if (std::find(words.begin(), words.end(), name) == words.end()) {
      add_filter(e, name, text, out, wrong);
    }
  }
  return out;
}

std::string page_of(const entity& e, const rows_listed& page) {
  std::string out;
  json_writer w{out};
  w.begin_object().key("items").begin_array();
  for (const auto& r : page.rows) {
    w.begin_object();
    write_members(w, e, r);
    w.end_object();
  }
  w.end_array().key("next_cursor");
  page.next_cursor.empty() ? w.null() : w.text(page.next_cursor);
  w.end_object();
  return out;
}

std::vector<query_parameter> list_parameters(const entity& e) {
  std::string sortable;
  for (const auto& f : e.fields)
    if (f.has(trait_sort))
      (sortable += sortable.empty() ? "" : ", ") += f.name;
  std::vector<query_parameter> out{{"limit", "Rows of the page, 1 to 1000; 100 when not given."},
                                   {"cursor", "next_cursor of the page before."},
                                   {"sort", "One of " + sortable + "."},
                                   {"order", "asc or desc."},
                                   {"q", "A part of any field that is searched."},
                                   {"at_least", "Commit number that the page must include."}};
  for (const auto& f : e.fields)
    if (f.has(trait_filter))
      out.push_back(
        {std::string{f.name}, std::string{f.doc} + " Also with _from and _to for a range."});
  return out;
}

std::string path_of(const entity& e) {
  std::string out{"/api/v1/"};
  for (const char c : e.plural)
    out += c == '_' ? '-' : c;
  return out;
}

operation list_operation(const rest_neighbours& n, const entity& e, permission needs) {
  return {.verb = http::verb::get,
          .path = path_of(e),
          .needs = needs,
          .id = std::string{e.plural} + ".list",
          .summary = "Lists " + std::string{e.plural} + ".",
          .takes = {},
          .gives = {body_shape::form::page, &schema_of(e)},
          .errors = {errc::invalid_input, errc::unavailable},
          .query = list_parameters(e),
          .run = [&n, &e](call& c) { return list(n, e, c); }};
}

operation show_operation(const rest_neighbours& n, const entity& e, permission needs) {
  return {.verb = http::verb::get,
          .path = path_of(e) + "/{id}",
          .needs = needs,
          .id = std::string{e.plural} + ".show",
          .summary = "Shows one of " + std::string{e.plural} + ".",
          .takes = {},
          .gives = {body_shape::form::object, &schema_of(e)},
          .errors = {errc::not_found, errc::unavailable},
          .query = {{"at_least", "Commit number that the answer must include."}},
          .run = [&n, &e](call& c) { return show(n, e, c); }};
}

boost::asio::awaitable<net::answer<row>> fetch_row(const rest_neighbours& n, const entity& e,
                                                   std::uint64_t id, journal_number at_least) {
  if (id == 0)
    co_return net::problem{errc::not_found, {}};
  const show_row question{std::string{e.name}, id, at_least};
  auto found = co_await net::ask<row_shown>(*n.system, n.storage, n.limit, question);
  if (!found)
    co_return found.error();
  co_return std::move(found->fields);
}

} // namespace uzel::rest
