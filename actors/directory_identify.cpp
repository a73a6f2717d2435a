// Identification: which account is meant by what the network saw.
#include "actors/api/identification.hpp"
#include "actors/directory_route.hpp"
#include "config/log.hpp"
#include "domain/guest.hpp"
#include "domain/refusal.hpp"

namespace uzel {
namespace {

identity_order order_of(const account_usage&) {
  return order_of_usage();
}

trace_code code_of(identity_source source) {
  switch (source) {
  case identity_source::port:
    return trace_code::identity_port;
  case identity_source::mac:
    return trace_code::identity_mac;
  case identity_source::client_identifier:
    return trace_code::identity_client_identifier;
  case identity_source::binding:
    return trace_code::identity_binding;
  case identity_source::none:
  case identity_source::login:
  case identity_source::session:
  case identity_source::class_account:
    break;
  }
  return trace_code::identity_login;
}

// The account that a report itself names, before any key is asked for.
account_id named_by(const account_usage& u, identity_source source) {
  if (source == identity_source::session)
    return u.session_owner;
  return source == identity_source::class_account ? u.facts.class_account : account_id{};
}
account_id named_by(const login&, identity_source) {
  return {};
}

} // namespace

void directory_state::on(login&& asked) {
  if (asked.who)
    return deliver(asked);
  if (!asked.place.key)
    fill_place(asked.facts, asked.place);
  identify(asked);
}

void directory_state::on(account_usage&& report) {
  if (report.who)
    return deliver(report);
  if (!report.place.key)
    fill_place(report.facts, report.place);
  identify(report);
}

// The session's old account is gone: the report goes to the new one as it is.
void directory_state::on(const hand_over_session& order) {
  if (tell(order.who, order))
    return;
  account_usage u = order.report;
  u.session_owner = {};
  deliver(u);
}

// Goes through the identities from the one where the question stands. A key of another shard takes
// the question there, so the loop ends after one visit per identity.
template <class Question>
void directory_state::identify(Question& q) {
  const auto order = order_of(q);
  for (; q.identity_step < identity_steps; ++q.identity_step) {
    const auto source = order[q.identity_step];
    if (source == identity_source::none)
      continue;
    if (const auto who = named_by(q, source)) {
      q.who = who;
      q.identified_by = source;
      return deliver(q);
    }
    const auto key = key_of(source, q.facts, desk());
    if (!problem_of(key).empty()) {
      if (source == identity_source::port)
        note_port(q);
      continue;
    }
    if (const auto home = shard_of_hash(key_hash(key)); home != shard) {
      self->send(wires->directory[home], std::move(q));
      return;
    }
    const auto match = keys.find(key);
    if (match.owners > 1) {
      raise_alarm("ambiguous-identity", to_string(key),
                  std::to_string(match.owners) + " accounts claim " + to_string(key) +
                    ": nobody is matched by it");
      if (ambiguous(q, match.owners))
        return;
    }
    if (match.owners == 1) {
      q.who = match.who;
      q.identified_by = source;
      note(q, code_of(source), match.who.value);
      return deliver(q);
    }
    if (source == identity_source::port)
      note(q, trace_code::port_unclaimed, key.port ? key.port.value : key.device.value);
  }
  unknown(q, refusal::unknown_subscriber);
}

// Takes a question to the account that was found for it; the account's own shard has the last word.
template <class Question>
void directory_state::deliver(Question& q) {
  if (!is_mine(q.who)) {
    self->send(wires->shard_of(q.who), std::move(q));
    return;
  }
  auto* slot = accounts.find(q.who);
  if (!slot && is_guest(q.who)) {
    slot = guest_slot(q.who);
    if (!slot) {
      if constexpr (std::is_same_v<Question, login>)
        return reject(q, refusal::unknown_subscriber);
      else
        return record_nothing(q);
    }
  }
  if (!slot) {
    note(q, trace_code::account_absent, q.who.value);
    return try_next(q);
  }
  if (slot->rest.ports != 0 && may_be_cloned(q)) {
    note(q, trace_code::mac_elsewhere, q.who.value);
    return try_next(q);
  }
  if constexpr (std::is_same_v<Question, account_usage>) {
    q.proven_by_port = q.identified_by == identity_source::port;
    if (q.proven_by_port && q.session_owner && q.session_owner != q.who) {
      raise_alarm("session-moved", "account " + std::to_string(q.session_owner.value),
                  "the port of account " + std::to_string(q.who.value) +
                    " proves a session of account " + std::to_string(q.session_owner.value));
      return on(hand_over_session{q.session_owner, q});
    }
  } else if (!slot->awake) {
    note(q, trace_code::waited_for_wake, q.who.value);
  }
  const auto who = q.who;
  tell(who, std::move(q));
}

// Somebody who is known by his port is not recognised by a MAC on another one: it may be cloned. A
// renewal of ours that names no port proves nothing either, unless a live lease named its holder.
template <class Question>
bool directory_state::may_be_cloned(const Question& q) {
  if (q.identified_by != identity_source::mac &&
      q.identified_by != identity_source::client_identifier)
    return false;
  if constexpr (std::is_same_v<Question, login>)
    if (q.step != lease_step::none)
      return true;
  return trusts_option82(q.facts, desk());
}

template <class Question>
void directory_state::try_next(Question& q) {
  if constexpr (std::is_same_v<Question, login>)
    if (q.identified_by == identity_source::binding) {
      // The holder of the lease is gone: from the start, by what the client shows now.
      q.who = {};
      q.identified_by = identity_source::none;
      q.place = {};
      fill_place(q.facts, q.place);
      return identify(q);
    }
  q.who = {};
  q.identified_by = identity_source::none;
  ++q.identity_step;
  identify(q);
}

bool directory_state::ambiguous(login& l, std::size_t owners) {
  note(l, trace_code::identity_ambiguous, owners);
  l.identity_step = identity_steps;
  unknown(l, refusal::ambiguous_subscriber);
  return true;
}

// A running session is not thrown over by a port that proves nothing: the next identity speaks.
bool directory_state::ambiguous(account_usage&, std::size_t) const {
  return false;
}

void directory_state::unknown(login& l, refusal why) {
  if (why == refusal::unknown_subscriber)
    note(l, trace_code::identity_unknown, 0);
  const auto guest = guest_of(l.place.key);
  if (!may_be_guest(l.facts) || !guest)
    return reject(l, why);
  l.who = guest;
  l.identified_by = identity_source::none;
  note(l, trace_code::became_guest, guest.value);
  deliver(l);
}

void directory_state::unknown(account_usage& u, refusal) {
  const auto guest = guest_of(u.place.key);
  if (!may_be_guest(u.facts) || !guest)
    return record_nothing(u);
  u.who = guest;
  u.identified_by = identity_source::none;
  deliver(u);
}

void directory_state::reject(login& l, refusal why) {
  l.who = {};
  note(l, trace_code::answered_reject, static_cast<std::uint64_t>(why));
  login_answered answer;
  answer.to = l.to;
  answer.why = why;
  answer.rests_on = keys_touched;
  wires->answers->answer(answer);
  if (wires->traces)
    wires->traces->add(l, answer);
  if (!wires->is_watched())
    return;
  const auto& f = l.facts;
  const auto subject = !f.login.empty() ? f.login : f.mac ? to_string(f.mac) : f.nas_port;
  self->send(
    wires->events,
    login_happened{
      wires->time->now(), subject, "reject", std::string{name_of(why)}, {}, f.nas_name, {}});
}

// Nobody is known by this report; it is acknowledged all the same, for a NAS repeats it forever
// otherwise.
void directory_state::record_nothing(const account_usage& u) {
  ++unknown_usages;
  raise_alarm("usage-unknown", u.facts.nas_name,
              "NAS " + u.facts.nas_name + " reports session " + u.acct_session_id +
                " of a subscriber whom nobody knows");
  wires->answers->recorded({u.to, keys_touched});
}

void directory_state::note(login& l, trace_code code, std::uint64_t argument) const {
  l.trace.add(code, argument, wires->time->now() - l.received);
}

// Why option 82 gave no key.
void directory_state::note_port(login& l) {
  if (!l.facts.has_option82)
    return;
  if (!trusts_option82(l.facts, desk())) {
    note(l, trace_code::option82_ignored, l.facts.from.value);
    return;
  }
  const auto port = locate_port(desk(), l.facts.device_mac, l.facts.device_port);
  note(l, port.reason, port.argument);
}

void directory_state::fill_place(const network_facts& facts, attachment& place) {
  place.key = key_of(facts.nas, facts.mac, facts.nas_port, facts.calling_station);
  place.nas = facts.nas;
  place.mac = facts.mac;
  place.vlan = facts.vlan;
  place.nas_port = facts.nas_port;
  if (!trusts_option82(facts, desk()))
    return;
  const auto at = locate_port(desk(), facts.device_mac, facts.device_port);
  place.device = at.device;
  place.port = at.port;
}

// A guest needs a place of his own: a MAC or a port.
bool directory_state::may_be_guest(const network_facts& facts) {
  const auto* from = desk().find_client(facts.from);
  return from && from->on_unknown == refusal_policy::guest &&
         (facts.mac || !facts.nas_port.empty() || !facts.calling_station.empty());
}

} // namespace uzel
