// The second half of the loop: answers of the actors on their way out.
#include "config/log.hpp"
#include "net/dhcp/dhcp_loop.hpp"

#include <caf/send.hpp>

namespace uzel::net {

using dhcp4::message_type;

void dhcp_server::loop::take_answers() {
  answers.take(fresh_, no_usages_);
  for (const auto& a : fresh_)
    write_answer(a);
}

void dhcp_server::loop::write_answer(const login_answered& a) {
  auto* const s = requests_.find(a.to);
  if (!s)
    return count(counters.late);
  if (a.verdict == login_verdict::reject)
    count(counters.refusals[static_cast<std::size_t>(a.why)]);
  const auto* const asked = terms_.desk().find_network(s->network);
  const auto type = reply_type(a, s->step, asked && asked->authoritative);
  const auto packet = dhcp4::packet_view::parse_request(s->request);
  if (!type || !packet)
    return requests_.forget(a.to.slot);
  s->address = a.address;
  s->rests_on = a.rests_on;
  keep_reply(*s, *type, *packet, write_lease_reply(*type, *packet, *s, a, terms_, buffer_));
  count(*type == message_type::offer ? counters.offers
        : *type == message_type::ack ? counters.acks
                                     : counters.naks);
  if (*type == message_type::ack && s->port != 0)
    port_devices_.keep(s->port, s->place.value, now_ + seconds{a.lease_seconds});
  if (*type == message_type::offer && wants_ping(*s, a))
    return ping(a.to.slot);
  release(a.to.slot, a.to.generation);
}

void dhcp_server::loop::keep_reply(lease_slot& s, message_type type,
                                   const dhcp4::packet_view& request,
                                   const dhcp4::result<dhcp4::written_reply>& written) {
  s.state = lease_slot_state::answered;
  s.target = target_of(type, request, s, !listeners_[s.socket].interface.empty(), ports_);
  s.reply.clear();
  if (written)
    return s.reply.assign(written->bytes.begin(), written->bytes.end());
  count(counters.oversized);
  log::dhcp.error("lease-reply-not-written", "to {}: {}", to_string(s.from),
                  written.error().message());
}

bool dhcp_server::loop::wants_ping(const lease_slot& s, const login_answered& a) const {
  if (!probe_ || !a.fresh)
    return false;
  const auto* n = terms_.desk().network_at(s.domain, a.address);
  if (!n)
    n = terms_.desk().find_network(s.network);
  return n && n->ping_check;
}

void dhcp_server::loop::ping(std::uint32_t slot) {
  auto& s = requests_.at(slot);
  if (!probe_->ask({slot, s.generation, s.address}))
    return release(slot, s.generation); // no way there: nobody is there
  s.state = lease_slot_state::pinging;
  pings_.push_back({now_ + settings_.ping_wait, slot, s.generation});
}

void dhcp_server::loop::take_pings() {
  probe_->receive([this](const address_probe::asker& who) {
    const auto* const s = requests_.find(who.slot, who.generation);
    if (!s || s->state != lease_slot_state::pinging || s->address != who.address)
      return;
    count(counters.pings_answered);
    alarm("dhcp-address-answers", to_string(who.address),
          "somebody uses it already: it is not offered, and goes into quarantine");
    send_end(*s);
    requests_.forget(who.slot); // he asks again and gets another
  });
}

void dhcp_server::loop::send_end(const lease_slot& s) {
  const auto space = neighbours_.space(s.domain);
  if (!space)
    return;
  end_lease message;
  message.domain = s.domain;
  message.address = s.address;
  message.place = s.place;
  message.how = lease_end::declined;
  message.at = now_;
  caf::anon_send(space, message);
}

void dhcp_server::loop::release(std::uint32_t slot, std::uint64_t generation) {
  const auto rests_on = requests_.at(slot).rests_on;
  if (rests_on <= answers.synced())
    return send_reply(slot);
  unsynced_.push({rests_on, slot, generation});
}

void dhcp_server::loop::release_due() {
  while (!pings_.empty() && (pings_.front().until <= now_ || stopping_)) {
    const auto p = pings_.front();
    pings_.pop_front();
    auto* const s = requests_.find(p.slot, p.generation);
    if (!s || s->state != lease_slot_state::pinging)
      continue;
    s->state = lease_slot_state::answered;
    release(p.slot, p.generation);
  }
  const auto synced = answers.synced();
  while (!unsynced_.empty() && unsynced_.top().rests_on <= synced) {
    const auto u = unsynced_.top();
    unsynced_.pop();
    if (requests_.find(u.slot, u.generation))
      send_reply(u.slot);
  }
  forget_ended();
}

// Entries of requests that died waiting stay in the queue: they must not pile up while the journal
// stands still.
void dhcp_server::loop::forget_ended() {
  if (unsynced_.size() <= 2 * std::size_t{settings_.max_in_flight})
    return;
  std::priority_queue<unsynced, std::vector<unsynced>, std::greater<>> live;
  for (; !unsynced_.empty(); unsynced_.pop())
    if (requests_.find(unsynced_.top().slot, unsynced_.top().generation))
      live.push(unsynced_.top());
  unsynced_.swap(live);
}

void dhcp_server::loop::send_reply(std::uint32_t slot) {
  auto& s = requests_.at(slot);
  if (s.reply.empty())
    return requests_.forget(slot);
  if (s.rests_on > answers.synced())
    count(counters.early);
  auto& by = listeners_[s.socket];
  auto to = s.target.to;
  if (s.target.hardware) {
    const endpoint from{s.local, ports_.relay};
    if (by.frames && by.frames->send(s.target.hardware, from, to, s.reply)) {
      counters.answered_in(now_ - s.received);
      return requests_.forget(slot);
    }
    to.address = ipv4{255, 255, 255, 255};
  }
  by.socket.send(to, s.local, s.reply);
  counters.answered_in(now_ - s.received);
  requests_.mark_sent(slot);
}

} // namespace uzel::net
