#include "protocols/proof/check.hpp"

#include "protocols/proof/digest.hpp"
#include "protocols/proof/legacy_provider.hpp"
#include "protocols/proof/mschap.hpp"
#include "protocols/proof/sealed_secret.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>
#include <vector>

#include "hex.hpp"

using namespace uzel;
using namespace uzel::proof;

namespace {

secret_view clear(std::string_view password) {
  return {credential_form::cleartext, password};
}

login_proof pap(std::string_view password) {
  login_proof p;
  p.how = method::pap;
  p.secret = password;
  return p;
}

login_proof chap(std::uint8_t ident, std::string_view challenge, std::string_view response) {
  login_proof p;
  p.how = method::chap;
  p.ident = ident;
  p.challenge = challenge;
  p.response = response;
  return p;
}

login_proof mschap1() {
  login_proof p;
  p.how = method::mschap1;
  p.flags = 1;
  p.challenge = unhex("102DB5DF085D3041");
  p.response = unhex("4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61");
  return p;
}

// RFC 2759 section 9.2.
login_proof mschap2() {
  login_proof p;
  p.how = method::mschap2;
  p.name = "User";
  p.challenge = unhex("5B5D7C7D7B3F2F3E3C2C602132262628");
  p.peer_challenge = unhex("21402324255E262A28295F2B3A337C7E");
  p.response = unhex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF");
  return p;
}

// What a peer that hashes `hashed_name` would answer.
login_proof answer_as(std::string_view hashed_name, std::string_view sent_name,
                      std::string_view password) {
  auto p = mschap2();
  p.name = sent_name;
  mschap::challenge8 challenge{};
  mschap::hash16 hash{};
  mschap::response24 made{};
  std::string wide;
  BOOST_REQUIRE(mschap::to_utf16le(password, wide));
  BOOST_REQUIRE(mschap::nt_password_hash(wide, hash));
  BOOST_REQUIRE(mschap::challenge_hash(p.peer_challenge, p.challenge, hashed_name, challenge));
  BOOST_REQUIRE(mschap::challenge_response(as_text(challenge), hash, made));
  p.response = as_text(made);
  return p;
}

} // namespace

BOOST_AUTO_TEST_SUITE(check_proof)

BOOST_AUTO_TEST_CASE(pap_of_every_length_matches_itself_and_nothing_else) {
  for (const std::size_t length : {1u, 2u, 15u, 16u, 17u, 31u, 32u, 127u, 128u, 253u}) {
    BOOST_TEST_CONTEXT(length << " octets") {
      const std::string password(length, 'x');
      BOOST_TEST((check(pap(password), clear(password)).decision == outcome::accepted));
      auto other = password;
      other.back() = 'y';
      BOOST_TEST((check(pap(other), clear(password)).decision == outcome::wrong_password));
      BOOST_TEST(
        (check(pap(password.substr(1)), clear(password)).decision == outcome::wrong_password));
      if (length < 253)
        BOOST_TEST(
          (check(pap(password + '\0'), clear(password)).decision == outcome::wrong_password));
    }
  }
}

BOOST_AUTO_TEST_CASE(pap_longer_than_an_attribute_is_unsupported) {
  const std::string password(254, 'x');
  BOOST_TEST((check(pap(password), clear("x")).decision == outcome::unsupported));
  BOOST_TEST((check(pap("x"), clear(password)).decision == outcome::unsupported));
}

BOOST_AUTO_TEST_CASE(pap_works_against_an_nt_hash) {
  const auto hash = nt_hash_of("clientPass");
  BOOST_REQUIRE(hash.has_value());
  BOOST_TEST(hex(*hash) == "44EBBA8D5312B8D611474411F56989AE");
  const secret_view kept{credential_form::nt_hash, *hash};
  BOOST_TEST((check(pap("clientPass"), kept).decision == outcome::accepted));
  BOOST_TEST((check(pap("clientpass"), kept).decision == outcome::wrong_password));
  BOOST_TEST((check(pap("\xFF"), kept).decision == outcome::wrong_password));
  BOOST_TEST((check(pap(*hash), kept).decision == outcome::wrong_password));
}

BOOST_AUTO_TEST_CASE(an_account_without_a_password_accepts_nothing) {
  for (const auto& p :
       {pap(""), pap("x"), chap(1, "challenge", std::string(16, '\0')), mschap1(), mschap2()}) {
    BOOST_TEST((check(p, secret_view{}).decision == outcome::unsupported));
    BOOST_TEST((check(p, clear("")).decision == outcome::unsupported));
  }
  BOOST_TEST((check(login_proof{}, clear("x")).decision == outcome::unsupported));
}

BOOST_AUTO_TEST_CASE(chap_hashes_ident_password_and_challenge) {
  const auto challenge = unhex("102DB5DF085D3041");
  const auto response = unhex("8F028814450D66D94C72331EF455A172");
  BOOST_TEST((check(chap(1, challenge, response), clear("MyPw")).decision == outcome::accepted));
  BOOST_TEST(
    (check(chap(2, challenge, response), clear("MyPw")).decision == outcome::wrong_password));
  BOOST_TEST(
    (check(chap(1, challenge, response), clear("myPw")).decision == outcome::wrong_password));
  BOOST_TEST(
    (check(chap(1, challenge + "x", response), clear("MyPw")).decision == outcome::wrong_password));
}

BOOST_AUTO_TEST_CASE(chap_needs_the_cleartext_and_whole_octet_strings) {
  const std::string response(16, 'r');
  const secret_view hash{credential_form::nt_hash, "0123456789abcdef"};
  BOOST_TEST((check(chap(1, "c", response), hash).decision == outcome::unsupported));
  BOOST_TEST((check(chap(1, "", response), clear("x")).decision == outcome::unsupported));
  BOOST_TEST(
    (check(chap(1, "c", response.substr(1)), clear("x")).decision == outcome::unsupported));
  BOOST_TEST((check(chap(1, "c", response + "r"), clear("x")).decision == outcome::unsupported));
  BOOST_TEST(!check(chap(1, "", response), clear("x")).reason.empty());
}

BOOST_AUTO_TEST_CASE(ms_chap_1_gives_the_keys_that_nases_expect) {
  const auto v = check(mschap1(), clear("MyPw"));
  BOOST_TEST((v.decision == outcome::accepted));
  const auto hash = nt_hash_of("MyPw");
  digest_octets hash_hash;
  BOOST_REQUIRE(digest(load_primitives().md4, {*hash}, hash_hash));
  BOOST_TEST(hex(v.mppe_keys) ==
             std::string(16, '0') + hex(as_text(hash_hash).substr(0, 16)) + std::string(16, '0'));
  BOOST_TEST(v.mppe_keys.size() == 32u);
  BOOST_TEST(v.authenticator_response.empty());
}

BOOST_AUTO_TEST_CASE(ms_chap_1_refuses_lan_manager_and_wrong_lengths) {
  auto lm = mschap1();
  lm.flags = 0;
  BOOST_TEST((check(lm, clear("MyPw")).decision == outcome::unsupported));
  auto shorter = mschap1();
  shorter.response.pop_back();
  BOOST_TEST((check(shorter, clear("MyPw")).decision == outcome::unsupported));
  auto longer = mschap1();
  longer.challenge += 'x';
  BOOST_TEST((check(longer, clear("MyPw")).decision == outcome::unsupported));
  const auto wrong = check(mschap1(), clear("MyPW"));
  BOOST_TEST((wrong.decision == outcome::wrong_password));
  BOOST_TEST(wrong.mppe_keys.empty());
}

BOOST_AUTO_TEST_CASE(ms_chap_2_proves_us_to_the_peer_and_keys_the_nas) {
  const auto hash = nt_hash_of("clientPass");
  for (const auto& kept : {clear("clientPass"), secret_view{credential_form::nt_hash, *hash}}) {
    const auto v = check(mschap2(), kept);
    BOOST_TEST((v.decision == outcome::accepted));
    BOOST_TEST(v.authenticator_response == "S=407A5589115FD0D6209F510FE9C04566932CDA56");
    BOOST_TEST(hex(v.mppe_send_key) == "8B7CDC149B993A1BA118CB153F56DCCB");
    BOOST_TEST(v.mppe_recv_key.size() == 16u);
    BOOST_TEST(v.mppe_recv_key != v.mppe_send_key);
    BOOST_TEST(v.mppe_keys.empty());
  }
}

BOOST_AUTO_TEST_CASE(ms_chap_2_of_a_wrong_password_gives_away_nothing) {
  const auto v = check(mschap2(), clear("clientPas"));
  BOOST_TEST((v.decision == outcome::wrong_password));
  BOOST_TEST(v.authenticator_response.empty());
  BOOST_TEST(v.mppe_send_key.empty());
  BOOST_TEST(v.mppe_recv_key.empty());
}

BOOST_AUTO_TEST_CASE(every_changed_octet_of_a_response_is_noticed) {
  const std::vector<std::pair<login_proof, const char*>> table{
    {mschap1(), "MyPw"},
    {mschap2(), "clientPass"},
    {chap(1, unhex("102DB5DF085D3041"), unhex("8F028814450D66D94C72331EF455A172")), "MyPw"}};
  for (const auto& [good, password] : table) {
    BOOST_REQUIRE((check(good, clear(password)).decision == outcome::accepted));
    for (std::size_t i = 0; i < good.response.size(); ++i) {
      auto bad = good;
      bad.response[i] = static_cast<char>(bad.response[i] ^ 1);
      BOOST_TEST_CONTEXT(name_of(good.how) << " octet " << i)
      BOOST_TEST((check(bad, clear(password)).decision == outcome::wrong_password));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_name_is_hashed_without_its_domain_or_whole) {
  struct {
    const char* sent;
    const char* hashed;
    bool accepted;
  } const table[] = {{"User", "User", true},           {"DOM\\User", "User", true},
                     {"DOM\\User", "DOM\\User", true}, {"User@isp.ru", "User@isp.ru", true},
                     {"User@isp.ru", "User", false},   {"user", "User", false},
                     {"DOM\\User", "DOM", false},      {"", "", true}};
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT(row.sent << " hashed as " << row.hashed) {
      const auto v = check(answer_as(row.hashed, row.sent, "clientPass"), clear("clientPass"));
      BOOST_TEST((v.decision == (row.accepted ? outcome::accepted : outcome::wrong_password)));
      BOOST_TEST(v.authenticator_response.size() == (row.accepted ? 42u : 0u));
    }
  }
}

BOOST_AUTO_TEST_CASE(cyrillic_passwords_pass_ms_chap) {
  const auto p = answer_as("User", "User", "\xD0\xBF\xD0\xB0\xD1\x80\xD0\xBE\xD0\xBB\xD1\x8C");
  BOOST_TEST((check(p, clear("\xD0\xBF\xD0\xB0\xD1\x80\xD0\xBE\xD0\xBB\xD1\x8C")).decision ==
              outcome::accepted));
  BOOST_TEST((check(p, clear("\xEF\xE0\xF0\xEE\xEB\xFC")).decision == outcome::unsupported));
}

BOOST_AUTO_TEST_CASE(ms_chap_2_refuses_wrong_lengths) {
  for (auto field :
       {&login_proof::challenge, &login_proof::peer_challenge, &login_proof::response}) {
    auto shorter = mschap2();
    (shorter.*field).pop_back();
    BOOST_TEST((check(shorter, clear("clientPass")).decision == outcome::unsupported));
    auto longer = mschap2();
    (longer.*field) += 'x';
    BOOST_TEST((check(longer, clear("clientPass")).decision == outcome::unsupported));
  }
}

BOOST_AUTO_TEST_CASE(an_nt_hash_of_a_wrong_length_is_no_credential) {
  const secret_view kept{credential_form::nt_hash, "short"};
  BOOST_TEST((check(mschap2(), kept).decision == outcome::unsupported));
  BOOST_TEST((check(pap("x"), kept).decision == outcome::wrong_password));
}

BOOST_AUTO_TEST_CASE(errors_read_as_the_rfcs_say) {
  BOOST_TEST(ms_chap_error(method::mschap2, 691, unhex("00112233445566778899AABBCCDDEEFF"),
                           "Wrong password") ==
             "E=691 R=0 C=00112233445566778899AABBCCDDEEFF V=3 M=Wrong password");
  BOOST_TEST(ms_chap_error(method::mschap1, 691, unhex("0011223344556677"), "unused") ==
             "E=691 R=0 C=0011223344556677 V=2");
}

BOOST_AUTO_TEST_CASE(answers_carry_what_the_method_owes) {
  auto v2 = mschap2();
  v2.ident = 0x42;
  const auto success = answer_for(v2, check(v2, clear("clientPass")));
  BOOST_TEST(success.mschap_success == "BS=407A5589115FD0D6209F510FE9C04566932CDA56");
  BOOST_TEST(hex(success.mppe_send_key) == "8B7CDC149B993A1BA118CB153F56DCCB");
  BOOST_TEST(success.mppe_recv_key.size() == 16u);
  BOOST_TEST(success.mschap_error.empty());
  const auto failure = answer_for(v2, check(v2, clear("wrong")));
  BOOST_TEST(failure.mschap_error.substr(0, 13) == "BE=691 R=0 C=");
  BOOST_TEST(failure.mschap_error.substr(45) == " V=3 M=Authentication failed");
  BOOST_TEST(failure.mschap_error != answer_for(v2, check(v2, clear("wrong"))).mschap_error);
  BOOST_TEST(failure.mschap_success.empty());
  BOOST_TEST(answer_for(mschap1(), check(mschap1(), clear("MyPw"))).mppe_v1_keys.size() == 32u);
  BOOST_TEST(answer_for(mschap1(), check(mschap1(), clear("wrong"))).mschap_error.size() == 33u);
  BOOST_TEST((answer_for(pap("x"), check(pap("x"), clear("x"))) == proof_answer{}));
  BOOST_TEST((answer_for(pap("x"), check(pap("x"), clear("y"))) == proof_answer{}));
  BOOST_TEST((answer_for(v2, check(v2, clear(""))) == proof_answer{}));
}

BOOST_AUTO_TEST_CASE(a_sealed_credential_is_opened_for_its_account_alone) {
  const auto key = master_key::generate();
  BOOST_REQUIRE(key.has_value());
  const auto kept = seal_password(*key, account_id{7}, "clientPass");
  BOOST_REQUIRE(kept.has_value());
  const auto v = check(mschap2(), *kept, *key, account_id{7});
  BOOST_REQUIRE(v.has_value());
  BOOST_TEST((v->decision == outcome::accepted));
  BOOST_TEST((check(mschap2(), *kept, *key, account_id{8}).error() == errc::store_damaged));
  auto relabelled = *kept;
  relabelled.form = credential_form::nt_hash;
  BOOST_TEST(
    (check(pap("clientPass"), relabelled, *key, account_id{7}).error() == errc::store_damaged));
  const auto none = check(pap("x"), credential{}, *key, account_id{7});
  BOOST_REQUIRE(none.has_value());
  BOOST_TEST((none->decision == outcome::unsupported));
}

BOOST_AUTO_TEST_CASE(a_sealed_nt_hash_serves_ms_chap) {
  const auto key = master_key::generate();
  const auto hash = nt_hash_of("clientPass");
  const auto kept = seal_nt_hash(*key, account_id{1}, *hash);
  BOOST_REQUIRE(kept.has_value());
  const auto v = check(mschap2(), *kept, *key, account_id{1});
  BOOST_REQUIRE(v.has_value());
  BOOST_TEST((v->decision == outcome::accepted));
  BOOST_TEST((seal_nt_hash(*key, account_id{1}, "short").error() == errc::invalid_input));
  BOOST_TEST((seal_password(*key, account_id{1}, "").error() == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(many_threads_check_at_once) {
  std::vector<std::thread> threads;
  std::vector<int> accepted(4, 0);
  for (std::size_t t = 0; t < accepted.size(); ++t)
    threads.emplace_back([&accepted, t] {
      for (int i = 0; i < 200; ++i)
        if (check(mschap2(), clear("clientPass")) && check(mschap1(), clear("MyPw")))
          ++accepted[t];
    });
  for (auto& thread : threads)
    thread.join();
  for (const int n : accepted)
    BOOST_TEST(n == 200);
}

BOOST_AUTO_TEST_SUITE_END()
