#include "tests/unit/actors/subscriber/subscriber_bench.hpp"

using namespace uzel;
using namespace uzel::test;

using kind = accounting_kind;

BOOST_FIXTURE_TEST_SUITE(subscriber_sessions, subscriber_bench)

BOOST_AUTO_TEST_CASE(a_start_is_one_record_noted_confirmed_and_answered_when_synced) {
  start(bob());
  const auto b = online(0x10);
  const auto r = usage_of(kind::start, "s1", 0x10);
  tell(r);
  BOOST_REQUIRE_EQUAL(log.records.size(), 1u);
  const auto s = journaled().at(1);
  BOOST_TEST((s.account == who && s.nas == bras && s.epoch == 1 && s.acct_session_id == "s1"));
  BOOST_TEST((s.binding == b.id && s.address == b.address && s.started == time.at));
  BOOST_TEST(s.user_name == "bob");
  BOOST_REQUIRE_EQUAL(gate.usages.size(), 1u);
  BOOST_TEST((gate.usages[0].to == r.to && gate.usages[0].rests_on == journal_number{1}));
  BOOST_REQUIRE_EQUAL(heard.confirms.size(), 1u);
  BOOST_TEST((heard.confirms[0].binding == b.id && heard.confirms[0].session == s.id));
  BOOST_TEST((heard.confirms[0].until == time.at + seconds{1800}));
  BOOST_TEST(heard.adoptions.empty());
  BOOST_REQUIRE_EQUAL(heard.notes.size(), 1u);
  BOOST_TEST((heard.notes[0].open && heard.notes[0].who == who && heard.notes[0].session == s.id));
}

BOOST_AUTO_TEST_CASE(a_repeated_packet_gets_the_same_answer_and_no_record) {
  start(bob());
  online(0x10);
  const auto begin = usage_of(kind::start, "s1", 0x10);
  tell(begin);
  tell(begin);
  BOOST_TEST(log.records.size() == 1u);
  BOOST_REQUIRE_EQUAL(gate.usages.size(), 2u);
  BOOST_TEST((gate.usages[1].rests_on == journal_number{1}));
  advance(seconds{600});
  const auto report = usage_of(kind::interim, "s1", 0x10, 1000);
  tell(report);
  tell(report);
  const auto end_of_it = usage_of(kind::stop, "s1", 0x10, 1200);
  tell(end_of_it);
  tell(end_of_it);
  tell(begin);
  tell(report);
  BOOST_TEST(log.records.size() == 3u);
  BOOST_TEST(gate.usages.size() == 8u);
  BOOST_TEST((gate.usages.back().rests_on == journal_number{3}));
  BOOST_TEST(journaled().size() == 1u);
  BOOST_TEST(journaled().at(1).used.in_octets == 1200u);
}

BOOST_AUTO_TEST_CASE(nothing_is_answered_while_the_journal_refuses) {
  start(bob());
  online(0x10);
  log.refuse = errc::store_full;
  tell(usage_of(kind::start, "s1", 0x10));
  BOOST_TEST(gate.usages.empty());
  BOOST_TEST(heard.confirms.empty());
  log.refuse = errc::ok;
  tell(usage_of(kind::start, "s1", 0x10));
  tell(usage_of(kind::interim, "s1", 0x10, 7));
  BOOST_TEST(gate.usages.size() == 2u);
  log.refuse = errc::store_full;
  tell(usage_of(kind::stop, "s1", 0x10, 9));
  BOOST_TEST(gate.usages.size() == 2u);
  BOOST_TEST(heard.releases.empty());
  log.refuse = errc::ok;
  tell(usage_of(kind::stop, "s1", 0x10, 9));
  BOOST_TEST(gate.usages.size() == 3u);
  BOOST_TEST(heard.releases.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_stop_closes_the_session_and_frees_its_address_for_its_owner) {
  start(bob());
  const auto b = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  advance(seconds{90});
  auto r = usage_of(kind::stop, "s1", 0x10, 500);
  r.terminate_cause = 1;
  tell(r);
  const auto s = journaled().at(1);
  BOOST_TEST((s.state == session_state::closed && s.ended == time.at && s.terminate_cause == 1));
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  const auto& freed = heard.releases[0];
  BOOST_TEST((freed.binding == b.id && freed.keep_for_owner && freed.ended == time.at));
  BOOST_TEST(!heard.notes.back().open);
  const auto shown = ask<account_shown>(show_account{who}).first.value();
  BOOST_TEST(shown.sessions.empty());
  BOOST_TEST(shown.bindings.empty()); // it may not be announced any more
}

BOOST_AUTO_TEST_CASE(a_stop_before_its_start_and_an_interim_without_one_make_their_session) {
  start(bob());
  online(0x10);
  auto r = usage_of(kind::stop, "s1", 0x10, 500);
  r.session_seconds = 60;
  tell(r);
  auto s = journaled().at(1);
  BOOST_TEST((s.state == session_state::closed && s.started == time.at - seconds{60}));
  BOOST_TEST(s.used.in_octets == 500u);
  auto late = usage_of(kind::start, "s1", 0x10);
  late.happened = time.at - seconds{60};
  tell(late);
  BOOST_TEST(journaled().size() == 1u);
  auto lost = usage_of(kind::interim, "s2", 0x10, 900);
  lost.session_seconds = 30;
  tell(lost);
  s = journaled().at(2);
  BOOST_TEST((s.state == session_state::open));
  BOOST_TEST((s.flags & session_begun_by_interim) != 0);
  BOOST_TEST((s.started == time.at - seconds{30}));
}

BOOST_AUTO_TEST_CASE(a_start_at_the_place_of_an_older_session_ends_that_one_in_the_same_group) {
  start(bob());
  const auto b = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  advance(seconds{60});
  tell(usage_of(kind::interim, "s1", 0x10, 100));
  const auto seen_last = time.at;
  advance(seconds{60});
  tell(ask_login(0x10));
  tell(usage_of(kind::start, "s2", 0x10));
  const auto all = journaled();
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST((all.at(1).state == session_state::closed && all.at(1).ended == seen_last));
  BOOST_TEST((all.at(1).flags & session_reaped) != 0);
  BOOST_TEST((all.at(2).state == session_state::open && all.at(2).binding == b.id));
  BOOST_TEST((all.at(1).number == journal_number{3} && all.at(2).number == journal_number{4}));
  BOOST_TEST(heard.releases.empty());          // the new one uses the address
  tell(usage_of(kind::stop, "s1", 0x10, 130)); // the lost Stop after all
  BOOST_TEST(journaled().at(1).used.in_octets == 130u);
  BOOST_TEST(heard.releases.empty());
}

BOOST_AUTO_TEST_CASE(the_pool_and_the_nas_are_told_of_a_report_only_when_they_need_it) {
  start(bob());
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  BOOST_TEST(heard.confirms.size() == 1u);
  const auto told = [&] { return std::pair{heard.confirms.size(), heard.notes.size()}; };
  const auto report = [&](std::uint64_t octets, account_id owner) {
    auto u = usage_of(kind::interim, "s1", 0x10, octets);
    u.session_owner = owner;
    tell(u);
  };
  const auto before = told();
  advance(seconds{300});
  report(10, who); // the NAS named him: it knows the session
  BOOST_TEST((told() == before));
  BOOST_TEST(journaled().at(1).used.in_octets == 10u);
  advance(seconds{300});
  report(20, who);
  BOOST_TEST((told() == before));
  advance(seconds{300}); // half of the half hour after which the pool asks
  report(30, who);
  BOOST_TEST((told() == std::pair{before.first + 1, before.second}));
  BOOST_TEST((heard.confirms.back().until == time.at + seconds{1800}));
  report(40, account_id{});
  BOOST_TEST((told() == std::pair{before.first + 1, before.second + 1}));
}

BOOST_AUTO_TEST_CASE(who_reconnects_before_his_stop_came_keeps_the_address_he_was_just_given) {
  start(bob());
  const auto b = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  advance(seconds{60});
  tell(ask_login(0x10)); // accepted with the same address
  tell(usage_of(kind::stop, "s1", 0x10, 100));
  BOOST_TEST(heard.releases.empty());
  tell(usage_of(kind::start, "s2", 0x10));
  BOOST_TEST((heard.confirms.back().binding == b.id));
  BOOST_TEST(heard.adoptions.empty());
  tell(usage_of(kind::stop, "s2", 0x10, 100));
  BOOST_TEST(heard.releases.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_address_that_we_did_not_give_is_adopted) {
  start(bob());
  tell(usage_of(kind::start, "s1", 0x10, 0, {10, 0, 0, 77}));
  BOOST_REQUIRE_EQUAL(heard.adoptions.size(), 1u);
  const auto& a = heard.adoptions[0];
  BOOST_TEST((a.address == ipv4{10, 0, 0, 77} && a.session == session_id{1} && a.who == who));
  take_address as_if_taken;
  as_if_taken.domain = domain;
  as_if_taken.who = who;
  as_if_taken.place = place(0x10);
  binding b = grant_of(as_if_taken, a.address);
  b.state = binding_state::bound;
  tell(address_taken{who, a.request, b});
  const auto s = journaled().at(1);
  BOOST_TEST((s.binding == b.id));
  BOOST_TEST((s.flags & session_adopted_address) != 0);
  advance(seconds{600});
  tell(usage_of(kind::interim, "s1", 0x10, 5, {10, 0, 0, 77}));
  BOOST_TEST(heard.adoptions.size() == 1u);
  BOOST_TEST((heard.confirms.back().binding == b.id));
}

BOOST_AUTO_TEST_CASE(an_address_of_another_is_a_conflict_told_once_and_disconnected) {
  start(bob());
  tell(usage_of(kind::start, "s1", 0x10, 0, {10, 0, 0, 77}));
  tell(address_refused{who, heard.adoptions[0].request, errc::address_taken, {}});
  BOOST_TEST((journaled().at(1).flags & session_conflict) != 0);
  BOOST_REQUIRE_EQUAL(heard.alarms.size(), 1u);
  BOOST_TEST(heard.alarms[0].id == "address-conflict");
  BOOST_REQUIRE_EQUAL(heard.ends.size(), 1u);
  end(0, disconnect_outcome::no_answer);
  BOOST_TEST((journaled().at(1).state == session_state::open));
  advance(seconds{600});
  tell(usage_of(kind::interim, "s1", 0x10, 5, {10, 0, 0, 77}));
  tell(address_refused{who, heard.adoptions[1].request, errc::address_taken, {}});
  BOOST_TEST(heard.alarms.size() == 1u);
  BOOST_REQUIRE_EQUAL(heard.ends.size(), 2u);
  end(1, disconnect_outcome::acknowledged);
  BOOST_TEST((journaled().at(1).state == session_state::closed));
  BOOST_TEST(journaled().at(1).terminate_cause == 6u);
}

BOOST_AUTO_TEST_CASE(two_attachments_of_one_account_never_share_an_address) {
  auto a = bob();
  a.session_limit = 2;
  start(a);
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  tell(usage_of(kind::start, "s2", 0x20)); // says 10.0.0.1 too
  BOOST_TEST((journaled().at(2).flags & session_conflict) != 0);
  BOOST_REQUIRE_EQUAL(heard.ends.size(), 1u);
  BOOST_TEST(heard.ends[0].acct_session_id == "s2");
}

BOOST_AUTO_TEST_CASE(an_address_of_no_range_of_ours_is_left_alone) {
  start(bob());
  tell(usage_of(kind::start, "s1", 0x10, 0, {192, 168, 0, 1}));
  tell(address_refused{who, heard.adoptions[0].request, errc::outside_range, {}});
  advance(seconds{600});
  tell(usage_of(kind::interim, "s1", 0x10, 5, {192, 168, 0, 1}));
  BOOST_TEST(heard.adoptions.size() == 1u);
  BOOST_TEST(heard.alarms.empty());
}

BOOST_AUTO_TEST_CASE(accounting_beyond_the_limit_is_disconnected_by_policy) {
  start(bob());
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  tell(usage_of(kind::interim, "s2", 0x20, 1, {10, 0, 0, 2}));
  BOOST_REQUIRE_EQUAL(heard.ends.size(), 1u);
  BOOST_TEST(heard.ends[0].acct_session_id == "s2");
  end(0, disconnect_outcome::acknowledged);
  policies().on_session_limit = limit_policy::preempt;
  publish();
  tell(usage_of(kind::start, "s3", 0x30, 1, {10, 0, 0, 3}));
  BOOST_REQUIRE_EQUAL(heard.ends.size(), 2u);
  BOOST_TEST(heard.ends[1].acct_session_id == "s1");
}

BOOST_AUTO_TEST_CASE(a_restart_closes_what_began_before_it_once) {
  auto a = bob();
  a.session_limit = 3;
  start(a);
  tell(usage_of(kind::start, "old", 0x10, 0, {10, 0, 0, 1}));
  const auto seen_last = time.at;
  advance(seconds{100});
  const auto restarted = time.at;
  advance(seconds{10});
  tell(usage_of(kind::start, "new", 0x20, 0, {10, 0, 0, 2})); // overtook the On
  const close_restarted on{who, bras, 2, restarted, {}};
  tell(on);
  auto all = journaled();
  BOOST_TEST((all.at(1).state == session_state::closed && all.at(1).ended == seen_last));
  BOOST_TEST(all.at(1).terminate_cause == 11u);
  BOOST_TEST((all.at(2).state == session_state::open && all.at(2).epoch == 2));
  const auto records = log.records.size();
  tell(on);
  BOOST_TEST(log.records.size() == records);
  auto next = usage_of(kind::interim, "new", 0x20, 40, {10, 0, 0, 2});
  next.epoch = 2;
  tell(next);
  BOOST_TEST(journaled().size() == 2u);
  BOOST_TEST(journaled().at(2).used.in_octets == 40u);
}

BOOST_AUTO_TEST_CASE(only_a_silent_session_is_reaped_at_its_last_sign) {
  start(bob());
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  const auto seen_last = time.at;
  advance(seconds{1700});
  tell(close_stale{who, session_id{1}, time.at});
  BOOST_TEST((journaled().at(1).state == session_state::open));
  advance(seconds{200});
  time.hold = true;
  tell(close_stale{who, session_id{1}, time.at});
  BOOST_TEST((journaled().at(1).state == session_state::open));
  time.hold = false;
  tell(close_stale{who, session_id{1}, time.at});
  const auto s = journaled().at(1);
  BOOST_TEST((s.state == session_state::closed && s.ended == seen_last));
  BOOST_TEST((s.flags & session_reaped) != 0);
  BOOST_TEST((heard.releases.at(0).ended == seen_last));
  advance(seconds{60});
  tell(usage_of(kind::interim, "s1", 0x10, 70)); // it lives after all
  BOOST_TEST((journaled().at(1).state == session_state::open));
  BOOST_TEST(journaled().at(1).used.in_octets == 70u);
  BOOST_TEST(heard.adoptions.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_nas_with_a_wrong_clock_is_not_taken_for_silent) {
  start(bob());
  online(0x10);
  auto r = usage_of(kind::start, "s1", 0x10);
  r.happened = time.at - seconds{7000};
  tell(r);
  tell(close_stale{who, session_id{1}, time.at + seconds{60}});
  BOOST_TEST((journaled().at(1).state == session_state::open));
  BOOST_TEST((heard.notes.back().last_seen == time.at));
}

BOOST_AUTO_TEST_CASE(a_session_goes_over_to_the_account_that_proves_its_port) {
  const account_id other{8};
  start(bob());
  auto second = bob();
  second.id = other;
  second.number = "000008";
  start(second);
  const auto b = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  advance(seconds{600});
  tell(usage_of(kind::interim, "s1", 0x10, 1000));
  advance(seconds{600});
  auto r = usage_of(kind::interim, "s1", 0x10, 1600);
  r.who = other;
  r.proven_by_port = true;
  tell(hand_over_session{who, r});
  auto all = journaled();
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST((all.at(1).state == session_state::closed && all.at(1).account == who));
  BOOST_TEST((all.at(1).ended == time.at - seconds{600}));
  BOOST_TEST(all.at(1).used.in_octets == 1000u);
  BOOST_TEST((all.at(2).state == session_state::open && all.at(2).account == other));
  BOOST_TEST(all.at(2).used.in_octets == 600u);
  for (const auto& [id, s] : all)
    BOOST_TEST((s.flags & session_moved) != 0);
  BOOST_REQUIRE_EQUAL(heard.alarms.size(), 1u);
  BOOST_TEST(heard.alarms[0].id == "session-moved");
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_TEST((heard.releases[0].binding == b.id && !heard.releases[0].keep_for_owner));
  BOOST_REQUIRE_EQUAL(heard.adoptions.size(), 1u);
  BOOST_TEST((heard.adoptions[0].who == other));
  BOOST_TEST((gate.usages.back().to == r.to));
  BOOST_TEST((gate.usages.back().rests_on == all.at(2).number));
  const auto records = log.records.size();
  tell(hand_over_session{who, r}); // the NAS repeats it
  BOOST_TEST(log.records.size() == records);
  auto last = usage_of(kind::stop, "s1", 0x10, 2000);
  last.who = other;
  tell(last, other);
  all = journaled();
  BOOST_TEST(all.at(1).used.in_octets + all.at(2).used.in_octets == 2000u);
}

BOOST_AUTO_TEST_CASE(a_session_that_comes_back_is_counted_once_as_well) {
  const account_id other{8};
  start(bob());
  auto second = bob();
  second.id = other;
  start(second);
  tell(usage_of(kind::start, "s1", 0x10));
  const auto move = [&](account_id old, account_id next, std::uint64_t octets) {
    advance(seconds{600});
    auto r = usage_of(kind::interim, "s1", 0x10, octets);
    r.who = next;
    tell(hand_over_session{old, r}, old);
  };
  tell(usage_of(kind::interim, "s1", 0x10, 100));
  move(who, other, 250);
  move(other, who, 600);
  const auto all = journaled();
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST((all.at(1).state == session_state::open && all.at(2).state == session_state::closed));
  BOOST_TEST(all.at(1).used.in_octets == 450u);
  BOOST_TEST(all.at(2).used.in_octets == 150u);
}

// One account, two places, packets in any order and number: what the journal says in the end is
// what the NAS counted, whoever the session belonged to meanwhile.
BOOST_AUTO_TEST_CASE(totals_equal_the_nas_whatever_the_order_of_packets) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  auto a = bob();
  a.session_limit = 100;
  start(a);
  auto other = a;
  other.id = account_id{8};
  start(other);
  for (int round = 0; round < 60; ++round) {
    BOOST_TEST_CONTEXT("seed " << seed << ", round " << round) {
      log.records.clear();
      const auto id = "r" + std::to_string(round);
      const std::uint64_t mac = 0x1000 + static_cast<std::uint64_t>(round);
      const ipv4 address{0x0B000000u + static_cast<std::uint32_t>(round)};
      std::uint64_t octets = 0;
      std::vector<account_usage> packets{usage_of(kind::start, id, mac, 0, address)};
      const auto began = time.at;
      for (auto n = random() % 5; n > 0; --n) {
        time.at = time.at + seconds{600};
        packets.push_back(
          usage_of(kind::interim, id, mac, octets += random() % 9'000'000'000, address));
      }
      time.at = time.at + seconds{60};
      packets.push_back(usage_of(kind::stop, id, mac, octets += 1 + random() % 1000, address));
      for (auto& p : packets)
        p.session_seconds = static_cast<std::uint32_t>((p.happened - began).count() / 1'000'000);
      const bool moves = random() % 2 == 0;
      if (moves) {
        // In order, each packet one to three times; from one of them on it is the other's.
        const auto turn = 1 + random() % (packets.size() - 1);
        for (std::size_t i = 0; i < packets.size(); ++i)
          for (auto n = 1 + random() % 3; n > 0; --n) {
            auto p = packets[i];
            if (i < turn) {
              caf::anon_send(people.at(who), p);
            } else {
              p.who = other.id;
              caf::anon_send(people.at(who), hand_over_session{who, p});
            }
            settle(random);
          }
      } else {
        auto sent = packets;
        for (auto n = random() % 5; n > 0; --n)
          sent.push_back(packets[random() % packets.size()]);
        std::shuffle(sent.begin(), sent.end(), random);
        for (const auto& p : sent)
          caf::anon_send(people.at(who), p);
        settle(random);
      }
      std::uint64_t in = 0;
      std::uint64_t out = 0;
      for (const auto& [number, s] : journaled()) {
        BOOST_TEST((s.state == session_state::closed));
        in += s.used.in_octets;
        out += s.used.out_octets;
      }
      BOOST_TEST(in == octets);
      BOOST_TEST(out == octets * 2);
      BOOST_TEST(journaled().size() == (moves ? 2u : 1u));
      BOOST_TEST(log.records.size() <= packets.size() + 2);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
