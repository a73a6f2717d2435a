#include "storage/schema.hpp"

#include "domain/entities/codec.hpp"
#include "domain/entities/desk.hpp"
#include "storage/statements.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

using namespace uzel;
using namespace uzel::storage;

BOOST_FIXTURE_TEST_SUITE(schema, test::store_fixture)

BOOST_AUTO_TEST_CASE(the_columns_of_every_table_are_the_fields_of_its_entity) {
  const auto db = connection();
  for (const auto* e : all_entities())
    BOOST_TEST_CONTEXT(std::string{e->plural}) {
      std::vector<std::string> columns;
      const auto sql = test::catalogue_sql::columns(e->plural);
      const auto done = db->execute(statement{"columns", sql}, {}, [&](const row_view& r) {
        const auto* f = e->find(r.text(0));
        BOOST_REQUIRE(f != nullptr);
        BOOST_TEST_CONTEXT(std::string{f->name}) {
          BOOST_TEST(std::string{r.text(1)} == (is_text(*f) ? "TEXT" : "BIGINT"));
          BOOST_TEST((r.integer(2) == 0) == is_nullable(*e, *f));
        }
        columns.emplace_back(r.text(0));
      });
      BOOST_REQUIRE(done.has_value());
      std::vector<std::string> fields;
      for (const auto& f : e->fields)
        fields.emplace_back(f.name);
      BOOST_TEST(columns == fields, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(unique_fields_of_the_desk_are_unique_in_the_schema) {
  const auto db = connection();
  for (const auto* e : all_entities())
    for (const auto& f : e->fields)
      if (f.has(trait_unique) && e->written_by == writing_class::desk) {
        const auto sql = test::catalogue_sql::unique_keys(e->plural, f.name);
        BOOST_TEST(number_in(sql) == 1, std::string{e->name} + "." + std::string{f.name});
      }
}

// Refreshing a row must leave its index entries alone, so it may set no column of an index.
BOOST_AUTO_TEST_CASE(a_refresh_sets_no_indexed_column) {
  if (test::on_postgresql())
    return; // it finds out by itself
  const auto db = connection();
  int refreshed = 0;
  for (const auto* e : all_entities()) {
    const auto& sql = statements_of(*e).refresh_newer;
    if (sql.empty())
      continue;
    ++refreshed;
    const auto set = sql.substr(0, sql.find(" WHERE "));
    int indexed = 0;
    // Of partial indexes the condition counts too: it stands in the index's own text.
    const auto done = db->execute(
      statement{"indexed", "SELECT c.name FROM pragma_table_info($1) c WHERE EXISTS (SELECT 1 FROM "
                           "pragma_index_list($1) l LEFT JOIN sqlite_master m ON m.name = l.name "
                           "WHERE EXISTS (SELECT 1 FROM pragma_index_info(l.name) i "
                           "WHERE i.name = c.name) OR m.sql LIKE '%WHERE ' || c.name || ' %')"},
      {e->plural}, [&](const row_view& r) {
        ++indexed;
        const auto column = std::string{r.text(0)};
        BOOST_TEST(set.find(" " + column + " = ") == std::string::npos,
                   std::string{e->plural} + "." + column);
      });
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST(indexed > 2, std::string{e->plural});
  }
  BOOST_TEST(refreshed == 3);
}

BOOST_AUTO_TEST_CASE(migrating_twice_changes_nothing) {
  const auto db = connection();
  BOOST_TEST(migrate(*db, all_migrations(), instant{1}).has_value());
  BOOST_TEST(schema_number(*db).value() == all_migrations().back().number);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM schema_migrations WHERE applied = 1") == 0);
}

// Rows of each desk table as version 3 wrote them.
constexpr std::string_view rows_before_dhcp =
  "INSERT INTO clients VALUES (1, 4, 5, 'bras', 10737418248, 'ff', 1, 2, 1, 2, 1, 1, 1, 1, 2, 0, "
  "300, 3799, 1);"
  "INSERT INTO pools VALUES (1, 2, 5, 'home', 1, 167772161, 167772170, 1, 15, 1, 0, 60);"
  "INSERT INTO highest_ids VALUES ('client', 1), ('pool', 1);";

BOOST_AUTO_TEST_CASE(a_database_from_before_dhcp_keeps_its_rows_and_gets_the_defaults) {
  settings.url = fresh_url();
  {
    const auto db = connection();
    BOOST_REQUIRE(migrate(*db, all_migrations().first(3), instant{1}).has_value());
    BOOST_TEST(schema_number(*db).value() == 3u);
    BOOST_REQUIRE(db->script(std::string{rows_before_dhcp}).has_value());
  }
  reopen();
  BOOST_TEST(number_in("SELECT COUNT(*) FROM schema_migrations") ==
             static_cast<std::int64_t>(all_migrations().size()));
  const auto image = boot();
  const auto* bras = image.desk->find_client(client_id{1});
  BOOST_REQUIRE((bras != nullptr));
  BOOST_TEST(bras->name == "bras");
  BOOST_TEST(bras->dynauth_port == 3799);
  BOOST_TEST(!bras->trust_option82);
  BOOST_TEST(bras->enabled);
  BOOST_TEST(bras->limit_dhcp);
  const auto* home = image.desk->find_pool(pool_id{1});
  BOOST_REQUIRE((home != nullptr));
  BOOST_TEST(home->sticky_seconds == 60u);
  BOOST_TEST(home->options.empty());
  BOOST_TEST(image.desk->networks->empty());
  network first;
  first.name = "n";
  first.prefix = *parse_prefix4("10.0.0.0/24");
  BOOST_TEST(desk()->create(entity_of<network>(), to_row(first), instant{9}).has_value());
  const std::uint32_t changed[] = {
    static_cast<std::uint32_t>(entity_of<client>().index_of("limit_dhcp"))};
  BOOST_TEST(
    desk()->change(entity_of<client>(), 1, 4, changed, {value{false}}, instant{9}).has_value());
  BOOST_TEST(!boot().desk->find_client(client_id{1})->limit_dhcp);
}

BOOST_AUTO_TEST_CASE(a_changed_migration_is_damage_and_a_newer_database_is_refused) {
  const auto db = connection();
  std::vector<migration> other{all_migrations().begin(), all_migrations().end()};
  other.front() = {1, "spine", "SELECT 1"};
  const auto changed = migrate(*db, other, instant{1});
  BOOST_REQUIRE(changed.has_error());
  BOOST_TEST((changed.error().code == errc::store_damaged));
  const auto older = migrate(*db, all_migrations().first(1), instant{1});
  BOOST_REQUIRE(older.has_error());
  BOOST_TEST((older.error().code == errc::unsupported));
}

BOOST_AUTO_TEST_CASE(a_failing_migration_leaves_nothing_of_itself) {
  const auto db = connection();
  std::vector<migration> more{all_migrations().begin(), all_migrations().end()};
  const auto next = more.back().number + 1;
  more.push_back({next, "half", "CREATE TABLE half (a BIGINT); CREATE TABLE half (a BIGINT);"});
  const auto failed = migrate(*db, more, instant{1});
  BOOST_REQUIRE(failed.has_error());
  BOOST_TEST(failed.error().sentence.find("half") != std::string::npos);
  BOOST_TEST(number_in(test::catalogue_sql::tables_named("half")) == 0);
  BOOST_TEST(schema_number(*db).value() == next - 1);
}

BOOST_AUTO_TEST_CASE(a_store_keeps_its_identity_and_counts_its_owners) {
  const auto first = opened->identity();
  BOOST_TEST((first.id != decltype(first.id){}));
  BOOST_TEST(first.epoch == 1u);
  BOOST_TEST(opened->applied().value == 0u);
  BOOST_TEST(opened->report(10).value().owner == 1u);
  reopen();
  BOOST_TEST((opened->identity() == first));
  BOOST_TEST(opened->report(10).value().owner == 2u);
}

BOOST_AUTO_TEST_CASE(a_new_epoch_goes_on_after_the_last_number) {
  test::memory_journal journal;
  test::store_fixture other;
  const auto before = opened->identity();
  const auto after = begin_epoch(settings, journal_number{40});
  BOOST_REQUIRE(after.has_value());
  BOOST_TEST((after->id == before.id));
  BOOST_TEST(after->epoch == 2u);
  reopen();
  BOOST_TEST(opened->applied().value == 40u);
  const auto back = begin_epoch(settings, journal_number{39});
  BOOST_REQUIRE(back.has_error());
  BOOST_TEST((back.error().code == errc::conflict));
  BOOST_TEST(back.error().sentence.find("40") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(another_number_of_lanes_starts_at_the_lowest) {
  run("UPDATE lanes SET applied = 5 + lane");
  settings.lanes = 7;
  reopen();
  BOOST_TEST(opened->applied().value == 5u);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM lanes WHERE applied = 5") == 7);
}

BOOST_AUTO_TEST_CASE(bad_sql_stops_the_start_and_says_its_name) {
  const auto db = connection();
  const statement bad[] = {{"read_nothing", "SELECT nothing FROM nowhere"}};
  const auto done = db->prepare(bad);
  BOOST_REQUIRE(done.has_error());
  BOOST_TEST(done.error().sentence.find("read_nothing") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_statement_that_takes_too_long_is_broken_off) {
  const auto db = std::move(
    connect({settings.url, std::chrono::milliseconds{50}, access_mode::read_only}).value());
  const statement endless{"endless",
                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                          "SELECT MAX(i) FROM n"};
  const auto done = db->execute(endless);
  BOOST_REQUIRE(done.has_error());
  BOOST_TEST((done.error().code == errc::timed_out));
  BOOST_TEST(db->execute(statement{"one", "SELECT 1"}).has_value());
}

BOOST_AUTO_TEST_CASE(other_drivers_are_refused_in_words) {
  const auto db = connect({"mysql://host/db", seconds{1}, access_mode::read_write});
  BOOST_REQUIRE(db.has_error());
  BOOST_TEST((db.error().code == errc::unsupported));
}

BOOST_AUTO_TEST_SUITE_END()
