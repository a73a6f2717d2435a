#include "bench/load/histogram.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

using uzel::load::histogram;

BOOST_AUTO_TEST_SUITE(load_histogram)

BOOST_AUTO_TEST_CASE(an_empty_one_has_no_percentiles) {
  const auto h = std::make_unique<histogram>();
  BOOST_TEST(h->count() == 0u);
  BOOST_TEST(h->percentile(0.5) == 0u);
  BOOST_TEST(h->mean() == 0.0);
}

BOOST_AUTO_TEST_CASE(small_values_are_exact) {
  const auto h = std::make_unique<histogram>();
  for (std::uint64_t v = 1; v <= 100; ++v)
    h->add(v);
  BOOST_TEST(h->percentile(0.5) == 50u);
  BOOST_TEST(h->percentile(0.01) == 1u);
  BOOST_TEST(h->percentile(0.0) == 1u);
  BOOST_TEST(h->percentile(1.0) == 100u);
  BOOST_TEST(h->largest() == 100u);
  BOOST_TEST(h->mean() == 50.5);
}

BOOST_AUTO_TEST_CASE(one_slow_answer_in_a_thousand_shows_at_the_end_alone) {
  const auto h = std::make_unique<histogram>();
  for (int i = 0; i < 999; ++i)
    h->add(1'000'000);
  h->add(3'000'000'000);
  BOOST_TEST(h->percentile(0.99) < 1'020'000u);
  BOOST_TEST(h->percentile(0.999) < 1'020'000u);
  BOOST_TEST(h->percentile(0.9999) == 3'000'000'000u);
}

BOOST_AUTO_TEST_CASE(values_beyond_the_range_count_as_the_largest) {
  const auto h = std::make_unique<histogram>();
  h->add(std::uint64_t{1} << 50);
  BOOST_TEST(h->percentile(0.5) == std::uint64_t{1} << 50);
}

BOOST_AUTO_TEST_CASE(percentiles_are_within_one_64th_of_the_true_ones) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (int round = 0; round < 20; ++round) {
    const auto h = std::make_unique<histogram>();
    const auto half = std::make_unique<histogram>();
    std::vector<std::uint64_t> all;
    for (int i = 0; i < 5000; ++i) {
      const auto bits = std::uniform_int_distribution<int>{1, 38}(random);
      const auto v = random() >> (64 - bits);
      all.push_back(v);
      (i % 2 ? h : half)->add(v);
    }
    h->add(*half);
    std::sort(all.begin(), all.end());
    for (const double share : {0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      const auto rank = static_cast<std::size_t>(share * 5000 + 0.9999) - 1;
      const auto truth = all[std::min<std::size_t>(rank, 4999)];
      BOOST_TEST_CONTEXT("round " << round << " share " << share << " truth " << truth) {
        BOOST_TEST(h->percentile(share) >= truth);
        BOOST_TEST(h->percentile(share) <= truth + truth / 64);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
