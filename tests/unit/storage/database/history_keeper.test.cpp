#include "storage/history_keeper.hpp"

#include "storage/detached_partitions.hpp"
#include "storage/month.hpp"
#include "storage/partitions.hpp"
#include "storage/schema.hpp"
#include "tests/unit/storage/database/random_live.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

#include <atomic>
#include <thread>

using namespace uzel;
using namespace uzel::storage;

namespace {

constexpr std::int64_t second = 1'000'000;
// New stores are divided from the month on in which they are made.
const instant noon = month_of(instant{std::chrono::duration_cast<duration>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count()}) +
                     seconds{20 * 86400 + 43200};

struct keeper_fixture : test::store_fixture {
  // Uses of one address that follow each other from the beginning of that month on.
  void uses(std::int64_t first_id, int months_ago, int count, bool last_goes_on = false) {
    const auto begun = month_of(noon, -months_ago).us;
    std::string sql = "INSERT INTO address_history (id, routing_domain_id, address, account_id, "
                      "mac, device_id, port_id, nas_id, session_id, binding_id, begun, ended, "
                      "record) VALUES ";
    for (int i = 0; i < count; ++i) {
      const auto from = begun + i * 60 * second;
      const auto to = last_goes_on && i == count - 1 ? 0 : from + 30 * second;
      const auto id = std::to_string(first_id + i);
      sql += (i > 0 ? ", (" : "(") + id + ", 1, 7, " + id + ", 0, 0, 0, 0, 0, 0, " +
             std::to_string(from) + ", " + std::to_string(to) + ", " + id + ")";
    }
    test::store_fixture::run(sql);
  }
  void stay(std::int64_t id, instant started, instant ended) {
    session s;
    s.id = session_id{static_cast<std::uint64_t>(id)};
    s.account = account_id{1};
    s.started = started;
    s.last_seen = ended ? ended : started;
    s.ended = ended;
    s.state = ended ? session_state::closed : session_state::open;
    s.number = journal_number{journal.last().value + 1};
    journal.add({s.number, started, session_changed{s}});
  }
  std::unique_ptr<history_keeper> keeper(std::uint32_t months) {
    settings.history_months = months;
    reopen();
    return std::move(opened->open_keeper().value());
  }
  void look(history_keeper& keeper, instant now = noon) {
    const auto done = keeper.look(now);
    if (!done)
      BOOST_FAIL(done.error().sentence);
  }
  std::uint64_t holder_at(instant when) {
    const auto found = reader()->find_holder(routing_domain_id{1}, ipv4{7}, when);
    return found ? static_cast<std::uint64_t>(
                     (*found)[entity_of<address_use>().index_of("account_id")].number)
                 : 0;
  }
  std::vector<std::string> names(const growing_table& table) {
    std::vector<std::string> out;
    const auto db = connection();
    const auto known = partitions_of(*db, table);
    BOOST_REQUIRE(known.has_value());
    for (const auto& one : *known)
      out.push_back(one.name);
    return out;
  }
  std::string plan(const std::string& sql) {
    std::string out;
    const auto db = connection();
    // Small tables are read as a whole otherwise.
    if (test::on_postgresql())
      BOOST_REQUIRE(db->script("SET enable_seqscan = off").has_value());
    const auto explained = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + sql;
    const auto lite = "EXPLAIN QUERY PLAN " + sql;
    const auto done = db->execute(
      statement{"explain", test::on_postgresql() ? explained : lite}, {},
      [&](const row_view& r) { out += std::string{r.text(test::on_postgresql() ? 0 : 3)} + "\n"; });
    BOOST_REQUIRE(done.has_value());
    return out;
  }

  test::memory_journal journal;
};

constexpr const auto& history_table = growing_tables[0];
constexpr const auto& session_table = growing_tables[1];

} // namespace

BOOST_FIXTURE_TEST_SUITE(keeper, keeper_fixture)

BOOST_AUTO_TEST_CASE(months_begin_at_their_first_moment_in_utc) {
  constexpr instant then{1'795'262'400 * second}; // 2026-11-21 12:00
  BOOST_TEST(month_of(then).us == 1'793'491'200 * second);
  BOOST_TEST(month_of(then, 2).us == 1'798'761'600 * second); // the year ends in between
  BOOST_TEST(month_of(then, -11).us == 1'764'547'200 * second);
  BOOST_TEST(month_of(month_of(then)).us == month_of(then).us);
  BOOST_TEST(month_name(then) == "2026_11");
  BOOST_TEST(month_name(month_of(then, 2)) == "2027_01");
  BOOST_TEST(kept_since(then, 36).us == month_of(then, -36).us);
}

BOOST_AUTO_TEST_CASE(what_ended_long_ago_goes_and_what_goes_on_stays) {
  uses(1, 40, 700);
  uses(1001, 30, 5, true); // since 30 months, until now
  uses(2001, 1, 10);
  const auto k = keeper(12);
  look(*k);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history") == 11);
  BOOST_TEST(number_in("SELECT MIN(id) FROM address_history") == 1005);
  BOOST_TEST(k->counters().rows_removed == 704u);
  BOOST_TEST(holder_at(month_of(noon, -2)) == 1005u);
  BOOST_TEST(holder_at(month_of(noon, -40)) == 0u);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_use_counts_and_the_month_it_is_in_stays_whole) {
  uses(1, 13, 1);
  uses(2, 12, 1);
  uses(3, 14, 1);
  const auto limit = kept_since(noon, 12).us;
  run("UPDATE address_history SET ended = " + std::to_string(limit - 1) + " WHERE id = 1");
  run("UPDATE address_history SET ended = " + std::to_string(limit) + " WHERE id = 3");
  const auto k = keeper(12);
  look(*k);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history WHERE id = 1") == 0);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history WHERE id IN (2, 3)") == 2);
}

BOOST_AUTO_TEST_CASE(zero_months_keep_everything) {
  uses(1, 600, 20);
  const auto k = keeper(0);
  look(*k);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history") == 20);
}

BOOST_AUTO_TEST_CASE(sessions_go_by_their_end_too) {
  for (int i = 1; i <= 300; ++i)
    stay(i, month_of(noon, -20), month_of(noon, -20) + seconds{60});
  stay(301, month_of(noon, -20), {});
  stay(302, month_of(noon, -20), month_of(noon, -3));
  stay(303, month_of(noon, -1), month_of(noon, -1) + seconds{60});
  project(journal);
  const auto k = keeper(6);
  look(*k);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM sessions") == 3);
  BOOST_TEST(number_in("SELECT MIN(id) FROM sessions") == 301);
  BOOST_TEST(boot().sessions.size() == 2u); // what goes on, and what may be heard of yet
}

BOOST_AUTO_TEST_CASE(records_applied_again_over_partitions_change_nothing) {
  test::live_stream stream{11};
  for (int i = 0; i < 800; ++i)
    journal.add(stream.next());
  project(journal);
  const auto sum = [&] {
    return number_in("SELECT SUM(id % 1009 * (begun % 1000003) + ended % 1000003 + record) FROM "
                     "address_history") +
           number_in("SELECT SUM(id * 31 + record) + COUNT(*) FROM sessions");
  };
  const auto before = sum();
  const auto k = keeper(0);
  look(*k);
  run("UPDATE lanes SET applied = 0");
  reopen();
  project(journal);
  BOOST_TEST(sum() == before);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM parked") == 0);
}

BOOST_AUTO_TEST_CASE(another_owner_of_the_store_ends_it) {
  uses(1, 40, 3);
  const auto k = keeper(12);
  run("UPDATE store_identity SET owner = owner + 1");
  const auto done = k->look(noon);
  BOOST_REQUIRE(done.has_error());
  BOOST_TEST((done.error().code == errc::store_foreign));
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history") == 3);
}

BOOST_AUTO_TEST_CASE(its_thread_works_and_stops_at_once) {
  uses(1, 40, 3);
  settings.history_months = 12;
  reopen();
  write_turn turn;
  keeper_settings how;
  how.months = 12;
  how.before_first = seconds{0};
  history_keeper k{connection(), opened->report(0).value().owner, how, turn};
  std::atomic<int> asked{0};
  k.start([&] {
    ++asked;
    return std::optional{noon};
  });
  for (int i = 0; i < 1000 && number_in("SELECT COUNT(*) FROM address_history") > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  k.stop();
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history") == 0);
  BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_CASE(nothing_goes_while_the_clock_is_in_doubt) {
  uses(1, 40, 3);
  write_turn turn;
  keeper_settings how;
  how.months = 12;
  how.before_first = seconds{0};
  how.between_rounds = seconds{0};
  history_keeper k{connection(), opened->report(0).value().owner, how, turn};
  std::atomic<int> asked{0};
  k.start([&] {
    ++asked;
    return std::optional<instant>{};
  });
  while (asked < 3)
    std::this_thread::yield();
  k.stop();
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history") == 3);
}

BOOST_AUTO_TEST_CASE(the_question_who_had_it_reads_one_entry_of_an_index) {
  uses(1, 3, 200);
  uses(1001, 2, 200);
  uses(2001, 1, 200);
  const auto k = keeper(0);
  look(*k);
  const auto sql = "SELECT id FROM address_history WHERE routing_domain_id = 1 AND address = 7 AND "
                   "begun <= " +
                   std::to_string(month_of(noon, -1).us + 600 * second) +
                   " ORDER BY begun DESC, id DESC LIMIT 1";
  const auto told = plan(sql);
  BOOST_TEST(told.find(test::on_postgresql() ? "Sort" : "TEMP B-TREE") == std::string::npos, told);
  BOOST_TEST(told.find(test::on_postgresql() ? "Index"
                                             : "USING COVERING INDEX "
                                               "address_history_address") != std::string::npos,
             told);
}

// Those of PostgreSQL.

BOOST_AUTO_TEST_CASE(months_are_made_ahead_and_once,
                     *boost::unit_test::precondition(test::only_on_postgresql)) {
  const auto k = keeper(0);
  look(*k);
  auto known = names(history_table);
  BOOST_REQUIRE(known.size() >= 3u);
  BOOST_TEST(known.front() == "address_history_old");
  BOOST_TEST(known.back() == "address_history_later");
  const auto later = month_of(noon, 20);
  look(*k, later);
  known = names(history_table);
  BOOST_TEST(known[known.size() - 2] == "address_history_" + month_name(month_of(later, 2)));
  const auto made = k->counters().partitions_made;
  look(*k, later);
  BOOST_TEST(k->counters().partitions_made == made);
  BOOST_TEST(names(session_table).size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_month_that_nobody_made_parks_nothing_and_is_made_of_its_rows,
                     *boost::unit_test::precondition(test::only_on_postgresql)) {
  const auto far = month_of(noon, 8);
  uses(1, -8, 5, true);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history_later") == 5);
  const auto k = keeper(0);
  look(*k, far);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history_later") == 0);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history_" + month_name(far)) == 5);
  BOOST_TEST(holder_at(far + seconds{3600}) == 5u);
}

BOOST_AUTO_TEST_CASE(an_old_month_is_dropped_whole_and_what_goes_on_moves_to_old,
                     *boost::unit_test::precondition(test::only_on_postgresql)) {
  const auto k = keeper(12);
  look(*k, noon);
  uses(1, -1, 50, true);
  uses(101, -2, 50);
  const auto month = "address_history_" + month_name(month_of(noon, 1));
  BOOST_TEST(number_in("SELECT COUNT(*) FROM " + month) == 50);
  look(*k, month_of(noon, 13));
  BOOST_TEST(number_in("SELECT COUNT(*) FROM " + month) == 50); // it is the last one kept
  const auto dropped = k->counters().partitions_dropped;
  look(*k, month_of(noon, 14));
  BOOST_TEST(k->counters().partitions_dropped == dropped + 1);
  BOOST_TEST(number_in(test::catalogue_sql::tables_named(month)) == 0);
  BOOST_TEST(number_in("SELECT MIN(id) FROM address_history_old") == 50);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history") == 51);
  // Who still has it ends as everybody does.
  run("UPDATE address_history SET ended = " + std::to_string(month_of(noon, 14).us) +
      " WHERE id = 50");
  look(*k, month_of(noon, 40));
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history") == 0);
}

BOOST_AUTO_TEST_CASE(sessions_are_divided_by_their_ids_and_dropped_by_their_ends,
                     *boost::unit_test::precondition(test::only_on_postgresql)) {
  const auto k = keeper(12);
  look(*k);
  stay(5, noon, noon + seconds{60});
  stay(6, noon, {});
  stay(1'500'000, noon + seconds{90}, {});
  project(journal);
  look(*k, noon + seconds{200});
  BOOST_TEST(number_in("SELECT COUNT(*) FROM sessions_from_1") == 2);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM sessions_from_1000001") == 1);
  look(*k, month_of(noon, 13));
  BOOST_TEST(number_in(test::catalogue_sql::tables_named("sessions_from_1")) == 0);
  BOOST_TEST(number_in("SELECT id FROM sessions_old") == 6);
  // The one that fills stays.
  BOOST_TEST(number_in("SELECT COUNT(*) FROM sessions_from_1000001") == 1);
  // A session that goes on is found where it is now.
  stay(6, noon, month_of(noon, 13));
  project(journal);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM sessions WHERE id = 6 AND state = 2") == 1);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM sessions") == 2);
}

BOOST_AUTO_TEST_CASE(a_reader_in_the_table_only_delays,
                     *boost::unit_test::precondition(test::only_on_postgresql)) {
  const auto k = keeper(0);
  const auto other = connection();
  transaction reading{*other};
  BOOST_REQUIRE(reading.begin_read().has_value());
  BOOST_REQUIRE(
    other->execute(statement{"look", "SELECT COUNT(*) FROM address_history"}).has_value());
  const auto held = k->look(noon);
  BOOST_REQUIRE(held.has_error());
  BOOST_TEST((held.error().code == errc::unavailable || held.error().code == errc::timed_out),
             held.error().sentence);
  BOOST_REQUIRE(reading.commit().has_value());
  look(*k);
  BOOST_TEST(names(history_table).size() > 3u);
}

BOOST_AUTO_TEST_CASE(a_lookup_stops_at_the_month_that_has_it,
                     *boost::unit_test::precondition(test::only_on_postgresql)) {
  const auto k = keeper(0);
  look(*k);
  uses(1, 0, 100);
  uses(1001, -1, 100);
  const auto told = plan("SELECT id FROM address_history WHERE routing_domain_id = 1 AND address = "
                         "7 ORDER BY begun DESC, id DESC LIMIT 1");
  BOOST_TEST(told.find("Sort") == std::string::npos, told);
  BOOST_TEST(told.find("never executed") != std::string::npos, told);
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

// A database as version 4 left it.
struct before_partitions : test::store_fixture {
  before_partitions() {
    settings.url = fresh_url();
    const auto db = connection();
    BOOST_REQUIRE(migrate(*db, all_migrations().first(4), instant{1}).has_value());
    std::string sql;
    for (const auto* table : {"address_history", "sessions"}) {
      std::vector<std::string> columns;
      const auto look = test::catalogue_sql::columns(table);
      BOOST_REQUIRE(db->execute(statement{"columns", look}, {},
                                [&](const row_view& r) {
                                  columns.emplace_back(std::string{r.text(1)} == "TEXT" ? "t"
                                                                                        : "i");
                                })
                      .has_value());
      for (int id = 1; id <= 50; ++id) {
        sql += "INSERT INTO " + std::string{table} + " VALUES (";
        for (std::size_t i = 0; i < columns.size(); ++i)
          sql +=
            (i > 0 ? ", " : "") +
            (columns[i] == "t" ? "'x" + std::to_string(id) + "'"
                               : std::to_string(i == 0 ? id : id * 1000 + static_cast<int>(i)));
        sql += "); ";
      }
    }
    BOOST_REQUIRE(db->script(sql).has_value());
  }
  std::int64_t sums() {
    return number_in("SELECT SUM(id * 3 + address + account_id + begun + ended + record) FROM "
                     "address_history") *
             1000 +
           number_in("SELECT SUM(id * 5 + account_id + started + reported_out_packets + record) "
                     "FROM sessions");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(partitions_of_an_older_store, before_partitions)

BOOST_AUTO_TEST_CASE(every_row_is_kept_and_keys_and_indexes_are_those_of_a_new_store) {
  const auto before = sums();
  reopen();
  BOOST_TEST(sums() == before);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history") == 50);
  const auto indexes = [this](const std::string& table) {
    return number_in(test::on_postgresql()
                       ? "SELECT COUNT(*) FROM pg_indexes WHERE schemaname = current_schema() AND "
                         "tablename = '" +
                           table + "'"
                       : "SELECT COUNT(*) FROM pragma_index_list('" + table + "')");
  };
  BOOST_TEST(indexes("address_history") == 3);
  BOOST_TEST(indexes("sessions") == 5);
  if (test::on_postgresql()) {
    BOOST_TEST(indexes("address_history_old") == 3);
    BOOST_TEST(indexes("sessions_old") == 5);
    BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history_old") == 50);
  }
  test::memory_journal journal;
  test::live_stream stream{5};
  for (int i = 0; i < 300; ++i)
    journal.add(stream.next());
  project(journal);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM parked") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(detached, keeper_fixture,
                         *boost::unit_test::precondition(test::only_on_postgresql))

BOOST_AUTO_TEST_CASE(partitions_come_back_as_they_were) {
  uses(1, 0, 20);
  look(*keeper(0));
  const auto before = names(history_table);
  const auto db = connection();
  const auto apart = detached_partitions::take_off(*db);
  BOOST_REQUIRE(apart.has_value());
  BOOST_TEST(names(history_table).empty());
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history") == 0);
  BOOST_REQUIRE(apart->put_back(*db).has_value());
  BOOST_TEST(names(history_table) == before, boost::test_tools::per_element());
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history") == 20);
}

BOOST_AUTO_TEST_CASE(what_nothing_took_the_place_of_is_dropped) {
  uses(1, 0, 20);
  look(*keeper(0));
  const auto month = "address_history_" + month_name(month_of(noon));
  const auto db = connection();
  const auto apart = detached_partitions::take_off(*db);
  BOOST_REQUIRE(apart.has_value());
  run("ALTER TABLE address_history ATTACH PARTITION address_history_old DEFAULT");
  BOOST_REQUIRE(apart->drop_left(*db).has_value());
  BOOST_TEST(number_in(test::catalogue_sql::tables_named(month)) == 0);
  BOOST_TEST(number_in(test::catalogue_sql::tables_named("address_history_old")) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
