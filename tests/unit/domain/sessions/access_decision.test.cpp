#include "domain/access_decision.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;

namespace {

const auto now = instant::from_unix(1'700'000'000);

account_state paid_account() {
  account_state a;
  a.id = account_id{7};
  a.current = {subscription_id{1}, service_id{3},     subscription_state::active, {},
               now - seconds{60},  now + seconds{600}};
  return a;
}

} // namespace

BOOST_AUTO_TEST_SUITE(access_decisions)

BOOST_AUTO_TEST_CASE(who_is_recognised_by_login_must_prove_it) {
  const account_id who{7};
  const account_id guest{guest_bit | 7};
  struct row {
    account_id who;
    identity_source by;
    proof_method sent;
    std::optional<proof_state> expected;
  };
  const row table[] = {
    {who, identity_source::login, proof_method::none, proof_state::missing},
    {who, identity_source::login, proof_method::pap, std::nullopt},
    {who, identity_source::login, proof_method::mschap2, std::nullopt},
    {who, identity_source::mac, proof_method::none, proof_state::not_needed},
    {who, identity_source::mac, proof_method::pap, proof_state::not_needed},
    {who, identity_source::port, proof_method::none, proof_state::not_needed},
    {guest, identity_source::none, proof_method::pap, proof_state::not_needed},
    {guest, identity_source::login, proof_method::none, proof_state::not_needed},
  };
  for (const auto& t : table)
    BOOST_TEST_CONTEXT("account " << t.who.value << ", by " << int(t.by) << ", " << int(t.sent))
  BOOST_TEST((proof_without_check(t.who, t.by, t.sent) == t.expected));
}

BOOST_AUTO_TEST_CASE(the_proof_is_judged_before_the_state_and_the_state_by_the_clients_policy) {
  using enum proof_state;
  constexpr auto guest = refusal_policy::guest;
  constexpr auto no = refusal_policy::reject;
  struct row {
    const char* what;
    account_status status;
    bool paid;
    proof_state proof;
    refusal_policy policy;
    login_verdict verdict;
    refusal why;
  };
  using enum account_status;
  using v = login_verdict;
  const row table[] = {
    {"paid, password right", active, true, accepted, no, v::accept, refusal::none},
    {"paid, by MAC", active, true, not_needed, no, v::accept, refusal::none},
    {"password wrong", active, true, wrong, guest, v::reject, refusal::wrong_password},
    {"no password", active, true, missing, guest, v::reject, refusal::password_required},
    {"method", active, true, unsupported, guest, v::reject, refusal::proof_unsupported},
    {"disabled, wrong", disabled, true, wrong, guest, v::reject, refusal::wrong_password},
    {"disabled", disabled, true, accepted, no, v::reject, refusal::account_disabled},
    {"disabled, as guest", disabled, true, accepted, guest, v::accept_as_guest,
     refusal::account_disabled},
    {"unpaid", active, false, accepted, no, v::reject, refusal::account_unpaid},
    {"unpaid, as guest", active, false, accepted, guest, v::accept_as_guest,
     refusal::account_unpaid},
    {"closed", closed, true, accepted, no, v::reject, refusal::unknown_subscriber},
    {"closed, as guest", closed, true, accepted, guest, v::accept_as_guest,
     refusal::unknown_subscriber},
  };
  for (const auto& t : table)
    BOOST_TEST_CONTEXT(t.what) {
      auto a = paid_account();
      a.status = t.status;
      if (!t.paid)
        a.current.end = now;
      client policies;
      policies.on_unknown = policies.on_disabled = policies.on_unpaid = t.policy;
      const auto d = decide_access(a, policies, t.proof, now);
      BOOST_TEST((d.verdict == t.verdict));
      BOOST_TEST((d.why == t.why));
      BOOST_TEST(d.service.value == (t.verdict == v::accept ? 3u : 0u));
    }
}

BOOST_AUTO_TEST_CASE(each_state_asks_its_own_policy) {
  auto a = paid_account();
  client policies;
  policies.on_unpaid = refusal_policy::guest;
  a.status = account_status::disabled;
  BOOST_TEST(
    (decide_access(a, policies, proof_state::accepted, now).verdict == login_verdict::reject));
  a.status = account_status::active;
  a.current.state = subscription_state::ended;
  BOOST_TEST((decide_access(a, policies, proof_state::accepted, now).verdict ==
              login_verdict::accept_as_guest));
  account_state nobody;
  nobody.id = account_id{guest_bit | 5};
  BOOST_TEST((decide_access(nobody, client{}, proof_state::not_needed, now).verdict ==
              login_verdict::accept_as_guest));
}

BOOST_AUTO_TEST_CASE(a_session_ends_with_what_is_paid_or_with_the_service_bound) {
  struct row {
    std::uint32_t bound;
    std::int64_t paid_seconds; // 0 = open-ended
    std::uint32_t expected;
  };
  const row table[] = {{0, 0, 0},       {0, 600, 600}, {300, 600, 300},
                       {900, 600, 600}, {900, 0, 900}, {0, -5, 1}};
  for (const auto& t : table)
    BOOST_TEST_CONTEXT("bound " << t.bound << ", paid " << t.paid_seconds) {
      access_decision d;
      if (t.paid_seconds != 0)
        d.until = now + seconds{t.paid_seconds};
      service sold;
      sold.session_timeout = t.bound;
      BOOST_TEST(session_timeout_of(d, &sold, now) == t.expected);
    }
  BOOST_TEST(session_timeout_of({}, nullptr, now) == 0u);
}

BOOST_AUTO_TEST_CASE(addresses_for_this_very_device_come_first) {
  const mac_address here{0x10};
  const mac_address other{0x11};
  const routing_domain_id one{1};
  account_state a;
  a.addresses = {{one, ipv4{10, 0, 0, 1}, {}},
                 {one, ipv4{10, 0, 0, 2}, other},
                 {one, ipv4{10, 0, 0, 3}, here},
                 {routing_domain_id{2}, ipv4{10, 0, 0, 4}, {}}};
  BOOST_TEST(
    (fitting_addresses(a, one, here) == std::vector<ipv4>{ipv4{10, 0, 0, 3}, ipv4{10, 0, 0, 1}}));
  BOOST_TEST((fitting_addresses(a, one, {}) == std::vector<ipv4>{ipv4{10, 0, 0, 1}}));
  BOOST_TEST(
    (fitting_addresses(a, routing_domain_id{2}, other) == std::vector<ipv4>{ipv4{10, 0, 0, 4}}));
}

BOOST_AUTO_TEST_SUITE_END()
