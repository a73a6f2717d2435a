#include "net/radius/request_table.hpp"

#include <algorithm>

namespace uzel::net {

request_table::request_table(std::uint32_t listener, std::uint32_t capacity,
                             std::uint32_t per_client, duration window)
  : listener_{listener}
  , capacity_{capacity}
  , per_client_{per_client}
  , window_{window} {}

request_table::found request_table::enter(std::uint32_t socket, const datagram& from,
                                          const radius::packet_view& packet,
                                          std::shared_ptr<const radius_client> client,
                                          instant now) {
  const request_key key{(std::uint64_t{from.from.address.value} << 16) | from.from.port,
                        (socket << 8) | packet.id()};
  if (const auto at = index_.find(key); at != index_.end()) {
    auto& known = *slots_[at->second];
    // The authenticator sits at octet 4 of the kept request; it alone tells a repeat from a new
    // request.
    if (std::ranges::equal(std::span{known.request}.subspan(4, 16), packet.authenticator_bytes()))
      return {known.state == slot_state::sent ? arrival::repeated : arrival::in_progress,
              at->second};
    forget(at->second);
  }
  std::uint32_t slot = 0;
  auto& share = shares_[client->row.id];
  if (!make_room(share, slot))
    return {};
  auto& s = *slots_[slot];
  s.state = slot_state::waiting;
  ++open_;
  ++s.generation;
  s.key = key;
  s.socket = socket;
  s.from = from.from;
  s.local = from.local;
  s.received = now;
  s.request.assign(packet.bytes().begin(), packet.bytes().end());
  s.reply.clear();
  ++share.slots;
  s.client = std::move(client);
  index_[key] = slot;
  waiting_.push_back({now, slot, s.generation});
  return {arrival::fresh, slot};
}

bool request_table::make_room(client_share& share, std::uint32_t& out) {
  const auto full = [&] {
    return share.slots >= per_client_ || (free_.empty() && slots_.size() >= capacity_);
  };
  while (full() && !share.sent.empty()) {
    const auto oldest = share.sent.front();
    share.sent.pop_front();
    if (is(oldest, slot_state::sent))
      forget(oldest.slot);
  }
  if (full())
    return false;
  if (free_.empty()) {
    slots_.push_back(std::make_unique<request_slot>());
    free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
  }
  out = free_.back();
  free_.pop_back();
  return true;
}

request_slot* request_table::find(const ticket& t) {
  if (t.listener != listener_ || t.slot >= slots_.size())
    return nullptr;
  auto& s = *slots_[t.slot];
  return s.generation == t.generation && s.state == slot_state::waiting ? &s : nullptr;
}

ticket request_table::ticket_of(std::uint32_t slot) const {
  return {listener_, slot, slots_[slot]->generation};
}

void request_table::mark_answered(std::uint32_t slot) {
  slots_[slot]->state = slot_state::answered;
}

void request_table::mark_sent(std::uint32_t slot, instant now) {
  auto& s = *slots_[slot];
  if (s.state != slot_state::sent)
    --open_;
  s.state = slot_state::sent;
  shares_[s.client->row.id].sent.push_back({now + window_, slot, s.generation});
}

void request_table::forget(std::uint32_t slot) {
  auto& s = *slots_[slot];
  if (s.state == slot_state::free)
    return;
  if (s.state != slot_state::sent)
    --open_;
  index_.erase(s.key);
  --shares_[s.client->row.id].slots;
  s.state = slot_state::free;
  ++s.generation;
  s.client.reset();
  free_.push_back(slot);
}

void request_table::expire(instant now, duration deadline) {
  for (auto at = shares_.begin(); at != shares_.end();) {
    auto& sent = at->second.sent;
    while (!sent.empty() && (sent.front().at <= now || !is(sent.front(), slot_state::sent))) {
      const auto e = sent.front();
      sent.pop_front();
      if (is(e, slot_state::sent))
        forget(e.slot);
    }
    if (at->second.slots == 0 && sent.empty())
      shares_.erase(at++);
    else
      ++at;
  }
  while (!waiting_.empty() && waiting_.front().at + deadline <= now) {
    const auto e = waiting_.front();
    waiting_.pop_front();
    if (is(e, slot_state::waiting))
      forget(e.slot);
  }
}

} // namespace uzel::net
