// Which address a login gets, and what pools say about it.
#include "actors/subscriber_state.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace uzel {
namespace {

// A login asks the pools at most this often: twice when what it held does not fit any more.
constexpr std::uint8_t take_limit = 3;

} // namespace

bool same_spot(const attachment& a, const attachment& b) {
  return a.key == b.key && a.nas == b.nas && a.device == b.device && a.port == b.port &&
         a.vlan == b.vlan;
}

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

// A static address comes first; then what this place has already, without a word to the pool and
// without a record; then the pools. A known customer without a service keeps the internet address
// that he holds at this place and is answered as a guest; if he holds none he gets a guest address.
void subscriber_state::give_address(waiting_login&& w, const access_decision& decision,
                                    const client& policies, const catalogue& desk) {
  const auto at = now();
  const routing_domain_id domain{policies.routing_domain_id};
  const auto& place = w.ask.place;
  for (const auto address : fitting_addresses(account, domain, place.mac)) {
    if (is_used_elsewhere(address, domain, place.key)) {
      add_step(w.ask, at, trace_code::static_address_busy, address.value);
      continue;
    }
    if (!w.granted)
      add_step(w.ask, at, trace_code::static_address_chosen, address.value);
    for (auto& b : bindings)
      if (b.row.address == address && b.row.domain == domain && is_live(b.row) &&
          (same_spot(b.row.place, place) || b.row.id == w.granted))
        return accept(w, b, decision, policies, desk);
    return take(std::move(w), domain, pool_kind::internet, address);
  }
  const bool paid = decision.verdict == login_verdict::accept && !w.fell_back;
  auto kind = paid ? pool_kind::internet : pool_kind::guest;
  if (auto* b = binding_here(w.ask, domain, paid, desk)) {
    if (same_spot(b->row.place, place) || b->row.id == w.granted) {
      if (b->row.id != w.granted)
        add_step(w.ask, at, trace_code::binding_reused, b->row.id.value);
      return accept(w, *b, decision, policies, desk);
    }
    // It moved within the network: the pool gives the same address and writes down where it is.
    kind = is_of_guests(desk, b->row) ? pool_kind::guest : pool_kind::internet;
  }
  take(std::move(w), domain, kind, {});
}

// Does another attachment of the account use that static address, or is about to?
bool subscriber_state::is_used_elsewhere(ipv4 address, routing_domain_id domain,
                                         attachment_key here) const {
  for (const auto& s : sessions)
    if (s.row.place.key != here && s.row.address == address)
      return true;
  for (const auto& b : bindings)
    if (b.row.address == address && b.row.domain == domain && b.row.place.key != here &&
        is_live(b.row) && (is_announced(b, now()) || is_leased(b, now())))
      return true;
  return std::any_of(waiting.begin(), waiting.end(), [&](const auto& w) {
    return w.request != 0 && w.fixed == address && w.ask.place.key != here;
  });
}

// The dynamic binding that this place has and may keep. What it has and may not keep (a guest's
// address after he paid, one of a pool that does not serve here) is given back unless a session or
// a lease still uses it.
kept_binding* subscriber_state::binding_here(const login& ask, routing_domain_id domain, bool paid,
                                             const catalogue& desk) {
  for (std::size_t i = bindings.size(); i-- > 0;) {
    auto& b = bindings[i];
    if (!is_live(b.row) || b.row.fixed || b.row.domain != domain ||
        b.row.place.key != ask.place.key)
      continue;
    if (still_serves(desk, b.row, ask) && !(paid && is_of_guests(desk, b.row)))
      return &b;
    if (is_used_by_session(b) || is_leased(b, now()) || is_asked_for(b))
      continue;
    send_release(b.row, now(), !is_of_guests(desk, b.row));
    bindings.erase(bindings.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return nullptr;
}

// Asks the address space; a login replaces an earlier one of its place that waits for the same.
void subscriber_state::take(waiting_login&& w, routing_domain_id domain, pool_kind kind,
                            ipv4 fixed) {
  const auto at = now();
  const auto space = wires->spaces.of(domain);
  if (!space || w.takes >= take_limit) {
    add_step(w.ask, at, trace_code::no_pool_fits, static_cast<std::uint64_t>(kind));
    return refuse(w, refusal::no_address);
  }
  add_step(w.ask, at, trace_code::pool_asked, 0);
  w.fixed = fixed;
  w.kind = kind;
  w.granted = {};
  ++w.takes;
  for (auto& earlier : waiting)
    if (earlier.request != 0 && earlier.ask.step == w.ask.step &&
        earlier.ask.place == w.ask.place && earlier.kind == kind && earlier.fixed == fixed) {
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
                                 w.link,
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
      return;
    }
  for (std::size_t i = 0; i < waiting.size(); ++i)
    if (waiting[i].request == m.request) {
      auto w = std::move(waiting[i]);
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
      w.request = 0;
      w.granted = given.id;
      add_step(w.ask, touched, trace_code::address_granted, given.address.value);
      admit(std::move(w));
      return;
    }
  address_came_late(given);
}

// Nobody waits for it: given back at once, unless the place uses it, or waits for the answer that
// will name the same binding.
void subscriber_state::address_came_late(const binding& given) {
  auto* b = find_binding(given.id);
  if (!b)
    return;
  const bool in_use = std::any_of(sessions.begin(), sessions.end(), [&](const auto& s) {
    return s.row.binding == given.id || s.row.address == given.address;
  });
  if (is_asked_for(*b) || in_use || is_announced(*b, now()) || is_leased(*b, now()))
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
      return;
    }
  for (std::size_t i = 0; i < waiting.size(); ++i)
    if (waiting[i].request == m.request) {
      auto w = std::move(waiting[i]);
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
      w.request = 0;
      go_without_address(std::move(w), m);
      break;
    }
}

void subscriber_state::go_without_address(waiting_login&& w, const address_refused& m) {
  const bool leased = w.ask.step > lease_step::discover;
  // A guest who remembers an address may mean another server's.
  const auto unknown = w.ask.step == lease_step::reboot && is_guest(account.id)
                         ? refusal::lease_unknown
                         : refusal::wrong_address;
  switch (m.why) {
  case errc::timed_out: // meant an earlier login, which this one replaced
    return admit(std::move(w));
  case errc::address_taken:
    if (leased)
      return refuse_lease(w, unknown, m.rests_on);
    add_step(w.ask, touched, trace_code::address_conflict, w.fixed.value);
    return refuse(w, refusal::address_busy, m.rests_on);
  case errc::pool_exhausted:
    break;
  case errc::outside_range:
    if (leased)
      return refuse_lease(w, unknown, m.rests_on);
    break;
  default:
    return fall_silent(w, trace_code::store_refused, static_cast<std::uint64_t>(m.why));
  }
  add_step(w.ask, touched, trace_code::pool_full, 0);
  const auto desk = wires->desk->current();
  const auto& policies = client_of(*desk, w.ask.facts.from);
  if (policies.on_unpaid != refusal_policy::guest || w.kind == pool_kind::guest || w.fixed ||
      w.fell_back)
    return refuse(w, refusal::no_address, m.rests_on);
  // What is done for those who may not have their service is done for him whom none is left for.
  w.fell_back = true;
  if (w.ask.step != lease_step::none)
    return admit(std::move(w));
  take(std::move(w), routing_domain_id{policies.routing_domain_id}, pool_kind::guest, {});
}

} // namespace uzel
