#include "domain/access_decision.hpp"

#include <algorithm>
#include <limits>

namespace uzel {
namespace {

access_decision refused(refusal why) {
  return {login_verdict::reject, why, {}, {}};
}

access_decision by_policy(refusal_policy policy, refusal why) {
  if (policy == refusal_policy::guest)
    return {login_verdict::accept_as_guest, why, {}, {}};
  return refused(why);
}

} // namespace

std::optional<proof_state> proof_without_check(account_id who, identity_source recognised_by,
                                               proof_method sent) {
  if (is_guest(who) || recognised_by != identity_source::login)
    return proof_state::not_needed;
  if (sent == proof_method::none)
    return proof_state::missing;
  return std::nullopt;
}

access_decision decide_access(const account_state& account, const client& policies,
                              proof_state proof, instant now) {
  if (is_guest(account.id))
    return {login_verdict::accept_as_guest, refusal::none, {}, {}};
  if (account.status == account_status::closed)
    return by_policy(policies.on_unknown, refusal::unknown_subscriber);
  switch (proof) {
  case proof_state::wrong:
    return refused(refusal::wrong_password);
  case proof_state::missing:
    return refused(refusal::password_required);
  case proof_state::unsupported:
    return refused(refusal::proof_unsupported);
  case proof_state::not_needed:
  case proof_state::accepted:
    break;
  }
  if (account.status == account_status::disabled)
    return by_policy(policies.on_disabled, refusal::account_disabled);
  if (!is_paid(account, now))
    return by_policy(policies.on_unpaid, refusal::account_unpaid);
  return {login_verdict::accept, refusal::none, account.current.service, account.current.end};
}

std::uint32_t session_timeout_of(const access_decision& decision, const service* sold,
                                 instant now) {
  std::int64_t seconds_left = sold ? sold->session_timeout : 0;
  if (decision.until) {
    // At least a second: 0 would say «unlimited».
    const auto paid = std::max<std::int64_t>(1, (decision.until - now).count() / 1'000'000);
    seconds_left = seconds_left == 0 ? paid : std::min(seconds_left, paid);
  }
  return static_cast<std::uint32_t>(
    std::min<std::int64_t>(seconds_left, std::numeric_limits<std::uint32_t>::max()));
}

std::vector<ipv4> fitting_addresses(const account_state& account, routing_domain_id domain,
                                    mac_address mac) {
  std::vector<ipv4> out;
  for (const auto& a : account.addresses)
    if (a.domain == domain && a.mac && a.mac == mac)
      out.push_back(a.address);
  for (const auto& a : account.addresses)
    if (a.domain == domain && !a.mac)
      out.push_back(a.address);
  return out;
}

} // namespace uzel
