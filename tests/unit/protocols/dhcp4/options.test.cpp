#include "protocols/dhcp4/notation.hpp"
#include "protocols/dhcp4/option_text.hpp"
#include "protocols/dhcp4/option_value.hpp"
#include "tests/unit/protocols/dhcp4/golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;
using namespace uzel::dhcp4;
using namespace uzel::dhcp4::test;

namespace {

using bytes = std::vector<std::uint8_t>;

bytes value_in(std::string_view text, int code) {
  const auto options = parse_option_text(text);
  BOOST_REQUIRE_MESSAGE(options.has_value(), options.error().problem);
  const auto value = options->find(static_cast<option>(code));
  BOOST_REQUIRE(value.has_value());
  return {value->begin(), value->end()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(options_suite)

BOOST_AUTO_TEST_CASE(values_are_written_as_their_rfc_says) {
  const struct {
    const char* text;
    int code;
    const char* octets;
  } table[] = {
    {"6=10.0.0.1,10.0.0.2", 6, "0a000001 0a000002"},
    {"dns = 10.0.0.1 , 10.0.0.2 ;", 6, "0a000001 0a000002"},
    {"1=255.255.255.0", 1, "ffffff00"},
    {"time-offset=-3600", 2, "fffff1f0"},
    {"mtu=1500", 26, "05dc"},
    {"default-ttl=64", 23, "40"},
    {"arp-timeout=65536", 35, "00010000"},
    {"ip-forwarding=yes", 19, "01"},
    {"static-routes=10.1.2.3 via 10.0.0.1", 33, "0a010203 0a000001"},
    {"66=tftp", 66, "74667470"},
    {"66=\"a;\\\"\\\\\\x0a\"", 66, "613b225c0a"},
    {"43=hex:010401020304", 43, "010401020304"},
    {"43=\"ab\"", 43, "6162"},
    {"200=hex:", 200, ""},
    // The table of RFC 3442.
    {"121=0.0.0.0/0 via 1.2.3.4", 121, "00 01020304"},
    {"121=10.0.0.0/8 via 1.2.3.4", 121, "08 0a 01020304"},
    {"121=10.0.0.0/24 via 1.2.3.4", 121, "18 0a0000 01020304"},
    {"121=10.17.0.0/16 via 1.2.3.4", 121, "10 0a11 01020304"},
    {"121=10.27.129.0/24 via 1.2.3.4", 121, "18 0a1b81 01020304"},
    {"121=10.229.0.128/25 via 1.2.3.4", 121, "19 0ae50080 01020304"},
    {"121=10.198.122.47/32 via 1.2.3.4", 121, "20 0ac67a2f 01020304"},
    {"routes=10.198.122.47 via 1.2.3.4, 0.0.0.0/0 via 5.6.7.8", 121,
     "20 0ac67a2f 01020304 00 05060708"},
    {"domain-search=a.example,b", 119, "0161 076578616d706c65 00 0162 00"},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.text)
  BOOST_TEST((value_in(row.text, row.code) == hex(row.octets)));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_option) {
  const struct {
    const char* text;
    const char* field;
    const char* problem; // contained
  } table[] = {
    {"dns=10.0.0.1; nts=1.2.3.4", "nts", "no such option"},
    {"0=hex:01", "0", "no such option"},
    {"255=hex:01", "255", "no such option"},
    {"256=hex:01", "256", "no such option"},
    {"dns", "dns", "a value is missing"},
    {"dns=", "dns", "'' is no address"},
    {"dns=10.0.0.1,", "dns", "'' is no address"},
    {"6=300.1.1.1", "6", "'300.1.1.1' is no address"},
    {"subnet-mask=1.2.3.4,1.2.3.5", "subnet-mask", "one value only"},
    {"6=hex:0a0b0c", "6", "no such value"},
    {"6=hex:0a0", "6", "one hex digit"},
    {"6=hex:0a0b0cxx", "6", "'xx' is no octet"},
    {"mtu=65536", "mtu", "from 0 to 65535"},
    {"mtu=-1", "mtu", "from 0 to 65535"},
    {"ip-forwarding=on", "ip-forwarding", "neither yes nor no"},
    {"routes=10.0.0.1/8 via 10.0.0.1", "routes", "'10.0.0.1/8' is no prefix"},
    {"routes=10.0.0.0/8", "routes", "PREFIX via ROUTER"},
    {"121=hex:2101020304 0506070", "121", "no octet"},
    {"121=hex:210102030405060708", "121", "no such value"},
    {"43=abc", "43", "hex:0a0b"},
    {"66=\"abc", "66", "closing quote"},
    {"66=\"a\"b", "66", "closing quote"},
    {"66=\"a\\n\"", "66", "after \\"},
    {"66=", "66", "a text is missing"},
    {"66=\"\\x00\"", "66", "zero octets"},
    {"domain-search=a..b", "domain-search", "'a..b' is no domain name"},
    {"119=hex:c000", "119", "no such value"},
    {"dns=1.1.1.1; 6=2.2.2.2", "6", "twice"},
    {"lease-time=5", "lease-time", "sets this option itself"},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.text) {
      const auto options = parse_option_text(row.text);
      BOOST_REQUIRE(!options.has_value());
      BOOST_TEST(options.error().field == row.field);
      BOOST_TEST(options.error().problem.find(row.problem) != std::string::npos,
                 options.error().problem);
    }
  for (const int code : {50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 61, 80, 82, 90, 118})
    BOOST_TEST(!parse_option_text(std::to_string(code) + "=hex:01").has_value(), code);
  BOOST_TEST(!parse_option_text(std::string(max_option_text + 1, ';')).has_value());
}

BOOST_AUTO_TEST_CASE(text_is_written_back) {
  const auto options = parse_option_text("66=\"a;b\"; !6=10.0.0.1;200=hex:0a; "
                                         "routes=10.0.0.0/8 via 10.0.0.1\n43=hex:01");
  BOOST_REQUIRE(options.has_value());
  BOOST_TEST(option_text(*options) == "!dns=10.0.0.1; vendor-information=hex:01; "
                                      "tftp-server=\"a;b\"; routes=10.0.0.0/8 via 10.0.0.1; "
                                      "200=hex:0a");
  BOOST_TEST((*parse_option_text(option_text(*options)) == *options));
}

// Names that stand compressed keep their octets.
BOOST_AUTO_TEST_CASE(compressed_names_are_read_and_kept) {
  const auto octet = hex("0161 076578616d706c65 00 0162 c002");
  BOOST_TEST(value_text(value_kind::domains, octet) == "a.example,b.example");
  const auto options = parse_option_text("119=hex:0161076578616d706c65000162c002");
  BOOST_REQUIRE(options.has_value());
  BOOST_TEST((*parse_option_text(option_text(*options)) == *options));
  for (const auto* loop : {"c000", "0161c000", "0161c002", "0161c001", "01", "40", "0161", "00"})
    BOOST_TEST(!well_formed(value_kind::domains, hex(loop)), loop);
}

BOOST_AUTO_TEST_CASE(a_set_is_bounded) {
  option_set options;
  BOOST_TEST(!options.add(option::pad, {}));
  BOOST_TEST(!options.add(option::end, {}));
  const bytes most(option_set::max_value_size);
  BOOST_TEST(!options.add(option::dns, bytes(most.size() + 1)));
  for (std::uint8_t n = 1; n <= 4; ++n)
    BOOST_TEST(options.add(static_cast<option>(n), most));
  BOOST_TEST(!options.add(option::dns, bytes(1)));
  BOOST_TEST(!options.add(option::routers, {}));
  BOOST_TEST(options.entries().size() == 4u);
}

BOOST_AUTO_TEST_CASE(the_table_of_options_has_no_two_rows_of_a_name) {
  for (const auto& row : known_options()) {
    BOOST_TEST(row_of(row.code).name == row.name);
    BOOST_REQUIRE(find_option(row.name));
    BOOST_TEST((find_option(row.name)->code == row.code), row.name);
  }
  BOOST_TEST(row_of(static_cast<option>(200)).name.empty());
}

BOOST_AUTO_TEST_CASE(a_packet_in_words) {
  const auto datagram = udhcpc_request_relayed.bytes();
  const auto p = packet_view::parse(datagram);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST(decode_packet(*p) ==
             "REQUEST, request, xid 0xb791e503\n"
             "\thardware: ethernet 02:00:5e:10:00:01\n"
             "\thops: 1\n"
             "\tsecs: 0\n"
             "\tflags: none\n"
             "\tgiaddr: 10.88.0.1\n"
             "\tmessage-type(53): REQUEST\n"
             "\trequested-address(50): 10.88.0.77\n"
             "\tserver-identifier(54): 10.77.0.1\n"
             "\tmax-message-size(57): 576\n"
             "\tparameter-list(55): subnet-mask,routers,dns,host-name,domain,broadcast,ntp,routes\n"
             "\tvendor-class(60): \"udhcp 1.35.0\"\n"
             "\tclient-identifier(61): ethernet 02:00:5e:10:00:01\n"
             "\trelay-information(82):\n"
             "\t\tcircuit-id(1): hex:637231 \"cr1\"\n");
}

BOOST_AUTO_TEST_SUITE_END()
