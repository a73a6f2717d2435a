#include "storage/history.hpp"

#include <algorithm>

namespace uzel::storage {
namespace {

bool is_open(const std::optional<address_use>& use) {
  return use && !use->ended;
}

bool same_place(const address_use& use, const binding& b) {
  return use.binding == b.id && use.account == b.holder && use.mac == b.place.mac &&
         use.device == b.place.device && use.port == b.place.port && use.nas == b.place.nas;
}

instant between(instant t, instant lowest, instant highest) {
  return std::max(lowest, std::min(t, std::max(lowest, highest)));
}

// When the use that `after` tells of began. An offer is used from the moment it was made; after a
// pause it is used again from the sign that told us.
instant beginning(binding_state before, const binding& after, instant time) {
  const bool fresh = before == binding_state::free || before == binding_state::offered;
  const auto told = fresh && !after.fixed ? after.since : after.last_seen;
  return told ? told : time;
}

// When the open use ended, if `after` is not bound any more.
instant ending(const address_use& use, const binding& after, instant time) {
  const auto told = use.binding == after.id ? after.last_seen : after.since;
  return between(told ? told : time, use.begun, time);
}

address_use new_use(const binding& b, instant begun) {
  address_use out;
  out.id = b.number;
  out.domain = b.domain;
  out.address = b.address;
  out.account = b.holder;
  out.mac = b.place.mac;
  out.device = b.place.device;
  out.port = b.place.port;
  out.nas = b.place.nas;
  out.session = b.session;
  out.binding = b.id;
  out.begun = begun;
  out.record = b.number;
  return out;
}

} // namespace

history_change follow(const std::optional<address_use>& latest, binding_state before,
                      const binding& after, instant time) {
  history_change out;
  if (latest && latest->record >= after.number)
    return out;
  if (after.state != binding_state::bound) {
    if (is_open(latest)) {
      out.closed = latest;
      out.closed->ended = ending(*latest, after, time);
      out.closed->record = after.number;
    }
    return out;
  }
  if (is_open(latest) && same_place(*latest, after)) {
    if (!after.session || latest->session == after.session)
      return out;
    if (!latest->session) {
      out.closed = latest;
      out.closed->session = after.session;
      out.closed->record = after.number;
      return out;
    }
  }
  const auto earliest = !latest ? instant{} : latest->ended ? latest->ended : latest->begun;
  const auto begun = between(beginning(before, after, time), earliest, time);
  if (is_open(latest)) {
    out.closed = latest;
    out.closed->ended = begun;
    out.closed->record = after.number;
  }
  out.begun = new_use(after, begun);
  return out;
}

} // namespace uzel::storage
