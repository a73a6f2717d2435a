#include "bench/load/deadline_wheel.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

using uzel::load::deadline_wheel;

BOOST_AUTO_TEST_SUITE(load_deadline_wheel)

BOOST_AUTO_TEST_CASE(a_deadline_passes_once_and_not_early) {
  constexpr std::uint64_t start = 1'000'000'000;
  deadline_wheel w{2, start};
  w.set(0, start + 50'000'000);
  w.set(1, start + 60'000'000);
  w.clear(1);
  unsigned seen = 0;
  w.expire(start + 49'000'000, [&](std::uint32_t) { ++seen; });
  BOOST_TEST(seen == 0u);
  w.expire(start + 59'000'000, [&](std::uint32_t n) { seen += n == 0; });
  BOOST_TEST(seen == 1u);
  w.expire(start + 600'000'000, [&](std::uint32_t) { ++seen; });
  BOOST_TEST(seen == 1u);
}

BOOST_AUTO_TEST_CASE(agrees_with_a_sorted_list) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  std::uint64_t now = 5'000'000'000;
  deadline_wheel w{200, now};
  std::map<std::uint32_t, std::uint64_t> set;
  for (int i = 0; i < 20'000; ++i) {
    const auto number = static_cast<std::uint32_t>(random() % 200);
    switch (random() % 4) {
    case 0:
      w.clear(number);
      set.erase(number);
      break;
    case 1: { // beyond one turn of the wheel, too
      const auto when = now + random() % 40'000'000'000;
      w.set(number, when);
      set[number] = when;
      break;
    }
    default:
      now += random() % 50'000'000;
      w.expire(now, [&](std::uint32_t n) {
        const auto at = set.find(n);
        BOOST_REQUIRE(at != set.end());
        BOOST_TEST(at->second <= now);
        set.erase(at);
      });
      for (const auto& [n, when] : set)
        BOOST_TEST(when + 3 * deadline_wheel::tick_length > now);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
