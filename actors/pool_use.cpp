// What the network says of the use of addresses, and what time does to them.
#include "actors/pool.hpp"

#include <algorithm>

namespace uzel {
namespace {

// Lapsed bindings end in groups of this many records.
constexpr std::size_t lapses_per_group = 128;

} // namespace

void pool_state::confirm(const confirm_binding& use) {
  const auto* r = current(use.binding, use.address, use.who);
  if (!r) {
    ++stale_ids;
    return;
  }
  auto after = book->image(*r);
  if (after.state == binding_state::held)
    after.since = use.seen;
  after.state = binding_state::bound;
  // A lease that runs stays written, whatever a session says that was under way.
  const bool leased = is_running_lease(*r, now());
  after.session = leased ? session_id{} : use.session;
  after.last_seen = std::max(after.last_seen, use.seen);
  after.until = leased ? r->recorded_until : use.until;
  const auto address = after.address;
  if (worth_recording(*r, after)) {
    if (write(after) != errc::ok)
      return; // the holder says so again, or when he is asked
  } else {
    questions.used(address);
    book->refresh(address, after.until, after.last_seen);
  }
  wake(address, false);
}

void pool_state::release(const release_binding& end) {
  const auto* r = current(end.binding, end.address, end.who);
  if (!r) {
    ++stale_ids;
    return;
  }
  if (r->state == binding_state::held && (r->fixed || end.keep_for_owner))
    return;
  const auto address = r->address;
  auto after =
    after_use(book->image(*r), end.ended, now(), end.keep_for_owner ? sticky() : duration{});
  if (write(after) != errc::ok) {
    // Nobody will say it again: ask the holder soon, he answers that he gave it up.
    book->refresh(address, now() + wires->settings.offer_time, {});
    return keep_looking();
  }
  wake(address, true);
}

void pool_state::adopt(const adopt_address& found) {
  const auto* there = book->find(found.address);
  ++takes_seen;
  const auto verdict = judge_adopt(there, found.who, found.place.key);
  if (verdict == claim_verdict::refuse || !may_adopt(found, there))
    return refuse_adoption(found, there);
  binding after;
  if (there) {
    after = book->image(*there);
  } else {
    after.id = next_id();
    after.domain = domain;
    after.pool = terms.id;
    after.address = found.address;
    after.holder = found.who;
  }
  if (!is_live(after)) {
    after.since = found.seen;
    after.session = {};
  }
  after.state = binding_state::bound;
  after.place = found.place;
  const bool leased = !found.leased && there && is_running_lease(*there, now());
  after.session = leased ? session_id{} : found.session;
  after.last_seen = std::max(after.last_seen, found.seen);
  after.until = leased ? there->recorded_until : found.until;
  if (!there || worth_recording(*there, after)) {
    if (const auto why = write(after); why != errc::ok) {
      if (!wires->directory.empty())
        self->send(wires->shard_of(found.who),
                   address_refused{found.who, found.request, why, book->last_number()});
      return;
    }
  } else {
    questions.used(after.address);
    // What a client was promised must stand in the journal: he gets the rest of that.
    if (found.leased)
      after.until = there->recorded_until;
    book->refresh(after.address, after.until, after.last_seen);
  }
  if (after.fixed)
    note_left(found.who, found.place.key);
  tell_left();
  answer(found.who, found.request, std::move(after));
  wake(found.address, false);
}

// `there` is his, or null: nobody's.
bool pool_state::may_adopt(const adopt_address& found, const address_record* there) const {
  if (!there && (!terms.dynamic || !is_usable(found.address)))
    return false;
  if (!found.leased || (there && there->fixed))
    return true;
  const pool_wish wish{found.kind, found.place.vlan, found.from, found.link};
  return terms.id && (there || found.may_take_free) && fits(terms, wish);
}

void pool_state::refuse_adoption(const adopt_address& found, const address_record* there) {
  note_left(found.who, found.place.key);
  tell_left();
  if (there && !found.leased)
    alarms.raise(self, *wires, "address-conflict", to_string(found.address),
                 "a session of account " + std::to_string(found.who.value) + " uses " +
                   to_string(found.address) + ", which is kept for account " +
                   std::to_string(there->holder.value));
  if (!wires->directory.empty())
    self->send(wires->shard_of(found.who),
               address_refused{found.who, found.request,
                               there ? errc::address_taken : errc::outside_range,
                               there ? there->number : book->last_number()});
}

void pool_state::look(const look_at_time& turn_due) {
  if (turn_due.turn != looks)
    return;
  looking = false;
  while (const auto late = waiters.pop_late(now()))
    serve(late->ask, false);
  look_at_removals();
  if (!wires->time->held() && expire()) {
    looking = true;
    looking_for_all = false;
    self->send(self, look_at_time{++looks});
    return;
  }
  keep_looking();
}

// Bounded by count: true when more have lapsed than one turn takes.
bool pool_state::expire() {
  due.clear();
  const auto at = now();
  const bool more = book->take_due(at, lapses_per_turn, due);
  std::vector<binding> group;
  group.reserve(std::min(due.size(), lapses_per_group));
  for (const auto address : due) {
    const auto* r = book->find(address);
    if (!r)
      continue;
    if (r->is_live()) {
      ask_holder(*r, false);
      continue;
    }
    group.push_back(lapsed(*r, at));
    if (group.size() == lapses_per_group)
      write_lapsed(group, at);
  }
  write_lapsed(group, at);
  tell_left();
  return more;
}

binding pool_state::lapsed(const address_record& of, instant at) const {
  auto after = book->image(of);
  if (!of.fixed)
    return after_end(std::move(after), at);
  after.state = binding_state::held;
  after.until = {};
  return after;
}

void pool_state::write_lapsed(std::vector<binding>& group, instant at) {
  if (!group.empty() && record(group) != errc::ok)
    for (const auto& b : group)
      book->arm(b.address, at + seconds{1});
  group.clear();
}

} // namespace uzel
