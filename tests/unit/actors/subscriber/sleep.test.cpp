#include "tests/unit/actors/subscriber/subscriber_bench.hpp"

using namespace uzel;
using namespace uzel::test;

using kind = accounting_kind;

BOOST_FIXTURE_TEST_SUITE(subscriber_sleep, subscriber_bench)

BOOST_AUTO_TEST_CASE(who_is_idle_hands_everything_back) {
  start(bob());
  online(0x10);
  advance(seconds{899});
  tell(look_idle{});
  BOOST_TEST(!is_ready()); // he was heard of lately
  advance(seconds{2});
  tell(look_idle{});
  BOOST_TEST(is_ready());
  BOOST_TEST((heard.asleep.back().who == who));
  BOOST_TEST(unpack(heard.asleep.back().state.packed).account.number == "000007");
}

// The next report comes in minutes; who was told an address is about to use it.
BOOST_AUTO_TEST_CASE(who_reported_is_ready_at_once_and_who_logged_in_is_not) {
  start(bob());
  online(0x10);
  BOOST_TEST(heard.asleep.empty());
  tell(usage_of(kind::start, "s1", 0x10));
  BOOST_TEST(is_ready());
  BOOST_TEST(heard.asleep.back().state.open_sessions == 1u);
  tell(usage_of(kind::interim, "s1", 0x10, 50));
  BOOST_TEST(is_ready());
  BOOST_TEST(heard.asleep.size() == 2u);
  tell(ask_login(0x10)); // reconnects
  BOOST_TEST(!is_ready());
  tell(usage_of(kind::stop, "s1", 0x10, 70));
  BOOST_TEST(!is_ready()); // the Start of the new session comes soon
  tell(usage_of(kind::start, "s2", 0x10));
  BOOST_TEST(is_ready());
  tell(usage_of(kind::stop, "s2", 0x10, 10));
  BOOST_REQUIRE(is_ready());
  const auto known = unpack(heard.asleep.back().state.packed);
  BOOST_TEST(known.sessions.size() == 2u); // their Stops may be repeated
  BOOST_TEST(heard.asleep.back().state.open_sessions == 0u);
  BOOST_TEST(heard.asleep.back().state.has_nothing);
}

// A guest without anything is forgotten when he sleeps, and a NAS that got no answer to its Stop
// sends it again.
BOOST_AUTO_TEST_CASE(a_guest_is_remembered_for_a_while_after_his_stop) {
  account_state guest;
  guest.id = account_id{guest_bit | 0x10};
  start(guest);
  auto report = usage_of(kind::start, "s1", 0x10, 0, {});
  report.who = guest.id;
  tell(report, guest.id);
  BOOST_TEST(is_ready());
  report.kind = kind::stop;
  tell(report, guest.id);
  BOOST_TEST(!is_ready());
  advance(wires.settings.idle_sleep);
  tell(look_idle{}, guest.id);
  BOOST_TEST(is_ready());
  BOOST_TEST(heard.asleep.back().state.has_nothing);
}

// Whoever logs in and reports nothing would stay awake until his offer lapses: 60 seconds of
// logins.
BOOST_AUTO_TEST_CASE(an_offer_sleeps_and_is_his_until_it_lapses) {
  wires.settings.idle_sleep = seconds{15};
  start(bob());
  const auto b = online(0x10);
  const auto lapses = time.at + wires.settings.offer_time;
  const auto known = asleep();
  BOOST_REQUIRE_EQUAL(known.bindings.size(), 1u);
  BOOST_TEST((known.bindings[0].until == lapses));

  start(known);
  tell(give_up{who, domain, b.pool, b.id, true});
  BOOST_REQUIRE_EQUAL(heard.kept.size(), 1u);
  BOOST_TEST((heard.kept[0].until == lapses));
  BOOST_TEST(heard.given.empty());
  advance(seconds{46});
  tell(give_up{who, domain, b.pool, b.id, false});
  BOOST_TEST(heard.kept.size() == 1u);
  BOOST_TEST(heard.given.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_address_in_use_that_was_announced_again_keeps_him_awake) {
  wires.settings.idle_sleep = seconds{15};
  start(bob());
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  tell(ask_login(0x10)); // reconnects before his Stop
  advance(seconds{16});
  tell(look_idle{});
  BOOST_TEST(!is_ready());
  advance(wires.settings.offer_time);
  tell(look_idle{});
  BOOST_TEST(is_ready());
}

// Half a million open sessions would fill the memory if their subscribers stayed awake between two
// reports.
BOOST_AUTO_TEST_CASE(an_open_session_sleeps_and_goes_on) {
  start(bob());
  const auto b = online(0x10);
  auto first = usage_of(kind::start, "s1", 0x10);
  first.happened = first.received - seconds{240}; // a slow clock, but one that is believed
  tell(first);
  const auto heard_at = time.at;
  const auto known = asleep();
  BOOST_REQUIRE_EQUAL(known.sessions.size(), 1u);
  BOOST_REQUIRE_EQUAL(known.memories.size(), 1u);
  BOOST_TEST((known.memories[0].session == known.sessions[0].id));
  BOOST_TEST((known.memories[0].heard == heard_at)); // not what the slow clock says
  BOOST_TEST((known.memories[0].via == first.facts.from));

  start(known);
  tell(give_up{who, domain, b.pool, b.id, false});
  BOOST_REQUIRE_EQUAL(heard.kept.size(), 1u); // it is used
  const auto records = log.records.size();
  tell(usage_of(kind::interim, "s1", 0x10, 50));
  BOOST_TEST(log.records.size() == records + 1);
  tell(usage_of(kind::stop, "s1", 0x10, 70));
  const auto after = asleep();
  BOOST_REQUIRE_EQUAL(after.sessions.size(), 1u);
  BOOST_TEST((after.sessions[0].id == known.sessions[0].id));
  BOOST_TEST((after.sessions[0].state == session_state::closed));
  BOOST_TEST(after.memories.empty());
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_TEST((heard.releases[0].binding == b.id));
}

BOOST_AUTO_TEST_CASE(a_stop_that_is_repeated_after_a_sleep_has_no_effect) {
  start(bob());
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  const auto stop = usage_of(kind::stop, "s1", 0x10, 70);
  tell(stop);
  const auto known = asleep();
  start(known.account, known.bindings, known.sessions);
  const auto records = log.records.size();
  tell(stop);
  BOOST_TEST(log.records.size() == records);
  BOOST_TEST((gate.usages.back().rests_on == known.sessions[0].number));
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_pool_does_not_sleep) {
  wires.settings.idle_sleep = seconds{1};
  start(bob());
  tell(ask_login(0x10));
  advance(seconds{1});
  tell(look_idle{});
  tell(usage_of(kind::start, "s9", 0x30, 0, {})); // handled meanwhile
  BOOST_TEST(gate.usages.size() == 1u);
  BOOST_TEST(heard.asleep.empty());
  grant(0);
  BOOST_TEST((gate.answers.back().verdict == login_verdict::accept));
}

BOOST_AUTO_TEST_CASE(a_pool_that_never_answers_does_not_keep_anybody_awake) {
  start(bob());
  tell(ask_login(0x10));
  (void)asleep();
}

BOOST_AUTO_TEST_CASE(an_offer_outlives_a_nap) {
  wires.settings.idle_sleep = seconds{15};
  start(bob());
  const auto b = online(0x10);
  const auto known = asleep();
  start(known.account, known.bindings, known.sessions);
  tell(give_up{who, domain, b.pool, b.id, false});
  BOOST_TEST(heard.kept.size() == 1u); // it was announced less than a minute ago
  tell(ask_login(0x20));
  BOOST_TEST((gate.answers.back().why == refusal::session_limit));
}

namespace {

class broken_traces : public trace_sink {
 public:
  void add(const login&, const login_answered&) override { throw std::runtime_error{"broken"}; }
};

} // namespace

BOOST_AUTO_TEST_CASE(who_dies_ends_the_process_and_is_never_ready_to_sleep) {
  broken_traces broken;
  std::vector<std::string> fatal;
  wires.fatal = [&](const std::string& why) { fatal.push_back(why); };
  start(bob());
  wires.traces = &broken;
  tell(ask_login(0x10, "wrong"));
  BOOST_REQUIRE_EQUAL(fatal.size(), 1u);
  BOOST_TEST(fatal[0] == "the actor of account 7 died: broken");
  BOOST_REQUIRE_EQUAL(heard.alarms.size(), 1u);
  BOOST_TEST(heard.alarms[0].id == "subscriber-died");
  tell(look_idle{});
  BOOST_TEST(heard.asleep.empty());
}

BOOST_AUTO_TEST_SUITE_END()
