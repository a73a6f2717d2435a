// Where a question about somebody goes first: net and the NASes pick the shard of the directory by
// it. directory[route % directory.size()].
#pragma once

#include "actors/api/accounting.hpp"
#include "actors/api/login.hpp"
#include "domain/guest.hpp"
#include "domain/identification.hpp"

namespace uzel {

// True when the request proves a password for its User-Name. A MAC sent as its own User-Name (as
// DHCP servers and hotspots do) proves nothing.
inline bool proves_login(const network_facts& facts, proof_method how) {
  if (how == proof_method::none || facts.login.empty())
    return false;
  const auto spelled = parse_mac(facts.login);
  return !spelled || !facts.mac || *spelled != facts.mac;
}

// True when the client's option 82 counts.
inline bool trusts_option82(const network_facts& facts, const catalogue& desk) {
  if (!facts.has_option82)
    return false;
  const auto* from = desk.find_client(facts.from);
  return !from || from->trust_option82;
}

// The key that one identity of a request gives; problem_of() tells that it gives none.
inline access key_of(identity_source source, const network_facts& facts, const catalogue& desk) {
  access key;
  if (source == identity_source::login)
    key.login = facts.login;
  if (source == identity_source::mac) {
    key.kind = access_kind::mac;
    key.mac = facts.mac;
  }
  if (source == identity_source::client_identifier) {
    key.kind = access_kind::client_identifier;
    key.login = facts.client_identifier;
  }
  if (source == identity_source::port) {
    key.kind = access_kind::port;
    if (!trusts_option82(facts, desk))
      return key;
    if (const auto port = locate_port(desk, facts.device_mac, facts.device_port); port.known)
      return port.key();
  }
  return key;
}

// The identities of a login, best first: what net asked for, else those of RADIUS.
inline identity_order order_of(const login& asked) {
  return asked.order == identity_order{}
           ? order_of_login(proves_login(asked.facts, asked.proof.how))
           : asked.order;
}

// The shard of a login's first identity.
inline std::uint64_t identification_route(const network_facts& facts, const identity_order& order,
                                          const catalogue& desk) {
  for (const auto source : order)
    if (source != identity_source::none)
      if (const auto key = key_of(source, facts, desk); problem_of(key).empty())
        return key_hash(key);
  return std::hash<account_id>{}(
    guest_of(key_of(facts.nas, facts.mac, facts.nas_port, facts.calling_station)));
}

// The shard of a report's first identity; session_owner is filled already.
inline std::uint64_t usage_route(const account_usage& report, const catalogue& desk) {
  for (const auto source : order_of_usage()) {
    const auto who = source == identity_source::session         ? report.session_owner
                     : source == identity_source::class_account ? report.facts.class_account
                                                                : account_id{};
    if (who)
      return std::hash<account_id>{}(who);
    if (source == identity_source::session || source == identity_source::class_account)
      continue;
    if (const auto key = key_of(source, report.facts, desk); problem_of(key).empty())
      return key_hash(key);
  }
  return std::hash<account_id>{}(guest_of(key_of(
    report.facts.nas, report.facts.mac, report.facts.nas_port, report.facts.calling_station)));
}

} // namespace uzel
