// Bindings in use: confirmed or adopted by accounting, released, given up when the pool wants them.
#include "actors/subscriber_state.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace uzel {

kept_binding& subscriber_state::remember(const binding& given) {
  for (auto& b : bindings)
    if (b.row.id == given.id || (b.row.domain == given.domain && b.row.address == given.address)) {
      if (b.row.id == given.id)
        b.row = given;
      else
        b = kept_binding{given};
      return b;
    }
  bindings.push_back(kept_binding{given});
  return bindings.back();
}

// Out of use: a dynamic one is the pool's business from now on and may not be announced any more; a
// static one stays the account's.
void subscriber_state::drop_binding(binding_id which) {
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    auto& b = bindings[i];
    if (b.row.id != which)
      continue;
    if (b.row.fixed) {
      b.row.state = binding_state::held;
      b.row.session = {};
      b.announced = b.leased_until = {};
    } else {
      bindings.erase(bindings.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return;
  }
}

void subscriber_state::send_release(const binding& b, instant ended, bool keep_for_owner) const {
  if (const auto space = wires->spaces.of(b.domain))
    self->send(
      space, release_binding{b.domain, b.pool, b.id, b.address, account.id, ended, keep_for_owner});
}

// The session is over: its address is free, unless another session uses it or it was offered again
// since (a subscriber who reconnects is accepted before his Stop comes).
void subscriber_state::release(const session& of, instant ended, bool keep_for_owner) {
  auto* b = find_binding(of.binding);
  if (!b)
    return;
  for (const auto& s : sessions)
    if (s.row.id != of.id && s.row.binding == of.binding)
      return;
  if (is_announced(*b, now())) {
    b->row.session = {};
    return;
  }
  if (is_asked_for(*b) || is_leased(*b, now()))
    return; // the device goes on with the same address
  send_release(b->row, ended, keep_for_owner);
  drop_binding(of.binding);
}

// Does its place wait for an answer of the pool that will name it?
bool subscriber_state::is_asked_for(const kept_binding& b) const {
  return std::any_of(waiting.begin(), waiting.end(), [&](const auto& w) {
    return w.request != 0 && w.ask.place.key == b.row.place.key &&
           (w.ask.step <= lease_step::discover || w.ask.wanted == b.row.address);
  });
}

// One place, one address: what the place has besides the one that it was just told to use. Such
// a one is left when a static address is given while a dynamic one is on its way. A login at the
// NAS replaces the one before it; a DHCP client knows nothing of them.
void subscriber_state::give_back_others(const login& answered, binding_id used) {
  const auto desk = wires->desk->current();
  const bool logged_in = answered.step == lease_step::none;
  for (std::size_t i = bindings.size(); i-- > 0;) {
    const auto& b = bindings[i];
    if (b.row.id == used || b.row.place.key != answered.place.key || !is_live(b.row) ||
        b.row.fixed || (logged_in ? is_used_by_session(b) : is_with_nas(b)) ||
        is_leased(b, now()) || is_asked_for(b))
      continue;
    send_release(b.row, now(), !is_of_guests(*desk, b.row));
    bindings.erase(bindings.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// Tells the pool that the session uses its address, or asks it to make the address his.
void subscriber_state::use_address(session_id which) {
  auto* s = find_session(which);
  if (!s || !s->row.address || s->foreign)
    return;
  for (const auto& other : sessions)
    if (other.row.id != which && other.row.address == s->row.address &&
        other.row.place.key != s->row.place.key)
      return raise_conflict(which, s->row.address);
  const auto desk = wires->desk->current();
  const auto until = s->heard + interim_of(*s, *desk) * wires->settings.stale_factor;
  auto* b = find_binding(s->row.binding);
  const routing_domain_id domain =
    b ? b->row.domain : routing_domain_id{client_of(*desk, s->via).routing_domain_id};
  const auto space = wires->spaces.of(domain);
  if (!space)
    return;
  if (b) {
    // While a lease runs its record stays: what a client was promised must outlive the session, and
    // the session has a record of its own.
    const bool leased = is_leased(*b, now());
    // The pool asks before anything lapses, so it needs not hear of every report.
    const bool told = b->row.session == which && b->row.state == binding_state::bound &&
                      s->heard - b->row.last_seen < (until - s->heard) / 2;
    if (told && !leased)
      return;
    if (b->row.session != which)
      b->announced = {}; // the offer is taken up
    b->row.session = leased ? session_id{} : which;
    b->row.state = binding_state::bound;
    b->row.last_seen = std::max(b->row.last_seen, s->heard);
    b->row.until = leased ? b->leased_until : b->row.fixed ? instant{} : until;
    self->send(space, confirm_binding{domain, b->row.pool, b->row.id, b->row.address, account.id,
                                      b->row.session, s->heard, b->row.until});
    return;
  }
  if (std::any_of(adoptions.begin(), adoptions.end(),
                  [&](const auto& a) { return a.session == which; }))
    return;
  adoptions.push_back({next_request, which, now()});
  adopt_address found;
  found.request = next_request++;
  found.domain = domain;
  found.who = account.id;
  found.place = s->row.place;
  found.address = s->row.address;
  found.session = which;
  found.seen = s->heard;
  found.until = until;
  self->send(space, std::move(found));
}

// The address that accounting named is the account's now.
void subscriber_state::adopted(const waiting_adoption& a, const binding& given, bool known) {
  auto* s = find_session(a.session);
  auto* b = find_binding(given.id);
  if (!s || !b || s->row.address != given.address) {
    address_came_late(given);
    if (s)
      use_address(a.session);
    return;
  }
  auto after = s->row;
  after.binding = given.id;
  if (!known)
    after.flags |= session_adopted_address;
  const auto number = wires->log->append(now(), storage::session_changed{after});
  if (!number)
    return; // the next interim asks again
  after.number = *number;
  s->row = std::move(after);
  b->announced = {}; // the offer is taken up
  b->row.session = a.session;
  b->row.state = binding_state::bound;
}

bool subscriber_state::is_used_by_session(const kept_binding& b) const {
  return std::any_of(sessions.begin(), sessions.end(),
                     [&](const auto& s) { return s.row.binding == b.row.id; });
}

// In a session, or in an Access-Accept whose session may still begin.
bool subscriber_state::is_with_nas(const kept_binding& b) const {
  return is_used_by_session(b) || (b.to_nas && is_announced(b, now()));
}

bool subscriber_state::is_own_static(routing_domain_id domain, ipv4 address) const {
  return std::any_of(account.addresses.begin(), account.addresses.end(),
                     [&](const auto& a) { return a.domain == domain && a.address == address; });
}

// The pool wants to expire the binding, or another account with a proof waits for it.
void subscriber_state::consider_give_up(const give_up& m) {
  touch();
  const auto space = wires->spaces.of(m.domain);
  if (!space)
    return;
  const auto until = holds_on(m);
  if (until)
    self->send(space, binding_kept{account.id, m.domain, m.pool, m.binding, *until});
  else
    self->send(space, given_up{account.id, m.domain, m.pool, m.binding});
}

// Until when he may still use it; nothing = it is out of his books now.
std::optional<instant> subscriber_state::holds_on(const give_up& m) {
  auto* b = find_binding(m.binding);
  if (!b)
    return std::nullopt;
  if (m.by_desk) {
    drop_binding(m.binding);
    return std::nullopt;
  }
  const auto at = touched;
  const bool in_session = is_used_by_session(*b);
  // A static address is his for good; a lease or an offer of it that has ended is only out of use.
  const bool own = is_own_static(b->row.domain, b->row.address);
  const bool lapses = b->leased_until || b->row.state == binding_state::offered;
  if (own && (in_session || !lapses))
    return instant{};
  const auto offer = wires->settings.offer_time;
  const bool barred = m.for_another && account.status != account_status::active &&
                      !is_of_guests(*wires->desk->current(), b->row);
  const auto user = std::find_if(sessions.begin(), sessions.end(), [&](const auto& s) {
    return s.row.binding == m.binding || (s.row.address == b->row.address && !s.row.binding);
  });
  // What a device was told stands, however silent its last session is.
  instant promised;
  if (!barred && is_announced(*b, at))
    promised = b->announced + offer;
  if (is_leased(*b, at) && (!barred || own))
    promised = std::max(promised, b->leased_until);
  if (user == sessions.end()) {
    if (promised)
      return promised;
    drop_binding(m.binding);
    return std::nullopt;
  }
  const auto desk = wires->desk->current();
  const bool silent = is_silent_now(*user, at, *desk);
  if (!barred && !(m.for_another && silent))
    return std::max(user->heard + interim_of(*user, *desk) * wires->settings.stale_factor,
                    at + offer);
  if (promised)
    return promised;
  const auto last = user->row;
  const auto held = *b;
  drop_binding(m.binding); // so that the close does not release what is given up
  if (!close(last.id, last.last_seen, cause_lost_carrier, session_reaped)) {
    bindings.push_back(held);
    return at + offer;
  }
  // The NAS may still carry a disabled subscriber: it is told, whatever it answers.
  if (!silent && wires->nases)
    self->request(wires->nases, seconds{10}, end_session{last})
      .then([](const session_ended&) {}, [](const caf::error&) {});
  return std::nullopt;
}

} // namespace uzel
