#include "actors/clock.hpp"

#include "tests/support/actors/actor_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;
using namespace std::chrono_literals;

namespace {

// What the fake machine's clocks say.
instant wall_reading;
duration monotonic_reading;

struct nas_state_of_test {
  explicit nas_state_of_test(nas_actor::pointer) {}
  int sweeps = 0;
};

int sweeps_seen = 0;

nas_actor::behavior_type sweep_counter(nas_actor::stateful_pointer<nas_state_of_test>) {
  return {[](const account_usage&) {},
          [](const session_noted&) {},
          [](const dynauth_answered&) {},
          [](const sweep_stale&) { ++sweeps_seen; },
          [](const end_session&) { return session_ended{}; },
          [](const list_nases&) { return nases_listed{}; },
          [](const continue_closing&) {},
          [](const dialogue_expired&) {}};
}

struct fixture : test::actor_fixture {
  fixture() {
    wall_reading = instant::from_unix(1'700'000'000);
    monotonic_reading = 1000s;
    sweeps_seen = 0;
  }
  void pass(int secs, duration wall_moves) {
    for (int i = 0; i < secs; ++i) {
      wall_reading = wall_reading + wall_moves;
      monotonic_reading += 1s;
      advance(1s);
    }
  }
  machine_clock machine{[] { return wall_reading; }, [] { return monotonic_reading; }};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_clock, fixture)

BOOST_AUTO_TEST_CASE(time_never_runs_behind_the_journal_nor_backwards) {
  ruled_time subject{machine, instant::from_unix(1'700'000'500)};
  BOOST_TEST(subject.now().unix_seconds() == 1'700'000'500);
  wall_reading = instant::from_unix(1'700'000'600);
  BOOST_TEST(subject.now().unix_seconds() == 1'700'000'600);
  wall_reading = instant::from_unix(1'700'000'000);
  BOOST_TEST(subject.now().unix_seconds() == 1'700'000'600);
}

BOOST_AUTO_TEST_CASE(a_jump_holds_expiry_until_a_person_confirms) {
  ruled_time subject{machine, {}};
  auto actor = system.spawn(live_clock, &wires, &subject, config::clock_settings{}, instant{});
  settle();
  pass(5, 1s);
  BOOST_TEST(!subject.held());
  wall_reading = wall_reading + 301s;
  pass(1, 1s);
  BOOST_TEST(subject.held());
  pass(20, 1s);
  BOOST_TEST(subject.held());
  caf::scoped_actor self{system};
  auto pending = self->request(actor, 1s, confirm_clock{"anna"});
  settle();
  pending.receive([](const clock_shown& c) { BOOST_TEST(!c.held); },
                  [](const caf::error&) { BOOST_FAIL("no answer"); });
  BOOST_TEST(!subject.held());
  pass(5, 1s);
  BOOST_TEST(!subject.held());
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  settle();
}

BOOST_AUTO_TEST_CASE(a_start_far_from_the_last_record_is_held) {
  const struct {
    const char* what;
    duration last_record_ago;
    bool held;
  } rows[] = {
    {"an hour later", 3600s, false},
    {"a day and a second later", 86401s, true},
    {"a minute before the last record", -60s, false},
    {"ten minutes before the last record", -600s, true},
  };
  for (const auto& r : rows)
    BOOST_TEST_CONTEXT(r.what) {
      clock_rule rule{300s, 86400s};
      const auto doubt =
        rule.begin(wall_reading, monotonic_reading, wall_reading - r.last_record_ago);
      BOOST_TEST((doubt != clock_doubt::none) == r.held);
    }
}

BOOST_AUTO_TEST_CASE(slow_drift_is_followed_without_doubt) {
  clock_rule rule{300s, 86400s};
  (void)rule.begin(wall_reading, monotonic_reading, {});
  for (int i = 0; i < 10000; ++i) {
    wall_reading = wall_reading + 1s + 100ms;
    monotonic_reading += 1s;
    BOOST_REQUIRE((rule.observe(wall_reading, monotonic_reading) == clock_doubt::none));
  }
}

BOOST_AUTO_TEST_CASE(nases_are_asked_to_sweep_unless_time_is_held) {
  ruled_time subject{machine, {}};
  wires.nases = system.spawn(sweep_counter);
  auto actor = system.spawn(live_clock, &wires, &subject, config::clock_settings{}, instant{});
  settle();
  pass(45, 1s);
  BOOST_TEST(sweeps_seen == 3);
  wall_reading = wall_reading + 3600s;
  pass(45, 1s);
  BOOST_TEST(sweeps_seen == 3);
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(wires.nases, caf::exit_reason::user_shutdown);
  settle();
}

BOOST_AUTO_TEST_SUITE_END()
