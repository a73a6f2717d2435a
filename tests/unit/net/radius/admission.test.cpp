// Signatures, the rules against forged replies by chosen prefixes (CVE-2024-3596), rate limits.
#include "net/radius/admission.hpp"

#include "tests/unit/net/radius/octets.hpp"

namespace uzel::net::test {
namespace {

using enum admission_verdict;

enum class seal_sent { valid, none, wrong };

bytes login_packet(seal_sent seal, bool proxied) {
  sketch s{radius::code::access_request};
  s.add(1, "bob").pap("secret");
  if (proxied)
    s.add(33, "through a proxy");
  if (seal == seal_sent::valid)
    s.seal();
  if (seal == seal_sent::wrong)
    s.wrong_seal();
  return s.finish();
}

radius_client with_policies(tristate seal, tristate proxy) {
  auto row = common_client();
  row.require_message_authenticator = seal;
  row.limit_proxy_state = proxy;
  return {row, radius::shared_secret{common_secret}};
}

admission_verdict try_one(const radius_client& from, client_habits& habits, const bytes& packet,
                          bool* alarmed = nullptr) {
  bool alarm = false;
  const auto verdict = admit(view(packet), from, habits, alarm);
  if (alarmed)
    *alarmed = alarm;
  return verdict;
}

admission_verdict meaning(char letter) {
  return letter == 'A'   ? admitted
         : letter == 'M' ? missing_seal
         : letter == 'P' ? proxy_state
                         : wrong_seal;
}

constexpr tristate no = tristate::no, yes = tristate::yes, automatic = tristate::automatic;

struct policy_row {
  tristate seal;
  tristate proxy;
  // Verdicts of: sealed, sealed + Proxy-State, unsealed, unsealed + Proxy-State, wrong seal, wrong
  // seal + Proxy-State.
  std::string_view verdicts;
};

// Each cell starts from the same history of the client.
void check_table(std::initializer_list<policy_row> rows, const std::vector<bytes>& history) {
  for (const auto& row : rows)
    for (std::size_t i = 0; i < 6; ++i)
      BOOST_TEST_CONTEXT("require " << static_cast<int>(row.seal) << " limit "
                                    << static_cast<int>(row.proxy) << " column " << i) {
        const auto from = with_policies(row.seal, row.proxy);
        client_habits habits;
        for (const auto& before : history)
          (void)try_one(from, habits, before);
        const auto verdict =
          try_one(from, habits, login_packet(static_cast<seal_sent>(i / 2), i % 2 == 1));
        BOOST_TEST(name_of(verdict) == name_of(meaning(row.verdicts[i])));
      }
}

} // namespace

BOOST_AUTO_TEST_SUITE(admission)

BOOST_AUTO_TEST_CASE(every_policy_for_a_client_that_was_never_heard) {
  check_table({{yes, yes, "AAMMWW"},
               {yes, automatic, "AAMMWW"},
               {yes, no, "AAMMWW"},
               {automatic, yes, "AAAPWW"},
               {automatic, automatic, "AAAAWW"},
               {automatic, no, "AAAAWW"},
               {no, yes, "AAAPWW"},
               {no, automatic, "AAAAWW"},
               {no, no, "AAAAWW"}},
              {});
}

BOOST_AUTO_TEST_CASE(every_policy_after_a_sealed_request) {
  check_table({{yes, yes, "AAMMWW"},
               {yes, automatic, "AAMMWW"},
               {yes, no, "AAMMWW"},
               {automatic, yes, "AAMMWW"},
               {automatic, automatic, "AAMMWW"},
               {automatic, no, "AAMMWW"},
               {no, yes, "AAAPWW"},
               {no, automatic, "AAAPWW"},
               {no, no, "AAAAWW"}},
              {login_packet(seal_sent::valid, false)});
}

BOOST_AUTO_TEST_CASE(every_policy_after_a_plain_request) {
  check_table({{yes, yes, "AAMMWW"},
               {automatic, yes, "AAAPWW"},
               {automatic, automatic, "AAAPWW"},
               {automatic, no, "AAAAWW"},
               {no, yes, "AAAPWW"},
               {no, automatic, "AAAPWW"},
               {no, no, "AAAAWW"}},
              {login_packet(seal_sent::none, false)});
}

BOOST_AUTO_TEST_CASE(every_policy_after_a_request_through_a_proxy) {
  check_table({{yes, yes, "AAMMWW"},
               {automatic, yes, "AAAPWW"},
               {automatic, automatic, "AAAAWW"},
               {automatic, no, "AAAAWW"},
               {no, yes, "AAAPWW"},
               {no, automatic, "AAAAWW"},
               {no, no, "AAAAWW"}},
              {login_packet(seal_sent::none, true)});
}

BOOST_AUTO_TEST_CASE(only_a_sealed_request_teaches_that_a_client_turned_into_a_proxy) {
  const auto from = with_policies(no, automatic);
  client_habits habits;
  BOOST_TEST((try_one(from, habits, login_packet(seal_sent::none, false)) == admitted));
  BOOST_TEST((try_one(from, habits, login_packet(seal_sent::none, true)) == proxy_state));
  BOOST_TEST((try_one(from, habits, login_packet(seal_sent::none, true)) == proxy_state));
  BOOST_TEST((try_one(from, habits, login_packet(seal_sent::valid, true)) == admitted));
  BOOST_TEST((try_one(from, habits, login_packet(seal_sent::none, true)) == admitted));
}

BOOST_AUTO_TEST_CASE(a_wrong_seal_teaches_nothing) {
  const auto from = with_policies(automatic, automatic);
  client_habits habits;
  BOOST_TEST((try_one(from, habits, login_packet(seal_sent::wrong, true)) == wrong_seal));
  BOOST_TEST(!habits.sealed);
  BOOST_TEST(!habits.seen);
  BOOST_TEST(!habits.proxied);
}

BOOST_AUTO_TEST_CASE(mixing_sealed_and_plain_requests_is_told_once) {
  for (const auto policy : {yes, automatic})
    BOOST_TEST_CONTEXT("policy " << static_cast<int>(policy)) {
      const auto from = with_policies(policy, no);
      client_habits habits;
      bool alarm = true;
      (void)try_one(from, habits, login_packet(seal_sent::valid, false), &alarm);
      BOOST_TEST(!alarm);
      (void)try_one(from, habits, login_packet(seal_sent::none, false), &alarm);
      BOOST_TEST(alarm);
      (void)try_one(from, habits, login_packet(seal_sent::none, false), &alarm);
      BOOST_TEST(!alarm);
    }
}

BOOST_AUTO_TEST_CASE(eap_and_status_server_need_the_seal_under_every_policy) {
  for (const auto policy : {no, automatic, yes})
    BOOST_TEST_CONTEXT("policy " << static_cast<int>(policy)) {
      const auto from = with_policies(policy, no);
      client_habits habits;
      const auto eap = [] {
        return sketch{radius::code::access_request}.add(1, "bob").add(79, hex("02010008017573"));
      };
      const auto status = [] { return sketch{radius::code::status_server}; };
      BOOST_TEST((try_one(from, habits, eap().finish()) == missing_seal));
      BOOST_TEST((try_one(from, habits, eap().seal().finish()) == admitted));
      BOOST_TEST((try_one(from, habits, status().finish()) == missing_seal));
      BOOST_TEST((try_one(from, habits, status().wrong_seal().finish()) == wrong_seal));
      BOOST_TEST((try_one(from, habits, status().seal().finish()) == admitted));
    }
}

BOOST_AUTO_TEST_CASE(accounting_is_proven_by_its_authenticator) {
  const auto from = with_policies(yes, yes);
  client_habits habits;
  const auto report = [] {
    return sketch{radius::code::accounting_request}.add(40, 1u).add(44, "s1").add(33, "proxy");
  };
  BOOST_TEST((try_one(from, habits, report().finish()) == admitted));
  BOOST_TEST((try_one(from, habits, report().seal().finish()) == admitted));
  BOOST_TEST((try_one(from, habits, report().finish("another")) == wrong_authenticator));
  BOOST_TEST((try_one(from, habits, report().wrong_seal().finish()) == wrong_seal));
  BOOST_TEST(!habits.seen); // accounting says nothing of how logins come
}

BOOST_AUTO_TEST_CASE(a_wrong_secret_shows_in_the_seal) {
  const auto from = with_policies(yes, automatic);
  client_habits habits;
  const auto b = sketch{radius::code::access_request}.add(1, "bob").seal().finish("guess");
  BOOST_TEST((try_one(from, habits, b) == wrong_seal));
}

BOOST_AUTO_TEST_CASE(two_seals_are_wrong) {
  const auto from = with_policies(no, no);
  client_habits habits;
  const auto b = sketch{radius::code::access_request}.add(1, "bob").wrong_seal().seal().finish();
  BOOST_TEST((try_one(from, habits, b) == wrong_seal));
}

BOOST_AUTO_TEST_CASE(every_verdict_has_a_name_of_its_own) {
  std::vector<std::string_view> names;
  for (std::size_t v = 0; v < admission_verdicts; ++v)
    names.push_back(name_of(static_cast<admission_verdict>(v)));
  std::ranges::sort(names);
  BOOST_TEST((std::ranges::adjacent_find(names) == names.end()));
  BOOST_TEST(!names.front().empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rate_limits)

constexpr instant noon = instant::from_unix(1'700'000'000);
constexpr ipv4 nas_a{10, 0, 0, 1}, nas_b{10, 0, 0, 2}, loopback{127, 9, 9, 9};

BOOST_AUTO_TEST_CASE(a_source_has_so_many_a_second_and_others_are_not_touched) {
  rate_limiter limit{3, true};
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(limit.allows(nas_a, noon));
  BOOST_TEST(!limit.allows(nas_a, noon));
  BOOST_TEST(!limit.allows(nas_a, noon + duration{999'999}));
  BOOST_TEST(limit.allows(nas_b, noon));
  BOOST_TEST(limit.allows(nas_a, noon + seconds{1}));
}

BOOST_AUTO_TEST_CASE(zero_is_no_limit_and_loopback_is_free_unless_told) {
  rate_limiter none{0, true};
  rate_limiter kind{1, false};
  rate_limiter strict{1, true};
  for (int i = 0; i < 100; ++i) {
    BOOST_TEST(none.allows(nas_a, noon));
    BOOST_TEST(kind.allows(loopback, noon));
  }
  BOOST_TEST(strict.allows(loopback, noon));
  BOOST_TEST(!strict.allows(loopback, noon));
}

BOOST_AUTO_TEST_CASE(a_flood_of_sources_does_not_lock_anybody_out) {
  rate_limiter limit{1, true};
  for (std::uint32_t i = 0; i < 200'000; ++i)
    BOOST_REQUIRE(limit.allows(ipv4{0x0B000000u + i}, noon));
  BOOST_TEST(limit.allows(nas_a, noon));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
