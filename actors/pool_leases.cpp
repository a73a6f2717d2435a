// What DHCP clients say of their leases: whose is it, I give it back, somebody else uses it.
#include "actors/api/identification.hpp"
#include "actors/pool.hpp"

#include <array>

namespace uzel {
namespace {

// What option 82 said when the place was last seen behind its relay.
void recall_port(network_facts& facts, const attachment& place, const catalogue& desk) {
  const auto* device = desk.find_device(place.device);
  if (facts.has_option82 || !device)
    return;
  facts.has_option82 = true;
  facts.device_mac = device->mac;
  if (const auto port = desk.ports->find(place.port.value); port != desk.ports->end())
    facts.device_port = port->second.number;
}

} // namespace

// A renewal goes to who holds the address at that place, with the place that he proved when he got
// it; if nobody does it goes the way of every login.
void pool_state::find_holder(const find_leaseholder& ask) {
  if (wires->directory.empty())
    return;
  auto question = ask.ask;
  const auto* r = book->find(question.wanted);
  const bool his = r && r->is_live() && r->place == ask.place && r->holder;
  if (his)
    question.place = book->image(*r).place;
  if (!his || is_guest(r->holder)) {
    // A guest may be somebody's device by now: the port that he proved then speaks once more.
    const auto desk = wires->desk->current();
    if (his)
      recall_port(question.facts, question.place, *desk);
    const auto route = identification_route(question.facts, order_of(question), *desk);
    self->send(wires->directory[route % wires->directory.size()], std::move(question));
    return;
  }
  question.who = r->holder;
  question.identified_by = identity_source::binding;
  question.trace.add(trace_code::identity_binding, r->holder.value, now() - question.received);
  self->send(wires->shard_of(r->holder), std::move(question));
}

// Only what the place itself holds is ended, and its holder ends it.
void pool_state::end(const end_lease& what) {
  const auto* r = book->find(what.address);
  if (!r || !r->is_live() || r->place != what.place || !r->holder) {
    ++stale_ids;
    return;
  }
  auto found = what;
  found.who = r->holder;
  found.binding = r->id;
  found.pool = terms.id;
  if (!wires->directory.empty())
    self->send(wires->shard_of(found.who), std::move(found));
}

void pool_state::decline(const decline_binding& what) {
  const auto* r = current(what.binding, what.who);
  if (!r) {
    ++stale_ids;
    return;
  }
  const auto at = now();
  const auto before = book->image(*r);
  alarms.raise(self, *wires, "address-declined", to_string(before.address),
               "a client of account " + std::to_string(what.who.value) + " found " +
                 to_string(before.address) + " in use by another device");
  if (!declines_since || at - declines_since >= seconds{3600}) {
    declines_since = at;
    declines = 0;
  }
  auto why = errc::ok;
  if (before.fixed) {
    auto after = after_use(before, {}, at, {});
    why = write(after);
  } else if (declines >= wires->settings.declines_per_hour) {
    alarms.raise(
      self, *wires, "decline-flood", std::to_string(terms.id.value),
      "clients decline more addresses than actors.declines_per_hour allows: they stay in "
      "use");
    auto after = after_end(before, at);
    why = write(after);
  } else {
    ++declines;
    binding out;
    out.id = next_id();
    out.domain = domain;
    out.pool = terms.id;
    out.address = before.address;
    out.state = binding_state::quarantined;
    out.since = out.last_seen = at;
    out.until = at + wires->settings.decline_quarantine;
    std::array group{after_end(before, at), out};
    why = write(group);
  }
  if (why != errc::ok) {
    // The holder forgot it already: he is asked soon, and says so.
    book->refresh(before.address, at + wires->settings.offer_time, {});
    return keep_looking();
  }
  wake(before.address, true);
}

} // namespace uzel
