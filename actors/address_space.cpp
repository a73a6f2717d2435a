#include "actors/address_space.hpp"

#include "actors/api/identification.hpp"
#include "actors/pool.hpp"

#include <algorithm>

namespace uzel {

void address_space_state::take(const take_address& ask) {
  if (ask.fixed)
    return hand_fixed(ask);
  hand_take(ask);
}

void address_space_state::hand_fixed(const take_address& ask) {
  auto why = errc::outside_range;
  const auto to = actor_at(ask.fixed, why);
  if (!to)
    return refuse(ask, why);
  if (const auto* at = pool_at(ask.fixed))
    ++find(at->terms.id)->takes;
  self->send(to, ask);
}

void address_space_state::hand_take(take_address ask) {
  const spot at{ask.who, ask.place.key, ask.kind};
  pool_id preferred;
  if (const auto* known = choices.find(at))
    preferred = known->pool;
  else if (const auto* wished = ask.wanted ? pool_at(ask.wanted) : nullptr)
    preferred = wished->terms.id;
  const pool_wish wish{ask.kind, ask.place.vlan, ask.from, ask.link};
  const auto id = choose(ask, wish, preferred);
  auto* to = id ? find(id) : nullptr;
  if (!to) {
    choices.erase(at);
    tell_exhausted(wish);
    return refuse(ask, errc::pool_exhausted);
  }
  choices[at] = {id, ++to->takes};
  self->send(to->actor, std::move(ask));
}

// A full pool is asked only for what it may have given already: a place finds its address there,
// and among a hundred full ones nobody walks from one to the next.
pool_id address_space_state::choose(const take_address& ask, const pool_wish& wish,
                                    pool_id preferred) {
  if (const auto* liked = preferred ? find(preferred) : nullptr; liked && !liked->closed)
    if (const auto id = choose_pool(std::span{&liked->terms, 1}, wish, ask.tried, preferred))
      return id;
  return choose_pool(offers, wish, ask.tried, {});
}

void address_space_state::tell_exhausted(const pool_wish& wish) {
  const auto last = std::find_if(pools.rbegin(), pools.rend(), [&](const open_pool& p) {
    return !p.closed && fits(p.terms, wish);
  });
  alarms.raise(self, *wires, "pool-exhausted", "domain " + std::to_string(domain.value),
               last == pools.rend()
                 ? "no pool fits a request (VLAN " + std::to_string(wish.vlan) + ")"
                 : "no free address in any of the pools that fit, the last is " +
                     name_of_pool(last->terms.id));
}

void address_space_state::full(const pool_full& answer) {
  if (auto* from = find(answer.pool)) {
    from->last = std::max(from->last, answer.rests_on);
    if (!from->full) {
      from->full = true;
      list_offers();
    }
  }
  auto ask = answer.ask;
  ask.tried.push_back(answer.pool);
  hand_take(std::move(ask));
}

void address_space_state::has_room(const pool_has_room& news) {
  if (auto* from = find(news.pool)) {
    from->full = false;
    list_offers();
  }
}

// The word of a pool that had not yet seen the place's last request says nothing about it.
void address_space_state::left(const place_left& what) {
  for (const auto& one : what.places) {
    const spot at{one.who, one.place, what.kind};
    const auto* known = choices.find(at);
    if (known && known->pool == what.pool && known->take <= what.takes)
      choices.erase(at);
  }
}

void address_space_state::refuse(const take_address& ask, errc why) {
  journal_number rests_on;
  for (const auto& p : pools)
    if (p.full || std::ranges::find(ask.tried, p.terms.id) != ask.tried.end())
      rests_on = std::max(rests_on, p.last);
  if (!wires->directory.empty())
    self->send(wires->shard_of(ask.who), address_refused{ask.who, ask.request, why, rests_on});
}

void address_space_state::adopt(const adopt_address& found) {
  auto why = errc::outside_range;
  if (const auto to = actor_at(found.address, why)) {
    note_adoption(found);
    self->send(to, found);
  } else if (!wires->directory.empty())
    self->send(wires->shard_of(found.who), address_refused{found.who, found.request, why, {}});
}

// What a place adopted it is given again; what another pool serves it with goes on.
void address_space_state::note_adoption(const adopt_address& found) {
  const auto* at = pool_at(found.address);
  if (!at)
    return;
  const auto take = ++find(at->terms.id)->takes;
  auto& choice = choices[{found.who, found.place.key, at->terms.kind}];
  if (!choice.pool || choice.pool == at->terms.id)
    choice = {at->terms.id, take};
}

// An address of none of our ranges has no holder: the question goes the way of every login.
void address_space_state::find_holder(const find_leaseholder& ask) {
  auto why = errc::outside_range;
  if (const auto to = actor_at(ask.ask.wanted, why)) {
    self->send(to, ask);
  } else if (!wires->directory.empty()) {
    const auto desk = wires->desk->current();
    const auto route = identification_route(ask.ask.facts, order_of(ask.ask), *desk);
    self->send(wires->directory[route % wires->directory.size()], ask.ask);
  }
}

void address_space_state::end(const end_lease& what) {
  auto why = errc::outside_range;
  if (const auto to = actor_at(what.address, why))
    self->send(to, what);
  else
    ++stale_ids;
}

address_space_state::open_pool* address_space_state::find(pool_id id) {
  const auto at = std::ranges::lower_bound(pools, id, {}, [](const auto& p) { return p.terms.id; });
  return at != pools.end() && at->terms.id == id ? &*at : nullptr;
}

const address_space_state::open_pool* address_space_state::pool_at(ipv4 address) const {
  auto at = std::ranges::upper_bound(ranges, address, {}, [](const auto& r) { return r.first; });
  if (at == ranges.begin())
    return nullptr;
  const auto& found = pools[std::prev(at)->second];
  return address <= found.terms.last ? &found : nullptr;
}

pool_actor address_space_state::actor_at(ipv4 address, errc& why) const {
  if (const auto* at = pool_at(address))
    return at->actor;
  why = errc::unavailable;
  for (const auto& r : reservations)
    if (r.first <= address && address <= r.last)
      return {};
  why = errc::outside_range;
  return address && static_range.contains(address) ? static_pool : pool_actor{};
}

pool_actor address_space_state::actor_of(pool_id id, binding_id binding) const {
  if (!rehomed.empty())
    if (const auto at = rehomed.find(binding); at != rehomed.end())
      id = at->second;
  if (!id)
    return static_pool;
  const auto at = std::ranges::lower_bound(pools, id, {}, [](const auto& p) { return p.terms.id; });
  return at != pools.end() && at->terms.id == id ? at->actor : pool_actor{};
}

address_space_actor::behavior_type
address_space(address_space_actor::stateful_pointer<address_space_state> self, wiring* wires,
              routing_domain_id domain, const std::vector<binding>& kept) {
  self->state.open(*wires, domain, kept);
  return {
    [self](const take_address& ask) { self->state.take(ask); },
    [self](const confirm_binding& use) { self->state.hand_on(use); },
    [self](const release_binding& end) { self->state.hand_on(end); },
    [self](const adopt_address& found) { self->state.adopt(found); },
    [self](const find_leaseholder& ask) { self->state.find_holder(ask); },
    [self](const end_lease& end) { self->state.end(end); },
    [self](const decline_binding& what) { self->state.hand_on(what); },
    [self](const given_up& answer) { self->state.hand_on(answer); },
    [self](const binding_kept& answer) { self->state.hand_on(answer); },
    [self](const assign_static& wish) {
      return self->state.hand_on_by_address<static_settled>(wish);
    },
    [self](const withdraw_static& wish) {
      return self->state.hand_on_by_address<static_settled>(wish);
    },
    [self](const remove_binding& wish) { return self->state.remove(wish); },
    [self](const quarantine_address& wish) {
      return self->state.hand_on_by_address<binding_removed>(wish);
    },
    [self](const keep_address& wish) { return self->state.keep(wish); },
    [self](const page_bindings& ask) { return self->state.page(ask); },
    [self](const count_pools&) { return self->state.count(); },
    [self](const check_range& wish) { return self->state.check(wish); },
    [self](const range_settled& what) { self->state.settle(what); },
    [self](const desk_published&) { self->state.follow_desk(); },
    [](const pool_defined&) {}, // said to pools only
    [self](const look_at_time&) { self->state.look(); },
    [self](const pool_full& answer) { self->state.full(answer); },
    [self](const pool_has_room& news) { self->state.has_room(news); },
    [self](const place_left& what) { self->state.left(what); },
  };
}

} // namespace uzel
