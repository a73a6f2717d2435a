// The owner of one range of addresses: the only place where an address of it is given out, moved or
// taken back.
#pragma once

#include "actors/pool_alarms.hpp"
#include "actors/pool_waiters.hpp"
#include "actors/wiring.hpp"
#include "domain/address_book.hpp"
#include "domain/holder_questions.hpp"
#include "domain/lease_policy.hpp"
#include "domain/pool_choice.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <optional>
#include <span>
#include <vector>

namespace uzel {

// Every change is appended to the journal before it is made; an append that is refused changes
// nothing.
struct pool_state {
  // Lapses looked at in one turn; more wait for the next, so that logins are served in between.
  static constexpr std::size_t lapses_per_turn = 2000;

  explicit pool_state(pool_actor::pointer self_) : self{self_} {}

  void open(wiring& to, address_space_actor parent, routing_domain_id in, const pool_terms& as,
            const std::vector<binding>& kept);

  // pool_take.cpp: who gets an address.
  void take(const take_address& ask);
  void given(const given_up& answer);
  void kept(const binding_kept& answer);
  // pool_use.cpp: what the network says of its use.
  void confirm(const confirm_binding& use);
  void release(const release_binding& end);
  void adopt(const adopt_address& found);
  void look(const look_at_time& turn_due);
  // pool_leases.cpp: what DHCP clients say of their leases.
  void find_holder(const find_leaseholder& ask);
  void end(const end_lease& what);
  void decline(const decline_binding& what);
  // pool_desk.cpp: what people decide.
  caf::result<static_settled> assign(const assign_static& wish);
  caf::result<static_settled> withdraw(const withdraw_static& wish);
  caf::result<binding_removed> remove(const remove_binding& wish);
  caf::result<binding_removed> quarantine(const quarantine_address& wish);
  caf::result<address_kept> keep(const keep_address& wish); // pool_keep.cpp
  caf::result<range_checked> check(const check_range& wish);
  void settle_range();
  void define(const pool_defined& now_is);
  bindings_page page(const page_bindings& ask) const;
  pools_counted count() const;

  // Parts of the above.
  void serve(const take_address& ask, bool may_wait);
  void serve_fixed(const take_address& ask, bool may_wait);
  void serve_dynamic(const take_address& ask, bool may_wait);
  bool serve_wish(const take_address& ask, bool may_wait);
  void give_again(const take_address& ask, const address_record& his);
  void give_new(const take_address& ask, ipv4 address);
  void take_over(const take_address& ask, const address_record& from);
  bool wait_for(const take_address& ask, const address_record& there);
  bool move_to_waiter(const binding& from);
  void wake(ipv4 address, bool may_wait);
  void refuse(const take_address& ask, errc why, journal_number rests_on);
  void answer(account_id who, std::uint64_t request, binding given);
  bool may_adopt(const adopt_address& found, const address_record* there) const;
  void refuse_adoption(const adopt_address& found, const address_record* there);
  void ask_holder(const address_record& of, bool for_another, bool by_desk = false);
  bool is_being_removed(binding_id which) const;
  void finish_removal(const address_record& there);
  void look_at_removals();
  bool expire();
  binding lapsed(const address_record& of, instant now) const;
  void write_lapsed(std::vector<binding>& group, instant now);
  errc free_outside(ipv4 first, ipv4 last);

  // Journal first, then memory; on success the images carry their numbers.
  errc write(std::span<binding> group);
  errc write(binding& one) { return write(std::span{&one, 1}); }
  errc record(std::span<binding> group); // the same, the address space is told later
  void apply(const binding& after);
  void note_left(account_id who, attachment_key place);
  void tell_left();

  binding fresh(const take_address& ask, ipv4 address) const;
  binding_id next_id() const;
  // The record that a message means, null when it is of the past.
  const address_record* current(binding_id id, account_id who) const;
  const address_record* current(binding_id id, ipv4 address, account_id who) const;
  // Inside the range and not fenced off by an edit under way.
  bool is_usable(ipv4 a) const;
  duration sticky() const { return seconds{terms.dynamic ? terms.sticky_seconds : 0}; }
  // When this turn began: everything that a turn does happens at once.
  instant now() const { return turn; }
  pool_state& hear() {
    turn = wires->time->now();
    return *this;
  }
  void keep_looking();

  pool_actor::pointer self;
  wiring* wires = nullptr;
  address_space_actor space;
  routing_domain_id domain;
  pool_terms terms;
  bool closed = false; // deleted at the desk under a binding: gives out nothing
  bool full = false;   // the address space was told so, and is told when there is room
  std::optional<address_book> book;
  holder_questions questions;
  pool_waiters waiters;
  // Bindings that the desk takes away, until their holders forgot them.
  struct removal {
    binding_id which;
    ipv4 address;
    instant until;
    caf::typed_response_promise<binding_removed> reply;
  };
  std::vector<removal> removals;
  address_alarms alarms;
  std::uint32_t declines = 0; // in the hour that began then
  instant declines_since;
  std::uint64_t takes_seen = 0;
  std::uint64_t stale_ids = 0;
  instant turn;
  std::uint64_t looks = 0;      // begun: only the last one counts
  bool looking = false;         // a look_at_time is under way
  bool looking_for_all = false; // ... a slow one: nobody waits
  std::vector<ipv4> due;
  std::vector<storage::record> records;
  std::vector<left_place> places_left; // not told yet
};

// Pool 0 is the static range of the domain: sparse, only for addresses that people assign. `kept`
// are its bindings that are not free.
pool_actor::behavior_type address_pool(pool_actor::stateful_pointer<pool_state> self, wiring* wires,
                                       const address_space_actor& space, routing_domain_id domain,
                                       const pool_terms& terms, const std::vector<binding>& kept);

} // namespace uzel
