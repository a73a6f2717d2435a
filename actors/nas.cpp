#include "actors/nas.hpp"

#include "actors/api/identification.hpp"
#include "config/log.hpp"
#include "domain/hash.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace uzel {

std::size_t nas_actor_state::name_hash::operator()(const session_name& x) const noexcept {
  return static_cast<std::size_t>(stable_hash(x.text, x.epoch));
}

nas_actor_state::nas_actor_state(nas_actor::pointer me) : self{me} {}

void nas_actor_state::on(account_usage&& report) {
  learn(report.facts, report.received);
  // A clock that runs ahead would make everything after it «older than the restart».
  const auto happened = std::min(report.happened, report.received);
  if (report.kind == accounting_kind::on || report.kind == accounting_kind::off)
    restarted(report, happened);
  else
    pass_on(std::move(report), happened);
}

void nas_actor_state::learn(const network_facts& facts, instant received) {
  last_heard_ = std::max(last_heard_, received);
  about.client = facts.from;
  if (!facts.nas_name.empty())
    about.name = facts.nas_name;
  if (facts.nas_address)
    address_ = facts.nas_address;
}

std::uint32_t nas_actor_state::epoch_of(const account_usage& report, instant happened) const {
  if (about.epoch == 0 || !about.restarted)
    return about.epoch;
  if (happened < about.restarted)
    return about.epoch - 1;
  // A late last word of a session that the restart ended.
  const auto begun = happened - seconds{report.session_seconds};
  if (report.kind != accounting_kind::start && begun < about.restarted &&
      !index.contains({about.epoch, report.acct_session_id}) &&
      index.contains({about.epoch - 1, report.acct_session_id}))
    return about.epoch - 1;
  return about.epoch;
}

void nas_actor_state::pass_on(account_usage&& report, instant happened) {
  report.epoch = epoch_of(report, happened);
  report.happened = happened;
  if (auto* const known = index.find({report.epoch, report.acct_session_id})) {
    report.session_owner = known->who;
    known->last_seen = std::max(known->last_seen, report.received);
  }
  const auto route = usage_route(report, *wires->desk->current());
  self->send(wires->directory[route % wires->directory.size()], std::move(report));
}

// One record; the closings follow from it, and are done again at start until all are closed.
void nas_actor_state::restarted(const account_usage& report, instant happened) {
  if (about.restarted && happened <= about.restarted + same_restart) {
    wires->answers->recorded({report.to, about.number});
    return;
  }
  auto after = about;
  after.epoch = about.epoch + 1;
  after.restarted = happened;
  const auto number =
    wires->log->append(wires->time->now(), storage::record{storage::nas_restarted{after}});
  if (!number) {
    log::nas.warn("restart-unrecorded", "the restart of {} is not recorded: {}", about.name,
                  number.error().message());
    return; // silence: the NAS tells it again
  }
  about = after;
  about.number = *number;
  wires->answers->recorded({report.to, about.number});
  const bool idle = to_close_.empty();
  index.for_each([&](const session_name& name, const entry& e) {
    if (name.epoch < about.epoch && e.started < happened)
      to_close_.push_back(e.who);
  });
  std::sort(to_close_.begin(), to_close_.end());
  to_close_.erase(std::unique(to_close_.begin(), to_close_.end()), to_close_.end());
  if (idle && !to_close_.empty())
    self->send(self, continue_closing{about.id});
}

void nas_actor_state::on(const continue_closing&) {
  for (std::size_t i = 0; i < closing_batch && !to_close_.empty(); ++i) {
    const auto who = to_close_.back();
    to_close_.pop_back();
    self->send(wires->shard_of(who),
               close_restarted{who, about.id, about.epoch, about.restarted, about.number});
  }
  if (!to_close_.empty())
    self->send(self, continue_closing{about.id});
}

void nas_actor_state::on(const session_noted& note) {
  if (!note.open) {
    const session_name name{note.epoch, note.acct_session_id};
    const auto* const known = index.find(name);
    // A name may be in use again by a younger session.
    if (known && known->session == note.session)
      index.erase(name);
    return;
  }
  auto& e = index[{note.epoch, note.acct_session_id}];
  e = {note.session, note.who, note.started, std::max(e.last_seen, note.last_seen)};
}

duration nas_actor_state::silence_limit() const {
  const auto desk = wires->desk->current();
  const auto* from = desk->find_client(about.client);
  const auto interval = from && from->interim_interval != 0
                          ? seconds{from->interim_interval}
                          : seconds{wires->settings.interim_interval};
  return interval * static_cast<int>(wires->settings.stale_factor);
}

void nas_actor_state::on(const sweep_stale& order) {
  const auto limit = silence_limit();
  std::size_t found = 0;
  // More than a batch of them wait for the next sweep.
  index.for_each([&](const session_name&, const entry& e) {
    if (e.last_seen + limit < order.now && found++ < sweep_batch)
      self->send(wires->shard_of(e.who), close_stale{e.who, e.session, order.now});
  });
}

caf::result<session_ended> nas_actor_state::on(const end_session& order) {
  // Until the NAS has spoken once since our start, its name may be all that is known of it.
  if (!address_)
    if (const auto spelled = parse_ipv4(about.name))
      address_ = *spelled;
  if (!wires->dynauth || !about.client)
    return session_ended{disconnect_outcome::not_possible, 0};
  if (waiting_.size() >= dialogues_waiting)
    return caf::make_error(errc::overloaded,
                           std::string{"too many sessions of this NAS are being ended"});
  auto reply = self->make_response_promise<session_ended>();
  waiting_.push_back({order, reply});
  start_dialogues();
  return reply;
}

void nas_actor_state::start_dialogues() {
  while (!waiting_.empty() && talking_.size() < dialogues_at_once) {
    const auto number = ++last_number_;
    const auto& begun = talking_.emplace(number, std::move(waiting_.front())).first->second;
    waiting_.pop_front();
    wires->dynauth->disconnect(about.id, number, about.client, address_, begun.order.what);
    self->delayed_send(self, dialogue_limit, dialogue_expired{about.id, number});
  }
}

void nas_actor_state::end_dialogue(std::uint64_t number, session_ended outcome) {
  const auto at = talking_.find(number);
  if (at == talking_.end())
    return; // it ended before
  at->second.reply.deliver(outcome);
  talking_.erase(at);
  start_dialogues();
}

void nas_actor_state::on(const dynauth_answered& outcome) {
  end_dialogue(outcome.number, {outcome.outcome, outcome.error_cause});
}

void nas_actor_state::on(const dialogue_expired& which) {
  end_dialogue(which.number, {disconnect_outcome::no_answer, 0});
}

nases_listed nas_actor_state::on(const list_nases&) const {
  return {{{about, static_cast<std::uint32_t>(index.size()), last_heard_}}};
}

nas_actor::behavior_type nas_of(nas_actor::stateful_pointer<nas_actor_state> self, wiring* wires,
                                const nas_boot& boot) {
  auto& state = self->state;
  state.wires = wires;
  state.about = boot.about;
  for (const auto& s : boot.sessions)
    state.index[{s.epoch, s.acct_session_id}] = {s.id, s.account, s.started, s.last_seen};
  return {
    [&state](account_usage& m) { state.on(std::move(m)); },
    [&state](const session_noted& m) { state.on(m); },
    [&state](const dynauth_answered& m) { state.on(m); },
    [&state](const sweep_stale& m) { state.on(m); },
    [&state](const continue_closing& m) { state.on(m); },
    [&state](const dialogue_expired& m) { state.on(m); },
    [&state](const end_session& m) { return state.on(m); },
    [&state](const list_nases& m) { return state.on(m); },
  };
}

} // namespace uzel
