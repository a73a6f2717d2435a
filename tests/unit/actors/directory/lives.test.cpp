// The directory with the subscribers of the daemon.
#include "actors/subscriber.hpp"
#include "domain/refusal.hpp"
#include "tests/unit/actors/directory/bench.hpp"

using namespace uzel;
using namespace uzel::test;

BOOST_FIXTURE_TEST_SUITE(directory_lives, directory_bench)

BOOST_AUTO_TEST_CASE(a_subscriber_answers_sleeps_when_idle_and_answers_again) {
  account(1, {by_mac(0xB1)});
  auto slices = slice_boot_image(image, 1, time.at, wires.settings.offer_time);
  const subscriber_spawner spawn = spawn_subscriber;
  wires.directory.push_back(system.spawn(directory, &wires, 0u, slices[0], spawn));
  for (int life = 1; life <= 3; ++life)
    BOOST_TEST_CONTEXT("life " << life) {
      auto l = question(polite, "", 0xB1);
      l.deadline = time.at + std::chrono::seconds{2};
      put(l);
      BOOST_TEST_REQUIRE(gate.answers.size() == static_cast<std::size_t>(life));
      BOOST_TEST(gate.answers.back().to.slot == l.to.slot);
      BOOST_TEST(name_of(gate.answers.back().why) == "account-unpaid");
      BOOST_TEST((state(0).accounts.find(account_id{1})->awake != nullptr));
      for (int i = 0; i < 3; ++i)
        advance(wires.settings.idle_sleep);
      BOOST_TEST((state(0).accounts.find(account_id{1})->awake == nullptr));
    }
  BOOST_TEST(fatal.empty());
}

BOOST_AUTO_TEST_CASE(who_was_heard_of_stays_awake_as_long_again) {
  account(1, {by_mac(0xB1)});
  account(2, {by_mac(0xB2)});
  auto slices = slice_boot_image(image, 1, time.at, wires.settings.offer_time);
  const subscriber_spawner spawn = spawn_subscriber;
  wires.settings.idle_sleep = std::chrono::seconds{15};
  wires.directory.push_back(system.spawn(directory, &wires, 0u, slices[0], spawn));
  const auto is_awake = [&](std::uint64_t who) {
    return state(0).accounts.find(account_id{who})->awake != nullptr;
  };
  const auto pass = [&](int seconds) {
    for (int i = 0; i < 10 * seconds; ++i)
      advance(std::chrono::milliseconds{100});
  };
  put(question(polite, "", 0xB1));
  put(question(polite, "", 0xB2));
  pass(10);
  put(question(polite, "", 0xB2));
  BOOST_TEST(is_awake(1));
  pass(7); // whole seconds will do
  BOOST_TEST(!is_awake(1));
  BOOST_TEST(is_awake(2));
  pass(10);
  BOOST_TEST(!is_awake(2));
  BOOST_TEST(fatal.empty());
}

BOOST_AUTO_TEST_SUITE_END()
