#include "apps/uzelctl/dhcp_packet_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace uzel::ctl;

BOOST_AUTO_TEST_SUITE(dhcp_packet_suite)

// A DISCOVER through a switch that writes the common form of option 82.
BOOST_AUTO_TEST_CASE(shows_options_device_and_port) {
  const auto bytes = read_hex("0101060012345678000080000000000000000000000000000a580001"
                              "02005e100001" +
                              std::string(10 * 2 + 192 * 2, '0') +
                              "6382536335010152120106000400980005020800 06f8e903e755a6ff");
  BOOST_REQUIRE(bytes.has_value());
  const auto shown = decode_dhcp(*bytes);
  BOOST_REQUIRE_MESSAGE(shown.has_value(), shown.error().lines.back());
  for (const auto* line :
       {"DISCOVER, request, xid 0x12345678\n", "\thardware: ethernet 02:00:5e:10:00:01\n",
        "\tflags: broadcast\n", "\tgiaddr: 10.88.0.1\n", "\t\tcircuit-id(1): hex:000400980005\n",
        "# device f8:e9:03:e7:55:a6, port 5 ("})
    BOOST_TEST(shown->text.find(line) != std::string::npos, line << " in " << shown->text);
  BOOST_TEST(shown->structured.text_of("message") == "DISCOVER");
  BOOST_TEST(shown->structured.text_of("giaddr") == "10.88.0.1");
  const auto* where = shown->structured.find("location");
  BOOST_REQUIRE(where);
  BOOST_TEST(where->text_of("device") == "f8:e9:03:e7:55:a6");
  BOOST_TEST(where->text_of("port") == "5");
  const auto* options = shown->structured.find("options");
  BOOST_REQUIRE(options && options->items.size() == 2u);
  BOOST_TEST(options->items[1].find("parts")->items.size() == 2u);
}

BOOST_AUTO_TEST_CASE(says_why_it_is_no_packet) {
  const auto bytes = read_hex("010106");
  const auto shown = decode_dhcp(*bytes);
  BOOST_REQUIRE(!shown.has_value());
  BOOST_TEST(shown.error().lines.back().find("shorter than a DHCP header") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
