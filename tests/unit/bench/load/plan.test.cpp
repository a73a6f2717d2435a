#include "bench/load/plan.hpp"

#include "bench/load/mix_plan.hpp"
#include "bench/load/radius_protocol.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <vector>

using namespace uzel::load;

BOOST_AUTO_TEST_SUITE(load_plan)

BOOST_AUTO_TEST_CASE(a_chain_goes_step_by_step_and_ends) {
  chain_plan p{{5, 6}, 2, 1};
  auto first = p.begin();
  BOOST_REQUIRE(first);
  BOOST_TEST(first->subscriber == 0u);
  BOOST_TEST(first->kind == 5);
  first->began = 77;
  const auto second = p.next(*first, outcome::accepted);
  BOOST_REQUIRE(second);
  BOOST_TEST(second->kind == 6);
  BOOST_TEST(second->began == 77u);
  BOOST_TEST(second->due == 0u);
  BOOST_TEST(!p.next(*second, outcome::accepted));
  BOOST_TEST(!p.finished());
  const auto other = p.begin();
  BOOST_REQUIRE(other);
  BOOST_TEST(other->subscriber == 1u);
  BOOST_TEST(p.finished());
  BOOST_TEST(!p.begin());
  BOOST_TEST(!p.next(*other, outcome::rejected)); // a refusal ends the operation
}

BOOST_AUTO_TEST_CASE(nobody_does_two_things_at_once) {
  chain_plan p{{0}, 2, 0};
  const auto a = p.begin();
  const auto b = p.begin();
  BOOST_REQUIRE(a);
  BOOST_REQUIRE(b);
  BOOST_TEST(!p.begin());
  BOOST_TEST(!p.finished());
  (void)p.next(*a, outcome::unanswered);
  BOOST_TEST(p.begin().has_value());
}

BOOST_AUTO_TEST_CASE(one_who_waits_does_not_hold_up_the_others) {
  chain_plan p{{0}, 3, 0};
  const auto slow = p.begin();
  BOOST_REQUIRE(slow);
  for (int i = 0; i < 10; ++i) {
    const auto other = p.begin();
    BOOST_REQUIRE(other);
    BOOST_TEST(other->subscriber != slow->subscriber);
    (void)p.next(*other, outcome::accepted);
  }
}

BOOST_AUTO_TEST_CASE(a_mixed_day_keeps_everybody_consistent) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  constexpr std::uint32_t people = 500;
  mix_plan p{people, true, {}, seed};
  std::mt19937_64 random{seed};
  std::set<std::uint32_t> online;
  for (std::uint32_t i = 0; i < people; ++i)
    online.insert(i);
  std::map<std::uint32_t, step> out;
  std::map<unsigned, unsigned> kinds;
  const auto take = [&](const step& s) {
    ++kinds[s.kind];
    BOOST_TEST(!out.contains(s.subscriber));
    const bool needs =
      s.kind == radius_kind::interim || s.kind == radius_kind::stop || s.kind == radius_kind::start;
    if (s.kind != radius_kind::start)
      BOOST_TEST(online.contains(s.subscriber) == needs);
    out[s.subscriber] = s;
  };
  for (int i = 0; i < 50'000; ++i) {
    if (out.size() < 64)
      if (const auto s = p.begin())
        take(*s);
    if (out.size() < 64 && random() % 2)
      continue;
    auto at = out.begin();
    std::advance(at, random() % out.size());
    const auto done = at->second;
    out.erase(at);
    const auto how = random() % 50 ? outcome::accepted : outcome::unanswered;
    if (done.kind == radius_kind::stop)
      online.erase(done.subscriber);
    if (done.kind == radius_kind::start)
      online.insert(done.subscriber);
    if (const auto following = p.next(done, how))
      take(*following);
  }
  BOOST_TEST(kinds[radius_kind::interim] > kinds[radius_kind::login]);
  for (const auto kind :
       {radius_kind::login, radius_kind::start, radius_kind::stop, radius_kind::wrong_login})
    BOOST_TEST(kinds[kind] > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
