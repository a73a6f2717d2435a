#include "domain/entities/desk.hpp"
#include "storage/postgresql/errors.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

#include <chrono>
#include <thread>

using namespace uzel;
using namespace uzel::storage;
using std::chrono::milliseconds;
using test::postgresql_cluster;

namespace {

using steady = std::chrono::steady_clock;

std::int64_t ms_since(steady::time_point begun) {
  return std::chrono::duration_cast<milliseconds>(steady::now() - begun).count();
}

struct connection_fixture : test::store_fixture {
  std::unique_ptr<storage::connection> impatient(milliseconds deadline) {
    return std::move(connect({settings.url, deadline, access_mode::read_write}).value());
  }
  static constexpr statement one{"one", "SELECT 1"};
};

} // namespace

BOOST_AUTO_TEST_SUITE(postgresql_errors)

BOOST_AUTO_TEST_CASE(every_sqlstate_has_a_word_of_the_store) {
  const struct {
    const char* state;
    errc code;
    bool refused;
  } cases[] = {
    {"23505", errc::conflict, true},       {"23503", errc::in_use, true},
    {"23001", errc::in_use, true},         {"23502", errc::invalid_input, true},
    {"23514", errc::invalid_input, true},  {"22001", errc::invalid_input, true},
    {"22003", errc::invalid_input, true},  {"22021", errc::invalid_input, true},
    {"54000", errc::invalid_input, true},  {"P0001", errc::invalid_input, true},
    {"21000", errc::invalid_input, true},  {"57014", errc::timed_out, false},
    {"57P01", errc::unavailable, false},   {"57P03", errc::unavailable, false},
    {"08006", errc::unavailable, false},   {"40001", errc::unavailable, false},
    {"40P01", errc::unavailable, false},   {"53300", errc::unavailable, false},
    {"53100", errc::store_full, false},    {"25006", errc::unavailable, false},
    {"42501", errc::unavailable, false},   {"42P01", errc::unsupported, false},
    {"42703", errc::unsupported, false},   {"0A000", errc::unsupported, false},
    {"XX001", errc::store_damaged, false}, {"XX002", errc::store_damaged, false},
    {"XX000", errc::unavailable, false},   {"F0000", errc::unavailable, false},
  };
  for (const auto& c : cases)
    BOOST_TEST_CONTEXT(c.state) {
      const auto e = postgresql::to_error({c.state, "words", "", "", ""}, "doing");
      BOOST_TEST((e.code == c.code));
      BOOST_TEST(e.refused == c.refused);
      BOOST_TEST(e.sentence == "doing: words");
    }
}

BOOST_AUTO_TEST_CASE(a_conflict_names_the_last_column_of_its_key_in_any_language) {
  const struct {
    const char* detail;
    const char* constraint;
    const char* expected;
  } cases[] = {
    {"Key (name)=(a) already exists.", "nases_name_key", "nases.name"},
    {"Key (client_id, name)=(1, x)=(y) already exists.", "", "nases.name"},
    {"Key (client_id, \"position\")=(1, 2) already exists.", "", "nases.position"},
    {"Ключ \"(client_id, name)=(1, a)\" уже существует.", "", "nases.name"},
    {"", "nases_name_key", "nases.name"},
    {"", "nases_pkey", "nases.pkey"},
    {"", "nases", "nases.nases"},
    {")=(", "", "nases."},
  };
  for (const auto& c : cases)
    BOOST_TEST_CONTEXT(c.detail << " " << c.constraint)
  BOOST_TEST(postgresql::to_error({"23505", "", c.detail, "nases", c.constraint}, "x").constraint ==
             c.expected);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(postgresql_connection, connection_fixture,
                         *boost::unit_test::precondition(test::only_on_postgresql))

BOOST_AUTO_TEST_CASE(values_come_back_as_they_went) {
  const auto db = connection();
  std::vector<std::string> texts;
  const std::string odd = "'; DROP \\ {\"a\",NULL} Иван";
  const auto done =
    db->execute({"echo", "SELECT $1::text, $2::bigint, $3::text, $4::bigint, $5::text"},
                {odd, std::numeric_limits<std::int64_t>::min(), parameter{}, parameter{}, ""},
                [&](const row_view& r) {
                  texts.emplace_back(r.text(0));
                  BOOST_TEST(r.integer(1) == std::numeric_limits<std::int64_t>::min());
                  BOOST_TEST(r.is_null(2));
                  BOOST_TEST(r.is_null(3));
                  BOOST_TEST(r.integer(3) == 0);
                  BOOST_TEST(!r.is_null(4));
                  BOOST_TEST(r.text(4).empty());
                });
  BOOST_REQUIRE(done.has_value());
  BOOST_TEST(*done == 0u);
  BOOST_REQUIRE(texts.size() == 1u);
  BOOST_TEST(texts[0] == odd);
  for (const auto& bad : {std::string("a\0b", 3), std::string{"\xff"}}) {
    const auto refused = db->execute({"echo", "SELECT $1::text"}, {bad});
    BOOST_REQUIRE(refused.has_error());
    BOOST_TEST(refused.error().refused);
  }
}

BOOST_AUTO_TEST_CASE(changed_rows_are_counted) {
  const auto db = connection();
  run("CREATE TABLE t (a BIGINT PRIMARY KEY, b BIGINT NOT NULL CHECK (b > 0))");
  const statement add{"add", "INSERT INTO t VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET b = "
                             "excluded.b WHERE excluded.b > t.b"};
  BOOST_TEST(db->execute(add, {1, 5}).value() == 1u);
  BOOST_TEST(db->execute(add, {1, 4}).value() == 0u);
  BOOST_TEST(db->execute(add, {2, 4}).value() == 1u);
  BOOST_TEST(db->execute({"all", "UPDATE t SET b = b + 1"}).value() == 2u);
  BOOST_TEST(db->execute({"look", "SELECT * FROM t"}).value() == 0u);
  const auto low = db->execute(add, {3, 0});
  BOOST_TEST((low.error().code == errc::invalid_input));
  const auto twice = db->execute({"twice", "INSERT INTO t VALUES (1, 1)"});
  BOOST_TEST((twice.error().code == errc::conflict));
  BOOST_TEST(twice.error().constraint == "t.a");
  BOOST_TEST((db->execute({"none", "SELECT 1 FROM nowhere"}).error().code == errc::unsupported));
}

BOOST_AUTO_TEST_CASE(a_plan_for_an_empty_table_is_not_kept_for_a_full_one) {
  auto db = std::move(
    connect({settings.url, seconds{10}, access_mode::read_write, /*by_keys=*/true}).value());
  run("CREATE TABLE t (a BIGINT, b BIGINT, PRIMARY KEY (a, b))");
  const statement vacuum{"vacuum", "VACUUM ANALYZE t"}; // now it is known to be empty
  BOOST_REQUIRE(db->execute(vacuum).has_value());
  const statement look{"look", "SELECT t.a FROM (SELECT unnest($1::bigint[]) AS a, "
                               "unnest($2::bigint[]) AS b) AS k JOIN t ON t.a = k.a AND t.b = k.b"};
  BOOST_REQUIRE(db->prepare({{look}}).has_value());
  std::string kept;
  const auto named = [&](const row_view& r) { kept = r.text(0); };
  BOOST_REQUIRE(
    db->execute({"kept", "SELECT name FROM pg_prepared_statements WHERE statement = $1"},
                {look.sql}, named)
      .has_value());
  const auto plan = [&] {
    std::string out;
    const auto ask = "EXPLAIN EXECUTE " + kept + " ('{1}', '{2}')";
    const auto line = [&](const row_view& r) { out += std::string{r.text(0)} + "\n"; };
    BOOST_REQUIRE(db->execute({"explain", ask}, {}, line).has_value());
    return out;
  };
  const auto work = [&](const char* sql) {
    BOOST_REQUIRE(db->begin_write().has_value());
    BOOST_REQUIRE(db->execute({"work", sql}).has_value());
    BOOST_REQUIRE(db->commit().has_value());
  };
  const auto searches = [](const std::string& shown) {
    return shown.find("Index Cond") != std::string::npos;
  };
  BOOST_TEST(!searches(plan()), plan());
  work("INSERT INTO t SELECT 1, g FROM generate_series(1, 5000) AS g");
  BOOST_TEST(!searches(plan()), plan()); // the server alone keeps it
  work("SELECT pg_sleep(0.1)");
  work("SELECT 1");
  BOOST_TEST(searches(plan()), plan());
}

BOOST_AUTO_TEST_CASE(writers_take_turns_and_say_who_waits) {
  const auto first = connection();
  const auto second = impatient(milliseconds{100});
  BOOST_REQUIRE(first->begin_write().has_value());
  const auto waited = second->begin_write();
  BOOST_REQUIRE(waited.has_error());
  BOOST_TEST((waited.error().code == errc::unavailable));
  BOOST_TEST(second->execute(one).has_value()); // reading goes on
  test::store_fixture other_schema;
  BOOST_TEST(other_schema.connection()->begin_write().has_value());
  first->rollback();
  BOOST_TEST(second->begin_write().has_value());
}

BOOST_AUTO_TEST_CASE(a_read_transaction_sees_one_moment_and_a_reader_cannot_write) {
  const auto db = connection();
  BOOST_REQUIRE(db->begin_read().has_value());
  const statement count{"count", "SELECT COUNT(*) FROM highest_ids"};
  const auto rows = [&] {
    std::int64_t out = -1;
    (void)db->execute(count, {}, [&](const row_view& r) { out = r.integer(0); });
    return out;
  };
  const auto before = rows();
  run("INSERT INTO highest_ids VALUES ('x', 1)");
  BOOST_TEST(rows() == before);
  BOOST_TEST(db->commit().has_value());
  BOOST_TEST(rows() == before + 1);
  auto reader = connect({settings.url, seconds{5}, access_mode::read_only}).value();
  BOOST_TEST(reader->execute({"write", "DELETE FROM highest_ids"}).has_error());
}

BOOST_AUTO_TEST_CASE(a_failed_transaction_does_not_commit) {
  const auto db = connection();
  BOOST_REQUIRE(db->begin_write().has_value());
  BOOST_TEST(db->execute({"bad", "SELECT 1 / 0"}).has_error());
  BOOST_TEST(db->commit().has_error());
  db->rollback();
  BOOST_TEST(db->execute(one).has_value());
}

BOOST_AUTO_TEST_CASE(what_runs_can_be_interrupted_from_outside) {
  const auto db = connection();
  const auto begun = steady::now();
  std::thread breaker{[&] {
    for (int i = 0; i < 50; ++i) {
      std::this_thread::sleep_for(milliseconds{20});
      db->interrupt();
    }
  }};
  const auto done = db->execute({"sleep", "SELECT 1 FROM pg_sleep(4)"});
  breaker.join();
  BOOST_REQUIRE(done.has_error());
  BOOST_TEST((done.error().code == errc::timed_out));
  BOOST_TEST(ms_since(begun) < 3000);
  BOOST_TEST(db->execute(one).has_value());
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_made_again_between_transactions) {
  const auto db = connection();
  const statement kept[] = {one};
  BOOST_REQUIRE(db->prepare(kept).has_value());
  const auto hang_up = [&] {
    run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> "
        "pg_backend_pid() AND backend_type = 'client backend'");
  };
  hang_up();
  BOOST_TEST(db->execute(one).has_value());
  hang_up();
  BOOST_REQUIRE(db->begin_write().has_value());
  BOOST_TEST(db->execute(one).has_value());
  hang_up();
  const auto lost = db->execute(one);
  BOOST_REQUIRE(lost.has_error());
  BOOST_TEST((lost.error().code == errc::unavailable));
  BOOST_TEST(db->execute(one).has_error()); // not half a transaction
  BOOST_TEST(db->commit().has_error());
  db->rollback();
  BOOST_TEST(db->execute(one).has_value());
}

BOOST_AUTO_TEST_CASE(a_server_that_stands_still_holds_nobody) {
  auto& server = postgresql_cluster::instance();
  const auto idle = impatient(milliseconds{300});
  const auto writing = impatient(milliseconds{300});
  BOOST_REQUIRE(writing->begin_write().has_value());
  server.freeze();
  const auto begun = steady::now();
  const auto late = idle->execute(one);
  const auto unsure = writing->commit();
  writing->rollback();
  const auto fresh = connect({settings.url, milliseconds{300}, access_mode::read_write});
  const auto took = ms_since(begun);
  server.thaw();
  BOOST_TEST((late.error().code == errc::timed_out));
  BOOST_TEST(unsure.has_error());
  BOOST_TEST((fresh.error().code == errc::timed_out));
  BOOST_TEST(took < 6000);
  BOOST_TEST(idle->execute(one).has_value());
  BOOST_TEST(writing->begin_write().has_value());
}

BOOST_AUTO_TEST_CASE(a_server_that_is_down_is_unavailable_at_once) {
  auto& server = postgresql_cluster::instance();
  const auto looks = reader();
  const auto edits = desk();
  device d;
  d.name = "sw";
  server.stop();
  const auto begun = steady::now();
  BOOST_TEST((looks->all(entity_of<device>()).error().code == errc::unavailable));
  BOOST_TEST(
    (edits->create(entity_of<device>(), to_row(d), instant{1}).error().code == errc::unavailable));
  BOOST_TEST((store::open(settings).error().code == errc::unavailable));
  BOOST_TEST(ms_since(begun) < 3000);
  server.start();
  BOOST_TEST(edits->create(entity_of<device>(), to_row(d), instant{1}).has_value());
  BOOST_TEST(looks->all(entity_of<device>()).value().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_database_that_sorts_otherwise_is_refused_in_words) {
  const auto db = connection();
  BOOST_REQUIRE(db->execute({"make", "CREATE DATABASE other TEMPLATE template0 LC_COLLATE 'C' "
                                     "LC_CTYPE 'C.UTF-8'"})
                  .has_value());
  auto url = postgresql_cluster::instance().url();
  url.replace(url.find("/postgres?"), 10, "/other?");
  const auto refused = connect({url, seconds{5}, access_mode::read_write});
  BOOST_REQUIRE(refused.has_error());
  BOOST_TEST((refused.error().code == errc::unsupported));
  BOOST_TEST(refused.error().sentence.find("--locale=C") != std::string::npos);
  url.replace(url.find("/other?"), 7, "/nowhere?");
  BOOST_TEST(
    (connect({url, seconds{5}, access_mode::read_write}).error().code == errc::unavailable));
  BOOST_TEST(db->execute({"drop", "DROP DATABASE other"}).has_value());
}

// The client gives up while the server is still committing; what it tells must be what happened.
BOOST_AUTO_TEST_CASE(a_commit_of_unknown_outcome_is_looked_up_when_it_is_over) {
  settings.statement_deadline = milliseconds{300};
  reopen();
  run("CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ "
      "DECLARE until timestamptz := clock_timestamp() + interval '2.5 s'; BEGIN "
      "PERFORM set_config('client_connection_check_interval', '0', true); "
      "WHILE clock_timestamp() < until LOOP BEGIN PERFORM pg_sleep(0.1); "
      "EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; RETURN NULL; END $$; "
      "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED "
      "FOR EACH ROW EXECUTE FUNCTION dawdle()");
  device d;
  d.name = "sw";
  const auto edits = desk();
  const auto begun = steady::now();
  const auto made = edits->create(entity_of<device>(), to_row(d), instant{1});
  BOOST_TEST(ms_since(begun) >= 2000);
  if (!made)
    BOOST_TEST(made.error().sentence == "");
  BOOST_TEST(number_in("SELECT COUNT(*) FROM devices") == (made.has_value() ? 1 : 0));
  BOOST_TEST(made.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
