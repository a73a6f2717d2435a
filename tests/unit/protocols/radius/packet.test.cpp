#include "protocols/radius/packet.hpp"

#include "protocols/radius/authenticity.hpp"
#include "protocols/radius/hidden.hpp"
#include "protocols/radius/packet_writer.hpp"
#include "tests/unit/protocols/radius/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <vector>

using namespace uzel;
using namespace uzel::radius::test;
namespace radius = uzel::radius;

namespace {

// RFC 2865 section 7.1: nemo logs in with PAP, secret xyzzy5461.
const auto telnet_request = hex("01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb"
                                "98 f4 22 7a 01 06 6e 65 6d 6f 02 12 0d be 70 8d"
                                "93 d4 13 ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8"
                                "01 10 05 06 00 00 00 03");
const auto telnet_accept = hex("02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf"
                               "9b 55 e0 b2 06 06 00 00 00 01 0f 06 00 00 00 00"
                               "0e 06 c0 a8 01 03");
const radius::shared_secret rfc_secret{"xyzzy5461"};

struct malformed {
  const char* what;
  const char* bytes;
  radius::errc expected;
};

const malformed malformed_packets[]{
  {"nothing", "", radius::errc::datagram_too_short},
  {"a bare header", "01000014 00000000000000000000000000000000", radius::errc::ok},
  {"Length 19", "01000013 00000000000000000000000000000000", radius::errc::length_too_small},
  {"Length 0", "01000000 00000000000000000000000000000000", radius::errc::length_too_small},
  {"Length 4097", "01001001 00000000000000000000000000000000", radius::errc::length_too_large},
  {"Length 65535", "0100ffff 00000000000000000000000000000000", radius::errc::length_too_large},
  {"Length one above", "01000015 00000000000000000000000000000000",
   radius::errc::length_beyond_datagram},
  {"a lone type octet", "01000015 00000000000000000000000000000000 01",
   radius::errc::attribute_overrun},
  {"attribute length 0", "01000016 00000000000000000000000000000000 0100",
   radius::errc::attribute_too_short},
  {"attribute length 1", "01000016 00000000000000000000000000000000 0101",
   radius::errc::attribute_too_short},
  {"attribute ends one beyond", "01000017 00000000000000000000000000000000 010461",
   radius::errc::attribute_overrun},
  {"second attribute overruns", "01000019 00000000000000000000000000000000 010361 0203",
   radius::errc::attribute_overrun},
};

std::vector<std::uint8_t> copy_of(radius::octets bytes) {
  return {bytes.begin(), bytes.end()};
}

radius::authenticator authenticator_of(const std::vector<std::uint8_t>& packet) {
  return radius::packet_view::parse(packet)->authenticator();
}

} // namespace

BOOST_AUTO_TEST_SUITE(packet)

BOOST_AUTO_TEST_CASE(reads_the_first_example_of_rfc_2865) {
  const auto p = radius::packet_view::parse(telnet_request);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST((p->code() == radius::code::access_request));
  BOOST_TEST(p->id() == 0);
  std::vector<int> types;
  for (const radius::attribute a : p->attributes())
    types.push_back(a.type);
  BOOST_TEST(types == (std::vector<int>{1, 2, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(radius::read_text(p->find(radius::attr::user_name)->value) == "nemo");
  BOOST_TEST((radius::read_ipv4(p->find(4)->value) == ipv4{192, 168, 1, 16}));
  BOOST_TEST(*radius::read_u32(p->find(5)->value) == 3u);
  BOOST_TEST(p->find(2)->offset == 26u);
  BOOST_TEST(!p->find(80).has_value());
}

BOOST_AUTO_TEST_CASE(refuses_every_truncation) {
  for (std::size_t n = 0; n < telnet_request.size(); ++n)
    BOOST_TEST_CONTEXT("first " << n << " octets")
  BOOST_TEST(radius::packet_view::parse(std::span{telnet_request}.first(n)).has_error());
}

BOOST_AUTO_TEST_CASE(names_the_reason_of_every_malformed_packet) {
  for (const malformed& m : malformed_packets)
    BOOST_TEST_CONTEXT(m.what) {
      const auto bytes = hex(m.bytes);
      const auto p = radius::packet_view::parse(bytes);
      BOOST_TEST(p.has_error() == (m.expected != radius::errc::ok));
      if (p.has_error())
        BOOST_TEST(p.error() == make_error_code(m.expected));
    }
}

BOOST_AUTO_TEST_CASE(ignores_padding_after_length) {
  auto padded = telnet_request;
  padded.resize(5000, 0xff);
  const auto p = radius::packet_view::parse(padded);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST(p->bytes().size() == telnet_request.size());
}

BOOST_AUTO_TEST_CASE(accepts_the_largest_packet_and_an_attribute_without_value) {
  std::vector<std::uint8_t> large(4096, 0);
  large[2] = 0x10;
  for (std::size_t at = 20; at < large.size(); at += 2)
    large[at + 1] = 2;
  const auto p = radius::packet_view::parse(large);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST(std::ranges::distance(p->attributes()) == 2038);
  BOOST_TEST(p->count(0) == 2038u);
}

BOOST_AUTO_TEST_CASE(walks_vendor_attributes_in_every_format) {
  const auto two = hex("00003a8c 0806316b2f32 13046162");
  radius::vendor_cursor cursor{two};
  BOOST_TEST(cursor.vendor() == radius::vendor::mikrotik);
  const auto first = cursor.next();
  BOOST_REQUIRE(first.has_value());
  BOOST_TEST(first->type == 8u);
  BOOST_TEST(radius::read_text(first->value) == "1k/2");
  BOOST_TEST(radius::read_text(cursor.next()->value) == "ab");
  BOOST_TEST(!cursor.next().has_value());

  const auto wide = hex("000001ad 00009825 0a");
  radius::vendor_cursor usr{wide, {4, 0}};
  const auto only = usr.next();
  BOOST_REQUIRE(only.has_value());
  BOOST_TEST(only->type == 0x9825u);
  BOOST_TEST(to_hex(only->value) == "0a");
  BOOST_TEST(!usr.next().has_value());

  const auto starent = hex("00001fe4 0001 0006 6162");
  radius::vendor_cursor words{starent, {2, 2}};
  BOOST_TEST(radius::read_text(words.next()->value) == "ab");
}

BOOST_AUTO_TEST_CASE(a_malformed_vendor_value_is_opaque_not_fatal) {
  for (const char* text : {"", "000001", "00003a8c", "00003a8c08", "00003a8c0801",
                           "00003a8c080361 05", "00003a8c0809616263"})
    BOOST_TEST_CONTEXT(text) {
      const auto bytes = hex(text);
      radius::vendor_cursor cursor{bytes};
      BOOST_TEST(cursor.malformed());
      BOOST_TEST(!cursor.next().has_value());
    }
}

BOOST_AUTO_TEST_CASE(writes_and_signs_the_accept_of_rfc_2865) {
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin_reply(radius::code::access_accept, *radius::packet_view::parse(telnet_request));
  w.add(6, 1u);
  w.add(15, 0u);
  w.add(14, ipv4{192, 168, 1, 3});
  const auto reply = w.sign_reply(rfc_secret);
  BOOST_REQUIRE(reply.has_value());
  BOOST_TEST(to_hex(*reply) == to_hex(telnet_accept));
}

BOOST_AUTO_TEST_CASE(checks_the_response_authenticator_of_rfc_2865) {
  const auto request = authenticator_of(telnet_request);
  const auto reply = radius::packet_view::parse(telnet_accept);
  BOOST_TEST(radius::reply_authenticator_valid(*reply, request, rfc_secret));
  BOOST_TEST(!radius::reply_authenticator_valid(*reply, request, radius::shared_secret{"other"}));
  for (std::size_t i = 0; i < telnet_accept.size(); ++i) {
    auto changed = telnet_accept;
    changed[i] ^= 0x40;
    const auto view = radius::packet_view::parse(changed);
    if (view)
      BOOST_TEST(!radius::reply_authenticator_valid(*view, request, rfc_secret));
  }
}

BOOST_AUTO_TEST_CASE(hides_and_reveals_the_password_of_rfc_2865) {
  const auto p = radius::packet_view::parse(telnet_request);
  const auto revealed = radius::reveal_password(p->find(2)->value, p->authenticator(), rfc_secret);
  BOOST_REQUIRE(revealed.has_value());
  BOOST_TEST(revealed->text() == "arctangent");
  const auto hidden =
    radius::hide_password(radius::as_octets("arctangent"), p->authenticator(), rfc_secret);
  BOOST_TEST(to_hex(hidden->bytes()) == to_hex(p->find(2)->value));
}

// RFC 5997 section 6.1: Status-Server to the authentication port, and its Accept.
BOOST_AUTO_TEST_CASE(checks_and_makes_the_status_server_of_rfc_5997) {
  const auto request = hex("0c da 00 26 8a 54 f4 68 6f b3 94 c5 28 66 e3 02"
                           "18 5d 06 23 50 12 5a 66 5e 2e 1e 84 11 f3 e2 43"
                           "82 20 97 c8 4f a3");
  const auto response = hex("02 da 00 14 ef 0d 55 2a 4b f2 d6 93 ec 2b 6f e8"
                            "b5 41 1d 66");
  const auto view = radius::packet_view::parse(request);
  BOOST_TEST((radius::check_request_seal(*view, rfc_secret) == radius::seal_state::valid));
  BOOST_TEST(
    (radius::check_request_seal(*view, radius::shared_secret{"x"}) == radius::seal_state::wrong));

  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin(radius::code::status_server, 0xda, view->authenticator());
  w.reserve_message_authenticator();
  BOOST_TEST(to_hex(*w.sign_request(rfc_secret)) == to_hex(request));
  w.begin_reply(radius::code::access_accept, *view);
  BOOST_TEST(to_hex(*w.sign_reply(rfc_secret)) == to_hex(response));
}

// RFC 5997 section 6.2: Status-Server to the accounting port, answered by Accounting-Response.
BOOST_AUTO_TEST_CASE(answers_the_accounting_status_server_of_rfc_5997) {
  const auto request = hex("0c b3 00 26 92 5f 6b 66 dd 5f ed 57 1f cb 1d b7"
                           "ad 38 82 60 50 12 e8 d6 ea bd a9 10 87 5c d9 1f"
                           "da de 26 36 78 58");
  const auto response = hex("05 b3 00 14 0f 6f 92 14 5f 10 7e 2f 50 4e 86 0a"
                            "48 60 66 9c");
  const auto view = radius::packet_view::parse(request);
  BOOST_TEST((radius::check_request_seal(*view, rfc_secret) == radius::seal_state::valid));
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin_reply(radius::code::accounting_response, *view);
  const auto made = w.sign_reply(rfc_secret);
  BOOST_REQUIRE(made.has_value());
  BOOST_TEST(radius::reply_authenticator_valid(*radius::packet_view::parse(*made),
                                               view->authenticator(), rfc_secret));
  BOOST_TEST(to_hex(*made) == to_hex(response));
}

BOOST_AUTO_TEST_CASE(the_message_authenticator_stands_first_and_any_change_breaks_it) {
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin_reply(radius::code::access_accept, *radius::packet_view::parse(telnet_request));
  w.reserve_message_authenticator();
  w.add(radius::attr::reply_message, "welcome");
  w.add_vendor(radius::vendor::mikrotik, radius::mikrotik::rate_limit, "5M/10M");
  const auto bytes = copy_of(*w.sign_reply(rfc_secret));
  const auto request = authenticator_of(telnet_request);
  const auto reply = radius::packet_view::parse(bytes);
  BOOST_TEST(int{(*reply->attributes().begin()).type} == 80);
  BOOST_TEST((radius::check_reply_seal(*reply, request, rfc_secret) == radius::seal_state::valid));
  BOOST_TEST(radius::reply_authenticator_valid(*reply, request, rfc_secret));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i >= 4 && i < 20) // covered by the Response Authenticator alone
      continue;
    auto changed = bytes;
    changed[i] ^= 1;
    const auto view = radius::packet_view::parse(changed);
    if (view)
      BOOST_TEST_CONTEXT("octet " << i)
    BOOST_TEST((radius::check_reply_seal(*view, request, rfc_secret) != radius::seal_state::valid));
  }
}

BOOST_AUTO_TEST_CASE(signs_accounting_with_and_without_message_authenticator) {
  for (const bool sealed : {false, true})
    for (const radius::code code : {radius::code::accounting_request,
                                    radius::code::disconnect_request, radius::code::coa_request})
      BOOST_TEST_CONTEXT(radius::name_of(code) << (sealed ? " sealed" : "")) {
        radius::packet_buffer buffer;
        radius::packet_writer w{buffer};
        w.begin(code, 7);
        if (sealed)
          w.reserve_message_authenticator();
        w.add(radius::attr::acct_session_id, "81000001");
        auto bytes = copy_of(*w.sign_request(rfc_secret));
        const auto view = *radius::packet_view::parse(bytes);
        BOOST_TEST(radius::request_authenticator_valid(view, rfc_secret));
        BOOST_TEST((radius::check_request_seal(view, rfc_secret) ==
                    (sealed ? radius::seal_state::valid : radius::seal_state::absent)));
        bytes.back() ^= 1;
        BOOST_TEST(!radius::request_authenticator_valid(view, rfc_secret));
      }
}

BOOST_AUTO_TEST_CASE(two_or_misshapen_message_authenticators_are_wrong) {
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  const std::array<std::uint8_t, 16> filler{};
  w.begin(radius::code::access_request, 1);
  w.reserve_message_authenticator();
  w.add(80, radius::octets{filler});
  BOOST_TEST((radius::check_request_seal(*radius::packet_view::parse(*w.sign_request(rfc_secret)),
                                         rfc_secret) == radius::seal_state::wrong));
  w.begin(radius::code::access_request, 1);
  w.add(80, radius::octets{filler}.first(15));
  BOOST_TEST((radius::check_request_seal(*radius::packet_view::parse(*w.sign_request(rfc_secret)),
                                         rfc_secret) == radius::seal_state::wrong));
}

BOOST_AUTO_TEST_CASE(an_overflow_sticks_until_the_next_packet) {
  std::array<std::uint8_t, 40> small;
  radius::packet_writer w{small};
  w.begin(radius::code::access_request, 1);
  w.add(1, "0123456789abcdef");
  BOOST_TEST((w.fault() == radius::errc::ok));
  w.add(1, "0123456789abcdef");
  w.add(1, "x");
  BOOST_TEST((w.fault() == radius::errc::buffer_full));
  BOOST_TEST(w.sign_request(rfc_secret).error() == make_error_code(radius::errc::buffer_full));
  w.begin(radius::code::access_request, 1);
  BOOST_TEST(w.sign_request(rfc_secret).has_value());

  radius::packet_buffer large;
  radius::packet_writer big{large};
  big.begin(radius::code::access_request, 1);
  big.add(1, std::string(254, 'x'));
  BOOST_TEST((big.fault() == radius::errc::value_too_long));
  big.begin(radius::code::access_request, 1);
  big.add_vendor(9, 1, std::string(248, 'x'));
  BOOST_TEST((big.fault() == radius::errc::value_too_long));
  big.begin(radius::code::access_request, 1);
  big.add_vendor(9, 1, std::string(247, 'x'));
  for (int i = 0; i < 20; ++i)
    big.add(1, std::string(253, 'x'));
  BOOST_TEST((big.fault() == radius::errc::buffer_full));
  BOOST_TEST(big.size() <= 4096u);
}

BOOST_AUTO_TEST_CASE(only_requests_are_signed_as_requests) {
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin(radius::code::access_accept, 1);
  BOOST_TEST(w.sign_request(rfc_secret).error() == make_error_code(radius::errc::wrong_code));
}

BOOST_AUTO_TEST_CASE(random_packets_read_back_as_written) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::mt19937 random{seed};
    radius::packet_buffer buffer;
    radius::packet_writer w{buffer};
    for (int round = 0; round < 2000; ++round) {
      std::vector<std::pair<int, std::string>> written;
      std::vector<std::pair<int, std::string>> read;
      w.begin(radius::code::access_request, static_cast<std::uint8_t>(round));
      for (auto n = random() % 12; n > 0; --n) {
        std::string value(1 + random() % 253, '\0');
        for (char& c : value)
          c = static_cast<char>(random());
        written.emplace_back(random() % 256, value);
        w.add(static_cast<std::uint8_t>(written.back().first), value);
      }
      const auto bytes = w.unsigned_bytes();
      BOOST_REQUIRE(bytes.has_value());
      const auto view = radius::packet_view::parse(*bytes);
      BOOST_REQUIRE(view.has_value());
      for (const radius::attribute a : view->attributes())
        read.emplace_back(a.type, std::string{radius::read_text(a.value)});
      BOOST_REQUIRE(read == written);
    }
  }
}

BOOST_AUTO_TEST_CASE(garbage_never_reads_outside_the_datagram) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  for (int round = 0; round < 20000; ++round) {
    std::vector<std::uint8_t> bytes(random() % 80);
    for (std::uint8_t& b : bytes)
      b = static_cast<std::uint8_t>(random() % 8 ? random() % 12 : random());
    if (bytes.size() > 3) {
      bytes[2] = 0;
      bytes[3] = static_cast<std::uint8_t>(bytes.size());
    }
    const auto view = radius::packet_view::parse(bytes);
    if (!view)
      continue;
    std::size_t sum = radius::header_size;
    for (const radius::attribute a : view->attributes())
      sum += a.value.size() + 2;
    BOOST_REQUIRE(sum == view->bytes().size());
  }
}

BOOST_AUTO_TEST_SUITE_END()
