#include "domain/mac_address.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <random>

using namespace uzel;

namespace {

std::array<std::string, 6> pairs_of(const std::string& colons) {
  std::array<std::string, 6> out;
  for (std::size_t i = 0; i < 6; ++i)
    out[i] = colons.substr(3 * i, 2);
  return out;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'f')
      c = static_cast<char>(c - 'a' + 'A');
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(mac_values)

BOOST_AUTO_TEST_CASE(every_spelling_of_equipment_is_one_mac) {
  for (const char* text :
       {"f8:75:a4:aa:c9:e0", "F8:75:A4:AA:C9:E0", "f8-75-a4-aa-c9-e0", "F8-75-A4-AA-C9-E0",
        "f8.75.a4.aa.c9.e0", "f875.a4aa.c9e0", "F875.A4AA.C9E0", "f875-a4aa-c9e0", "f875:a4aa:c9e0",
        "f875a4aac9e0", "F875A4AAC9E0", "1:f8:75:a4:aa:c9:e0", "01:f8:75:a4:aa:c9:e0",
        "1:F8:75:A4:AA:C9:E0", "01-f8-75-a4-aa-c9-e0"}) {
    BOOST_TEST_CONTEXT(text) {
      const auto parsed = parse_mac(text);
      BOOST_REQUIRE(parsed.has_value());
      BOOST_TEST(parsed->value == 0xF875A4AAC9E0u);
    }
  }
  BOOST_TEST(to_string(mac_address{0xF875A4AAC9E0}) == "f8:75:a4:aa:c9:e0");
}

BOOST_AUTO_TEST_CASE(one_digit_octets_are_padded) {
  BOOST_TEST(to_string(*parse_mac("45:47:c4:2:53:b3")) == "45:47:c4:02:53:b3");
  BOOST_TEST(to_string(*parse_mac("0:1:2:3:4:5")) == "00:01:02:03:04:05");
  BOOST_TEST(to_string(*parse_mac("1:0:1:2:3:4:5")) == "00:01:02:03:04:05");
  BOOST_TEST(to_string(*parse_mac("1:2:3:4:5:6")) == "01:02:03:04:05:06");
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  for (const char* text : {"",
                           ":",
                           "f8",
                           "f8:75:a4:aa:c9",
                           "f8:75:a4:aa:c9:",
                           ":f8:75:a4:aa:c9:e0",
                           "f8:75:a4:aa:c9:e0:",
                           "f8::a4:aa:c9:e0",
                           "f8:75:a4:aa:c9:g0",
                           "f8:75-a4:aa-c9:e0",
                           "f8:75:a4:aa:c9:e00",
                           "f875a4aac9e",
                           "f875a4aac9e00",
                           "f875.a4aa",
                           "f875.a4a.c9e0",
                           "f875.a4aa.c9e0.1",
                           "2:f8:75:a4:aa:c9:e0",
                           "001:f8:75:a4:aa:c9:e0",
                           "1:f875.a4aa.c9e0",
                           "1:1:f8:75:a4:aa:c9:e0",
                           " f8:75:a4:aa:c9:e0",
                           "f8:75:a4:aa:c9:e0 ",
                           "f8 75 a4 aa c9 e0",
                           "0xf875a4aac9e0",
                           "f8:75:a4:aa:c9:e0\n"})
    BOOST_TEST_CONTEXT("'" << text << "'")
  BOOST_TEST((parse_mac(text).error() == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(random_macs_survive_every_spelling) {
  const auto seed = std::random_device{}();
  std::mt19937_64 random{seed};
  for (int i = 0; i < 5000; ++i) {
    const mac_address mac{random() >> 16};
    const auto colons = to_string(mac);
    const auto p = pairs_of(colons);
    const auto dots = p[0] + p[1] + '.' + p[2] + p[3] + '.' + p[4] + p[5];
    const auto bare = p[0] + p[1] + p[2] + p[3] + p[4] + p[5];
    for (const auto& text :
         {colons, upper(colons), dots, upper(dots), bare, upper(bare), "1:" + colons}) {
      const auto parsed = parse_mac(text);
      BOOST_REQUIRE_MESSAGE(parsed.has_value() && *parsed == mac, text << ", seed " << seed);
    }
  }
}

BOOST_AUTO_TEST_CASE(zero_means_none) {
  BOOST_TEST(!mac_address{});
  BOOST_TEST(!*parse_mac("00:00:00:00:00:00"));
  BOOST_TEST(static_cast<bool>(mac_address{1}));
}

BOOST_AUTO_TEST_SUITE_END()
