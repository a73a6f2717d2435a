#include "domain/ipv4.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <unordered_set>

using namespace uzel;

BOOST_AUTO_TEST_SUITE(ipv4_values)

BOOST_AUTO_TEST_CASE(dotted_quads_are_read_and_written_alike) {
  struct {
    const char* text;
    std::uint32_t value;
  } const table[] = {{"0.0.0.0", 0},
                     {"0.0.0.1", 1},
                     {"10.0.0.1", 0x0A000001},
                     {"127.0.0.1", 0x7F000001},
                     {"192.168.100.200", 0xC0A864C8},
                     {"255.255.255.255", 0xFFFFFFFF}};
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT(row.text) {
      const auto parsed = parse_ipv4(row.text);
      BOOST_REQUIRE(parsed.has_value());
      BOOST_TEST(parsed->value == row.value);
      BOOST_TEST(to_string(*parsed) == row.text);
    }
  }
  BOOST_TEST((ipv4{10, 1, 2, 3} == ipv4{0x0A010203}));
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  for (const char* text :
       {"",          ".",        "1",        "1.2.3",      "1.2.3.",    "1.2.3.4.",
        "1.2.3.4.5", ".1.2.3",   "1..2.3",   "256.1.1.1",  "1.1.1.256", "1.1.1.999999999999",
        "01.2.3.4",  "1.2.3.04", "00.0.0.0", "0x1.2.3.4",  " 1.2.3.4",  "1.2.3.4 ",
        "1. 2.3.4",  "+1.2.3.4", "-1.2.3.4", "1.2.3.4/32", "1,2,3,4",   "a.b.c.d",
        "1.2.3.4\n", "::1"})
    BOOST_TEST_CONTEXT("'" << text << "'")
  BOOST_TEST((parse_ipv4(text).error() == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(every_truncation_of_an_address_is_refused_or_shorter) {
  const std::string whole = "192.168.100.2";
  for (std::size_t n = 0; n < whole.size(); ++n)
    BOOST_TEST(!parse_ipv4(whole.substr(0, n)).has_value());
}

BOOST_AUTO_TEST_CASE(random_addresses_survive_the_round_trip) {
  const auto seed = std::random_device{}();
  std::mt19937 random{seed};
  for (int i = 0; i < 20000; ++i) {
    const ipv4 address{static_cast<std::uint32_t>(random())};
    const auto again = parse_ipv4(to_string(address));
    BOOST_REQUIRE_MESSAGE(again.has_value() && *again == address, "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(prefixes_are_read_and_written_alike) {
  for (const char* text : {"0.0.0.0/0", "10.0.0.0/8", "10.20.0.0/15", "192.168.4.0/22",
                           "192.168.1.128/25", "1.2.3.4/32", "128.0.0.0/1", "255.255.255.254/31"}) {
    BOOST_TEST_CONTEXT(text) {
      const auto parsed = parse_prefix4(text);
      BOOST_REQUIRE(parsed.has_value());
      BOOST_TEST(to_string(*parsed) == text);
    }
  }
  BOOST_TEST(to_string(*parse_prefix4("10.1.2.3")) == "10.1.2.3/32");
}

BOOST_AUTO_TEST_CASE(prefixes_with_host_bits_or_odd_lengths_are_refused) {
  for (const char* text : {"10.0.0.1/8", "192.168.4.0/21", "0.0.0.1/0", "1.2.3.4/31x", "1.2.3.4/33",
                           "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/08", "1.2.3.4/032", "1.2.3.4//32",
                           "/8", "10.0.0.0/8 ", "10.0.0/8", "1.2.3.4/4294967328"})
    BOOST_TEST_CONTEXT(text)
  BOOST_TEST((parse_prefix4(text).error() == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_prefix_knows_what_it_contains) {
  const auto net = *parse_prefix4("192.168.4.0/22");
  BOOST_TEST(net.mask() == 0xFFFFFC00u);
  BOOST_TEST(net.contains(ipv4{192, 168, 4, 0}));
  BOOST_TEST(net.contains(ipv4{192, 168, 7, 255}));
  BOOST_TEST(!net.contains(ipv4{192, 168, 8, 0}));
  BOOST_TEST(!net.contains(ipv4{192, 168, 3, 255}));
  const prefix4 everything{};
  BOOST_TEST(everything.mask() == 0u);
  BOOST_TEST(everything.contains(ipv4{255, 255, 255, 255}));
  const auto one = *parse_prefix4("1.2.3.4/32");
  BOOST_TEST(one.contains(ipv4{1, 2, 3, 4}));
  BOOST_TEST(!one.contains(ipv4{1, 2, 3, 5}));
}

BOOST_AUTO_TEST_CASE(addresses_order_numerically_and_hash_apart) {
  BOOST_TEST((ipv4{9, 255, 255, 255} < ipv4{10, 0, 0, 0}));
  BOOST_TEST(!ipv4{});
  std::unordered_set<std::size_t> hashes;
  for (std::uint32_t i = 0; i < 4096; ++i)
    hashes.insert(std::hash<ipv4>{}(ipv4{0x0A000000 + i}));
  BOOST_TEST(hashes.size() == 4096u);
}

BOOST_AUTO_TEST_SUITE_END()
