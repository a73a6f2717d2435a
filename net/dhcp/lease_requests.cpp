#include "net/dhcp/lease_requests.hpp"

#include "domain/hash.hpp"

#include <algorithm>

namespace uzel::net {
namespace {

lease_request_key key_of(std::uint32_t socket, const datagram& from,
                         const dhcp4::packet_view& packet) {
  lease_request_key key;
  key.way = packet.relay() ? packet.relay().value
                           : (std::uint64_t{socket + 1} << 32) | from.from.address.value;
  key.xid = packet.xid();
  key.type = static_cast<std::uint8_t>(packet.type());
  const auto hardware = packet.hardware_address();
  key.hardware_length = static_cast<std::uint8_t>(hardware.size());
  std::ranges::copy(hardware, key.hardware.begin());
  return key;
}

} // namespace

std::size_t lease_requests::key_hash::operator()(const lease_request_key& k) const noexcept {
  const std::string_view hardware{reinterpret_cast<const char*>(k.hardware.data()),
                                  k.hardware_length};
  return stable_hash(hardware, k.way ^ (std::uint64_t{k.xid} << 24) ^ k.type);
}

dhcp_verdict lease_requests::enter(std::uint32_t socket, const datagram& from,
                                   const dhcp4::packet_view& packet, const dhcp_question& question,
                                   instant now, std::uint32_t& slot) {
  const auto key = key_of(socket, from, packet);
  if (index_.contains(key))
    return dhcp_verdict::duplicate;
  if (free_.empty()) {
    if (slots_.size() >= capacity_)
      return dhcp_verdict::table_full;
    slots_.push_back(std::make_unique<lease_slot>());
    free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
  }
  slot = free_.back();
  free_.pop_back();
  auto& s = *slots_[slot];
  s.state = lease_slot_state::waiting;
  ++s.generation;
  s.key = key;
  s.socket = socket;
  s.from = from.from;
  s.local = from.local;
  s.received = now;
  s.step = question.step;
  s.relayed = question.relayed;
  s.relay_port = question.relay_port;
  s.server = question.server;
  s.network = network_id{question.at->id};
  s.domain = question.domain();
  s.place = question.place;
  s.port = question.port;
  s.address = {};
  s.rests_on = {};
  s.request.assign(packet.bytes().begin(), packet.bytes().end());
  s.reply.clear();
  index_.emplace(key, slot);
  arrivals_.push_back({now, slot, s.generation});
  return dhcp_verdict::admitted;
}

lease_slot* lease_requests::find(const ticket& t) {
  if (t.listener != listener_)
    return nullptr;
  auto* const s = find(t.slot, t.generation);
  return s && s->state == lease_slot_state::waiting ? s : nullptr;
}

lease_slot* lease_requests::find(std::uint32_t slot, std::uint64_t generation) {
  if (slot >= slots_.size())
    return nullptr;
  auto& s = *slots_[slot];
  return s.generation == generation && s.state != lease_slot_state::free ? &s : nullptr;
}

void lease_requests::mark_sent(std::uint32_t slot) {
  slots_[slot]->state = lease_slot_state::sent;
  sent_.push_back(slot);
}

void lease_requests::forget(std::uint32_t slot) {
  auto& s = *slots_[slot];
  if (s.state == lease_slot_state::free)
    return;
  index_.erase(s.key);
  s.state = lease_slot_state::free;
  ++s.generation;
  free_.push_back(slot);
}

void lease_requests::clear_sent() {
  for (const auto slot : sent_)
    forget(slot);
  sent_.clear();
}

void lease_requests::expire(instant now, duration deadline) {
  while (!arrivals_.empty()) {
    const auto e = arrivals_.front();
    const auto* const s = find(e.slot, e.generation);
    if (s && e.at + deadline > now)
      return;
    arrivals_.pop_front();
    if (s && s->state != lease_slot_state::sent)
      forget(e.slot);
  }
}

} // namespace uzel::net
