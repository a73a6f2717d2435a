#include "domain/pool_choice.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace uzel {
namespace {

pool_terms terms(std::uint64_t id, pool_kind kind, std::uint16_t vlan = 0, std::uint64_t from = 0,
                 bool dynamic = true) {
  const ipv4 first{10, 0, static_cast<std::uint8_t>(id), 0};
  return {pool_id{id}, first, ipv4{first.value + 255}, kind, vlan, client_id{from}, dynamic, 60};
}

BOOST_AUTO_TEST_SUITE(pool_choice_suite)

BOOST_AUTO_TEST_CASE(pools_are_tried_in_this_order) {
  using enum pool_kind;
  const std::vector pools{
    terms(1, internet),        terms(2, guest),    terms(3, internet, 15),
    terms(4, internet, 0, 9),  terms(5, internet), terms(6, internet, 0, 0, false),
    terms(7, internet, 15, 0),
  };
  struct line {
    const char* what;
    pool_wish wish;
    std::uint64_t preferred;
    std::vector<std::uint64_t> order;
  };
  const std::vector<line> table{
    {"no VLAN known", {internet, 0, client_id{1}}, 0, {1, 5}},
    {"a VLAN with pools of its own", {internet, 15, client_id{1}}, 0, {3, 7, 1, 5}},
    {"a VLAN without", {internet, 16, client_id{1}}, 0, {1, 5}},
    {"a client with a pool of its own", {internet, 0, client_id{9}}, 0, {1, 4, 5}},
    {"guests", {guest, 15, client_id{1}}, 0, {2}},
    {"a kind without pools", {devices, 0, client_id{1}}, 0, {}},
    {"a preferred pool", {internet, 0, client_id{1}}, 5, {5, 1}},
    {"a preferred pool that does not fit", {internet, 0, client_id{1}}, 3, {1, 5}},
  };
  for (const auto& l : table)
    BOOST_TEST_CONTEXT(l.what) {
      std::vector<pool_id> tried;
      std::vector<std::uint64_t> order;
      while (const auto next = choose_pool(pools, l.wish, tried, pool_id{l.preferred})) {
        tried.push_back(next);
        order.push_back(next.value);
      }
      BOOST_TEST(order == l.order, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(ranges_overlap_when_they_share_one_address) {
  const std::vector pools{terms(1, pool_kind::internet), terms(2, pool_kind::internet)};
  BOOST_TEST(!find_overlap(pools, ipv4{10, 0, 3, 0}, ipv4{10, 0, 3, 255}, {}));
  BOOST_TEST((find_overlap(pools, ipv4{10, 0, 2, 255}, ipv4{10, 0, 3, 255}, {})->id == pool_id{2}));
  BOOST_TEST((find_overlap(pools, ipv4{10, 0, 0, 0}, ipv4{10, 0, 1, 0}, {})->id == pool_id{1}));
  BOOST_TEST(!find_overlap(pools, ipv4{10, 0, 0, 0}, ipv4{10, 0, 1, 0}, pool_id{1}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace uzel
