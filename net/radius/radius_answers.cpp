// The second half of the loop: questions to the actors, answers on their way out.
#include "actors/api/identification.hpp"
#include "config/log.hpp"
#include "net/radius/radius_loop.hpp"
#include "net/radius/translate.hpp"

#include <caf/send.hpp>

namespace uzel::net {

void radius_server::loop::ask_directory(std::uint32_t slot, const radius::packet_view& packet) {
  auto& s = requests_.at(slot);
  const auto request = radius::read_access_request(packet);
  if (!request) {
    requests_.forget(slot);
    return count_drop(admission_verdict::malformed);
  }
  if (request->has_eap) {
    count(counters.rejects);
    keep_reply(slot, write_eap_reject(writer_, packet, *s.client));
    rejects_.push_back({now_ + settings_.reject_delay, slot, s.generation, {}});
    return;
  }
  nas_choice place;
  auto facts = facts_of(*request, *s.client, *clients_, s.from, class_key_, place);
  s.profile = place.profile;
  auto question = to_login(*request, *s.client, std::move(facts), now_, settings_.login_deadline);
  question.to = requests_.ticket_of(slot);
  count(counters.logins);
  const auto route = identification_route(question.facts, order_of(question), *desk_);
  const auto& shard = neighbours_.directory[route % neighbours_.directory.size()];
  caf::anon_send(shard, std::move(question));
}

void radius_server::loop::ask_nas(std::uint32_t slot, const radius::packet_view& packet) {
  auto& s = requests_.at(slot);
  const auto request = radius::read_accounting_request(packet);
  if (!request) {
    requests_.forget(slot);
    return count_drop(admission_verdict::malformed);
  }
  nas_choice place;
  auto facts = facts_of(*request, *s.client, *clients_, s.from, class_key_, place);
  auto report = to_usage(*request, std::move(facts), now_);
  report.to = requests_.ticket_of(slot);
  count(counters.accounting);
  const auto nas = neighbours_.nas_at(report.facts.nas);
  caf::anon_send(nas, std::move(report));
}

void radius_server::loop::take_answers() {
  answers.take(fresh_logins_, fresh_usages_);
  for (const auto& a : fresh_logins_)
    write_answer(a);
  for (const auto& r : fresh_usages_)
    write_recorded(r);
}

void radius_server::loop::write_answer(const login_answered& a) {
  auto* s = requests_.find(a.to);
  if (!s)
    return count(counters.late);
  const auto packet = radius::packet_view::parse(s->request);
  salt_ = static_cast<std::uint16_t>(salt_ + 2);
  keep_reply(a.to.slot,
             write_login_reply(writer_, *packet, a,
                               {desk_.get(), s->client.get(), s->profile, &class_key_, salt_}));
  if (a.verdict != login_verdict::reject) {
    count(a.verdict == login_verdict::accept ? counters.accepts : counters.guests);
    return release(a.to.slot, a.to.generation, a.rests_on);
  }
  count(counters.rejects);
  rejects_.push_back({now_ + settings_.reject_delay, a.to.slot, a.to.generation, a.rests_on});
}

void radius_server::loop::write_recorded(const usage_recorded& r) {
  auto* s = requests_.find(r.to);
  if (!s)
    return count(counters.late);
  const auto packet = radius::packet_view::parse(s->request);
  count(counters.responses);
  keep_reply(r.to.slot,
             write_empty_reply(writer_, radius::code::accounting_response, *packet, *s->client));
  release(r.to.slot, r.to.generation, r.rests_on);
}

void radius_server::loop::keep_reply(std::uint32_t slot,
                                     const radius::result<radius::octets>& bytes) {
  auto& s = requests_.at(slot);
  requests_.mark_answered(slot);
  if (bytes) {
    s.reply.assign(bytes->begin(), bytes->end());
    return;
  }
  s.reply.clear();
  count(counters.oversized);
  log::radius.error("reply-not-written", "to {}: {}", to_string(s.from), bytes.error().message());
}

void radius_server::loop::release(std::uint32_t slot, std::uint64_t generation,
                                  journal_number rests_on) {
  if (requests_.at(slot).generation != generation)
    return;
  requests_.at(slot).rests_on = rests_on;
  if (rests_on <= answers.synced())
    return send_reply(slot);
  unsynced_.push({rests_on, slot, generation});
}

void radius_server::loop::release_due() {
  // A guesser learns slowly. When too many wait, the oldest leave early: memory stays bounded.
  const auto too_many = [this] { return rejects_.size() > settings_.reject_delay_queue; };
  while (!rejects_.empty() && (rejects_.front().at <= now_ || stopping_ || too_many())) {
    const auto r = rejects_.front();
    rejects_.pop_front();
    release(r.slot, r.generation, r.rests_on);
  }
  const auto synced = answers.synced();
  while (!unsynced_.empty() && unsynced_.top().rests_on <= synced) {
    const auto u = unsynced_.top();
    unsynced_.pop();
    if (requests_.at(u.slot).generation == u.generation)
      send_reply(u.slot);
  }
}

void radius_server::loop::send_reply(std::uint32_t slot) {
  auto& s = requests_.at(slot);
  if (s.reply.empty())
    return requests_.forget(slot);
  if (s.rests_on > answers.synced())
    count(counters.early);
  auto& socket = listeners_[s.socket].socket;
  socket.send(s.from, s.local, s.reply);
  counters.unsent.store(socket.dropped(), std::memory_order_relaxed);
  requests_.mark_sent(slot, now_);
}

} // namespace uzel::net
