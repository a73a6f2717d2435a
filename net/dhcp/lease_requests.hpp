// The DHCP requests that wait for an answer. Replies are not kept: a client that asks again gets
// the same lease anew.
#pragma once

#include "actors/api/login.hpp"
#include "net/dhcp/question.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace uzel::net {

// What makes two datagrams the same request. Where they came from is part of it: transaction ids of
// clients behind different relays may meet.
struct lease_request_key {
  std::uint64_t way = 0; // relay, or socket and source
  std::uint32_t xid = 0;
  std::uint8_t type = 0;
  std::uint8_t hardware_length = 0;
  std::array<std::uint8_t, 16> hardware{};
  bool operator==(const lease_request_key&) const = default;
};

enum class lease_slot_state : std::uint8_t { free, waiting, pinging, answered, sent };

// Where a reply goes; 255.255.255.255 is everybody on the client's wire.
struct reply_target {
  endpoint to;
  mac_address hardware = {}; // to that station, which answers no ARP yet; none = as IP does it
};

// One request from its arrival until its reply has left. Buffers keep their capacity between uses.
struct lease_slot {
  lease_slot_state state = lease_slot_state::free;
  std::uint64_t generation = 0;
  lease_request_key key;
  std::uint32_t socket = 0;
  endpoint from;
  ipv4 local;
  instant received;
  // Of the question:
  lease_step step = lease_step::none;
  bool relayed = false;
  bool relay_port = false;
  ipv4 server;
  network_id network;
  routing_domain_id domain;
  attachment_key place;
  std::uint64_t port = 0;
  // Of the answer:
  ipv4 address;
  journal_number rests_on;
  reply_target target;
  std::vector<std::uint8_t> request;
  std::vector<std::uint8_t> reply;
};

// Owned by one thread. Memory is bounded by `capacity` slots of one datagram and one reply.
class lease_requests {
 public:
  lease_requests(std::uint32_t listener, std::uint32_t capacity)
    : listener_{listener}
    , capacity_{capacity} {}

  // admitted: `slot` holds a copy of the packet; else duplicate or table_full.
  dhcp_verdict enter(std::uint32_t socket, const datagram& from, const dhcp4::packet_view& packet,
                     const dhcp_question& question, instant now, std::uint32_t& slot);
  lease_slot& at(std::uint32_t slot) { return *slots_[slot]; }
  // The waiting slot that a ticket names, or null when that request is over.
  lease_slot* find(const ticket& t);
  // The slot of that generation in whatever state it is, or null when it is over.
  lease_slot* find(std::uint32_t slot, std::uint64_t generation);
  ticket ticket_of(std::uint32_t slot) const { return {listener_, slot, slots_[slot]->generation}; }
  // The reply is handed to the socket; the slot's bytes must stay until clear_sent().
  void mark_sent(std::uint32_t slot);
  // Gives a slot back at once (nothing will be sent).
  void forget(std::uint32_t slot);
  // The sockets are flushed: slots of sent replies are free again.
  void clear_sent();
  // Forgets what was not sent by `deadline` after arrival. An answer that waits for the journal
  // longer than that dies too: its lease would run on the client's clock from then on.
  void expire(instant now, duration deadline);

  std::size_t in_use() const { return slots_.size() - free_.size(); }

 private:
  struct key_hash {
    std::size_t operator()(const lease_request_key& k) const noexcept;
  };
  struct arrival_entry {
    instant at;
    std::uint32_t slot;
    std::uint64_t generation;
  };

  std::uint32_t listener_;
  std::uint32_t capacity_;
  std::vector<std::unique_ptr<lease_slot>> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> sent_;
  std::deque<arrival_entry> arrivals_; // in order of arrival
  boost::unordered_flat_map<lease_request_key, std::uint32_t, key_hash> index_;
};

} // namespace uzel::net
