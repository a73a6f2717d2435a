#include "bench/load/radius_packet.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace uzel::load;
using bytes = std::vector<std::uint8_t>;

namespace {

octets of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// RFC 2865 section 7.1: nemo logs in with the password arctangent; the secret is xyzzy5461.
const bytes rfc_request{0x01, 0x00, 0x00, 0x38, 0x0f, 0x40, 0x3f, 0x94, 0x73, 0x97, 0x80, 0x57,
                        0xbd, 0x83, 0xd5, 0xcb, 0x98, 0xf4, 0x22, 0x7a, 0x01, 0x06, 0x6e, 0x65,
                        0x6d, 0x6f, 0x02, 0x12, 0x0d, 0xbe, 0x70, 0x8d, 0x93, 0xd4, 0x13, 0xce,
                        0x31, 0x96, 0xe4, 0x3f, 0x78, 0x2a, 0x0a, 0xee, 0x04, 0x06, 0xc0, 0xa8,
                        0x01, 0x10, 0x05, 0x06, 0x00, 0x00, 0x00, 0x03};
const bytes rfc_accept{0x02, 0x00, 0x00, 0x26, 0x86, 0xfe, 0x22, 0x0e, 0x76, 0x24, 0xba, 0x2a, 0x10,
                       0x05, 0xf6, 0xbf, 0x9b, 0x55, 0xe0, 0xb2, 0x06, 0x06, 0x00, 0x00, 0x00, 0x01,
                       0x0f, 0x06, 0x00, 0x00, 0x00, 0x00, 0x0e, 0x06, 0xc0, 0xa8, 0x01, 0x03};

// A signed Accept with an address and a Class.
bytes accept_of(octets request, const shared_secret& secret) {
  bytes out(200);
  radius_writer writer{out, radius_code::access_accept, request[1]};
  writer.add_seal();
  writer.add(radius_attribute::framed_ip_address, std::uint32_t{0x64400005});
  writer.add(radius_attribute::class_value, std::string_view{"token"});
  digest authenticator;
  std::copy_n(request.begin() + 4, 16, authenticator.begin());
  out.resize(writer.finish_reply(secret, authenticator));
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(load_radius_packet)

BOOST_AUTO_TEST_CASE(digests_match_the_published_ones) {
  // RFC 1321 appendix A.5, RFC 2202 section 2.
  const digest abc{0x90, 0x01, 0x50, 0x98, 0x3c, 0xd2, 0x4f, 0xb0,
                   0xd6, 0x96, 0x3f, 0x7d, 0x28, 0xe1, 0x7f, 0x72};
  BOOST_TEST((md5({of("a"), of("bc")}) == abc));
  const digest jefe{0x75, 0x0c, 0x78, 0x3e, 0x6a, 0xb0, 0xb5, 0x03,
                    0xea, 0xa8, 0x6e, 0x31, 0x0a, 0x5d, 0xb7, 0x38};
  BOOST_TEST((shared_secret{"Jefe"}.hmac(of("what do ya want for nothing?")) == jefe));
  const digest long_key{0x6b, 0x1a, 0xb7, 0xfe, 0x4b, 0xd7, 0xbf, 0x8f,
                        0x0b, 0x62, 0xe6, 0xce, 0x61, 0xb9, 0xd0, 0xcd};
  BOOST_TEST((shared_secret{std::string(80, '\xaa')}.hmac(
                of("Test Using Larger Than Block-Size Key - Hash Key First")) == long_key));
}

BOOST_AUTO_TEST_CASE(writes_the_access_request_of_the_rfc) {
  const shared_secret secret{"xyzzy5461"};
  bytes out(100);
  radius_writer writer{out, radius_code::access_request, 0};
  digest authenticator;
  std::copy_n(rfc_request.begin() + 4, 16, authenticator.begin());
  writer.set_authenticator(authenticator);
  writer.add(radius_attribute::user_name, std::string_view{"nemo"});
  writer.add_pap("arctangent", secret);
  writer.add(radius_attribute::nas_ip_address, std::uint32_t{0xC0A80110});
  writer.add(radius_attribute::nas_port, std::uint32_t{3});
  out.resize(writer.finish_access(secret));
  BOOST_TEST(out == rfc_request, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(believes_the_access_accept_of_the_rfc) {
  auto datagram = rfc_accept;
  radius_reply said;
  BOOST_TEST((read_reply(datagram, rfc_request, shared_secret{"xyzzy5461"}, said) == fault::none));
  BOOST_TEST((said.code == radius_code::access_accept));
  BOOST_TEST(!said.sealed);
  BOOST_TEST(said.address == 0u);
  BOOST_TEST((read_reply(datagram, rfc_request, shared_secret{"another"}, said) ==
              fault::bad_authenticator));
}

BOOST_AUTO_TEST_CASE(a_long_password_is_hidden_block_by_block) {
  const shared_secret secret{"s"};
  const std::string password = "seventeen letters";
  bytes out(100);
  radius_writer writer{out, radius_code::access_request, 9};
  const digest authenticator{1, 2, 3};
  writer.set_authenticator(authenticator);
  writer.add_pap(password, secret);
  out.resize(writer.finish_access(secret));
  const auto hidden = find_attribute(out, radius_attribute::user_password);
  BOOST_REQUIRE(hidden.size() == 32u);
  // RFC 2865 section 5.2, from the other end.
  std::string shown;
  octets before{authenticator};
  for (std::size_t at = 0; at < 32; at += 16) {
    const auto pad = md5({of("s"), before});
    for (std::size_t i = 0; i < 16; ++i)
      shown += static_cast<char>(hidden[at + i] ^ pad[i]);
    before = hidden.subspan(at, 16);
  }
  BOOST_TEST(shown.substr(0, 17) == password);
  BOOST_TEST(shown.substr(17) == std::string(15, '\0'));
}

BOOST_AUTO_TEST_CASE(chap_answers_the_authenticator) {
  bytes out(100);
  radius_writer writer{out, radius_code::access_request, 9};
  const digest challenge{9, 8, 7};
  writer.set_authenticator(challenge);
  writer.add_chap("secret", 0x16);
  const auto value = find_attribute(octets{out}.first(39), radius_attribute::chap_password);
  BOOST_REQUIRE(value.size() == 17u);
  BOOST_TEST(value[0] == 0x16);
  BOOST_TEST(std::ranges::equal(value.subspan(1), md5({of("\x16"), of("secret"), challenge})));
}

BOOST_AUTO_TEST_CASE(an_accounting_request_carries_the_digest_of_itself) {
  const shared_secret secret{"testing123"};
  bytes out(100);
  radius_writer writer{out, radius_code::accounting_request, 3};
  writer.add(radius_attribute::acct_status_type, std::uint32_t{1});
  out.resize(writer.finish_accounting(secret));
  auto zeroed = out;
  std::fill_n(zeroed.begin() + 4, 16, std::uint8_t{0});
  const auto wanted = md5({zeroed, of("testing123")}); // RFC 2866 section 3
  BOOST_TEST(std::ranges::equal(octets{out}.subspan(4, 16), wanted));
  BOOST_TEST(out[3] == 26);
}

BOOST_AUTO_TEST_CASE(reads_what_a_sealed_accept_says) {
  const shared_secret secret{"testing123"};
  auto datagram = accept_of(rfc_request, secret);
  const auto before = datagram;
  radius_reply said;
  BOOST_TEST((read_reply(datagram, rfc_request, secret, said) == fault::none));
  BOOST_TEST(said.sealed);
  BOOST_TEST(said.address == 0x64400005u);
  BOOST_TEST(std::ranges::equal(said.class_value, of("token")));
  BOOST_TEST(datagram == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(notices_every_changed_bit) {
  const shared_secret secret{"testing123"};
  const auto good = accept_of(rfc_request, secret);
  for (std::size_t at = 0; at < good.size() * 8; ++at)
    BOOST_TEST_CONTEXT("bit " << at) {
      auto bad = good;
      bad[at / 8] ^= static_cast<std::uint8_t>(1u << at % 8);
      radius_reply said;
      // The identifier is covered, too; who asked is known by it before.
      BOOST_TEST((read_reply(bad, rfc_request, secret, said) != fault::none));
    }
}

BOOST_AUTO_TEST_CASE(refuses_every_truncation) {
  const shared_secret secret{"testing123"};
  const auto good = accept_of(rfc_request, secret);
  for (std::size_t size = 0; size < good.size(); ++size)
    BOOST_TEST_CONTEXT("size " << size) {
      bytes part{good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)};
      radius_reply said;
      BOOST_TEST((read_reply(part, rfc_request, secret, said) != fault::none));
    }
}

BOOST_AUTO_TEST_CASE(a_wrong_seal_is_noticed_though_the_authenticator_is_right) {
  const shared_secret secret{"testing123"};
  auto datagram = accept_of(rfc_request, secret);
  datagram[22] ^= 1; // within the Message-Authenticator
  std::copy_n(rfc_request.begin() + 4, 16, datagram.begin() + 4);
  const auto authenticator = md5({datagram, secret.bytes()});
  std::ranges::copy(authenticator, datagram.begin() + 4);
  radius_reply said;
  BOOST_TEST((read_reply(datagram, rfc_request, secret, said) == fault::bad_message_authenticator));
}

BOOST_AUTO_TEST_CASE(attributes_that_overrun_are_malformed_even_when_signed) {
  const shared_secret secret{"testing123"};
  for (const auto& tail : {bytes{8}, bytes{8, 0}, bytes{8, 1}, bytes{8, 7, 1, 2, 3, 4}}) {
    bytes datagram{2, 0, 0, static_cast<std::uint8_t>(20 + tail.size())};
    datagram.insert(datagram.end(), rfc_request.begin() + 4, rfc_request.begin() + 20);
    datagram.insert(datagram.end(), tail.begin(), tail.end());
    const auto authenticator = md5({datagram, secret.bytes()});
    std::ranges::copy(authenticator, datagram.begin() + 4);
    radius_reply said;
    BOOST_TEST((read_reply(datagram, rfc_request, secret, said) == fault::malformed));
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_left_out) {
  bytes out(30);
  radius_writer writer{out, radius_code::access_request, 1};
  writer.add(radius_attribute::user_name, std::string_view{"much too long for it"});
  writer.add(radius_attribute::nas_port, std::uint32_t{1});
  BOOST_TEST(writer.finish_access(shared_secret{"s"}) == 26u);
}

BOOST_AUTO_TEST_SUITE_END()
