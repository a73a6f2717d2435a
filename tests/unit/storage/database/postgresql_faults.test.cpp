#include "tests/unit/storage/database/random_live.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

#include <chrono>
#include <thread>

using namespace uzel;
using namespace uzel::storage;
using std::chrono::milliseconds;
using test::postgresql_cluster;

namespace {

// Projects a journal while the server suffers; afterwards the tables must be those of a store that
// never suffered.
struct fault_fixture : test::store_fixture {
  fault_fixture() {
    settings.statement_deadline = milliseconds{500};
    settings.projector_batch = 32;
    reopen();
  }
  void fill(int records) {
    const auto seed = std::random_device{}();
    BOOST_TEST_MESSAGE("seed " << seed);
    test::live_stream stream{seed};
    for (int i = 0; i < records; ++i)
      journal.add(stream.next());
  }
  std::unique_ptr<projector> started(projector_events events = {}) {
    auto out = opened->open_projector(std::move(events)).value();
    out->start(journal.source(), journal.last());
    return out;
  }
  std::vector<std::int64_t> sums() {
    std::vector<std::int64_t> out;
    for (const auto* sql :
         {"SELECT COUNT(*) FROM address_history",
          "SELECT COALESCE(SUM(id % 1009 * (begun % 1000003) + ended % 1000003 + record), 0) FROM "
          "address_history",
          "SELECT COUNT(*) FROM subscriptions", "SELECT COALESCE(SUM(record), 0) FROM accesses",
          "SELECT COALESCE(SUM(ends % 1000003 + record * state), 0) FROM subscriptions",
          "SELECT COUNT(*) FROM parked", "SELECT MIN(applied) FROM lanes",
          "SELECT MAX(applied) FROM lanes", "SELECT SUM(id) FROM highest_ids"})
      out.push_back(number_in(sql));
    return out;
  }
  void check_like_undisturbed() {
    const auto suffered = sums();
    const auto image = boot();
    test::store_fixture calm;
    calm.project(journal);
    opened = std::move(calm.opened);
    settings = calm.settings;
    BOOST_TEST(suffered == sums(), boost::test_tools::per_element());
    test::check_same(image, boot());
    opened.reset();
  }

  test::memory_journal journal;
  postgresql_cluster& server = postgresql_cluster::instance();
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(postgresql_faults, fault_fixture,
                         *boost::unit_test::precondition(test::only_on_postgresql))

BOOST_AUTO_TEST_CASE(a_server_killed_between_and_inside_of_batches_loses_and_doubles_nothing) {
  fill(4000);
  std::vector<journal_number> told;
  projector_events events;
  events.applied = [&](journal_number n) { told.push_back(n); };
  const auto p = started(std::move(events));
  for (const std::uint64_t at : {300u, 900u, 1700u, 2600u}) {
    BOOST_TEST(p->wait_applied(journal_number{at}, seconds{60}));
    server.kill();
    server.start();
  }
  BOOST_TEST(p->wait_applied(journal.last(), seconds{60}));
  p->stop();
  BOOST_TEST(p->counters().retries >= 4u);
  BOOST_TEST(std::is_sorted(told.begin(), told.end()));
  check_like_undisturbed();
}

BOOST_AUTO_TEST_CASE(a_server_that_stands_still_is_away_and_nothing_waits_for_it) {
  fill(2000);
  const auto p = started();
  BOOST_TEST(p->wait_applied(journal_number{200}, seconds{60}));
  server.freeze();
  std::this_thread::sleep_for(milliseconds{2500});
  const bool away = p->is_away();
  server.thaw();
  BOOST_TEST(away);
  BOOST_TEST(p->wait_applied(journal.last(), seconds{60}));
  p->stop();
  BOOST_TEST(!p->is_away());
  check_like_undisturbed();
}

BOOST_AUTO_TEST_CASE(the_end_of_the_process_does_not_wait_for_a_server_that_stands_still) {
  fill(2000);
  settings.statement_deadline = seconds{60};
  reopen();
  const auto p = started();
  BOOST_TEST(p->wait_applied(journal_number{100}, seconds{60}));
  server.freeze();
  const auto begun = std::chrono::steady_clock::now();
  p->stop(milliseconds{300});
  const auto took = std::chrono::steady_clock::now() - begun;
  server.thaw();
  BOOST_TEST((took < seconds{3}));
  reopen();
  const auto again = started();
  BOOST_TEST(again->wait_applied(journal.last(), seconds{60}));
  again->stop();
  check_like_undisturbed();
}

BOOST_AUTO_TEST_CASE(refused_connections_are_asked_again) {
  fill(500);
  const auto p = started();
  BOOST_TEST(p->wait_applied(journal_number{100}, seconds{60}));
  server.stop();
  std::this_thread::sleep_for(milliseconds{700});
  server.start();
  BOOST_TEST(p->wait_applied(journal.last(), seconds{60}));
  p->stop();
  check_like_undisturbed();
}

BOOST_AUTO_TEST_CASE(a_batch_that_takes_too_long_is_taken_in_parts) {
  run("CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "PERFORM pg_sleep(0.004); RETURN NEW; END $$; CREATE TRIGGER slow BEFORE INSERT ON sessions "
      "FOR EACH ROW EXECUTE FUNCTION dawdle()");
  for (std::uint64_t n = 1; n <= 300; ++n) {
    session_changed s;
    s.after.id = session_id{n};
    s.after.number = journal_number{n};
    journal.add({s.after.number, instant{1}, s});
  }
  const auto p = started();
  BOOST_TEST(p->wait_applied(journal.last(), seconds{60}));
  p->stop();
  BOOST_TEST(p->counters().retries > 0u);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM sessions") == 300);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM parked") == 0);
}

// A standby that was promoted may lack the last commits of the server that died.
BOOST_AUTO_TEST_CASE(applied_numbers_that_moved_back_are_read_again) {
  fill(900);
  const auto p = opened->open_projector({}).value();
  p->start(journal.source(), journal_number{600});
  BOOST_TEST(p->wait_applied(journal_number{600}, seconds{60}));
  run("UPDATE lanes SET applied = 250; DELETE FROM address_history WHERE record > 250; "
      "DELETE FROM sessions WHERE record > 250; DELETE FROM bindings");
  server.kill();
  server.start();
  std::vector<record_view> rest;
  for (std::size_t i = 600; i < 900; ++i)
    rest.push_back(journal.view(i));
  p->on_synced(rest, journal.last());
  BOOST_TEST(p->wait_applied(journal.last(), seconds{60}));
  p->stop();
  BOOST_TEST(p->counters().records >= 900u + 350u);
  BOOST_TEST(number_in("SELECT MIN(applied) FROM lanes") == 900);
}

BOOST_AUTO_TEST_SUITE_END()
