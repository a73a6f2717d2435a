// Which address a login gets, and what pools say about it.
#include "actors/subscriber_state.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace uzel {
namespace {

// A login asks the pools at most this often: twice when what it held does not fit any more.
constexpr std::uint8_t take_limit = 3;

void step(login& ask, instant at, trace_code code, std::uint64_t argument) {
  ask.trace.add(code, argument, std::max(duration{0}, at - ask.received));
}

// The same place as far as address history cares; NAS-Port-Id may name the session.
bool same_spot(const attachment& a, const attachment& b) {
  return a.key == b.key && a.nas == b.nas && a.device == b.device && a.port == b.port &&
         a.vlan == b.vlan;
}

// May the pool still serve that client and place? Addresses outside every pool serve all.
bool still_serves(const catalogue& desk, const binding& b, const login& ask) {
  const auto* p = desk.find_pool(b.pool);
  if (!p)
    return true;
  return (p->client_id == 0 || p->client_id == ask.facts.from.value) &&
         (p->vlan == 0 || p->vlan == ask.place.vlan);
}

bool is_of_guests(const catalogue& desk, const binding& b) {
  const auto* p = desk.find_pool(b.pool);
  return p && p->kind == pool_kind::guest;
}

} // namespace

// A static address comes first; then what this place has already, without a word to the pool and
// without a record; then the pools. A known customer without a service keeps the internet address
// that he holds at this place and is answered as a guest; if he holds none he gets a guest address.
void subscriber_state::give_address(waiting_login w, const access_decision& decision,
                                    const client& policies, const catalogue& desk) {
  const auto at = now();
  const routing_domain_id domain{policies.routing_domain_id};
  const bool paid = decision.verdict == login_verdict::accept && !w.fell_back;
  const auto& place = w.ask.place;
  for (const auto address : fitting_addresses(account, domain, place.mac)) {
    const auto own = std::find_if(bindings.begin(), bindings.end(), [&](const auto& b) {
      return b.row.address == address && b.row.domain == domain;
    });
    const bool here =
      own != bindings.end() && (same_spot(own->row.place, place) || own->row.id == w.granted);
    const bool used_elsewhere =
      std::any_of(
        sessions.begin(), sessions.end(),
        [&](const auto& s) { return s.row.place.key != place.key && s.row.address == address; }) ||
      (own != bindings.end() && own->row.place.key != place.key && is_live(own->row) &&
       is_announced(*own, at)) ||
      std::any_of(waiting.begin(), waiting.end(), [&](const auto& x) {
        return x.request != 0 && x.fixed == address && x.ask.place.key != place.key;
      });
    if (used_elsewhere) {
      step(w.ask, at, trace_code::static_address_busy, address.value);
      continue;
    }
    if (!w.granted)
      step(w.ask, at, trace_code::static_address_chosen, address.value);
    if (here && is_live(own->row))
      return accept(w, *own, decision, policies, desk);
    return take(std::move(w), domain, pool_kind::internet, address);
  }
  auto kind = paid ? pool_kind::internet : pool_kind::guest;
  for (std::size_t i = bindings.size(); i-- > 0;) {
    auto& b = bindings[i];
    if (!is_live(b.row) || b.row.fixed || b.row.domain != domain || b.row.place.key != place.key)
      continue;
    const bool fits = still_serves(desk, b.row, w.ask) && !(paid && is_of_guests(desk, b.row));
    if (fits && (same_spot(b.row.place, place) || b.row.id == w.granted)) {
      if (b.row.id != w.granted)
        step(w.ask, at, trace_code::binding_reused, b.row.id.value);
      return accept(w, b, decision, policies, desk);
    }
    if (fits) {
      // It moved within the network: the pool gives the same address and writes down where it is.
      kind = is_of_guests(desk, b.row) ? pool_kind::guest : pool_kind::internet;
      continue;
    }
    const bool in_use = std::any_of(sessions.begin(), sessions.end(),
                                    [&](const auto& s) { return s.row.binding == b.row.id; });
    if (in_use)
      continue;
    send_release(b.row, at, !is_of_guests(desk, b.row));
    bindings.erase(bindings.begin() + static_cast<std::ptrdiff_t>(i));
  }
  take(std::move(w), domain, kind, {});
}

// Asks the address space; a login replaces an earlier one of its place that waits for the same.
void subscriber_state::take(waiting_login w, routing_domain_id domain, pool_kind kind, ipv4 fixed) {
  const auto at = now();
  const auto space = wires->spaces.of(domain);
  if (!space || w.takes >= take_limit) {
    step(w.ask, at, trace_code::no_pool_fits, static_cast<std::uint64_t>(kind));
    return refuse(w, refusal::no_address);
  }
  step(w.ask, at, trace_code::pool_asked, 0);
  w.fixed = fixed;
  w.kind = kind;
  w.granted = {};
  ++w.takes;
  for (auto& earlier : waiting)
    if (earlier.request != 0 && earlier.ask.place == w.ask.place && earlier.kind == kind &&
        earlier.fixed == fixed) {
      w.request = earlier.request;
      earlier = std::move(w);
      return;
    }
  if (fixed)
    for (auto& b : bindings)
      if (b.row.address == fixed && b.row.domain == domain && is_live(b.row) &&
          b.row.place.key != w.ask.place.key) {
        send_release(b.row, at, true); // it is moving within the account
        b.row.state = binding_state::held;
      }
  w.request = next_request++;
  const auto& ask = w.ask;
  self->send(space, take_address{w.request,
                                 domain,
                                 account.id,
                                 ask.place,
                                 ask.facts.from,
                                 kind,
                                 fixed,
                                 ask.wanted,
                                 at,
                                 ask.deadline,
                                 {}});
  waiting.push_back(std::move(w));
}

void subscriber_state::address_came(const address_taken& m) {
  touch();
  const auto& given = m.given;
  const bool known = find_binding(given.id) != nullptr;
  remember(given);
  for (std::size_t i = 0; i < adoptions.size(); ++i)
    if (adoptions[i].request == m.request) {
      const auto a = adoptions[i];
      adoptions.erase(adoptions.begin() + static_cast<std::ptrdiff_t>(i));
      adopted(a, given, known);
      return sleep_if_drained();
    }
  for (std::size_t i = 0; i < waiting.size(); ++i)
    if (waiting[i].request == m.request) {
      auto w = std::move(waiting[i]);
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
      w.request = 0;
      w.granted = given.id;
      step(w.ask, touched, trace_code::address_granted, given.address.value);
      admit(std::move(w));
      return sleep_if_drained();
    }
  address_came_late(given);
  sleep_if_drained();
}

// Nobody waits for it: given back at once, unless the place uses it, or waits for the answer that
// will name the same binding.
void subscriber_state::address_came_late(const binding& given) {
  auto* b = find_binding(given.id);
  if (!b)
    return;
  const bool awaited = std::any_of(waiting.begin(), waiting.end(), [&](const auto& w) {
    return w.request != 0 && w.ask.place.key == given.place.key;
  });
  const bool in_use = std::any_of(sessions.begin(), sessions.end(), [&](const auto& s) {
    return s.row.binding == given.id || s.row.address == given.address;
  });
  if (awaited || in_use || is_announced(*b, now()))
    return;
  send_release(b->row, now(), true);
  drop_binding(given.id);
}

void subscriber_state::address_was_refused(const address_refused& m) {
  touch();
  for (std::size_t i = 0; i < adoptions.size(); ++i)
    if (adoptions[i].request == m.request) {
      const auto which = adoptions[i].session;
      adoptions.erase(adoptions.begin() + static_cast<std::ptrdiff_t>(i));
      if (auto* s = find_session(which)) {
        if (m.why == errc::address_taken)
          raise_conflict(which, s->row.address);
        else if (m.why == errc::outside_range)
          s->foreign = true;
      }
      return sleep_if_drained();
    }
  const auto found = std::find_if(waiting.begin(), waiting.end(),
                                  [&](const auto& w) { return w.request == m.request; });
  if (found == waiting.end())
    return sleep_if_drained();
  auto w = std::move(*found);
  waiting.erase(found);
  w.request = 0;
  if (m.why == errc::address_taken) {
    step(w.ask, touched, trace_code::address_conflict, w.fixed.value);
    refuse(w, refusal::address_busy, m.rests_on);
  } else if (m.why == errc::pool_exhausted || m.why == errc::outside_range) {
    step(w.ask, touched, trace_code::pool_full, 0);
    const auto desk = wires->desk->current();
    const auto& policies = client_of(*desk, w.ask.facts.from);
    // What is done for those who may not have their service is done for him whom none is left for.
    if (policies.on_unpaid == refusal_policy::guest && w.kind != pool_kind::guest && !w.fixed &&
        !w.fell_back) {
      w.fell_back = true;
      take(std::move(w), routing_domain_id{policies.routing_domain_id}, pool_kind::guest, {});
    } else {
      refuse(w, refusal::no_address, m.rests_on);
    }
  } else {
    fall_silent(w, trace_code::store_refused, static_cast<std::uint64_t>(m.why));
  }
  sleep_if_drained();
}

} // namespace uzel
