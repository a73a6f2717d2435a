#include "domain/guest.hpp"
#include "tests/unit/actors/directory/bench.hpp"

#include <set>

using namespace uzel;
using namespace uzel::test;

BOOST_FIXTURE_TEST_SUITE(directory_sleep, directory_bench)

namespace {

binding held_by(std::uint64_t who, std::uint64_t id) {
  binding b;
  b.id = binding_id{id};
  b.domain = routing_domain_id{1};
  b.pool = pool_id{1};
  b.address = ipv4{10, 0, 0, static_cast<std::uint8_t>(id)};
  b.state = binding_state::held;
  b.holder = account_id{who};
  b.number = journal_number{id};
  return b;
}

session open_session(std::uint64_t who, std::uint64_t id, std::uint64_t binding_of) {
  session s;
  s.id = session_id{id};
  s.account = account_id{who};
  s.nas = nas_id{5};
  s.acct_session_id = "s" + std::to_string(id);
  s.binding = binding_id{binding_of};
  s.number = journal_number{id};
  return s;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_subscriber_wakes_with_all_that_hung_on_it) {
  account(1, {by_login("bob")}).number_of_change = journal_number{3};
  account(2, {by_login("carol")});
  image.bindings = {held_by(2, 7), held_by(1, 9)};
  image.sessions = {open_session(1, 12, 9)};
  start(2);
  const auto asleep = ask<account_shown>(wires.directory[0], show_account{account_id{1}});
  BOOST_TEST_REQUIRE(asleep.value.has_value());
  BOOST_TEST(log_of.living == 0);
  BOOST_TEST(asleep.value->commit.value == 12u);

  put(question(polite, "bob", 0));
  BOOST_TEST(log_of.living == 1);
  const auto awake = ask<account_shown>(wires.directory[1], show_account{account_id{1}});
  BOOST_TEST_REQUIRE(awake.value.has_value());
  BOOST_TEST((awake.value->bindings == std::vector{held_by(1, 9)}));
  BOOST_TEST((awake.value->sessions == std::vector{open_session(1, 12, 9)}));
  BOOST_TEST(awake.value->account.balance.minor == 1);
}

namespace {

// The stand-in hears it and is ready to sleep.
close_stale sleep_soon(std::uint64_t who) {
  close_stale out;
  out.who = account_id{who};
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(who_is_ready_to_sleep_is_packed_and_let_go) {
  account(1, {by_login("bob")});
  start(1);
  put(question(polite, "bob", 0));
  BOOST_TEST(log_of.living == 1);
  caf::anon_send(wires.directory[0], sleep_soon(1));
  settle();
  BOOST_TEST(log_of.living == 0);
  BOOST_TEST((state(0).accounts.find(account_id{1})->awake == nullptr));
  const auto shown = ask<account_shown>(wires.directory[0], show_account{account_id{1}});
  BOOST_TEST(shown.value->account.balance.minor == 1);
  BOOST_TEST(log_of.living == 0);
}

BOOST_AUTO_TEST_CASE(what_is_on_its_way_keeps_it_awake) {
  account(1, {by_login("bob")});
  start(1);
  put(question(polite, "bob", 0));
  caf::anon_send(wires.directory[0], sleep_soon(1));
  scheduler.run_once(); // the shard hands it on
  caf::anon_send(wires.directory[0], question(polite, "bob", 0));
  auto pending = begin<account_shown>(wires.directory[0], show_account{account_id{1}});
  scheduler.run_once(); // the subscriber is ready, and the shard has sent it more
  settle();
  BOOST_TEST(log_of.words.size() == 2u);
  BOOST_TEST(log_of.living == 1);
  const auto shown = end<account_shown>(pending);
  BOOST_TEST_REQUIRE(shown.value.has_value());
  BOOST_TEST(shown.value->account.balance.minor == 2);
}

BOOST_AUTO_TEST_CASE(a_sleeping_holder_gives_up_through_the_directory) {
  account(1, {});
  image.bindings = {held_by(1, 7), held_by(1, 8)};
  start(1);
  const auto pool = routing_domain_id{1};
  caf::anon_send(wires.directory[0],
                 give_up{account_id{1}, pool, pool_id{1}, binding_id{7}, false});
  settle();
  BOOST_TEST_REQUIRE(log_of.given_up_bindings.size() == 1u);
  BOOST_TEST(log_of.given_up_bindings[0].binding.value == 7u);
  BOOST_TEST(log_of.living == 0);
  const auto shown = ask<account_shown>(wires.directory[0], show_account{account_id{1}});
  BOOST_TEST((shown.value->bindings == std::vector{held_by(1, 8)}));

  caf::anon_send(wires.directory[0],
                 give_up{account_id{9}, pool, pool_id{1}, binding_id{1}, false});
  settle(); // nobody of that name could announce it
  BOOST_TEST(log_of.given_up_bindings.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_sleeping_holder_keeps_what_an_open_session_uses) {
  account(1, {});
  image.bindings = {held_by(1, 7)};
  image.sessions = {open_session(1, 12, 7)};
  image.sessions[0].last_seen = time.at;
  start(1);
  const give_up ask_for{account_id{1}, routing_domain_id{1}, pool_id{1}, binding_id{7}, false};
  caf::anon_send(wires.directory[0], ask_for);
  settle();
  BOOST_TEST_REQUIRE(log_of.kept.size() == 1u);
  BOOST_TEST((log_of.kept[0].until == time.at + std::chrono::seconds{1800}));
  BOOST_TEST(log_of.words.empty());

  // Silent for too long: its owner decides.
  advance(std::chrono::seconds{1801});
  caf::anon_send(wires.directory[0], ask_for);
  settle();
  BOOST_TEST(log_of.kept.size() == 1u);
  BOOST_TEST_REQUIRE(log_of.words.size() == 1u);
  BOOST_TEST(log_of.words[0].what == "give_up");
  BOOST_TEST(log_of.given_up_bindings.empty());
}

BOOST_AUTO_TEST_CASE(a_sleeping_holder_keeps_an_offer_until_it_lapses) {
  account(1, {});
  account(2, {});
  image.accounts[1].status = account_status::disabled;
  image.bindings = {held_by(1, 7), held_by(2, 8)};
  for (auto& b : image.bindings) {
    b.state = binding_state::offered;
    b.until = time.at + std::chrono::seconds{60};
  }
  start(1);
  const auto ask_for = [&](std::uint64_t account, std::uint64_t binding) {
    caf::anon_send(wires.directory[0], give_up{account_id{account}, routing_domain_id{1},
                                               pool_id{1}, binding_id{binding}, true});
    settle();
  };
  ask_for(1, 7);
  BOOST_TEST_REQUIRE(log_of.kept.size() == 1u);
  BOOST_TEST((log_of.kept[0].until == image.bindings[0].until));
  BOOST_TEST(log_of.words.empty());

  // Whether somebody who may not log in keeps it from another is his owner's to say.
  ask_for(2, 8);
  BOOST_TEST(log_of.kept.size() == 1u);
  BOOST_TEST_REQUIRE(log_of.words.size() == 1u);
  BOOST_TEST(log_of.words[0].what == "give_up");

  advance(std::chrono::seconds{60});
  ask_for(1, 7);
  BOOST_TEST(log_of.kept.size() == 1u);
  BOOST_TEST(log_of.given_up_bindings.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_guest_with_an_address_comes_back_after_a_start_and_vanishes_with_it) {
  const auto guest = guest_of(attachment_key{0xC1});
  const auto other = guest_of(attachment_key{0xC2});
  image.bindings = {held_by(guest.value, 7), held_by(other.value, 8)};
  image.bindings[0].state = binding_state::bound;
  image.sessions = {open_session(guest.value, 3, 9)};
  image.sessions[0].state = session_state::closed;
  start(3);
  BOOST_TEST(home(guest).guests == 1u);
  BOOST_TEST(home(other).accounts.find(other) == nullptr);
  caf::anon_send(wires.shard_of(guest),
                 give_up{guest, routing_domain_id{1}, pool_id{1}, binding_id{7}, false});
  settle();
  BOOST_TEST(log_of.given_up_bindings.size() == 1u);
  BOOST_TEST(home(guest).guests == 0u);
  BOOST_TEST(home(guest).accounts.size() == 0u);
}

// Logins, sleeps and questions in any order of events: every login is heard once, in the
// order of its asking, and no state is lost between lives.
BOOST_AUTO_TEST_CASE(no_interleaving_loses_or_repeats_a_message) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  constexpr std::uint64_t people = 5;
  for (std::uint64_t i = 1; i <= people; ++i)
    account(i, {by_login("u" + std::to_string(i))});
  start(2);
  std::array<std::int64_t, people + 1> asked{};
  for (int round = 0; round < 400; ++round) {
    for (int step = 0; step < 12; ++step) {
      const auto who = 1 + random() % people;
      if (random() % 3 != 0) {
        auto l = question(polite, "u" + std::to_string(who), 0);
        l.who = account_id{who}; // one way in, so that the order is defined
        caf::anon_send(wires.shard_of(l.who), l);
        ++asked[who];
      } else {
        caf::anon_send(wires.shard_of(account_id{who}), sleep_soon(who));
      }
      for (auto runs = random() % 3; runs > 0 && !scheduler.jobs.empty(); --runs) {
        std::shuffle(scheduler.jobs.begin(), scheduler.jobs.end(), random);
        scheduler.run_once();
      }
    }
    if (round % 8 == 0)
      settle(random);
  }
  settle(random);
  std::array<std::uint32_t, people + 1> last{};
  std::array<std::int64_t, people + 1> heard_by{};
  for (const auto& w : log_of.words) {
    BOOST_TEST(w.slot > last[w.who.value], "seed " << seed);
    last[w.who.value] = w.slot;
    ++heard_by[w.who.value];
  }
  for (std::uint64_t who = 1; who <= people; ++who)
    BOOST_TEST_CONTEXT("account " << who << ", seed " << seed) {
      BOOST_TEST(heard_by[who] == asked[who]);
      const auto shown = ask<account_shown>(wires.directory[0], show_account{account_id{who}});
      BOOST_TEST(shown.value->account.balance.minor == asked[who]);
    }
  BOOST_TEST(fatal.empty());
}

BOOST_AUTO_TEST_SUITE_END()
