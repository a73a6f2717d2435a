#include "apps/uzelctl/packet_text.hpp"
#include "apps/uzelctl/packet_words.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace uzel::ctl;
namespace radius = uzel::radius;

namespace {

const radius::dictionary& words() {
  static const auto loaded = load_words(std::string{UZEL_SOURCE_DIR} + "/dictionaries");
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), loaded.error().lines.back());
  return *loaded;
}

// RFC 2865 section 7.1: an Access-Request for nemo, secret xyzzy5461, password arctangent.
const std::string nemo = "010000380f403f9473978057bd83d5cb98f4227a01066e656d6f0212"
                         "0dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003";
// Its Access-Accept.
const std::string accepted = "0200002686fe220e7624ba2a1005f6bf9b55e0b2"
                             "0606000000010f06000000000e06c0a80103";

radius::authenticator request_of_nemo() {
  return *read_authenticator("0f403f9473978057bd83d5cb98f4227a");
}

} // namespace

BOOST_AUTO_TEST_SUITE(packet_suite)

BOOST_AUTO_TEST_CASE(shows_the_request_of_the_rfc_with_its_password) {
  const auto bytes = read_hex(nemo);
  BOOST_REQUIRE(bytes.has_value());
  const auto shown = decode_radius(*bytes, words(), {"xyzzy5461", {}});
  BOOST_REQUIRE(shown.has_value());
  BOOST_TEST_CONTEXT(shown->text) {
    for (const auto* line :
         {"Access-Request", "\tUser-Name = \"nemo\"\n", "\tNAS-IP-Address = 192.168.1.16\n",
          "\tNAS-Port = 3\n", "# Message-Authenticator: absent\n",
          "# User-Password = \"arctangent\"\n"})
      BOOST_TEST(shown->text.find(line) != std::string::npos, line);
  }
  BOOST_TEST(shown->structured.text_of("code") == "Access-Request");
  BOOST_TEST(shown->structured.text_of("user_password") == "arctangent");
  const auto& attributes = shown->structured.find("attributes")->items;
  BOOST_REQUIRE_EQUAL(attributes.size(), 4U);
  BOOST_TEST(attributes[0].text_of("name") == "User-Name");
  BOOST_TEST(attributes[0].text_of("value") == "\"nemo\"");
}

BOOST_AUTO_TEST_CASE(checks_the_reply_of_the_rfc) {
  const auto bytes = read_hex(accepted);
  BOOST_REQUIRE(bytes.has_value());
  const auto right = decode_radius(*bytes, words(), {"xyzzy5461", request_of_nemo()});
  BOOST_TEST(right->structured.text_of("authenticator_check") == "valid");
  const auto wrong = decode_radius(*bytes, words(), {"xyzzy5462", request_of_nemo()});
  BOOST_TEST(wrong->structured.text_of("authenticator_check") == "wrong");
  const auto unknown = decode_radius(*bytes, words(), {"xyzzy5461", {}});
  BOOST_TEST(unknown->text.find("give --request-authenticator") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(writes_the_packets_of_the_rfc) {
  packet_order request;
  request.attributes = "User-Name = \"nemo\", User-Password = \"arctangent\",\n"
                       "NAS-IP-Address = 192.168.1.16, NAS-Port = 3";
  request.own_authenticator = request_of_nemo();
  request.keys.secret = "xyzzy5461";
  const auto made = encode_radius(request, words());
  BOOST_REQUIRE(made.has_value());
  BOOST_TEST(to_hex(*made) == to_hex(*read_hex(nemo)));

  packet_order reply;
  reply.code = radius::code::access_accept;
  reply.attributes =
    "Service-Type = Login-User, Login-Service = Telnet, Login-IP-Host = 192.168.1.3";
  reply.keys = {"xyzzy5461", request_of_nemo()};
  const auto answer = encode_radius(reply, words());
  BOOST_REQUIRE(answer.has_value());
  BOOST_TEST(to_hex(*answer) == accepted);
}

BOOST_AUTO_TEST_CASE(signs_requests_whose_authenticator_is_a_digest) {
  packet_order order;
  order.code = radius::code::accounting_request;
  order.attributes = "Acct-Status-Type = Start, Message-Authenticator = 0x00";
  order.keys.secret = "s";
  const auto made = encode_radius(order, words());
  BOOST_REQUIRE(made.has_value());
  const auto shown = decode_radius(*made, words(), {"s", {}});
  BOOST_TEST(shown->structured.text_of("authenticator_check") == "valid");
  BOOST_TEST(shown->structured.text_of("message_authenticator") == "valid");
}

BOOST_AUTO_TEST_CASE(an_access_request_gets_a_random_authenticator) {
  packet_order order;
  order.attributes = "User-Name = \"bob\"";
  const auto one = encode_radius(order, words());
  const auto two = encode_radius(order, words());
  BOOST_REQUIRE(one.has_value() && two.has_value());
  BOOST_TEST(to_hex(*one) != to_hex(*two));
}

BOOST_AUTO_TEST_CASE(faults_are_pointed_at) {
  packet_order order;
  order.attributes = "User-Name = \"bob\"\nNo-Such-Thing = 1";
  const auto made = encode_radius(order, words());
  BOOST_REQUIRE(made.has_error());
  BOOST_TEST((made.error().code == exit_code::usage));
  BOOST_REQUIRE_EQUAL(made.error().lines.size(), 3U);
  BOOST_TEST(made.error().lines[1] == "  No-Such-Thing = 1");
  BOOST_TEST(made.error().lines[2] == "  ^");
  order.attributes.clear();
  order.code = radius::code::access_accept;
  order.keys.secret = "s";
  BOOST_TEST(encode_radius(order, words()).has_error());
}

BOOST_AUTO_TEST_CASE(hex_may_be_spelled_in_many_ways) {
  for (const auto* text : {"0x01ff", "01FF", "01:ff", " 01 ff\n", "\n0x01 FF"})
    BOOST_TEST_CONTEXT(text) {
      const auto read = read_hex(text);
      BOOST_TEST(to_hex(read ? *read : std::vector<std::uint8_t>{}) == "01ff");
    }
  for (const auto* text : {"01f", "0g", "x", "0x0"})
    BOOST_TEST_CONTEXT(text)
  BOOST_TEST(read_hex(text).has_error());
}

BOOST_AUTO_TEST_CASE(every_truncation_of_a_packet_is_refused) {
  const auto bytes = read_hex(nemo);
  for (std::size_t n = 0; n < bytes->size(); ++n)
    BOOST_TEST_CONTEXT("first " << n << " octets")
  BOOST_TEST(decode_radius(radius::octets{*bytes}.first(n), words(), {}).has_error());
}

BOOST_AUTO_TEST_CASE(codes_are_names_or_numbers) {
  BOOST_TEST((read_code("access-request") == radius::code::access_request));
  BOOST_TEST((read_code("CoA-NAK") == radius::code::coa_nak));
  BOOST_TEST((read_code("40") == radius::code::disconnect_request));
  for (const auto* text : {"", "Access", "256", "-1", "4x"})
    BOOST_TEST_CONTEXT(text)
  BOOST_TEST(!read_code(text).has_value());
}

BOOST_AUTO_TEST_CASE(a_folder_without_dictionaries_is_told) {
  const auto none = load_words("/nonexistent");
  BOOST_REQUIRE(none.has_error());
  BOOST_TEST(none.error().lines.front() == "the dictionaries in /nonexistent cannot be used");
}

BOOST_AUTO_TEST_SUITE_END()
