#include "domain/entities/codec.hpp"
#include "domain/entities/desk.hpp"
#include "domain/entities/live.hpp"
#include "storage/cursor.hpp"
#include "tests/unit/storage/database/random_live.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

#include <set>

using namespace uzel;
using namespace uzel::storage;

namespace {

struct listing_fixture : test::store_fixture {
  listing_fixture() {
    const auto edits = desk();
    for (std::uint64_t i = 1; i <= 57; ++i) {
      device d;
      d.name = i % 10 == 0 ? "100%_sure!" : "Switch " + std::to_string(i % 5);
      d.kind = i % 3 == 0 ? "dgs" : "des";
      d.mac = i % 4 == 0 ? mac_address{} : mac_address{0x1000 + (i * 37) % 64};
      if (i > 1)
        d.uplink_device_id = i % 7 == 0 ? 0 : 1 + i % (i - 1);
      const auto made = edits->create(entity_of<device>(), to_row(d), instant{1});
      if (!made)
        BOOST_FAIL(made.error().sentence);
    }
    looks = reader();
  }
  static std::uint32_t field(std::string_view name) {
    return static_cast<std::uint32_t>(entity_of<device>().index_of(name));
  }
  // Every page until the end; checks that no id comes twice.
  std::vector<row> walk(page_request ask) {
    std::vector<row> out;
    std::set<std::int64_t> seen;
    for (int pages = 0; pages < 100; ++pages) {
      const auto got = looks->list(entity_of<device>(), ask);
      if (!got)
        BOOST_FAIL(got.error().sentence);
      for (const auto& r : got->rows)
        BOOST_TEST(seen.insert(r[0].number).second);
      out.insert(out.end(), got->rows.begin(), got->rows.end());
      if (got->next_cursor.empty())
        return out;
      ask.cursor = got->next_cursor;
    }
    BOOST_FAIL("pages without end");
    return out;
  }
  std::size_t count(page_request ask) { return walk(std::move(ask)).size(); }

  std::unique_ptr<storage::reader> looks;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(listing, listing_fixture)

BOOST_AUTO_TEST_CASE(pages_are_complete_and_ordered_under_ties) {
  const auto& e = entity_of<device>();
  for (const auto* sort : {"id", "name", "kind", "mac", "updated"})
    for (const bool descending : {false, true})
      for (const std::uint32_t limit : {1u, 4u, 19u, 57u, 100u})
        BOOST_TEST_CONTEXT(sort << (descending ? " down " : " up ") << limit) {
          page_request ask;
          ask.sort = field(sort);
          ask.descending = descending;
          ask.limit = limit;
          const auto rows = walk(ask);
          BOOST_TEST(rows.size() == 57u);
          const auto key = [&](const row& r) {
            const auto v = to_stored(e, e.fields[ask.sort], r[ask.sort]).value();
            return std::tuple{v.number, v.text, r[0].number};
          };
          for (std::size_t i = 1; i < rows.size(); ++i)
            BOOST_REQUIRE(
              (descending ? key(rows[i]) < key(rows[i - 1]) : key(rows[i - 1]) < key(rows[i])));
        }
}

BOOST_AUTO_TEST_CASE(conditions_choose_rows) {
  page_request ask;
  ask.conditions = {{field("kind"), compare::equal, value{std::string{"dgs"}}}};
  BOOST_TEST(count(ask) == 19u);
  ask.limit = 3;
  BOOST_TEST(count(ask) == 19u);
  ask.conditions = {{field("mac"), compare::equal, value{}}};
  BOOST_TEST(count(ask) == 14u);
  ask.conditions = {{field("id"), compare::at_least, value{std::int64_t{50}}},
                    {field("id"), compare::at_most, value{std::int64_t{52}}}};
  BOOST_TEST(count(ask) == 3u);
  ask.conditions = {{field("mac"), compare::equal, value{std::string{"00-00-00-00-10-25"}}}};
  BOOST_TEST(count(ask) == 1u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_is_refused) {
  const auto refused = [&](page_request ask) {
    const auto got = looks->list(entity_of<device>(), ask);
    return got.has_error() && got.error().code == errc::invalid_input;
  };
  page_request ask;
  ask.conditions = {{field("comment"), compare::equal, value{std::string{"x"}}}};
  BOOST_TEST(refused(ask));
  ask.conditions = {{99, compare::equal, value{}}};
  BOOST_TEST(refused(ask));
  ask.conditions = {{field("mac"), compare::equal, value{std::string{"zz"}}}};
  BOOST_TEST(refused(ask));
  ask = {};
  ask.sort = field("comment");
  BOOST_TEST(refused(ask));
  ask.sort = 99;
  BOOST_TEST(refused(ask));
}

BOOST_AUTO_TEST_CASE(search_takes_wildcards_as_they_are) {
  page_request ask;
  ask.search = "sWitch 3";
  BOOST_TEST(count(ask) == 11u);
  ask.search = "%_sure!";
  BOOST_TEST(count(ask) == 5u);
  ask.search = "_";
  BOOST_TEST(count(ask) == 5u);
  ask.search = "00:00:00:00:10:25";
  BOOST_TEST(count(ask) == 1u);
  ask.search = "'; DROP TABLE devices; --";
  BOOST_TEST(count(ask) == 0u);
}

BOOST_AUTO_TEST_CASE(a_tampered_or_foreign_cursor_is_refused) {
  page_request ask;
  ask.sort = field("name");
  ask.limit = 5;
  const auto first = looks->list(entity_of<device>(), ask).value();
  for (std::size_t i = 0; i < first.next_cursor.size(); ++i) {
    auto bent = ask;
    bent.cursor = first.next_cursor;
    bent.cursor[i] = bent.cursor[i] == 'A' ? 'B' : 'A';
    BOOST_TEST((looks->list(entity_of<device>(), bent).error().code == errc::invalid_input), i);
  }
  for (const auto* text : {"A", "!", "AAAAAAAAAAAAAAAA"}) {
    ask.cursor = text;
    BOOST_TEST(looks->list(entity_of<device>(), ask).has_error(), text);
  }
  ask.cursor = first.next_cursor;
  ask.descending = true;
  BOOST_TEST(looks->list(entity_of<device>(), ask).has_error());
  ask.descending = false;
  ask.search = "x";
  BOOST_TEST(looks->list(entity_of<device>(), ask).has_error());
}

BOOST_AUTO_TEST_CASE(cursors_carry_any_value) {
  for (const auto& v : {value{}, value{std::int64_t{-1}}, value{std::string("a\0\xff", 3)}}) {
    const cursor c{42, v, 7};
    BOOST_TEST((read_cursor(write_cursor(c), 42).value() == c));
    BOOST_TEST(read_cursor(write_cursor(c), 43).has_error());
  }
}

BOOST_AUTO_TEST_CASE(every_entity_can_be_listed_by_every_field_that_says_so) {
  test::memory_journal journal;
  test::live_stream stream{3};
  for (int i = 0; i < 400; ++i)
    journal.add(stream.next());
  project(journal);
  for (const auto* e : all_entities())
    BOOST_TEST_CONTEXT(std::string{e->plural}) {
      const auto everything = looks->all(*e).value();
      for (std::uint32_t i = 0; i < e->fields.size(); ++i)
        BOOST_TEST_CONTEXT(std::string{e->fields[i].name}) {
          page_request ask;
          ask.limit = page_limit;
          if (e->fields[i].has(trait_sort)) {
            ask.sort = i;
            BOOST_TEST(looks->list(*e, ask).value().rows.size() == everything.size());
          }
          if (e->fields[i].has(trait_filter) && !everything.empty()) {
            ask.sort = 0;
            ask.conditions = {{i, compare::equal, everything[0][i]}};
            const auto got = looks->list(*e, ask);
            BOOST_REQUIRE(got.has_value());
            BOOST_TEST(!got->rows.empty());
          }
        }
      page_request ask;
      ask.search = "bob";
      BOOST_TEST(looks->list(*e, ask).has_value());
    }
  const auto session_row = looks->all(entity_of<session>()).value().at(0);
  BOOST_TEST(
    (looks->show(entity_of<session>(), static_cast<std::uint64_t>(session_row[0].number)).value() ==
     session_row));
}

BOOST_AUTO_TEST_SUITE_END()
