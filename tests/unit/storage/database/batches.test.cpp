// However records are divided into batches, the same rows result.
#include "storage/compare.hpp"
#include "tests/unit/storage/database/random_live.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

#include <random>

using namespace uzel;
using namespace uzel::storage;

namespace {

struct batches_fixture : test::store_fixture {
  // Applies the journal up to that number, at most so many records in a transaction.
  void project_up_to(const std::string& url, std::uint64_t number, std::uint32_t batch) {
    projector_settings how;
    how.batch = batch;
    how.linger = duration{0};
    write_turn turn;
    projector p{connect({url, seconds{5}, access_mode::read_write}).value(), 1, how, turn, {}};
    p.start(journal.source(), journal_number{number});
    BOOST_TEST(p.wait_applied(journal_number{number}, seconds{120}));
    p.stop();
    BOOST_TEST(p.counters().parked == 0u);
  }
  void project_in_pieces(const std::string& url, std::uint64_t from) {
    while (from < journal.last().value) {
      from = std::min(journal.last().value, from + 1 + below(400));
      project_up_to(url, from, 2 + below(300));
    }
  }
  void check_same_rows(const std::string& left, const std::string& right) {
    const auto a = connect({left, seconds{5}, access_mode::read_only}).value();
    const auto b = connect({right, seconds{5}, access_mode::read_only}).value();
    for (const auto& table : schema_tables().value()) {
      if (table.name == "store_identity" || table.name == "schema_migrations")
        continue; // are of one store each
      const auto compared = compare_table(*a, *b, table, 3).value();
      BOOST_TEST(compared.differences.empty(),
                 table.name << ": "
                            << (compared.differences.empty() ? "" : compared.differences[0]));
      if (table.name == "sessions" || table.name == "address_history" || table.name == "bindings")
        BOOST_TEST(compared.left.rows > 0u);
    }
  }

  std::uint32_t below(std::uint32_t n) {
    return std::uniform_int_distribution<std::uint32_t>{0, n - 1}(random);
  }

  std::mt19937 random;
  test::memory_journal journal;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(batches, batches_fixture)

BOOST_AUTO_TEST_CASE(leave_the_same_rows_as_one_record_after_the_other) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  random.seed(seed);
  test::live_stream stream{seed};
  for (int i = 0; i < 1200; ++i)
    journal.add(stream.next());
  config::store_settings one_by_one;
  one_by_one.url = fresh_url();
  BOOST_REQUIRE(store::open(one_by_one).has_value());
  project_up_to(one_by_one.url, journal.last().value, 1);
  project_in_pieces(settings.url, 0);
  check_same_rows(settings.url, one_by_one.url);

  // A database that says that it has less than it has is given the rest again, without effect.
  const auto back = below(1200);
  run("UPDATE lanes SET applied = " + std::to_string(back));
  project_in_pieces(settings.url, back);
  check_same_rows(settings.url, one_by_one.url);
}

BOOST_AUTO_TEST_CASE(write_a_session_that_came_and_went_once) {
  const auto when = instant::from_unix(100);
  session_changed x;
  x.after.id = session_id{1};
  x.after.account = account_id{1};
  x.after.started = when;
  for (std::uint64_t n = 1; n <= 3; ++n) {
    x.after.number = journal_number{n};
    x.after.last_seen = when + seconds{n};
    x.after.state = n == 3 ? session_state::closed : session_state::open;
    journal.add({x.after.number, x.after.last_seen, x});
  }
  run(
    test::on_postgresql()
      ? "CREATE TABLE writes (record BIGINT); CREATE FUNCTION count_write() RETURNS trigger "
        "LANGUAGE plpgsql AS $$ BEGIN INSERT INTO writes VALUES (NEW.record); RETURN NEW; END $$; "
        "CREATE TRIGGER counted AFTER INSERT OR UPDATE ON sessions FOR EACH ROW "
        "EXECUTE FUNCTION count_write()"
      : "CREATE TABLE writes (record BIGINT); CREATE TRIGGER counted AFTER INSERT ON sessions "
        "BEGIN INSERT INTO writes VALUES (NEW.record); END; CREATE TRIGGER counted_too AFTER "
        "UPDATE ON sessions BEGIN INSERT INTO writes VALUES (NEW.record); END");
  project_up_to(settings.url, 3, 100);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM writes") == 1);
  BOOST_TEST(number_in("SELECT MAX(record) FROM writes") == 3);
}

BOOST_AUTO_TEST_CASE(tables_that_change_much_are_laid_out_for_it,
                     *boost::unit_test::precondition(test::only_on_postgresql)) {
  const auto option_of = [&](const std::string& table, const std::string& option) {
    return number_in(
      "SELECT MIN(SPLIT_PART(o, '=', 2)::bigint) FROM pg_class c, "
      "unnest(c.reloptions) AS o WHERE o LIKE '" +
      option + "=%' AND c.relnamespace = current_schema()::regnamespace AND c.relname LIKE '" +
      table + "%'");
  };
  BOOST_TEST(option_of("bindings", "fillfactor") == 50);
  BOOST_TEST(option_of("sessions", "fillfactor") == 85); // its partitions
  BOOST_TEST(option_of("address_history", "fillfactor") == 90);
  const std::string delay = "autovacuum_vacuum_cost_delay";
  BOOST_TEST(option_of("sessions", delay) == 20);
  BOOST_TEST(option_of("address_history", delay) == 20);
  run("ALTER TABLE bindings SET (fillfactor = 70)"); // somebody's own choices
  run("ALTER TABLE sessions_later SET (autovacuum_vacuum_cost_delay = 3)");
  reopen();
  BOOST_TEST(option_of("bindings", "fillfactor") == 70);
  BOOST_TEST(option_of("sessions_later", delay) == 3);
}

BOOST_AUTO_TEST_SUITE_END()
