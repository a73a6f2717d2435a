// The accounts of one shard: a slab of slots, each holding a packed account or the handle of its
// living actor. Plain data of one actor.
#pragma once

#include "actors/api/interfaces.hpp"
#include "domain/packed_account.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace uzel {

// The part of a slot that exists only while its actor lives.
struct awake_account {
  subscriber_actor handle;
  bool draining = false; // it may sleep: nothing is routed to it any more
  bool gone = false;     // it died with what only it knew: nothing is answered for it
  instant heard;         // when something was routed to it last, as of the shard's last look
  std::vector<std::function<void()>> queue; // what came while it drains, in order
};

// 32 bytes; a slot without `who` is free.
struct account_slot {
  account_id who;
  packed_account packed; // empty while awake
  std::unique_ptr<awake_account> awake;

  std::uint16_t open_sessions = 0; // of the packed picture
  std::uint8_t ports = 0;          // port accesses, capped: such an account is not matched by MAC

  void count_ports(const account_state& a);
};

class slot_table {
 public:
  // A pointer that is valid until the next add() or remove().
  account_slot* find(account_id who);
  // The account must not be there yet.
  account_slot& add(account_id who);
  void remove(account_id who);

  // Packs a picture into its slot and counts what identification and pages ask for.
  static void store(account_slot& slot, const account_picture& picture);

  std::size_t size() const { return by_id_.size(); }
  std::size_t slots() const { return slots_.size(); }
  account_slot& at(std::size_t index) { return slots_[index]; }
  void reserve(std::size_t accounts);

 private:
  std::vector<account_slot> slots_;
  std::vector<std::uint32_t> free_;
  boost::unordered_flat_map<account_id, std::uint32_t, std::hash<account_id>> by_id_;
};

} // namespace uzel
