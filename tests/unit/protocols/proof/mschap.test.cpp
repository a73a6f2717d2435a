#include "protocols/proof/mschap.hpp"

#include "protocols/proof/digest.hpp"
#include "protocols/proof/legacy_provider.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/evp.h>

#include <algorithm>

#include "hex.hpp"

using namespace uzel::proof;
using namespace uzel::proof::mschap;

namespace {

hash16 nt_hash(std::string_view password) {
  std::string wide;
  hash16 out{};
  BOOST_REQUIRE(to_utf16le(password, wide));
  BOOST_REQUIRE(nt_password_hash(wide, out));
  return out;
}

// GetNewKeyFromSHA with the start key as both arguments: what a NAS makes of the key it got (RFC
// 3079 3.4, 3.5).
std::string session_key(std::string_view start, unsigned bits) {
  const std::string pad1(40, '\0');
  const std::string pad2(40, '\xF2');
  digest_octets whole;
  BOOST_REQUIRE(digest(load_primitives().sha1, {start, pad1, start, pad2}, whole));
  std::string out{as_text(whole).substr(0, start.size())};
  const std::string reduced = bits == 40 ? unhex("D1269E") : bits == 56 ? unhex("D1") : "";
  return out.replace(0, reduced.size(), reduced);
}

std::string rc4(std::string_view key, std::string_view text) {
  auto* context = EVP_CIPHER_CTX_new();
  std::string out(text.size(), '\0');
  int written = 0;
  BOOST_REQUIRE(EVP_EncryptInit_ex2(context, load_primitives().rc4, nullptr, nullptr, nullptr) ==
                1);
  BOOST_REQUIRE(EVP_CIPHER_CTX_set_key_length(context, static_cast<int>(key.size())) == 1);
  BOOST_REQUIRE(EVP_EncryptInit_ex2(context, nullptr,
                                    reinterpret_cast<const unsigned char*>(key.data()), nullptr,
                                    nullptr) == 1);
  BOOST_REQUIRE(EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &written,
                                  reinterpret_cast<const unsigned char*>(text.data()),
                                  static_cast<int>(text.size())) == 1);
  EVP_CIPHER_CTX_free(context);
  return out;
}

const auto authenticator = unhex("5B5D7C7D7B3F2F3E3C2C602132262628");
const auto peer = unhex("21402324255E262A28295F2B3A337C7E");
const auto response = unhex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF");

} // namespace

BOOST_AUTO_TEST_SUITE(mschap_functions)

BOOST_AUTO_TEST_CASE(legacy_algorithms_are_loaded_once) {
  BOOST_REQUIRE(ms_chap_available());
  BOOST_TEST(ms_chap_off_reason().empty());
  BOOST_TEST(&load_primitives() == &load_primitives());
  BOOST_TEST(load_primitives().md4 != nullptr);
}

BOOST_AUTO_TEST_CASE(follows_the_example_of_rfc_2759_section_9_2) {
  challenge8 challenge{};
  BOOST_REQUIRE(challenge_hash(peer, authenticator, "User", challenge));
  BOOST_TEST(hex_of(challenge) == "D02E4386BCE91226");
  const auto hash = nt_hash("clientPass");
  BOOST_TEST(hex_of(hash) == "44EBBA8D5312B8D611474411F56989AE");
  response24 made{};
  BOOST_REQUIRE(challenge_response(as_text(challenge), hash, made));
  BOOST_TEST(hex_of(made) == hex(response));
  hash16 hash_hash{};
  BOOST_REQUIRE(hash_nt_password_hash(hash, hash_hash));
  BOOST_TEST(hex_of(hash_hash) == "41C00C584BD2D91C4017A2A12FA59F3F");
  std::string answer;
  BOOST_REQUIRE(authenticator_response(hash_hash, response, challenge, answer));
  BOOST_TEST(answer == "S=407A5589115FD0D6209F510FE9C04566932CDA56");
}

BOOST_AUTO_TEST_CASE(spreads_des_keys_as_rfc_2759_section_9_3_does) {
  const auto hash = nt_hash("MyPw");
  BOOST_TEST(hex_of(hash) == "FC156AF7EDCD6C0EDDE3337D427F4EAC");
  const std::span<const std::uint8_t, 16> octets{hash};
  BOOST_TEST(hex_of(expand_des_key(octets.subspan<0, 7>())) == "FD0B5B5E7F6E34D9");
  BOOST_TEST(hex_of(expand_des_key(octets.subspan<7, 7>())) == "0E6E796737EA08FE");
}

BOOST_AUTO_TEST_CASE(follows_the_example_of_rfc_2433_appendix_b) {
  response24 made{};
  BOOST_REQUIRE(challenge_response(unhex("102DB5DF085D3041"), nt_hash("MyPw"), made));
  BOOST_TEST(hex_of(made) == "4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61");
}

BOOST_AUTO_TEST_CASE(derives_the_keys_of_rfc_3079_section_3_5) {
  hash16 hash_hash{};
  hash16 master{};
  hash16 send{};
  BOOST_REQUIRE(hash_nt_password_hash(nt_hash("clientPass"), hash_hash));
  BOOST_REQUIRE(master_key_of(hash_hash, response, master));
  BOOST_TEST(hex_of(master) == "FDECE3717A8C838CB388E527AE3CDD31");
  BOOST_REQUIRE(asymmetric_start_key(master, true, send));
  BOOST_TEST(hex_of(send) == "8B7CDC149B993A1BA118CB153F56DCCB");
  // The RFC prints the 56-bit text with ...5758 at its end; RC4 under the RFC's own key gives
  // ...57B8.
  struct {
    unsigned bits;
    std::size_t octets;
    const char* key;
    const char* sealed;
  } const table[] = {{40, 8, "D1269EC49FA62E3E", "929137917E5803D668D75898"},
                     {56, 8, "D15C00C49FA62E3E", "3F106833FA448DA842BC57B8"},
                     {128, 16, "405CB2247A7956E6E211007AE27B22D4", "81848317DF68846272FB5ABE"}};
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT(row.bits << " bits") {
      const auto key = session_key(as_text(send).substr(0, row.octets), row.bits);
      BOOST_TEST(hex(key) == row.key);
      BOOST_TEST(hex(rc4(key, "test message")) == row.sealed);
    }
  }
}

BOOST_AUTO_TEST_CASE(derives_the_ms_chap_1_keys_of_rfc_3079_section_2_5_3) {
  hash16 hash_hash{};
  BOOST_REQUIRE(hash_nt_password_hash(nt_hash("clientPass"), hash_hash));
  digest_octets start;
  BOOST_REQUIRE(digest(load_primitives().sha1,
                       {as_text(hash_hash), as_text(hash_hash), unhex("102DB5DF085D3041")}, start));
  const auto key128 = as_text(start).substr(0, 16);
  BOOST_TEST(hex(key128) == "A8947850CFC0ACC1D1789FB62DDCDDB0");
  BOOST_TEST(hex(session_key(key128, 128)) == "59D159BC09F76F1DA2A86A28FFEC0B1E");
}

BOOST_AUTO_TEST_CASE(passwords_become_utf_16_as_unicode_says) {
  struct {
    const char* utf8;
    const char* utf16;
  } const table[] = {{"", ""},
                     {"MyPw", "4D00790050007700"},
                     {"\xD0\x96", "1604"},
                     {"\xE2\x82\xAC", "AC20"},
                     {"\xF0\x9F\x98\x80", "3DD800DE"},
                     {"\xF4\x8F\xBF\xBF", "FFDBFFDF"}};
  for (const auto& row : table) {
    std::string wide;
    BOOST_TEST(to_utf16le(row.utf8, wide));
    BOOST_TEST(hex(wide) == row.utf16);
  }
}

BOOST_AUTO_TEST_CASE(broken_utf_8_has_no_utf_16) {
  for (const char* text : {"80", "C0AF", "C1BF", "E0809F", "EDA080", "F4908080", "F8888080", "D0",
                           "E282", "F09F98", "41FF", "D041", "E2D0AC"}) {
    std::string wide;
    BOOST_TEST_CONTEXT(text)
    BOOST_TEST(!to_utf16le(unhex(text), wide));
  }
}

BOOST_AUTO_TEST_CASE(a_challenge_of_another_length_is_refused) {
  response24 made{};
  BOOST_TEST(!challenge_response("1234567", {}, made));
  BOOST_TEST(!challenge_response("123456789", {}, made));
}

BOOST_AUTO_TEST_SUITE_END()
