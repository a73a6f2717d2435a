// A login: the hot question, asked by net, answered through the answer_gate. One way, no response
// promise.
#pragma once

#include "actors/api/message.hpp"
#include "domain/attachment.hpp"
#include "domain/entities/desk.hpp"
#include "domain/identification.hpp"
#include "domain/ipv4.hpp"
#include "domain/lease.hpp"
#include "domain/login_proof.hpp"
#include "domain/login_trace.hpp"
#include "domain/refusal.hpp"

#include <string>

namespace uzel {

// Names the request that waits in net; a ticket whose generation has passed is answered into the
// void.
struct ticket {
  std::uint32_t listener = 0;
  std::uint32_t slot = 0;
  std::uint64_t generation = 0;
  bool operator==(const ticket&) const = default;
  UZEL_INSPECT(ticket, listener_, slot_, generation_)
};

// What the network says of who and where somebody is; net fills it, the directory identifies by it.
struct network_facts {
  client_id from;
  nas_id nas;           // desk row, or derived from the client and the NAS's name
  std::string nas_name; // NAS-Identifier, else NAS-IP(v6)-Address
  ipv4 nas_address;     // where Disconnect-Requests go
  std::string login;    // normalised; empty = none
  mac_address mac;
  bool has_option82 = false;
  mac_address device_mac; // what option 82 names
  std::uint32_t device_port = 0;
  std::uint16_t vlan = 0;
  std::string nas_port; // NAS-Port-Id
  std::string calling_station;
  account_id class_account; // from our own Class attribute, already verified; 0 = none
  binding_id class_binding;
  std::string client_identifier; // DHCP option 61 in lower-case hex
  UZEL_INSPECT(network_facts, from_, nas_, nas_name_, nas_address_, login_, mac_, has_option82_,
               device_mac_, device_port_, vlan_, nas_port_, calling_station_, class_account_,
               class_binding_, client_identifier_)
};

struct login {
  ticket to;
  instant received;
  instant deadline; // later answers are useless
  network_facts facts;
  login_proof proof;
  ipv4 wanted; // Framed-IP-Address as a hint; 0.0.0.0 = none
  // Of leases:
  lease_step step = lease_step::none;
  network_id network;     // where the client is, by giaddr, link selection or interface
  identity_order order{}; // identities to try, best first; all none = those of a RADIUS login
  // Filled on the way by the directory:
  account_id who; // account or guest
  attachment place;
  login_trace trace;
  std::uint8_t identity_step = 0;                        // how far identification got
  identity_source identified_by = identity_source::none; // what named `who`
  UZEL_INSPECT(login, to_, received_, deadline_, facts_, proof_, wanted_, step_, network_, order_,
               who_, place_, trace_, identity_step_, identified_by_)
};

// The answer: what a NAS configures. Nothing of it may leave before the journal is synced up to
// rests_on.
struct login_answered {
  ticket to;
  login_verdict verdict = login_verdict::reject;
  refusal why = refusal::none;
  account_id who;
  binding_id binding;
  ipv4 address;
  service_id service;                // 0 for guests; its speeds and lists stand in the catalogue
  std::uint32_t session_timeout = 0; // seconds, 0 = unlimited
  std::uint32_t interim_interval = 0;
  proof_answer proof;
  std::uint32_t lease_seconds = 0; // of a lease or an offer
  bool fresh = false;              // the address is newly his: nobody has used it for him before
  journal_number rests_on;
  UZEL_INSPECT(login_answered, to_, verdict_, why_, who_, binding_, address_, service_,
               session_timeout_, interim_interval_, proof_, lease_seconds_, fresh_, rests_on_)
};

} // namespace uzel
