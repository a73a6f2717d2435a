#include "protocols/option82/relay_information.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <vector>

using namespace uzel;
using namespace uzel::option82;

namespace {

using bytes = std::vector<std::uint8_t>;

std::vector<std::uint8_t> copy(std::span<const std::uint8_t> s) {
  return {s.begin(), s.end()};
}

// circuit-id 6, remote-id 8, link selection, an unknown sub-option 151, subscriber-id, server
// identifier override.
const bytes whole{1,    6,    0,    4,    0,    0x98, 0,   5,  2, 8,  0, 6,   0xf8,
                  0xe9, 0x03, 0xe7, 0x55, 0xa6, 5,    4,   10, 1, 2,  0, 151, 2,
                  1,    2,    6,    3,    'b',  'o',  'b', 11, 4, 10, 9, 9,   9};

} // namespace

BOOST_AUTO_TEST_SUITE(relay_information_option)

BOOST_AUTO_TEST_CASE(finds_every_known_sub_option) {
  const auto parsed = parse_relay_information(whole);
  BOOST_REQUIRE(parsed.has_value());
  BOOST_TEST((copy(parsed->circuit_id) == bytes{0, 4, 0, 0x98, 0, 5}));
  BOOST_TEST((copy(parsed->remote_id) == bytes{0, 6, 0xf8, 0xe9, 0x03, 0xe7, 0x55, 0xa6}));
  BOOST_TEST((copy(parsed->subscriber_id) == bytes{'b', 'o', 'b'}));
  BOOST_TEST(to_string(parsed->link_selection) == "10.1.2.0");
  BOOST_TEST(to_string(parsed->server_identifier_override) == "10.9.9.9");
}

BOOST_AUTO_TEST_CASE(refuses_every_truncation_inside_a_sub_option) {
  std::set<std::size_t> boundaries;
  for (std::size_t at = 0; at < whole.size(); at += 2u + whole[at + 1])
    boundaries.insert(at);
  BOOST_REQUIRE(boundaries.size() == 6u);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    BOOST_TEST_CONTEXT("first " << n << " octets") {
      const auto parsed = parse_relay_information(std::span{whole}.first(n));
      BOOST_TEST(parsed.has_value() == (n > 0 && boundaries.contains(n)));
    }
  }
}

BOOST_AUTO_TEST_CASE(malformed_options_are_refused) {
  const bytes table[] = {
    {},
    {1},
    {1, 1},
    {1, 255, 0},
    {5, 3, 1, 2, 3},
    {5, 5, 1, 2, 3, 4, 5},
    {11, 0},
    {1, 1, 7, 1, 1, 8},
    {2, 1, 7, 2, 1, 7},
    {5, 4, 1, 2, 3, 4, 5, 4, 1, 2, 3, 4},
    {1, 1, 7, 0},
  };
  for (const auto& content : table)
    BOOST_TEST((parse_relay_information(content).error() == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(unknown_and_empty_sub_options_are_tolerated) {
  for (const bytes& content :
       {bytes{151, 0}, bytes{0, 0}, bytes{255, 1, 9}, bytes{9, 1, 1, 9, 1, 1}, bytes{1, 0}}) {
    const auto parsed = parse_relay_information(content);
    BOOST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->circuit_id.empty());
    BOOST_TEST(parsed->remote_id.empty());
    BOOST_TEST(!parsed->link_selection);
  }
}

BOOST_AUTO_TEST_SUITE_END()
