#include "bench/load/pattern.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel::load;

BOOST_AUTO_TEST_SUITE(load_pattern)

BOOST_AUTO_TEST_CASE(names_follow_their_numbers) {
  name_pattern::room room;
  const struct {
    const char* pattern;
    std::uint64_t number;
    const char* name;
  } cases[] = {
    {"demo{}", 1, "demo1"},
    {"demo{}", 100000, "demo100000"},
    {"user{06}@net", 42, "user000042@net"},
    {"user{2}", 12345, "user12345"},
    {"{}", 7, "7"},
    {"everybody", 7, "everybody"},
  };
  for (const auto& c : cases)
    BOOST_TEST_CONTEXT(c.pattern) {
      const auto p = name_pattern::parse(c.pattern);
      BOOST_REQUIRE(p);
      BOOST_TEST(p->name(c.number, room) == c.name);
    }
}

BOOST_AUTO_TEST_CASE(a_name_tells_its_number) {
  const auto p = name_pattern::parse("user{06}@net");
  BOOST_REQUIRE(p);
  BOOST_TEST(p->number("user000042@net").value_or(0) == 42u);
  for (const char* wrong : {"user42@net", "user000042", "000042@net", "user00004x@net", "user@net",
                            "user0000042@net", "", "user99999999999999999999999@net"})
    BOOST_TEST_CONTEXT(wrong) {
      BOOST_TEST(!p->number(wrong));
    }
  BOOST_TEST(!name_pattern::parse("everybody")->number("everybody"));
}

BOOST_AUTO_TEST_CASE(refuses_patterns_that_say_nothing) {
  for (const char* wrong :
       {"", "{", "}", "a{b}", "{}{}", "{{}}", "}{", "{0}", "{21}", "{-1}", "{ 3}"})
    BOOST_TEST_CONTEXT(wrong) {
      BOOST_TEST(!name_pattern::parse(wrong));
    }
  BOOST_TEST(!name_pattern::parse(std::string(200, 'a')));
}

BOOST_AUTO_TEST_CASE(hardware_addresses_follow_one_another) {
  const auto first = parse_mac("02:00:00:00:FF:fe");
  BOOST_REQUIRE(first);
  name_pattern::room room;
  BOOST_TEST(mac_text(*first, room) == "02:00:00:00:FF:FE");
  BOOST_TEST(mac_text(mac_after(*first, 2), room) == "02:00:00:01:00:00");
  BOOST_TEST((parse_mac("02-00-00-00-00-01") == mac{2, 0, 0, 0, 0, 1}));
  for (const char* wrong : {"", "02:00:00:00:00", "02:00:00:00:00:0g", "02:00-00:00:00:01",
                            "02.00.00.00.00.01", "02:00:00:00:00:011"})
    BOOST_TEST_CONTEXT(wrong) {
      BOOST_TEST(!parse_mac(wrong));
    }
}

BOOST_AUTO_TEST_CASE(addresses_are_read_and_written) {
  BOOST_TEST(parse_address("100.64.3.254").value_or(0) == 0x644003FEu);
  BOOST_TEST(address_text(0x644003FE) == "100.64.3.254");
  BOOST_TEST(!parse_address("100.64.3"));
  BOOST_TEST(!parse_address("localhost"));
}

BOOST_AUTO_TEST_SUITE_END()
