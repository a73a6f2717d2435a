// What people edit at the desk: clients, NASes, devices, ranges, services, staff. Fields are
// declared in tables.cpp.
#pragma once

#include "domain/binding.hpp"
#include "domain/id.hpp"
#include "domain/instant.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"
#include "domain/money.hpp"

#include <cstdint>
#include <string>

namespace uzel {

// BlastRADIUS rules of a client (CVE-2024-3596). Stored values: do not renumber.
enum class tristate : std::uint8_t { no = 0, yes = 1, automatic = 2 };
// What becomes of somebody who may not have his service. Stored values: do not renumber.
enum class refusal_policy : std::uint8_t { reject = 1, guest = 2 };
// What becomes of a login beyond the session limit. Stored values: do not renumber.
enum class limit_policy : std::uint8_t { refuse = 1, preempt = 2 };
// How user@realm and DOMAIN\user become a login. Stored values: do not renumber.
enum class realm_rule : std::uint8_t { keep = 1, strip = 2 };
// Which attributes a NAS understands. Stored values: do not renumber.
enum class vendor : std::uint8_t { generic = 1, mikrotik = 2, juniper = 3 };

// Fields that every desk row has; version counts its changes.
struct desk_row {
  std::uint64_t id = 0;
  std::uint64_t version = 0;
  instant updated;
};

struct routing_domain : desk_row {
  std::string name;
  prefix4 static_range; // static addresses outside every pool must lie here; /0 = anywhere
};

// Who may send us datagrams.
struct client : desk_row {
  std::string name;
  prefix4 source;
  std::string secret; // sealed
  std::uint64_t routing_domain_id = 1;
  uzel::vendor vendor = vendor::generic;
  tristate require_message_authenticator = tristate::yes;
  tristate limit_proxy_state = tristate::automatic;
  refusal_policy on_unknown = refusal_policy::reject;
  refusal_policy on_disabled = refusal_policy::reject;
  refusal_policy on_unpaid = refusal_policy::reject;
  limit_policy on_session_limit = limit_policy::refuse;
  realm_rule realm = realm_rule::strip;
  bool trust_option82 = true;
  std::uint32_t interim_interval = 600; // seconds
  std::uint16_t dynauth_port = 0;       // 0 = radius.coa_port
  bool limit_dhcp = true; // as a DHCP relay: the rate and starvation limits of [dhcp] count
  bool enabled = true;
};

// A NAS that needs more than its client says; others are known by what they send.
struct nas : desk_row {
  std::uint64_t client_id = 0;
  std::string name; // its NAS-Identifier, else its NAS-IP-Address
  uzel::vendor vendor = vendor::generic;
  ipv4 dynauth_address;           // 0.0.0.0: the NAS-IP-Address or source of its requests
  std::uint16_t dynauth_port = 0; // 0 = radius.coa_port
};

struct device : desk_row {
  std::string name;
  mac_address mac;
  std::string kind;        // free text; empty = unknown
  bool tells_ports = true; // false: one subscriber per device (an ONU), its port number is ignored
  std::uint64_t uplink_device_id = 0;
  std::uint32_t uplink_port = 0;
  std::string comment;
};

struct port : desk_row {
  std::uint64_t device_id = 0;
  std::uint32_t number = 0;
  std::uint64_t child_device_id = 0;
  std::string comment;
};

struct service : desk_row {
  std::string name;
  money price;
  std::uint32_t down_kbit = 0; // 0 = not limited
  std::uint32_t up_kbit = 0;
  std::uint32_t burst_down_kbit = 0;
  std::uint32_t burst_up_kbit = 0;
  std::uint32_t burst_seconds = 0;
  std::string address_list;
  std::string filter_id;
  std::string service_template;      // Juniper: the name in SERVICE(...); empty = SERVICE-INET
  std::uint32_t session_timeout = 0; // seconds, 0 = until the subscription ends
};

// One subnet as DHCP sees it: which addresses belong together and what their holders are told.
struct network : desk_row {
  std::string name;
  std::uint64_t routing_domain_id = 1;
  prefix4 prefix;
  std::string link;      // networks of one domain with the same link share a wire; empty = alone
  std::string interface; // direct clients on this interface belong here
  ipv4 router;           // 0.0.0.0 = none
  std::string dns;       // addresses separated by commas
  std::string options;   // further DHCP options: "ntp=10.0.0.1; 43=hex:0104"
  ipv4 next_server;      // siaddr
  std::string boot_file;
  std::uint32_t lease_seconds = 3600;
  std::uint32_t guest_lease_seconds = 120; // short, so that a payment shows soon
  bool authoritative = false; // strangers who remember an address that nobody knows are refused
  bool one_lease_per_port = false; // a new device behind a subscriber's port takes over at once
  bool ping_check = false;         // a new address is pinged before it is offered
};

// DHCP options of one account, before those of its network.
struct subscriber_options : desk_row {
  std::uint64_t account_id = 0;
  std::string options;
};

struct pool : desk_row {
  std::string name;
  std::uint64_t routing_domain_id = 1;
  ipv4 first;
  ipv4 last;
  pool_kind kind = pool_kind::internet;
  std::uint16_t vlan = 0;      // serves only this VLAN; 0 = any
  std::uint64_t client_id = 0; // serves only this client; 0 = any
  bool dynamic = true;         // false: only static addresses come from here
  std::uint32_t sticky_seconds = 86400;
  std::string options; // DHCP options, before those of the network
};

// A person who works at the desk.
struct staff : desk_row {
  std::string login;
  std::string name;
  std::string password_hash; // argon2id
  std::string permissions;   // space-separated names; "*" = all
  bool enabled = true;
};

} // namespace uzel
