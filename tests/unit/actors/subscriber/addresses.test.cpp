#include "tests/unit/actors/subscriber/subscriber_bench.hpp"

using namespace uzel;
using namespace uzel::test;

using kind = accounting_kind;

BOOST_FIXTURE_TEST_SUITE(subscriber_addresses, subscriber_bench)

BOOST_AUTO_TEST_CASE(the_holder_gives_up_what_he_does_not_use) {
  start(bob());
  const auto b = online(0x10);
  const give_up question{who, domain, b.pool, b.id, false};
  tell(question); // announced a moment ago
  BOOST_REQUIRE_EQUAL(heard.kept.size(), 1u);
  BOOST_TEST((heard.kept[0].until == time.at + seconds{60}));
  advance(seconds{61});
  tell(question);
  BOOST_REQUIRE_EQUAL(heard.given.size(), 1u);
  BOOST_TEST((heard.given[0].binding == b.id));
  tell(ask_login(0x10)); // and does not announce it any more
  BOOST_TEST(heard.takes.size() == 2u);
  tell(give_up{who, domain, b.pool, binding_id{999}, false}); // never heard of it
  BOOST_TEST(heard.given.size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_address_in_use_is_kept_until_its_use_is_stale_or_barred) {
  start(bob());
  const auto b = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  const auto seen_last = time.at;
  const give_up expiry{who, domain, b.pool, b.id, false};
  const give_up wanted{who, domain, b.pool, b.id, true};
  tell(expiry);
  tell(wanted);
  BOOST_TEST(heard.given.empty());
  BOOST_REQUIRE_EQUAL(heard.kept.size(), 2u);
  BOOST_TEST((heard.kept[1].until == time.at + seconds{1800}));
  advance(seconds{1801});
  tell(wanted);
  BOOST_TEST(heard.given.size() == 1u);
  const auto s = journaled().at(1);
  BOOST_TEST((s.state == session_state::closed && s.ended == seen_last));
  BOOST_TEST((s.flags & session_reaped) != 0);
  BOOST_TEST(heard.releases.empty()); // one word to the pool, not two
}

BOOST_AUTO_TEST_CASE(a_disabled_holder_gives_up_at_once_and_is_disconnected) {
  start(bob());
  const auto b = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  change_account off{who, {}, part_status, {}, {}};
  off.to.status = account_status::disabled;
  ask<account_shown>(off);
  tell(give_up{who, domain, b.pool, b.id, true});
  BOOST_TEST(heard.given.size() == 1u);
  BOOST_TEST((journaled().at(1).state == session_state::closed));
  BOOST_TEST(heard.ends.size() >= 1u);
}

BOOST_AUTO_TEST_CASE(what_the_desk_takes_away_is_forgotten_at_once) {
  start(bob());
  const auto b = online(0x10);
  give_up order{who, domain, b.pool, b.id, false};
  order.by_desk = true;
  tell(order); // announced a moment ago, and still
  BOOST_REQUIRE_EQUAL(heard.given.size(), 1u);
  BOOST_TEST((heard.given[0].binding == b.id));
  tell(ask_login(0x10)); // he asks the pool anew instead of announcing it
  BOOST_TEST(heard.takes.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_static_address_is_never_given_up) {
  auto a = bob();
  a.status = account_status::disabled;
  a.addresses = {{domain, {10, 5, 0, 1}, {}}};
  binding b;
  b.id = binding_id{50};
  b.domain = domain;
  b.address = {10, 5, 0, 1};
  b.fixed = true;
  b.state = binding_state::bound;
  b.holder = who;
  start(a, {b});
  for (const bool for_another : {false, true})
    tell(give_up{who, domain, {}, b.id, for_another});
  BOOST_TEST(heard.given.empty());
  BOOST_TEST(heard.kept.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_static_address_survives_the_end_of_its_session) {
  auto a = bob();
  a.addresses = {{domain, {10, 5, 0, 1}, {}}};
  start(a);
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10, 0, {10, 5, 0, 1}));
  BOOST_TEST(!heard.confirms.at(0).until); // until it is released
  tell(usage_of(kind::stop, "s1", 0x10, 10, {10, 5, 0, 1}));
  const auto shown = ask<account_shown>(show_account{who}).first.value();
  BOOST_REQUIRE_EQUAL(shown.bindings.size(), 1u);
  BOOST_TEST((shown.bindings[0].address == ipv4{10, 5, 0, 1}));
  BOOST_TEST(shown.account.addresses.size() == 1u);
  tell(ask_login(0x10));
  BOOST_TEST((heard.takes.back().fixed == ipv4{10, 5, 0, 1}));
}

// The dynamic address is on its way when people give him a static one.
BOOST_AUTO_TEST_CASE(a_place_has_one_address_when_a_static_one_overtakes_a_dynamic_one) {
  start(bob());
  tell(ask_login(0x10));
  ask<account_shown>(add_static_address{who, {domain, {10, 5, 0, 1}, {}}});
  const auto dynamic = grant(0);
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 2u);
  BOOST_TEST(heard.releases.empty()); // should the static one be refused, nothing is lost
  grant(1);
  BOOST_REQUIRE_EQUAL(seen.answers.size(), 1u);
  BOOST_TEST((seen.answers[0].address == ipv4{10, 5, 0, 1}));
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_TEST((heard.releases[0].binding == dynamic.id));
}

BOOST_AUTO_TEST_CASE(a_place_keeps_an_address_that_a_session_still_uses_beside_a_static_one) {
  start(bob());
  const auto dynamic = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  ask<account_shown>(add_static_address{who, {domain, {10, 5, 0, 1}, {}}});
  online(0x10); // before the Stop of s1 comes
  BOOST_TEST(heard.releases.empty());
  tell(usage_of(kind::stop, "s1", 0x10));
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_TEST((heard.releases[0].binding == dynamic.id));
}

// He reconnected from another NAS, and the pool's answer is under way when the old session ends.
BOOST_AUTO_TEST_CASE(the_end_of_a_session_does_not_free_what_a_login_waits_for) {
  start(bob());
  auto mine = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  auto moved = ask_login(0x10);
  moved.place.nas = nas_id{12};
  tell(moved);
  BOOST_REQUIRE_EQUAL(heard.takes.size(), 2u);
  tell(usage_of(kind::stop, "s1", 0x10));
  BOOST_TEST(heard.releases.empty());
  mine.place = moved.place;
  tell(address_taken{who, heard.takes[1].request, mine});
  BOOST_REQUIRE_EQUAL(seen.answers.size(), 2u);
  BOOST_TEST((seen.answers[1].address == mine.address));
  BOOST_TEST(heard.releases.empty());
}

BOOST_AUTO_TEST_CASE(a_stop_that_was_written_frees_its_address_after_a_crash) {
  binding b;
  b.id = binding_id{50};
  b.domain = domain;
  b.address = {10, 0, 0, 9};
  b.state = binding_state::bound;
  b.session = session_id{4};
  b.holder = who;
  b.last_seen = time.at - seconds{30};
  start(bob(), {b});
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_TEST((heard.releases[0].binding == b.id && heard.releases[0].ended == b.last_seen));
}

BOOST_AUTO_TEST_CASE(a_session_whose_confirmation_was_lost_keeps_its_address_after_a_crash) {
  start(bob());
  const auto given = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  auto b = given;
  b.state = binding_state::bound;
  b.session = session_id{99}; // the one before, as the pool wrote it last
  const auto s = journaled().at(1);
  start(bob(), {b}, {s});
  BOOST_TEST(heard.releases.empty());
}

BOOST_AUTO_TEST_CASE(an_offer_that_a_session_took_up_counts_for_nothing_after_a_crash) {
  // Start and Stop were written, what the pool heard of them was not.
  start(bob());
  auto b = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  tell(usage_of(kind::stop, "s1", 0x10));
  const auto s = journaled().at(1);
  b.number = journal_number{s.number.value - 1};
  heard.releases.clear();
  start(bob(), {b}, {s});
  BOOST_REQUIRE_EQUAL(heard.releases.size(), 1u);
  BOOST_TEST((heard.releases[0].binding == b.id));
  const auto asked = heard.takes.size();
  tell(ask_login(0x20)); // one session is allowed, and none is on
  BOOST_TEST(heard.takes.size() == asked + 1);
}

BOOST_AUTO_TEST_CASE(an_offer_that_is_younger_than_the_session_stands_after_a_crash) {
  start(bob());
  auto b = online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  tell(usage_of(kind::stop, "s1", 0x10));
  const auto s = journaled().at(1);
  b.number = journal_number{s.number.value + 1};
  heard.releases.clear();
  start(bob(), {b}, {s});
  BOOST_TEST(heard.releases.empty());
  tell(ask_login(0x20));
  BOOST_TEST((gate.answers.back().why == refusal::session_limit));
}

BOOST_AUTO_TEST_SUITE_END()
