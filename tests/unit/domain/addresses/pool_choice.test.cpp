#include "domain/pool_choice.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace uzel {
namespace {

pool_terms terms(std::uint64_t id, pool_kind kind, std::uint16_t vlan = 0, std::uint64_t from = 0,
                 bool dynamic = true) {
  const ipv4 first{10, 0, static_cast<std::uint8_t>(id), 0};
  return {pool_id{id}, first, ipv4{first.value + 255}, kind, vlan, client_id{from}, dynamic,
          60,          {}};
}

pool_terms on_link(std::uint64_t id, std::uint64_t link, pool_kind kind = pool_kind::internet) {
  auto out = terms(id, kind);
  out.link = network_id{link};
  return out;
}

pool_wish wish_for(pool_kind kind, std::uint16_t vlan, std::uint64_t from) {
  return {kind, vlan, client_id{from}, {}};
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
    {"no VLAN known", wish_for(internet, 0, 1), 0, {1, 5}},
    {"a VLAN with pools of its own", wish_for(internet, 15, 1), 0, {3, 7, 1, 5}},
    {"a VLAN without", wish_for(internet, 16, 1), 0, {1, 5}},
    {"a client with a pool of its own", wish_for(internet, 0, 9), 0, {1, 4, 5}},
    {"guests", wish_for(guest, 15, 1), 0, {2}},
    {"a kind without pools", wish_for(devices, 0, 1), 0, {}},
    {"a preferred pool", wish_for(internet, 0, 1), 5, {5, 1}},
    {"a preferred pool that does not fit", wish_for(internet, 0, 1), 3, {1, 5}},
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

BOOST_AUTO_TEST_CASE(a_wish_for_a_wire_gets_only_addresses_of_it) {
  const std::vector pools{terms(1, pool_kind::internet), on_link(2, 5), on_link(3, 6),
                          on_link(4, 5, pool_kind::guest)};
  pool_wish wish;
  wish.link = network_id{5};
  BOOST_TEST((choose_pool(pools, wish, {}, {}) == pool_id{2}));
  BOOST_TEST((choose_pool(pools, wish, {}, pool_id{3}) == pool_id{2}));
  const std::vector tried{pool_id{2}};
  BOOST_TEST(!choose_pool(pools, wish, tried, {}));
  wish.link = network_id{7};
  BOOST_TEST(!choose_pool(pools, wish, {}, {}));
  // A RADIUS login knows of no wire.
  wish.link = {};
  for (const auto& each : pools)
    BOOST_TEST(fits(each, wish) == (each.kind == pool_kind::internet));
}

BOOST_AUTO_TEST_CASE(the_terms_of_a_pool_are_its_row_and_its_wire) {
  pool row;
  row.id = 9;
  row.first = ipv4{10, 0, 0, 1};
  row.last = ipv4{10, 0, 0, 9};
  row.kind = pool_kind::devices;
  row.vlan = 7;
  row.client_id = 3;
  row.dynamic = false;
  row.sticky_seconds = 11;
  const auto said = terms_of(row, network_id{4});
  const pool_terms expected{pool_id{9},   row.first, row.last, pool_kind::devices, 7,
                            client_id{3}, false,     11,       network_id{4}};
  BOOST_TEST((said == expected));
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
