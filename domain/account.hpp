// The account: what identifies a subscriber, what he may do, what he holds for good.
#pragma once

#include "domain/id.hpp"
#include "domain/instant.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"
#include "domain/money.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace uzel {

// Stored values: do not renumber.
enum class account_status : std::uint8_t { active = 1, disabled = 2, closed = 3 };

// Stored values: do not renumber.
enum class access_kind : std::uint8_t { login = 1, mac = 2, port = 3, client_identifier = 4 };

// One way the network recognises an account. A port may be claimed by several, and then matches
// none of them; the others belong to one account only.
struct access {
  access_kind kind = access_kind::login;
  std::string
    login; // normalised; of a client_identifier: its octets (DHCP option 61) in lower-case hex
  mac_address mac;
  device_id device;
  port_id port; // 0: the device itself (an ONU), for devices that do not tell ports apart
  bool operator==(const access&) const = default;
};

// An address that is the account's property: no release, stop, expiry or sweep takes it away.
struct static_address {
  routing_domain_id domain;
  ipv4 address;
  mac_address mac; // only for this device; 0 = any
  bool operator==(const static_address&) const = default;
};

// Stored values: do not renumber.
enum class subscription_state : std::uint8_t { none = 0, queued = 1, active = 2, ended = 3 };

struct subscription {
  subscription_id id;
  service_id service;
  subscription_state state = subscription_state::none;
  money price_paid;
  instant start;
  instant end; // 0 = open-ended
  bool operator==(const subscription&) const = default;
};

// The live part of an account: what a login needs, and the after-image that the journal keeps.
struct account_state {
  account_id id;
  std::string number; // лицевой счёт, unique
  account_status status = account_status::active;
  std::string credential;           // sealed network password; empty = no login by password
  std::uint8_t credential_form = 0; // what is sealed: a proof::credential_form
  money balance;
  money credit_limit;
  std::uint16_t session_limit = 1; // live attachments at once
  std::vector<access> accesses;
  std::vector<static_address> addresses;
  subscription current;
  journal_number number_of_change; // the record that made this state
  bool operator==(const account_state&) const = default;
};

// Paid means: has a current subscription at that instant.
constexpr bool is_paid(const account_state& a, instant now) {
  const auto& s = a.current;
  return s.state == subscription_state::active && s.start <= now && (!s.end || now < s.end);
}

template <class Inspector>
auto inspect(Inspector& f, access& x) {
  return f(x.kind, x.login, x.mac, x.device, x.port);
}
template <class Inspector>
auto inspect(Inspector& f, static_address& x) {
  return f(x.domain, x.address, x.mac);
}
template <class Inspector>
auto inspect(Inspector& f, subscription& x) {
  return f(x.id, x.service, x.state, x.price_paid, x.start, x.end);
}
template <class Inspector>
auto inspect(Inspector& f, account_state& x) {
  return f(x.id, x.number, x.status, x.credential, x.credential_form, x.balance, x.credit_limit,
           x.session_limit, x.accesses, x.addresses, x.current, x.number_of_change);
}

} // namespace uzel
