#include "domain/segmented_map.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <map>
#include <random>

using namespace uzel;

BOOST_AUTO_TEST_SUITE(segmented_maps)

BOOST_AUTO_TEST_CASE(it_says_what_a_plain_map_says_whatever_is_done_to_it) {
  const auto seed = std::random_device{}();
  std::mt19937_64 random{seed};
  segmented_map<std::uint64_t, int> tested;
  std::map<std::uint64_t, int> plain;
  for (int i = 0; i < 20'000; ++i) {
    const auto key = random() % 3000;
    const auto value = static_cast<int>(random() % 1000);
    switch (random() % 4) {
    case 0:
      tested[key] = plain[key] = value;
      break;
    case 1: {
      const auto [at, fresh] = tested.try_emplace(key, value);
      const auto [like, also] = plain.try_emplace(key, value);
      BOOST_TEST_REQUIRE((*at == like->second && fresh == also), "seed " << seed);
      break;
    }
    case 2:
      tested.erase(key);
      plain.erase(key);
      break;
    default: {
      const auto* found = tested.find(key);
      const auto like = plain.find(key);
      BOOST_TEST_REQUIRE((found != nullptr) == (like != plain.end()), "seed " << seed);
      BOOST_TEST_REQUIRE((!found || *found == like->second), "seed " << seed);
      BOOST_TEST_REQUIRE(tested.contains(key) == (found != nullptr), "seed " << seed);
    }
    }
  }
  BOOST_TEST(tested.size() == plain.size(), "seed " << seed);
  std::map<std::uint64_t, int> all;
  tested.for_each([&](std::uint64_t key, int value) { all[key] = value; });
  BOOST_TEST((all == plain), "seed " << seed);
}

BOOST_AUTO_TEST_SUITE_END()
