// The requests that wait for an answer, and the answers that a repeated request gets again (RFC
// 5080 section 2.2.2).
#pragma once

#include "actors/api/login.hpp"
#include "net/radius/client_table.hpp"
#include "net/udp/batch_socket.hpp"
#include "protocols/radius/packet.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace uzel::net {

// What tells one request of a client from another; the authenticator is compared besides.
struct request_key {
  std::uint64_t source = 0; // address and port
  std::uint32_t socket_and_id = 0;
  bool operator==(const request_key&) const = default;
};

enum class slot_state : std::uint8_t { free, waiting, answered, sent };

// One request from its arrival until its answer is forgotten. Buffers keep their capacity between
// uses.
struct request_slot {
  slot_state state = slot_state::free;
  std::uint64_t generation = 0;
  request_key key;
  std::uint32_t socket = 0;
  endpoint from;
  ipv4 local;
  std::shared_ptr<const radius_client> client;
  vendor profile = vendor::generic;
  instant received;
  journal_number rests_on; // of the answer
  std::vector<std::uint8_t> request;
  std::vector<std::uint8_t> reply;
};

enum class arrival : std::uint8_t {
  fresh,       // a new request: `slot` is its place
  in_progress, // the same request is being worked on: drop
  repeated,    // answered before: send `slot`'s reply again
  refused,     // no room (all in flight, or this client has too many)
};

// Owned by one thread. Memory is bounded: `capacity` slots, and per client a share of them.
class request_table {
 public:
  request_table(std::uint32_t listener, std::uint32_t capacity, std::uint32_t per_client,
                duration window);

  struct found {
    arrival what = arrival::refused;
    std::uint32_t slot = 0;
  };
  // Call only with packets whose signatures were checked. A fresh slot holds a copy of the packet.
  found enter(std::uint32_t socket, const datagram& from, const radius::packet_view& packet,
              std::shared_ptr<const radius_client> client, instant now);
  request_slot& at(std::uint32_t slot) { return *slots_[slot]; }
  // The slot a ticket names, or null when that request is over.
  request_slot* find(const ticket& t);
  ticket ticket_of(std::uint32_t slot) const;
  // The reply is written and waits for its moment to leave.
  void mark_answered(std::uint32_t slot);
  // The reply left: from now on it is repeatable for the window.
  void mark_sent(std::uint32_t slot, instant now);
  // Gives a slot back at once (nothing will be answered).
  void forget(std::uint32_t slot);
  // Forgets replies whose window is over, and requests that nobody answered by `deadline` after
  // arrival.
  void expire(instant now, duration deadline);

  std::size_t in_use() const { return slots_.size() - free_.size(); }
  // Requests that were neither answered in full nor given up.
  std::size_t waiting() const { return open_; }

 private:
  struct key_hash {
    std::size_t operator()(const request_key& k) const noexcept {
      return (k.source ^ (std::uint64_t{k.socket_and_id} << 32)) * 0x9E3779B97F4A7C15ull;
    }
  };
  struct deadline_entry {
    instant at;
    std::uint32_t slot;
    std::uint64_t generation;
  };

  // What one client takes of the table; its replies make room for its own new requests only.
  struct client_share {
    std::uint32_t slots = 0;
    std::deque<deadline_entry> sent; // in order of sending
  };

  bool make_room(client_share& share, std::uint32_t& out);
  bool is(const deadline_entry& e, slot_state state) const {
    return slots_[e.slot]->generation == e.generation && slots_[e.slot]->state == state;
  }

  std::uint32_t listener_;
  std::uint32_t capacity_;
  std::uint32_t per_client_;
  duration window_;
  std::vector<std::unique_ptr<request_slot>> slots_;
  std::vector<std::uint32_t> free_;
  boost::unordered_flat_map<request_key, std::uint32_t, key_hash> index_;
  boost::unordered_flat_map<std::uint64_t, client_share> shares_; // by client id
  std::size_t open_ = 0;                                          // waiting or answered
  std::deque<deadline_entry> waiting_;                            // in order of arrival
};

} // namespace uzel::net
