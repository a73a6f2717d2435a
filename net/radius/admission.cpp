#include "net/radius/admission.hpp"

namespace uzel::net {
namespace {

constexpr std::size_t most_sources = 65536;

bool seal_required(const radius::packet_view& packet, const radius_client& from,
                   const client_habits& habits) {
  if (packet.code() == radius::code::status_server)
    return true; // RFC 5997 section 3
  if (packet.code() != radius::code::access_request)
    return false;
  if (packet.find(radius::attr::eap_message))
    return true; // RFC 3579 section 3.2
  switch (from.row.require_message_authenticator) {
  case tristate::yes:
    return true;
  case tristate::no:
    return false;
  case tristate::automatic:
    return habits.sealed;
  }
  return true;
}

bool proxy_state_limited(const radius_client& from, const client_habits& habits) {
  switch (from.row.limit_proxy_state) {
  case tristate::yes:
    return true;
  case tristate::no:
    return false;
  case tristate::automatic:
    // A client whose first requests came through a proxy may go on; for others Proxy-State is the
    // attack's vehicle.
    return habits.seen && !habits.proxied;
  }
  return true;
}

} // namespace

std::string_view name_of(admission_verdict v) {
  static constexpr std::array<std::string_view, admission_verdicts> names{
    "admitted",   "unknown-client", "malformed",   "wrong-code",   "wrong-authenticator",
    "wrong-seal", "missing-seal",   "proxy-state", "rate-limited", "duplicate",
    "table-full"};
  return names[static_cast<std::size_t>(v)];
}

admission_verdict admit(const radius::packet_view& packet, const radius_client& from,
                        client_habits& habits, bool& alarm) {
  if (!radius::request_authenticator_valid(packet, from.secret))
    return admission_verdict::wrong_authenticator;
  const auto seal = radius::check_request_seal(packet, from.secret);
  if (seal == radius::seal_state::wrong)
    return admission_verdict::wrong_seal;
  const bool sealed = seal == radius::seal_state::valid;
  const bool is_login = packet.code() == radius::code::access_request;
  const bool proxied = packet.find(radius::attr::proxy_state).has_value();
  if (!sealed && seal_required(packet, from, habits)) {
    alarm = is_login && habits.sealed && !habits.alarmed;
    habits.alarmed |= alarm;
    return admission_verdict::missing_seal;
  }
  if (is_login && !sealed && proxied && proxy_state_limited(from, habits))
    return admission_verdict::proxy_state;
  if (is_login) {
    habits.sealed |= sealed;
    habits.proxied |= proxied && (!habits.seen || sealed);
    habits.seen = true;
  }
  return admission_verdict::admitted;
}

bool rate_limiter::allows(ipv4 source, instant now) {
  if (per_second_ == 0 || (!loopback_ && (source.value >> 24) == 127))
    return true;
  if (buckets_.size() >= most_sources)
    buckets_.clear();
  auto& b = buckets_[source];
  if (b.second != now.unix_seconds())
    b = {now.unix_seconds(), 0};
  return ++b.used <= per_second_;
}

} // namespace uzel::net
