#include "actors/pool.hpp"

#include <algorithm>

namespace uzel {

void pool_state::open(wiring& to, address_space_actor parent, routing_domain_id in,
                      const pool_terms& as, const std::vector<binding>& kept) {
  wires = &to;
  hear();
  space = std::move(parent);
  domain = in;
  terms = as;
  if (terms.id)
    book.emplace(domain, terms.id, terms.first, terms.last);
  else
    book.emplace(domain, terms.id);
  for (const auto& b : kept) {
    if (b.state == binding_state::free)
      continue;
    // Two bindings of one address cannot be; if a store says so, the later record counts.
    if (const auto* there = book->find(b.address); there && there->number > b.number)
      continue;
    book->put(at_start(b, now(), wires->settings.offer_time));
  }
  keep_looking();
}

errc pool_state::write(std::span<binding> group) {
  const auto why = record(group);
  if (why == errc::ok) {
    tell_left();
    keep_looking();
  }
  return why;
}

errc pool_state::record(std::span<binding> group) {
  records.clear();
  for (const auto& b : group)
    records.emplace_back(storage::binding_changed{b});
  const auto last = wires->log->append(now(), records);
  if (!last)
    return static_cast<errc>(last.error().value());
  auto number = last->value - group.size();
  for (auto& b : group) {
    b.number = journal_number{++number};
    apply(b);
  }
  return errc::ok;
}

void pool_state::apply(const binding& after) {
  account_id who;
  attachment_key place;
  if (const auto* before = book->find(after.address)) {
    if (before->id != after.id || after.state == binding_state::free)
      questions.forget(after.address);
    else
      questions.used(after.address);
    if (!before->fixed && !address_book::keeps_place(*before, after)) {
      who = before->holder;
      place = before->place;
    }
  }
  book->put(after);
  if (full && !is_live(after)) {
    full = false;
    self->send(space, pool_has_room{terms.id});
  }
  if (who && place)
    note_left(who, place);
}

// The address space remembers which pool serves a place; it forgets what nobody keeps.
void pool_state::note_left(account_id who, attachment_key place) {
  if (terms.id && !book->find(who, place))
    places_left.push_back({who, place});
}

void pool_state::tell_left() {
  if (!places_left.empty())
    self->send(space, place_left{terms.id, terms.kind, takes_seen, std::move(places_left)});
  places_left = {};
}

void pool_state::answer(account_id who, std::uint64_t request, binding given) {
  if (!wires->directory.empty())
    self->send(wires->shard_of(who), address_taken{who, request, std::move(given)});
}

void pool_state::refuse(const take_address& ask, errc why, journal_number rests_on) {
  if (!ask.fixed)
    note_left(ask.who, ask.place.key);
  tell_left();
  if (!wires->directory.empty())
    self->send(wires->shard_of(ask.who), address_refused{ask.who, ask.request, why, rests_on});
}

binding_id pool_state::next_id() const {
  return binding_id{wires->next_binding->fetch_add(1, std::memory_order_relaxed)};
}

const address_record* pool_state::current(binding_id id, account_id who) const {
  const auto* r = book->find(id);
  return r && r->holder == who && r->state != binding_state::quarantined ? r : nullptr;
}

// The address is what the rest of the turn goes by: a way less through memory for every Start and
// Stop.
const address_record* pool_state::current(binding_id id, ipv4 address, account_id who) const {
  const auto* r = book->find(address);
  return r && r->id == id && r->holder == who && r->state != binding_state::quarantined ? r
                                                                                        : nullptr;
}

bool pool_state::is_usable(ipv4 a) const {
  if (closed)
    return false;
  const auto* range = book->range();
  return !range || range->is_open(a);
}

void pool_state::keep_looking() {
  const bool hurry = !waiters.empty() || !removals.empty();
  if ((looking && (!looking_for_all || !hurry)) || (!hurry && !book->has_timers()))
    return;
  looking = true;
  looking_for_all = !hurry;
  self->delayed_send(self, std::chrono::milliseconds{hurry ? 250 : 1000}, look_at_time{++looks});
}

pool_actor::behavior_type address_pool(pool_actor::stateful_pointer<pool_state> self, wiring* wires,
                                       const address_space_actor& space, routing_domain_id domain,
                                       const pool_terms& terms, const std::vector<binding>& kept) {
  self->state.open(*wires, space, domain, terms, kept);
  return {
    [self](const take_address& ask) { self->state.hear().take(ask); },
    [self](const confirm_binding& use) { self->state.hear().confirm(use); },
    [self](const release_binding& end) { self->state.hear().release(end); },
    [self](const adopt_address& found) { self->state.hear().adopt(found); },
    [self](const find_leaseholder& ask) { self->state.hear().find_holder(ask); },
    [self](const end_lease& end) { self->state.hear().end(end); },
    [self](const decline_binding& what) { self->state.hear().decline(what); },
    [self](const given_up& answer) { self->state.hear().given(answer); },
    [self](const binding_kept& answer) { self->state.hear().kept(answer); },
    [self](const assign_static& wish) { return self->state.hear().assign(wish); },
    [self](const withdraw_static& wish) { return self->state.hear().withdraw(wish); },
    [self](const remove_binding& wish) { return self->state.hear().remove(wish); },
    [self](const quarantine_address& wish) { return self->state.hear().quarantine(wish); },
    [self](const keep_address& wish) { return self->state.hear().keep(wish); },
    [self](const page_bindings& ask) { return self->state.hear().page(ask); },
    [self](const count_pools&) { return self->state.hear().count(); },
    [self](const check_range& wish) { return self->state.hear().check(wish); },
    [self](const range_settled&) { self->state.hear().settle_range(); },
    [](const desk_published&) {}, // its terms come from the address space
    [self](const pool_defined& now_is) { self->state.hear().define(now_is); },
    [self](const look_at_time& turn_due) { self->state.hear().look(turn_due); },
  };
}

} // namespace uzel
