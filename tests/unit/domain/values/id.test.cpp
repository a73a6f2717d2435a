#include "domain/id.hpp"

#include "domain/instant.hpp"

#include <boost/test/unit_test.hpp>

#include <type_traits>
#include <unordered_set>

using namespace uzel;

// A number or an id of something else is no account id.
static_assert(!std::is_convertible_v<std::uint64_t, account_id>);
static_assert(!std::is_constructible_v<account_id, nas_id>);
static_assert(!std::is_convertible_v<account_id, std::uint64_t>);
static_assert(std::is_trivially_copyable_v<account_id>);

BOOST_AUTO_TEST_SUITE(ids)

BOOST_AUTO_TEST_CASE(zero_means_none) {
  BOOST_TEST(!account_id{});
  BOOST_TEST(!account_id{0});
  BOOST_TEST(static_cast<bool>(account_id{1}));
}

BOOST_AUTO_TEST_CASE(ids_compare_by_number) {
  BOOST_TEST((account_id{1} < account_id{2}));
  BOOST_TEST((account_id{7} == account_id{7}));
  BOOST_TEST((journal_number{1} < journal_number{~std::uint64_t{0}}));
}

BOOST_AUTO_TEST_CASE(guests_are_told_from_accounts) {
  BOOST_TEST(is_guest(account_id{guest_bit}));
  BOOST_TEST(is_guest(account_id{guest_bit | 5}));
  BOOST_TEST(!is_guest(account_id{5}));
  BOOST_TEST(!is_guest(account_id{}));
  BOOST_TEST(!is_guest(account_id{guest_bit - 1}));
}

BOOST_AUTO_TEST_CASE(dense_ids_spread_over_the_low_bits_of_their_hash) {
  std::unordered_set<std::size_t> low;
  std::unordered_set<std::size_t> high;
  for (std::uint64_t i = 1; i <= 1024; ++i) {
    const auto hash = std::hash<account_id>{}(account_id{i});
    low.insert(hash & 1023);
    high.insert(hash >> 54);
  }
  BOOST_TEST(low.size() > 600u);
  BOOST_TEST(high.size() > 600u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(instants)

BOOST_AUTO_TEST_CASE(seconds_and_differences_are_exact) {
  using namespace std::chrono_literals;
  const auto t = instant::from_unix(1'700'000'000);
  BOOST_TEST(t.us == 1'700'000'000'000'000);
  BOOST_TEST(t.unix_seconds() == 1'700'000'000);
  BOOST_TEST((t + 1500ms).unix_seconds() == 1'700'000'001);
  BOOST_TEST(((t + 1500ms) - t == 1500ms));
  BOOST_TEST((t - 1us < t));
  BOOST_TEST(!instant{});
}

BOOST_AUTO_TEST_SUITE_END()
