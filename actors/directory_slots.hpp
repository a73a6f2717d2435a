// The accounts of one shard: a slab of slots, each holding a packed account or the handle of its
// living actor. Plain data of one actor.
#pragma once

#include "actors/api/interfaces.hpp"
#include "domain/resting_account.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>
#include <vector>

namespace uzel {

// The part of a slot that exists only while its actor lives.
struct awake_account {
  subscriber_actor handle; // none = the place is free
  std::uint32_t told = 0;  // messages that were sent to it
  bool watched = false;    // the shard will look whether whoever is here then may sleep
  instant heard; // when the network said something to it last, as of the shard's last look
};

// The actors that live, at places that are used again: who looks through many finds them side by
// side in memory.
class awake_table {
 public:
  // Stays where it is until remove(); the place is there for ever.
  awake_account& add(subscriber_actor handle);
  void remove(awake_account& one);

 private:
  static constexpr std::size_t chunk_size = 1024;

  std::vector<std::unique_ptr<awake_account[]>> chunks_;
  std::vector<awake_account*> free_;
};

// 40 bytes; a slot without `who` is free.
struct account_slot {
  account_id who;
  resting_account rest; // `packed` is empty while awake
  awake_account* awake = nullptr;
};

class slot_table {
 public:
  // A pointer that is valid until the next add() or remove().
  account_slot* find(account_id who);
  // The account must not be there yet.
  account_slot& add(account_id who);
  void remove(account_id who);

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
