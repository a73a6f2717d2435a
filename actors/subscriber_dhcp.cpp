// Leases: what a DHCP client is offered, what it may keep, what it gives back. The pool's record
// carries the lease; the subscriber remembers until when it was promised.
#include "actors/subscriber_state.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace uzel {
namespace {

bool same_port(const attachment& a, const attachment& b) {
  return a.device && a.device == b.device && a.port == b.port;
}

// What a client may have does not outlive what was paid for by more than a guest's lease.
duration lease_time(const lease_terms& terms, const network& of, instant at) {
  const duration guest = seconds{of.guest_lease_seconds};
  if (!terms.paid)
    return guest;
  const duration full = seconds{of.lease_seconds};
  if (!terms.paid_until)
    return full;
  return std::min(full, std::max(guest, terms.paid_until - at));
}

} // namespace

// Address pools are all that keeps a DHCP client from the internet, so, unlike in RADIUS, who may
// not have his service keeps no internet address.
void subscriber_state::give_lease(waiting_login&& w, const access_decision& decision,
                                  const catalogue& desk) {
  const auto* here = desk.find_network(w.ask.network);
  if (!here)
    return refuse(w, refusal::wrong_network);
  lease_terms terms;
  terms.domain = routing_domain_id{here->routing_domain_id};
  terms.link = desk.link_of(here);
  terms.paid = decision.verdict == login_verdict::accept && !w.fell_back;
  terms.why = w.fell_back ? refusal::no_address : decision.why;
  terms.kind = terms.paid ? pool_kind::internet : pool_kind::guest;
  terms.service = terms.paid ? decision.service : service_id{};
  terms.paid_until = decision.until;
  terms.from = w.ask.facts.from;
  w.link = terms.link;
  if (w.ask.step == lease_step::discover)
    return offer_lease(std::move(w), terms, desk);
  confirm_lease(std::move(w), terms, desk);
}

// May this binding be the client's lease, here and now?
bool subscriber_state::may_lease(const kept_binding& b, const waiting_login& w,
                                 const lease_terms& terms, const catalogue& desk) const {
  if (b.row.domain != terms.domain || desk.link_at(terms.domain, b.row.address) != terms.link)
    return false;
  if (is_own_static(terms.domain, b.row.address))
    return may_lease_static(b.row.address, w, terms);
  return b.row.place.key == w.ask.place.key && still_serves(desk, b.row, w.ask) &&
         is_of_guests(desk, b.row) == !terms.paid;
}

bool subscriber_state::may_lease_static(ipv4 address, const waiting_login& w,
                                        const lease_terms& terms) const {
  const auto fitting = fitting_addresses(account, terms.domain, w.ask.place.mac);
  return terms.paid && std::find(fitting.begin(), fitting.end(), address) != fitting.end() &&
         !is_used_elsewhere(address, terms.domain, w.ask.place.key);
}

// Who keeps what he has needs no more room than he has.
bool subscriber_state::renews_lease(const login& ask) const {
  return ask.step > lease_step::discover &&
         std::any_of(bindings.begin(), bindings.end(), [&](const auto& b) {
           return b.row.address == ask.wanted && b.row.place.key == ask.place.key &&
                  is_live(b.row) && is_leased(b, now());
         });
}

// DHCPDISCOVER: a static address first, then what this place has, then the pools.
void subscriber_state::offer_lease(waiting_login&& w, const lease_terms& terms,
                                   const catalogue& desk) {
  const auto at = now();
  const auto place = w.ask.place;
  if (terms.paid)
    for (const auto address : fitting_addresses(account, terms.domain, place.mac)) {
      if (desk.link_at(terms.domain, address) != terms.link) {
        add_step(w.ask, at, trace_code::other_network, address.value);
        continue;
      }
      if (is_used_elsewhere(address, terms.domain, place.key)) {
        add_step(w.ask, at, trace_code::static_address_busy, address.value);
        continue;
      }
      if (!w.granted)
        add_step(w.ask, at, trace_code::static_address_chosen, address.value);
      for (auto& b : bindings)
        if (b.row.address == address && b.row.domain == terms.domain && is_live(b.row) &&
            (same_spot(b.row.place, place) || b.row.id == w.granted))
          return grant_lease(w, b, terms, desk);
      return take(std::move(w), terms.domain, pool_kind::internet, address);
    }
  for (std::size_t i = bindings.size(); i-- > 0;) {
    auto& b = bindings[i];
    if (!is_live(b.row) || b.row.fixed || b.row.place.key != place.key)
      continue;
    if (may_lease(b, w, terms, desk)) {
      if (!same_spot(b.row.place, place) && b.row.id != w.granted)
        break; // it moved: the pool gives the same address and writes down where it is
      if (b.row.id != w.granted)
        add_step(w.ask, at, trace_code::binding_reused, b.row.id.value);
      return grant_lease(w, b, terms, desk);
    }
    if (is_with_nas(b))
      continue;
    send_release(b.row, at, !is_of_guests(desk, b.row));
    bindings.erase(bindings.begin() + static_cast<std::ptrdiff_t>(i));
  }
  take(std::move(w), terms.domain, terms.kind, {});
}

// DHCPREQUEST: the address that the client names becomes (or stays) his lease, or he is told no.
void subscriber_state::confirm_lease(waiting_login&& w, lease_terms terms, const catalogue& desk) {
  const auto at = now();
  const auto wanted = w.ask.wanted;
  if (!w.granted)
    add_step(w.ask, at, trace_code::lease_asked, wanted.value);
  if (desk.link_at(terms.domain, wanted) != terms.link) {
    add_step(w.ask, at, trace_code::other_network, wanted.value);
    return refuse(w, refusal::wrong_network);
  }
  if (is_own_static(terms.domain, wanted) && !may_lease_static(wanted, w, terms))
    return refuse_lease(w, refusal::wrong_address);
  const auto his = std::find_if(bindings.begin(), bindings.end(), [&](const auto& b) {
    return b.row.domain == terms.domain && b.row.address == wanted &&
           (is_live(b.row) || is_own_static(b.row.domain, b.row.address));
  });
  if (his == bindings.end()) {
    // One lease for each place: else a single device could take the whole pool.
    if (std::any_of(bindings.begin(), bindings.end(), [&](const auto& b) {
          return is_live(b.row) && !b.row.fixed && may_lease(b, w, terms, desk);
        }))
      return refuse_lease(w, refusal::wrong_address);
    // A guest who remembers an address that nothing here remembers may mean another server's.
    const bool known = !is_guest(account.id) || w.ask.step != lease_step::reboot;
    return adopt_lease(std::move(w), terms, known);
  }
  if (terms.paid && at < his->makeshift_until && is_of_guests(desk, his->row)) {
    terms.paid = false;
    terms.kind = pool_kind::guest;
    terms.service = {};
    terms.why = refusal::no_address;
  }
  if (!may_lease(*his, w, terms, desk)) {
    const bool here = his->row.place.key == w.ask.place.key;
    if (here && !his->row.fixed && !is_with_nas(*his)) {
      send_release(his->row, at, !is_of_guests(desk, his->row));
      bindings.erase(his);
    }
    return refuse_lease(w, refusal::wrong_address);
  }
  if (w.granted == his->row.id && his->row.state == binding_state::bound)
    return grant_lease(w, *his, terms, desk);
  adopt_lease(std::move(w), terms, true);
}

// The pool makes the address his lease, with the end of it in the journal.
void subscriber_state::adopt_lease(waiting_login&& w, const lease_terms& terms,
                                   bool may_take_free) {
  const auto at = now();
  const auto desk = wires->desk->current();
  const auto* of = desk->network_at(terms.domain, w.ask.wanted);
  const auto space = wires->spaces.of(terms.domain);
  constexpr std::uint8_t adoption_limit = 2;
  if (!of || !space || w.takes >= adoption_limit)
    return refuse_lease(w, refusal::wrong_address);
  ++w.takes;
  w.granted = {};
  w.request = next_request++;
  adopt_address ask;
  ask.request = w.request;
  ask.domain = terms.domain;
  ask.who = account.id;
  ask.place = w.ask.place;
  ask.address = w.ask.wanted;
  ask.seen = at;
  ask.until = at + lease_time(terms, *of, at);
  // A shorter lease than the one before it may not reach the client, who then keeps to that one.
  for (const auto& b : bindings)
    if (b.row.domain == terms.domain && b.row.address == w.ask.wanted)
      ask.until = std::max(ask.until, b.leased_until);
  ask.leased = true;
  ask.may_take_free = may_take_free;
  ask.kind = terms.kind;
  ask.from = terms.from;
  ask.link = terms.link;
  // A later request of the place replaces the one that waits; the answer of that one comes to
  // nobody.
  std::erase_if(waiting, [&](const auto& x) {
    return x.request != 0 && x.ask.step > lease_step::discover && x.ask.place == w.ask.place;
  });
  self->send(space, std::move(ask));
  waiting.push_back(std::move(w));
}

void subscriber_state::refuse_lease(waiting_login& w, refusal why, journal_number rests_on) {
  add_step(w.ask, now(), trace_code::lease_not_his, w.ask.wanted.value);
  refuse(w, why, rests_on);
}

void subscriber_state::grant_lease(waiting_login& w, kept_binding& b, const lease_terms& terms,
                                   const catalogue& desk) {
  const auto at = now();
  const auto* of = desk.network_at(terms.domain, b.row.address);
  if (!of)
    return refuse(w, refusal::wrong_network);
  login_answered out;
  out.verdict = terms.paid ? login_verdict::accept : login_verdict::accept_as_guest;
  out.why = terms.why;
  out.binding = b.row.id;
  out.address = b.row.address;
  out.service = terms.service;
  auto lasts = lease_time(terms, *of, at);
  if (w.ask.step == lease_step::discover) {
    out.fresh = w.granted == b.row.id && !is_leased(b, at);
    b.to_nas = b.to_nas && is_announced(b, at);
    b.announced = at;
    if (b.row.state == binding_state::offered)
      b.row.until = at + wires->settings.offer_time;
    // Until then he is not sent to look for a better one.
    b.makeshift_until = w.fell_back ? at + seconds{of->lease_seconds} : instant{};
  } else {
    // Never longer than the journal knows; a client counts from when it asked.
    lasts = std::min(lasts, b.row.until - w.ask.received);
    if (!b.to_nas)
      b.announced = {};
    b.leased_until = std::max(b.leased_until, at + lasts);
  }
  out.lease_seconds =
    static_cast<std::uint32_t>(std::max<std::int64_t>(1, lasts.count() / 1'000'000));
  out.rests_on = std::max(highest(), desk.number);
  const auto used = b.row.id;
  answer(w, std::move(out));
  if (bindings.size() > 1)
    give_back_others(w.ask, used);
}

// Policy of the network: one lease on a port. The device that is there now takes over what the one
// before it had, at once; that one finds out when it renews.
void subscriber_state::take_port_over(waiting_login& w, const catalogue& desk) {
  const auto* here = desk.find_network(w.ask.network);
  if (!here || !here->one_lease_per_port || w.ask.identified_by != identity_source::port ||
      w.ask.step > lease_step::reboot)
    return;
  const auto at = now();
  for (std::size_t i = bindings.size(); i-- > 0;) {
    auto& b = bindings[i];
    if (!is_live(b.row) || b.row.place.key == w.ask.place.key ||
        !same_port(b.row.place, w.ask.place) || is_with_nas(b))
      continue;
    add_step(w.ask, at, trace_code::port_taken_over, b.row.address.value);
    send_release(b.row, at, true);
    if (w.ask.step == lease_step::discover && !is_of_guests(desk, b.row))
      w.ask.wanted = b.row.address;
    drop_binding(b.row.id);
  }
}

// RELEASE or DECLINE: only what no session uses, and what was not asked for again since. A session
// may still begin on what is released; a dynamic address that somebody else uses already is out of
// use for all.
void subscriber_state::end_by_client(const end_lease& m) {
  touch();
  auto* b = find_binding(m.binding);
  if (!b || !is_live(b->row) || m.at < std::max(b->row.since, b->row.last_seen))
    return;
  const bool declined = m.how == lease_end::declined;
  if (declined && !b->row.fixed ? is_used_by_session(*b) : is_with_nas(*b))
    return;
  if (declined) {
    if (const auto space = wires->spaces.of(m.domain))
      self->send(space, decline_binding{m.domain, b->row.pool, b->row.id, account.id, m.at});
  } else {
    send_release(b->row, m.at, true);
  }
  drop_binding(m.binding);
}

} // namespace uzel
