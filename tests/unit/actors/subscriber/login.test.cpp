#include "tests/unit/actors/subscriber/subscriber_bench.hpp"

using namespace uzel;
using namespace uzel::test;

BOOST_FIXTURE_TEST_SUITE(subscriber_logins, subscriber_bench)

BOOST_AUTO_TEST_CASE(the_right_password_gets_service_and_an_address_that_rests_on_its_record) {
  auto a = bob();
  a.number_of_change = journal_number{5};
  start(a);
  const auto l = ask_login(0x10);
  tell(l);
  BOOST_TEST(gate.answers.empty()); // the pool has not answered
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 1u);
  const auto& t = heard.takes[0];
  BOOST_TEST((t.who == who && t.domain == domain && t.place == l.place && t.from == from));
  BOOST_TEST((t.kind == pool_kind::internet && !t.fixed && t.deadline == l.deadline));
  const auto b = grant(0);
  BOOST_REQUIRE_EQUAL(gate.answers.size(), 1u);
  const auto& got = gate.answers[0];
  BOOST_TEST((got.to == l.to));
  BOOST_TEST((got.verdict == login_verdict::accept));
  BOOST_TEST((got.who == who && got.binding == b.id && got.address == b.address));
  BOOST_TEST(got.service.value == 3u);
  BOOST_TEST(got.session_timeout == 3600u); // the service's, shorter than what is paid
  BOOST_TEST(got.interim_interval == 600u);
  BOOST_TEST((got.rests_on == b.number));
  BOOST_REQUIRE_EQUAL(seen.asks.size(), 1u);
  BOOST_TEST(seen.has(trace_code::proof_accepted));
  BOOST_TEST(seen.has(trace_code::address_granted));
  BOOST_TEST(seen.has(trace_code::answered_accept));
  BOOST_REQUIRE_EQUAL(heard.logins.size(), 1u);
  BOOST_TEST(heard.logins[0].subject == "bob");
  BOOST_TEST(heard.logins[0].verdict == "accept");
  BOOST_TEST(heard.logins[0].address == "10.0.0.1");
  BOOST_TEST(heard.logins[0].nas == "bras");
}

BOOST_AUTO_TEST_CASE(what_proved_a_password_is_in_no_trace) {
  start(bob());
  tell(ask_login(0x10));
  grant(0);
  tell(ask_login(0x10, "wrong one"));
  for (const auto& asked : seen.asks) {
    BOOST_TEST(asked.proof.secret.empty());
    BOOST_TEST(asked.proof.response.empty());
  }
}

BOOST_AUTO_TEST_CASE(bad_proofs_are_refused_with_their_reason) {
  start(bob());
  auto missing = ask_login(0x10);
  missing.proof = {};
  auto chap = ask_login(0x10);
  chap.proof.how = proof_method::chap;
  struct row {
    const char* what;
    login ask;
    refusal why;
    trace_code step;
  };
  const row table[] = {
    {"wrong", ask_login(0x10, "guess"), refusal::wrong_password, trace_code::proof_wrong},
    {"missing", missing, refusal::password_required, trace_code::proof_missing},
    {"malformed", chap, refusal::proof_unsupported, trace_code::proof_unsupported},
  };
  for (const auto& t : table)
    BOOST_TEST_CONTEXT(t.what) {
      tell(t.ask);
      BOOST_REQUIRE(!gate.answers.empty());
      BOOST_TEST((gate.answers.back().verdict == login_verdict::reject));
      BOOST_TEST((gate.answers.back().why == t.why));
      BOOST_TEST(seen.has(t.step));
      BOOST_TEST(heard.logins.back().why == name_of(t.why));
    }
  BOOST_TEST(heard.takes.empty());
}

BOOST_AUTO_TEST_CASE(an_account_without_a_password_has_no_login_by_password) {
  auto a = bob();
  a.credential.clear();
  a.credential_form = 0;
  start(a);
  tell(ask_login(0x10));
  BOOST_TEST((gate.answers.back().why == refusal::proof_unsupported));
  tell(ask_by_mac(0x10));
  BOOST_TEST(heard.takes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_damaged_credential_is_refused_with_an_alarm) {
  auto a = bob();
  a.credential.back() ^= 1;
  start(a);
  tell(ask_login(0x10));
  BOOST_TEST((gate.answers.back().verdict == login_verdict::reject));
  BOOST_REQUIRE_EQUAL(heard.alarms.size(), 1u);
  BOOST_TEST(heard.alarms[0].id == "credential-damaged");
}

BOOST_AUTO_TEST_CASE(who_is_recognised_by_mac_needs_no_password) {
  start(bob());
  tell(ask_by_mac(0x10));
  grant(0);
  BOOST_TEST((gate.answers.back().verdict == login_verdict::accept));
  BOOST_TEST(heard.logins.back().subject == "00:00:00:00:00:10");
}

BOOST_AUTO_TEST_CASE(the_disabled_and_the_unpaid_meet_the_clients_policy) {
  auto a = bob();
  a.status = account_status::disabled;
  start(a);
  tell(ask_login(0x10));
  BOOST_TEST((gate.answers.back().why == refusal::account_disabled));
  BOOST_TEST((gate.answers.back().verdict == login_verdict::reject));
  policies().on_disabled = refusal_policy::guest;
  publish();
  tell(ask_login(0x10));
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 1u);
  BOOST_TEST((heard.takes[0].kind == pool_kind::guest));
  grant(0);
  const auto& got = gate.answers.back();
  BOOST_TEST((got.verdict == login_verdict::accept_as_guest));
  BOOST_TEST((got.why == refusal::account_disabled));
  BOOST_TEST((got.who == who && !got.service));
  BOOST_TEST(heard.logins.back().verdict == "guest");
}

BOOST_AUTO_TEST_CASE(a_guest_gets_a_guest_address_without_any_proof) {
  account_state a;
  a.id = account_id{guest_bit | 0x10};
  start(a);
  auto l = ask_login(0x10);
  l.who = a.id;
  tell(l, a.id);
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 1u);
  BOOST_TEST((heard.takes[0].kind == pool_kind::guest && heard.takes[0].who == a.id));
  grant(0);
  BOOST_TEST((gate.answers.back().verdict == login_verdict::accept_as_guest));
  BOOST_TEST((gate.answers.back().who == a.id));
}

BOOST_AUTO_TEST_CASE(a_second_login_of_a_place_keeps_its_address_without_a_word_to_the_pool) {
  start(bob());
  const auto b = online(0x10);
  advance(seconds{5});
  tell(ask_login(0x10));
  BOOST_TEST(heard.takes.size() == 1u);
  BOOST_TEST(log.records.empty());
  BOOST_REQUIRE_EQUAL(gate.answers.size(), 2u);
  BOOST_TEST((gate.answers[1].binding == b.id));
  BOOST_TEST((gate.answers[1].rests_on == b.number)); // writes nothing, and still waits for it
  BOOST_TEST(seen.has(trace_code::binding_reused));
}

BOOST_AUTO_TEST_CASE(a_device_that_moved_within_the_network_is_written_down_by_the_pool) {
  start(bob());
  online(0x10);
  auto l = ask_login(0x10);
  l.place.nas = nas_id{12};
  tell(l);
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 2u);
  BOOST_TEST((heard.takes[1].place.nas == nas_id{12}));
}

BOOST_AUTO_TEST_CASE(who_pays_again_leaves_the_guest_address) {
  policies().on_unpaid = refusal_policy::guest;
  publish();
  auto a = bob();
  a.current.state = subscription_state::ended;
  start(a);
  tell(ask_login(0x10));
  const auto guest = grant(0, {10, 9, 0, 1});
  BOOST_TEST((gate.answers.back().verdict == login_verdict::accept_as_guest));
  set_subscription paid{who, bob().current};
  BOOST_TEST(bool(ask<account_shown>(paid).first));
  tell(ask_login(0x10));
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 2u);
  BOOST_TEST((heard.takes[1].kind == pool_kind::internet));
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_TEST((heard.releases[0].binding == guest.id && !heard.releases[0].keep_for_owner));
}

BOOST_AUTO_TEST_CASE(who_does_not_pay_keeps_the_internet_address_he_holds_and_is_a_guest) {
  policies().on_unpaid = refusal_policy::guest;
  publish();
  start(bob());
  const auto b = online(0x10);
  BOOST_TEST(bool(ask<account_shown>(set_subscription{who, {}}).first));
  tell(ask_login(0x10));
  BOOST_TEST(heard.takes.size() == 1u);
  BOOST_TEST((gate.answers.back().verdict == login_verdict::accept_as_guest));
  BOOST_TEST((gate.answers.back().why == refusal::account_unpaid));
  BOOST_TEST((gate.answers.back().address == b.address));
}

BOOST_AUTO_TEST_CASE(a_static_address_comes_first) {
  auto a = bob();
  a.session_limit = 3;
  a.addresses = {{domain, {10, 5, 0, 1}, {}}, {domain, {10, 5, 0, 2}, mac_address{0x20}}};
  start(a);
  tell(ask_login(0x10));
  BOOST_TEST((heard.takes.at(0).fixed == ipv4{10, 5, 0, 1}));
  grant(0);
  BOOST_TEST((gate.answers.back().address == ipv4{10, 5, 0, 1}));
  BOOST_TEST(seen.has(trace_code::static_address_chosen));
  tell(ask_login(0x20)); // his own, although the other comes first in the list
  BOOST_TEST((heard.takes.at(1).fixed == ipv4{10, 5, 0, 2}));
  grant(1);
  tell(ask_login(0x30)); // the free one is in use elsewhere, the other is not for this device
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 3u);
  BOOST_TEST(!heard.takes[2].fixed);
  grant(2, {10, 0, 0, 9});
  BOOST_TEST(seen.has(trace_code::static_address_busy));
  BOOST_TEST((gate.answers.back().address == ipv4{10, 0, 0, 9}));
}

BOOST_AUTO_TEST_CASE(a_static_address_moves_to_the_new_device_when_the_old_one_is_gone) {
  auto a = bob();
  a.addresses = {{domain, {10, 5, 0, 1}, {}}};
  start(a);
  const auto b = online(0x10);
  advance(seconds{61}); // the offer was never taken up
  tell(ask_login(0x20));
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 2u);
  BOOST_TEST((heard.takes[1].fixed == b.address));
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_TEST((heard.releases[0].binding == b.id));
}

BOOST_AUTO_TEST_CASE(beyond_the_session_limit_logins_are_refused) {
  start(bob());
  tell(ask_login(0x10)); // waits for its address: that counts
  tell(ask_login(0x20));
  BOOST_REQUIRE_EQUAL(gate.answers.size(), 1u);
  BOOST_TEST((gate.answers[0].why == refusal::session_limit));
  BOOST_TEST(seen.has(trace_code::session_limit_reached));
  grant(0); // offered: that counts
  tell(ask_login(0x20));
  BOOST_TEST((gate.answers.back().why == refusal::session_limit));
  BOOST_TEST((gate.answers.back().rests_on == journal_number{101})); // it read the offer
  tell(usage_of(accounting_kind::start, "s1", 0x10));
  tell(ask_login(0x20)); // a session: that counts
  BOOST_TEST((gate.answers.back().why == refusal::session_limit));
  tell(ask_login(0x10)); // its own place replaces itself
  BOOST_TEST((gate.answers.back().verdict == login_verdict::accept));
}

BOOST_AUTO_TEST_CASE(eight_devices_at_once_share_two_places) {
  auto a = bob();
  a.session_limit = 2;
  start(a);
  for (std::uint64_t mac = 1; mac <= 8; ++mac)
    tell(ask_login(mac));
  BOOST_TEST(heard.takes.size() == 2u);
  BOOST_TEST(gate.answers.size() == 6u);
  for (const auto& got : gate.answers)
    BOOST_TEST((got.why == refusal::session_limit));
}

BOOST_AUTO_TEST_CASE(an_offer_that_nobody_took_up_stops_counting) {
  start(bob());
  online(0x10);
  advance(seconds{61});
  tell(ask_login(0x20));
  BOOST_TEST(heard.takes.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_silent_session_makes_room_and_ends_when_it_was_last_seen) {
  start(bob());
  online(0x10);
  tell(usage_of(accounting_kind::start, "s1", 0x10));
  const auto last_seen = time.at;
  advance(seconds{1801});
  tell(ask_login(0x20));
  BOOST_TEST(heard.takes.size() == 2u);
  const auto s = journaled().at(1);
  BOOST_TEST((s.state == session_state::closed));
  BOOST_TEST((s.ended == last_seen));
  BOOST_TEST((s.flags & session_reaped) != 0);
}

BOOST_AUTO_TEST_CASE(nobody_is_silent_while_the_clock_is_held) {
  start(bob());
  online(0x10);
  tell(usage_of(accounting_kind::start, "s1", 0x10));
  time.at = time.at + seconds{86400 / 2};
  time.hold = true;
  tell(ask_login(0x20));
  BOOST_TEST((gate.answers.back().why == refusal::session_limit));
}

BOOST_AUTO_TEST_CASE(preemption_ends_the_oldest_session_then_grants) {
  policies().on_session_limit = limit_policy::preempt;
  publish();
  auto a = bob();
  a.session_limit = 2;
  start(a);
  for (const std::uint64_t mac : {0x10, 0x20}) {
    online(mac, ipv4{10, 0, 0, static_cast<std::uint8_t>(mac)});
    tell(usage_of(accounting_kind::start, "s" + std::to_string(mac), mac, 0,
                  ipv4{10, 0, 0, static_cast<std::uint8_t>(mac)}));
    advance(seconds{1});
  }
  tell(ask_login(0x30));
  BOOST_REQUIRE_EQUAL(heard.ends.size(), 1u);
  BOOST_TEST(heard.ends[0].acct_session_id == "s16");
  BOOST_TEST(heard.takes.size() == 2u); // not before the old one is gone
  end(0, disconnect_outcome::acknowledged);
  const auto s = journaled().at(1);
  BOOST_TEST((s.state == session_state::closed));
  BOOST_TEST(s.terminate_cause == 13u);
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 3u);
  grant(2, {10, 0, 0, 3});
  BOOST_TEST((gate.answers.back().verdict == login_verdict::accept));
  BOOST_TEST(seen.has(trace_code::preempted));
}

BOOST_AUTO_TEST_CASE(preemption_that_fails_refuses_and_one_that_is_late_only_makes_room) {
  policies().on_session_limit = limit_policy::preempt;
  publish();
  start(bob());
  online(0x10);
  tell(usage_of(accounting_kind::start, "s1", 0x10));
  tell(ask_login(0x20));
  end(0, disconnect_outcome::refused);
  BOOST_TEST((gate.answers.back().why == refusal::session_limit));
  BOOST_TEST((journaled().at(1).state == session_state::open));
  const auto answers = gate.answers.size();
  tell(ask_login(0x20));
  advance(seconds{3}); // the deadline is 2 s
  end(1, disconnect_outcome::session_unknown, 503);
  BOOST_TEST(gate.answers.size() == answers);
  BOOST_TEST(seen.has(trace_code::deadline_passed));
  BOOST_TEST((journaled().at(1).state == session_state::closed));
  tell(ask_login(0x20));
  BOOST_TEST(heard.takes.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_stop_that_comes_before_the_disconnect_ack_lets_the_waiting_login_in) {
  policies().on_session_limit = limit_policy::preempt;
  publish();
  start(bob());
  online(0x10);
  tell(usage_of(accounting_kind::start, "s1", 0x10));
  tell(ask_login(0x20));
  tell(usage_of(accounting_kind::stop, "s1", 0x10, 500));
  BOOST_TEST(heard.takes.size() == 2u);
  const auto records = log.records.size();
  end(0, disconnect_outcome::acknowledged);
  BOOST_TEST(log.records.size() == records); // it is closed once
  BOOST_TEST(heard.takes.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_login_replaces_an_earlier_one_of_its_place) {
  start(bob());
  const auto first = ask_login(0x10);
  const auto second = ask_login(0x10);
  tell(first);
  tell(second);
  BOOST_TEST(heard.takes.size() == 1u);
  grant(0);
  BOOST_REQUIRE_EQUAL(gate.answers.size(), 1u);
  BOOST_TEST((gate.answers[0].to == second.to));
}

BOOST_AUTO_TEST_CASE(an_address_that_comes_too_late_goes_back) {
  start(bob());
  tell(ask_login(0x10));
  advance(seconds{3});
  const auto b = grant(0);
  BOOST_TEST(gate.answers.empty());
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_TEST((heard.releases[0].binding == b.id));
  BOOST_TEST(seen.has(trace_code::deadline_passed));
  tell(ask_login(0x10)); // it is not in the cache any more
  BOOST_TEST(heard.takes.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_late_address_stays_when_its_place_waits_for_the_same_one) {
  start(bob());
  tell(ask_login(0x10));
  advance(seconds{3});
  tell(ask_login(0x10));
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 2u);
  const auto b = grant_of(heard.takes[0]);
  tell(address_taken{who, heard.takes[0].request, b});
  BOOST_TEST(heard.releases.empty());
  tell(address_taken{who, heard.takes[1].request, b});
  BOOST_TEST(heard.releases.empty());
  BOOST_TEST((gate.answers.back().binding == b.id));
}

BOOST_AUTO_TEST_CASE(refusals_of_the_pools_are_told_as_they_are) {
  auto a = bob();
  start(a);
  struct row {
    errc why;
    bool answered;
    refusal told;
  };
  const row table[] = {
    {errc::pool_exhausted, true, refusal::no_address},
    {errc::outside_range, true, refusal::no_address},
    {errc::address_taken, true, refusal::address_busy},
    {errc::store_full, false, refusal::store_unavailable},
    {errc::unavailable, false, refusal::store_unavailable},
  };
  for (const auto& t : table)
    BOOST_TEST_CONTEXT(name_of(t.why)) {
      const auto before = gate.answers.size();
      tell(ask_login(0x10));
      tell(address_refused{who, heard.takes.back().request, t.why, journal_number{77}});
      BOOST_TEST((gate.answers.size() > before) == t.answered);
      BOOST_TEST((seen.answers.back().why == t.told));
      if (t.answered)
        BOOST_TEST((gate.answers.back().rests_on == journal_number{77}));
    }
}

BOOST_AUTO_TEST_CASE(a_login_asks_again_when_the_question_of_the_one_it_replaced_was_too_late) {
  start(bob());
  tell(ask_login(0x10));
  advance(seconds{1});
  const auto second = ask_login(0x10);
  tell(second);
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 1u);
  tell(address_refused{who, heard.takes[0].request, errc::timed_out, {}});
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 2u);
  BOOST_TEST((heard.takes[1].deadline == second.deadline));
  grant(1);
  BOOST_TEST((gate.answers.back().to == second.to));
}

BOOST_AUTO_TEST_CASE(exhausted_pools_make_a_guest_where_the_client_wants_it) {
  policies().on_unpaid = refusal_policy::guest;
  publish();
  start(bob());
  tell(ask_login(0x10));
  tell(address_refused{who, heard.takes[0].request, errc::pool_exhausted, {}});
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 2u);
  BOOST_TEST((heard.takes[1].kind == pool_kind::guest));
  grant(1);
  BOOST_TEST((gate.answers.back().verdict == login_verdict::accept_as_guest));
  BOOST_TEST((gate.answers.back().why == refusal::no_address));
  BOOST_TEST(!gate.answers.back().service);
}

BOOST_AUTO_TEST_CASE(who_is_disabled_while_his_address_comes_is_refused) {
  start(bob());
  tell(ask_login(0x10));
  change_account off{who, {}, part_status, {}, {}};
  off.to.status = account_status::disabled;
  BOOST_TEST(bool(ask<account_shown>(off).first));
  const auto b = grant(0);
  BOOST_TEST((gate.answers.back().why == refusal::account_disabled));
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_TEST((heard.releases[0].binding == b.id));
  BOOST_TEST((gate.answers.back().rests_on >= journal_number{1})); // the record that disabled him
}

BOOST_AUTO_TEST_CASE(a_session_ends_when_what_was_paid_ends) {
  auto a = bob();
  a.current.end = time.at + seconds{100};
  start(a);
  online(0x10);
  BOOST_TEST(gate.answers.back().session_timeout == 100u);
}

BOOST_AUTO_TEST_SUITE_END()
