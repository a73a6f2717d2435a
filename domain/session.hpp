// A session: one stay on the network, known by NAS + boot epoch + Acct-Session-Id. Subscribers are
// its only writers.
#pragma once

#include "domain/attachment.hpp"
#include "domain/instant.hpp"
#include "domain/ipv4.hpp"

#include <string>

namespace uzel {

// Octets and packets as the NAS counts them: in = from the subscriber. 64 bits: a gigaword is 2^32.
struct usage {
  std::uint64_t in_octets = 0;
  std::uint64_t out_octets = 0;
  std::uint64_t in_packets = 0;
  std::uint64_t out_packets = 0;
  auto operator<=>(const usage&) const = default;
};

// Stored values: do not renumber.
enum class session_state : std::uint8_t { open = 1, closed = 2 };

// Why a session is as it is. Stored values: do not renumber.
enum session_flag : std::uint16_t {
  session_begun_by_interim = 1, // the Start was lost
  session_reaped = 2,           // closed at last-seen because nothing was heard
  session_moved = 4,            // continued on, or from, another account after a fresh port proof
  session_adopted_address = 8,  // the NAS used an address that we had not given
  session_conflict = 16,        // the NAS uses an address that another account holds
  session_counter_reset = 32,   // counters went down in the middle
};

struct session {
  session_id id;
  account_id account;
  nas_id nas;
  std::uint32_t epoch = 0; // of the NAS
  std::string acct_session_id;
  std::string user_name;
  attachment place;
  binding_id binding;
  ipv4 address;
  session_state state = session_state::open;
  std::uint16_t flags = 0;
  std::uint32_t terminate_cause = 0; // RFC 2866 section 5.10; 0 while open
  instant started;
  instant last_seen;
  instant ended;
  usage used;            // what this account used
  usage reported;        // the NAS's counters as last reported: used continues from the difference
  journal_number number; // the record that made this state
  bool operator==(const session&) const = default;
};

// A NAS as accounting knows it: On and Off advance the epoch.
struct nas_state {
  nas_id id;
  client_id client;
  std::string name; // NAS-Identifier, else NAS-IP(v6)-Address
  std::uint32_t epoch = 0;
  instant restarted;
  journal_number number;
  bool operator==(const nas_state&) const = default;
};

template <class Inspector>
auto inspect(Inspector& f, usage& x) {
  return f(x.in_octets, x.out_octets, x.in_packets, x.out_packets);
}
template <class Inspector>
auto inspect(Inspector& f, session& x) {
  return f(x.id, x.account, x.nas, x.epoch, x.acct_session_id, x.user_name, x.place, x.binding,
           x.address, x.state, x.flags, x.terminate_cause, x.started, x.last_seen, x.ended, x.used,
           x.reported, x.number);
}
template <class Inspector>
auto inspect(Inspector& f, nas_state& x) {
  return f(x.id, x.client, x.name, x.epoch, x.restarted, x.number);
}

} // namespace uzel
