// One routing domain: knows which pool holds which address, and hands everything on to it.
#pragma once

#include "actors/pool_alarms.hpp"
#include "actors/wiring.hpp"
#include "domain/pool_choice.hpp"
#include "domain/segmented_map.hpp"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace uzel {

// Ranges never overlap, not even for a moment: one that would is not opened.
struct address_space_state {
  // An edit that nobody settles is forgotten after this time.
  static constexpr duration reservation_time = seconds{30};

  explicit address_space_state(address_space_actor::pointer self_) : self{self_} {}

  // A pool with its actor.
  struct open_pool {
    pool_terms terms;
    pool_actor actor;
    std::uint64_t takes = 0; // requests handed to it
    journal_number last;     // as it said with its last refusal
    bool closed = false;     // gone from the desk, but something still uses it
    bool full = false;       // nobody new is sent there until it says that it has room
  };
  // A range that an edit is about to touch.
  struct reservation {
    std::uint64_t number = 0;
    pool_id pool;
    ipv4 first;
    ipv4 last;
    instant until; // 0 = until taken away
  };

  void open(wiring& to, routing_domain_id in, const std::vector<binding>& kept);

  // address_space.cpp: from subscribers to pools and back.
  void take(const take_address& ask);
  void full(const pool_full& answer);
  void has_room(const pool_has_room& news);
  void left(const place_left& what);
  void adopt(const adopt_address& found);
  void find_holder(const find_leaseholder& ask);
  void end(const end_lease& what);
  template <class Message>
  void hand_on(const Message& what) {
    if (const auto to = actor_of(what.pool, what.binding))
      self->send(to, what);
    else
      ++stale_ids;
  }
  template <class Answer, class Message>
  caf::result<Answer> hand_on_by_address(const Message& what) {
    auto why = errc::outside_range;
    if (const auto to = actor_at(what.address, why))
      return self->delegate(to, what);
    return caf::make_error(why,
                           to_string(what.address) + (why == errc::outside_range
                                                        ? " lies in no range of this routing domain"
                                                        : " lies in a range that is being edited"));
  }
  caf::result<address_kept> keep(const keep_address& wish); // address_space_keep.cpp
  // address_space_pages.cpp: answers that need several pools.
  caf::result<binding_removed> remove(const remove_binding& wish);
  caf::result<bindings_page> page(const page_bindings& ask);
  caf::result<pools_counted> count();
  // address_space_ranges.cpp: edits of ranges.
  caf::result<range_checked> check(const check_range& wish);
  void settle(const range_settled& what);
  void look();
  void follow_desk();

  // Parts of the above.
  void hand_take(take_address ask);
  void hand_fixed(const take_address& ask);
  void note_adoption(const adopt_address& found);
  void refuse(const take_address& ask, errc why);
  open_pool* find(pool_id id);
  const open_pool* pool_at(ipv4 address) const;
  // Null = in no range of this domain (why: outside_range) or being edited (why: unavailable).
  pool_actor actor_at(ipv4 address, errc& why) const;
  pool_actor actor_of(pool_id id, binding_id binding) const;
  void insert(open_pool what);
  void index_ranges();
  void list_offers();
  pool_id choose(const take_address& ask, const pool_wish& wish, pool_id preferred);
  void tell_exhausted(const pool_wish& wish);
  pool_actor spawn_pool(const pool_terms& terms, const std::vector<binding>& kept);
  std::vector<pool_terms> desk_terms() const;
  std::string name_of_pool(pool_id id) const;
  // No error when the range may be edited like that.
  caf::error overlap_of(const check_range& wish) const;
  // Empty = fine, else why this range cannot be one of ours.
  std::string problem_with(const pool_terms& terms) const;
  void split_kept(const std::vector<pool_terms>& accepted, const std::vector<binding>& kept);
  void begin_open(const pool_terms& terms);
  void begin_change(const pool_terms& from, const pool_terms& to);
  void begin_close(pool_id id);
  void finish_change(const pool_terms& to);
  void finish_edit(pool_id id, std::uint64_t desk_version);
  void forget(std::uint64_t number);
  std::uint64_t reserve(pool_id pool, ipv4 first, ipv4 last, instant until);
  // Calls then(address) with the first static address kept outside the pools within the range, none
  // = 0.0.0.0.
  void find_stray(ipv4 first, ipv4 last, std::function<void(ipv4)> then,
                  std::function<void(caf::error&)> failed);
  struct page_walk;
  void walk(std::shared_ptr<page_walk> at);

  address_space_actor::pointer self;
  wiring* wires = nullptr;
  routing_domain_id domain;
  prefix4 static_range;
  pool_actor static_pool;
  std::uint64_t stale_ids = 0;
  std::vector<open_pool> pools;                     // by id
  std::vector<pool_terms> offers;                   // of those that may give out and are not full
  std::vector<std::pair<ipv4, std::size_t>> ranges; // first address -> index in pools, sorted
  std::vector<reservation> reservations;
  boost::unordered_flat_set<pool_id, std::hash<pool_id>> editing;
  std::uint64_t last_reservation = 0;
  address_alarms alarms;

  // Which pool serves a place, so that a repeated request finds what it was given before.
  struct spot {
    account_id who;
    attachment_key place;
    pool_kind kind;
    bool operator==(const spot&) const = default;
  };
  struct spot_hash {
    std::size_t operator()(const spot& s) const {
      return std::hash<account_id>{}(s.who) ^ (std::hash<attachment_key>{}(s.place) >> 1) ^
             static_cast<std::size_t>(s.kind);
    }
  };
  struct last_choice {
    pool_id pool;
    std::uint64_t take = 0; // the pool's count of requests by then
  };
  segmented_map<spot, last_choice, spot_hash> choices;
  // Bindings whose pool changed its name while we were down.
  boost::unordered_flat_map<binding_id, pool_id, std::hash<binding_id>> rehomed;
  std::vector<std::vector<binding>> slices; // while opening: per accepted pool, static ones last
};

// `kept` are the domain's bindings that are not free. Pools live and die with the space.
address_space_actor::behavior_type
address_space(address_space_actor::stateful_pointer<address_space_state> self, wiring* wires,
              routing_domain_id domain, const std::vector<binding>& kept);

} // namespace uzel
