#include "protocols/radius/notation.hpp"

#include "protocols/radius/authenticity.hpp"
#include "protocols/radius/hidden.hpp"
#include "protocols/radius/value_text.hpp"
#include "tests/unit/protocols/radius/hex.hpp"
#include "tests/unit/protocols/radius/shipped_words.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>

using namespace uzel;
using namespace uzel::radius::test;
namespace radius = uzel::radius;
namespace attr = uzel::radius::attr;
using radius::value_type;

namespace {

const radius::shared_secret secret{"testing123"};

struct outcome {
  std::string hex; // of the attributes
  std::optional<radius::notation_fault> fault;
};

outcome encoded(std::string_view text, const radius::hiding& hide = {}) {
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin(radius::code::access_request, 1, hide.request);
  auto fault = radius::encode_attributes(text, shipped_words(), hide, w);
  const auto bytes = w.unsigned_bytes();
  return {bytes ? to_hex(bytes->subspan(radius::header_size)) : std::string{}, std::move(fault)};
}

std::vector<std::uint8_t> packet_of(const std::vector<std::uint8_t>& attributes) {
  std::vector<std::uint8_t> packet(20, 0);
  packet[0] = 1;
  packet.insert(packet.end(), attributes.begin(), attributes.end());
  packet[2] = static_cast<std::uint8_t>(packet.size() >> 8);
  packet[3] = static_cast<std::uint8_t>(packet.size());
  return packet;
}

std::string decoded(const std::string& attributes_hex) {
  const auto packet = packet_of(hex(attributes_hex));
  return radius::decode_attributes(radius::packet_view::parse(packet).value(), shipped_words());
}

struct pair {
  const char* text;
  const char* hex;
};

// Each line reads to these octets, and the octets are shown as that line.
const pair both_ways[]{
  {"User-Name = \"bob\"", "0105626f62"},
  {"User-Name = \"\"", "0102"},
  {"User-Name = \"a\\\"b\\\\c\\n\\001\\377\"", "010a6122625c630a01ff"},
  {"User-Name = \"жук\"", "0108d0b6d183d0ba"},
  {"Framed-IP-Address = 10.0.0.1", "08060a000001"},
  {"NAS-Port = 3", "050600000003"},
  {"Service-Type = Framed-User", "060600000002"},
  {"Service-Type = 777", "060600000309"},
  {"Event-Timestamp = 2023-11-14T22:13:20Z", "37066553f100"},
  {"Class = 0xd50101", "1905d50101"},
  {"NAS-IPv6-Address = 2001:db8::1", "5f1220010db8000000000000000000000001"},
  {"Framed-IPv6-Prefix = 2001:db8::/56", "610b003820010db8000000"},
  {"Framed-Interface-Id = 0001:0203:0405:0607", "600a0001020304050607"},
  {"User-Password = 0x00112233445566778899aabbccddeeff", "021200112233445566778899aabbccddeeff"},
  {"Mikrotik-Rate-Limit = \"1M/2M\"", "1a0d00003a8c0807314d2f324d"},
  {"ERX-Service-Activate:1 = \"A\"", "1a0a0000130a41040141"},
  {"ERX-Service-Activate = \"A\"", "1a090000130a410341"},
  {"Tunnel-Type:3 = L2TP", "400603000003"},
  {"Tunnel-Type:0 = L2TP", "400600000003"},
  {"Tunnel-Password = 0x0180011122", "45070180011122"},
  {"Attr-250 = 0x01", "fa0301"},
  {"Attr-0 = 0x01", "000301"},
  {"Attr-80 = 0x00", "500300"},
  {"Attr-26 = 0x00000000080331", "1a0900000000080331"},
  {"Attr-5 = 0x0001", "05040001"},                  // NAS-Port of a wrong size
  {"Attr-26 = 0x0000", "1a040000"},                 // no vendor
  {"Attr-26 = 0x00003a8c0802", "1a0800003a8c0802"}, // an empty vendor value
  {"Attr-26.99999.7 = 0xaa", "1a090001869f0703aa"},
  {"Attr-26.14988.200 = 0xaa", "1a0900003a8cc803aa"},
};

const pair other_spellings[]{
  {"user-name=\"bob\"", "0105626f62"},
  {"User-Name := bob", "0105626f62"},
  {"User-Name += 'bo\"b'", "0106626f2262"},
  {"User-Name == \"\\x62\"", "010362"},
  {"User-Name:=bob,NAS-Port=0x10", "0105626f62050600000010"},
  {"# first\nUser-Name = bob # second\n\n, NAS-Port = 1\r\n", "0105626f62050600000001"},
  {"User-Name = 0x626f62", "0105626f62"},
  {"Class = \"text\"", "190674657874"},
  {"Vendor-14988-Attr-8 = 0x31", "1a0900003a8c080331"},
  {"Event-Timestamp = 5", "370600000005"},
  {"Framed-IP-Address = 0x0a0000ff", "08060a0000ff"},
  {"", ""},
  {" ,\n,# nothing", ""},
};

struct refusal {
  const char* text;
  std::size_t offset;
  const char* reason;
};

const refusal refused[]{
  {"User-Name", 9, "expected: Name = value"},
  {"User-Name bob", 10, "expected: Name = value"},
  {"User-Name =", 11, "expected a value"},
  {"User-Name = \"bob", 12, "the quote is not closed"},
  {"User-Name = 'bob", 12, "the quote is not closed"},
  {"User-Name = \"\\q\"", 13, "unknown escape"},
  {"User-Name = \"\\400\"", 13, "unknown escape"},
  {"NAS-Port = 1, Nonsense = 1", 14, "unknown attribute \"Nonsense\""},
  {"NAS-Port = x", 11, "\"x\" is no value of NAS-Port"},
  {"NAS-Port = 4294967296", 11, "\"4294967296\" is no value of NAS-Port"},
  {"Framed-IP-Address = 10.0.0", 20, "\"10.0.0\" is no value of Framed-IP-Address"},
  {"Class = text", 8, "\"text\" is no value of Class"},
  {"Class = 0x123", 8, "\"0x123\" is no value of Class"},
  {"User-Name:1 = bob", 14, "User-Name takes no tag"},
  {"Tunnel-Type:32 = L2TP", 17, "a tag is at most 31"},
  {"Tunnel-Type:1 = 0x01000000", 16, "Tunnel-Type has 24 bits beside its tag"},
  {"User-Password = \"x\"", 16, "User-Password needs the shared secret, or its wire octets as 0x…"},
  {"Attr-250 = 1", 11, "an attribute without a name takes 0x… only"},
  {"Attr-26.0.1 = 0x11", 0, "unknown attribute \"Attr-26.0.1\""},
  {"Attr-256 = 0x11", 0, "unknown attribute \"Attr-256\""},
  {"Attr-26.14988.256 = 0x11", 20, "the vendor's attribute numbers are smaller"},
  {"Attr-26.14988.8 = 0x", 18, "a vendor attribute without a value is never sent"},
  {"ADSL-Forum-Device-Serial-Number = x", 0,
   "ADSL-Forum-Device-Serial-Number stands inside a tlv: give the outer one as 0x…"},
  {"Event-Timestamp = 2023-02-30T00:00:00Z", 18,
   "\"2023-02-30T00:00:00Z\" is no value of Event-Timestamp"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(notation)

BOOST_AUTO_TEST_CASE(reads_and_shows_every_kind_of_value) {
  for (const pair& one : both_ways)
    BOOST_TEST_CONTEXT(one.text) {
      const auto got = encoded(one.text);
      BOOST_TEST(!got.fault.has_value());
      BOOST_TEST(got.hex == one.hex);
      BOOST_TEST(decoded(one.hex) == std::string{one.text} + "\n");
    }
}

BOOST_AUTO_TEST_CASE(reads_every_spelling) {
  for (const pair& one : other_spellings)
    BOOST_TEST_CONTEXT(one.text) {
      const auto got = encoded(one.text);
      BOOST_TEST(!got.fault.has_value());
      BOOST_TEST(got.hex == one.hex);
    }
}

BOOST_AUTO_TEST_CASE(says_where_and_why_a_text_is_refused) {
  for (const refusal& one : refused)
    BOOST_TEST_CONTEXT(one.text) {
      const auto got = encoded(one.text);
      BOOST_REQUIRE(got.fault.has_value());
      BOOST_TEST(got.fault->reason == one.reason);
      BOOST_TEST(got.fault->offset == one.offset);
    }
  const auto long_name = encoded("User-Name = \"" + std::string(254, 'x') + "\"");
  BOOST_TEST(long_name.fault->reason == "the value does not fit in one attribute");
}

BOOST_AUTO_TEST_CASE(one_vsa_with_several_vendor_attributes_becomes_several_lines) {
  BOOST_TEST(decoded("1a0c00003a8c080331130332") ==
             "Mikrotik-Rate-Limit = \"1\"\nMikrotik-Address-List = \"2\"\n");
}

BOOST_AUTO_TEST_CASE(hides_passwords_with_the_secret) {
  radius::hiding hide{&secret, {1, 2, 3}};
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin(radius::code::access_request, 1, hide.request);
  const auto fault = radius::encode_attributes(
    "User-Password = \"pw\", Tunnel-Password:2 = \"tp\", MS-MPPE-Send-Key = 'key'", shipped_words(),
    hide, w);
  BOOST_REQUIRE(!fault.has_value());
  const auto p = radius::packet_view::parse(*w.unsigned_bytes()).value();
  BOOST_TEST(radius::reveal_password(p.find(2)->value, hide.request, secret)->text() == "pw");
  const auto tunnel = p.find(69)->value;
  BOOST_TEST(int{tunnel[0]} == 2);
  BOOST_TEST(radius::reveal_salted(tunnel.subspan(1), hide.request, secret)->text() == "tp");
  radius::vendor_cursor inside{p.find(26)->value};
  const auto key = inside.next()->value;
  BOOST_TEST(radius::reveal_salted(key, hide.request, secret)->text() == "key");
  BOOST_TEST((key[1] != tunnel[2])); // salts of one packet differ
  // And they stay hidden when shown.
  const auto shown = radius::decode_attributes(p, shipped_words());
  BOOST_TEST(shown.find("pw") == std::string::npos);
  BOOST_TEST(shown.find("User-Password = 0x") == 0u);
}

BOOST_AUTO_TEST_CASE(a_message_authenticator_of_zero_is_reserved_and_signed) {
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin(radius::code::status_server, 1);
  BOOST_TEST(!radius::encode_attributes("Message-Authenticator = 0x00", shipped_words(), {}, w));
  const auto bytes = w.sign_request(secret).value();
  BOOST_TEST((radius::check_request_seal(radius::packet_view::parse(bytes).value(), secret) ==
              radius::seal_state::valid));
}

BOOST_AUTO_TEST_CASE(shows_the_header_before_the_attributes) {
  const auto bytes = hex("2a09001a000102030405060708090a0b0c0d0e0f650600000193");
  BOOST_TEST(radius::decode_packet(radius::packet_view::parse(bytes).value(), shipped_words()) ==
             "Disconnect-NAK Id 9 Length 26\n"
             "Authenticator 0x000102030405060708090a0b0c0d0e0f\n"
             "\tError-Cause = NAS-Identification-Mismatch\n");
  const auto odd = hex("630900140000000000000000000000000000000000");
  BOOST_TEST(radius::decode_packet(radius::packet_view::parse(odd).value(), shipped_words())
               .starts_with("Code 99 Id 9 Length 20\n"));
}

BOOST_AUTO_TEST_CASE(what_is_shown_reads_back_to_the_same_octets) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  const std::vector<std::uint32_t> vendors{9, 311, 3561, 4874, 14122, 14988, 2352, 7777, 0};
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::uint8_t> attributes;
    for (auto n = 1 + random() % 6; n > 0; --n) {
      std::vector<std::uint8_t> value(random() % 20);
      for (std::uint8_t& b : value)
        b = static_cast<std::uint8_t>(random() % 3 ? random() % 8 : random());
      const auto type = static_cast<std::uint8_t>(random() % 256);
      const auto size = static_cast<std::uint8_t>(value.size() + 2);
      if ((type % 3 != 0 && type != 26) || type == 0) {
        attributes.insert(attributes.end(), {type, size});
      } else {
        const auto v = vendors[random() % vendors.size()];
        attributes.insert(attributes.end(), {26, static_cast<std::uint8_t>(size + 6), 0, 0,
                                             static_cast<std::uint8_t>(v >> 8),
                                             static_cast<std::uint8_t>(v), type, size});
      }
      attributes.insert(attributes.end(), value.begin(), value.end());
    }
    const std::string before = to_hex(attributes);
    const std::string shown = decoded(before);
    const auto back = encoded(shown);
    BOOST_TEST_CONTEXT("seed " << seed << "\n" << shown) {
      BOOST_REQUIRE_MESSAGE(!back.fault, back.fault->reason);
      BOOST_REQUIRE(back.hex == before);
    }
  }
}

BOOST_AUTO_TEST_CASE(values_of_less_usual_types_read_back) {
  struct sample {
    value_type type;
    const char* text;
    const char* hex;
  };
  for (const sample& s : {
         sample{value_type::byte, "255", "ff"},
         {value_type::short_, "65535", "ffff"},
         {value_type::integer64, "18446744073709551615", "ffffffffffffffff"},
         {value_type::signed_, "-2", "fffffffe"},
         {value_type::ether, "00:1c:c0:4d:95:d0", "001cc04d95d0"},
         {value_type::ipv4prefix, "10.0.0.0/8", "00080a000000"},
         {value_type::combo_ip, "10.0.0.1", "0a000001"},
         {value_type::combo_ip, "::1", "00000000000000000000000000000001"},
         {value_type::date, "2106-02-07T06:28:15Z", "ffffffff"},
         {value_type::ipv6prefix, "::/0", "0000"},
       })
    BOOST_TEST_CONTEXT(s.text) {
      const auto bytes = radius::value_from_text(s.type, s.text);
      BOOST_REQUIRE(bytes.has_value());
      BOOST_TEST(to_hex(*bytes) == s.hex);
      BOOST_TEST(*radius::value_to_text(s.type, hex(s.hex)) == s.text);
    }
  BOOST_TEST(!radius::value_from_text(value_type::byte, "256").has_value());
  BOOST_TEST(!radius::value_from_text(value_type::ether, "00:1c:c0:4d:95").has_value());
  BOOST_TEST(!radius::value_from_text(value_type::ether, "00:1c:c0:4d:95:d0:1").has_value());
  BOOST_TEST(!radius::value_from_text(value_type::ipv6prefix, "::/129").has_value());
  BOOST_TEST(!radius::value_from_text(value_type::date, "2106-02-07T06:28:16Z").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
