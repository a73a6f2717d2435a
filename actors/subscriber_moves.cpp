// Ends that do not come from a Stop: restarts, silence, disconnects, sessions that go over to
// another account.
#include "actors/subscriber_state.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace uzel {
namespace {

// Longer than a Disconnect dialogue with its retries (1 + 2 + 4 s).
constexpr seconds dialogue_limit{10};

// A packet that hands a session over begins nothing, whatever it is.
session_report handing_over(const account_usage& r) {
  auto out = report_of(r);
  if (out.kind == report_kind::start)
    out.kind = report_kind::interim;
  return out;
}

} // namespace

// One group: sessions that began before the restart end, those that began after it (their Start
// overtook the On) go over into the new epoch.
void subscriber_state::end_restarted(const close_restarted& m) {
  touch();
  std::vector<session> before;
  std::vector<session> after;
  std::vector<storage::record> group;
  for (const auto& s : sessions) {
    if (s.row.nas != m.nas || s.row.epoch >= m.epoch)
      continue;
    before.push_back(s.row);
    after.push_back(s.row);
    if (s.row.started < m.happened)
      close_session_at(after.back(), end_by_restart(s.row, m.happened), cause_nas_reboot);
    else
      after.back().epoch = m.epoch;
    group.emplace_back(storage::session_changed{after.back()});
  }
  if (group.empty())
    return;
  const auto last = wires->log->append(now(), group);
  if (!last)
    return; // the NAS tells it again until the sessions are gone from its index
  for (std::size_t i = 0; i < after.size(); ++i) {
    after[i].number = journal_number{last->value - after.size() + 1 + i};
    const auto which = after[i].id;
    if (after[i].state == session_state::closed) {
      settle_closed(which, std::move(after[i]));
    } else if (auto* s = find_session(which)) {
      note_closed(before[i]);
      s->row = std::move(after[i]);
      note(*s);
    }
  }
}

void subscriber_state::end_if_stale(const close_stale& m) {
  const auto* s = find_session(m.session);
  if (!s) {
    for (const auto& c : closed)
      if (c.id == m.session)
        note_closed(c);
    return;
  }
  const auto desk = wires->desk->current();
  if (is_silent_now(*s, m.now, *desk))
    (void)close(m.session, s->row.last_seen, cause_lost_carrier, session_reaped);
  else
    note(*s);
}

// A fresh port proof gave the session to another account: it ends here with what was counted so
// far, and its address is free for the new owner. Told again, it tells the same counters again.
void subscriber_state::give_session_away(const hand_over_session& m) {
  touch();
  const auto& r = m.report;
  const auto report = handing_over(r);
  const auto pass_on = [&](const usage& from, journal_number rests_on) {
    if (!wires->directory.empty())
      self->send(wires->shard_of(r.who), continue_session{r.who, r, from, rests_on});
  };
  const auto open = std::find_if(sessions.begin(), sessions.end(),
                                 [&](const auto& s) { return speaks_of(report, s.row); });
  if (open == sessions.end()) {
    const auto was = std::find_if(closed.rbegin(), closed.rend(),
                                  [&](const auto& s) { return speaks_of(report, s); });
    if (was == closed.rend())
      return pass_on({}, {});
    const bool moved = (was->flags & session_moved) != 0;
    if (!moved && r.kind == accounting_kind::stop)
      return take_usage(r); // the Stop of what had ended here
    return pass_on(was->reported, was->number);
  }
  auto after = open->row;
  close_session_at(after, after.last_seen, cause_lost_service, session_moved);
  const auto number = wires->log->append(now(), storage::session_changed{after});
  if (!number)
    return; // no answer: the NAS reports again
  after.number = *number;
  const auto from = after.reported;
  alarm("session-moved", "session " + after.acct_session_id + " of " + after.user_name +
                           " is used from a port of another account");
  settle_closed(after.id, std::move(after), false);
  pass_on(from, *number);
}

// The other end of it: only what is counted from now on is this account's.
void subscriber_state::take_session_over(const continue_session& m) {
  const auto& r = m.report;
  const auto report = handing_over(r);
  const bool open = std::any_of(sessions.begin(), sessions.end(),
                                [&](const auto& s) { return speaks_of(report, s.row); });
  if (open)
    return take_usage(r, m.rests_on);
  const auto was = std::find_if(closed.rbegin(), closed.rend(), [&](const auto& s) {
    return speaks_of(report, s) && s.terminate_cause == cause_lost_service;
  });
  touch();
  if (was == closed.rend()) {
    if (std::any_of(closed.begin(), closed.end(),
                    [&](const auto& s) { return speaks_of(report, s); }))
      return take_usage(r, m.rests_on); // a repeated Stop
    return begin(r, continue_session_from(draft_of(r), report, m.from), m.rests_on);
  }
  // It was here before and comes back: what the other account used meanwhile is not this one's.
  auto back = *was;
  back.state = session_state::open;
  back.ended = {};
  back.terminate_cause = 0;
  back.binding = {};
  back.reported = m.from;
  apply(back, report);
  closed.erase(std::next(was).base());
  begin(r, std::move(back), m.rests_on);
}

// Disconnects. Everybody who wants the same session ended shares one dialogue.
void subscriber_state::end_at_nas(session_id which, std::uint32_t cause, ending_listener then) {
  const auto* s = find_session(which);
  if (!s || !wires->nases) {
    if (then)
      then({s ? disconnect_outcome::not_possible : disconnect_outcome::session_unknown, 0, {}, !s});
    return;
  }
  auto under_way = std::find_if(endings.begin(), endings.end(),
                                [which](const auto& e) { return e.session == which; });
  const bool asked = under_way != endings.end();
  if (!asked)
    under_way = endings.insert(endings.end(), waiting_ending{which, cause, {}});
  if (then)
    under_way->listeners.push_back(std::move(then));
  if (asked)
    return;
  self->request(wires->nases, dialogue_limit, end_session{s->row})
    .then([this, which](const session_ended& how) { ending_over(which, how); },
          [this, which](const caf::error&) {
            ending_over(which, {disconnect_outcome::no_answer, 0});
          });
}

void subscriber_state::ending_over(session_id which, const session_ended& how) {
  begin_turn();
  const auto found = std::find_if(endings.begin(), endings.end(),
                                  [which](const auto& e) { return e.session == which; });
  if (found == endings.end())
    return;
  const auto ending = std::move(*found);
  endings.erase(found);
  if (const auto* s = find_session(which)) {
    const auto seen = s->row.last_seen;
    if (how.outcome == disconnect_outcome::acknowledged)
      (void)close(which, std::max(seen, now()), ending.cause);
    else if (how.outcome == disconnect_outcome::session_unknown ||
             is_silent_now(*s, now(), *wires->desk->current()))
      (void)close(which, seen, ending.cause, session_reaped);
  }
  ending_outcome out{how.outcome, how.error_cause, {}, find_session(which) == nullptr};
  for (const auto& c : closed)
    if (c.id == which)
      out.commit = c.number;
  for (const auto& listener : ending.listeners)
    listener(out);
}

caf::result<session_disconnected> subscriber_state::disconnect(const disconnect_session& m) {
  touch();
  const auto* s = find_session(m.session);
  if (!s)
    return caf::make_error(errc::not_found, std::string{"no such live session"});
  auto reply = self->make_response_promise<session_disconnected>();
  end_at_nas(m.session, cause_admin_reset, [this, reply](const ending_outcome& o) mutable {
    reply.deliver(session_disconnected{o.outcome, o.error_cause, o.over ? o.commit : highest()});
  });
  return reply;
}

// The NAS uses an address that is another's: marked once, told once, disconnected every time.
void subscriber_state::raise_conflict(session_id which, ipv4 address) {
  auto* s = find_session(which);
  if (!s)
    return;
  if ((s->row.flags & session_conflict) == 0) {
    auto after = s->row;
    after.flags |= session_conflict;
    const auto number = wires->log->append(now(), storage::session_changed{after});
    if (!number)
      return; // the next interim finds the same conflict
    after.number = *number;
    s->row = std::move(after);
    alarm("address-conflict", "session " + s->row.acct_session_id + " of " + s->row.user_name +
                                " uses " + to_string(address) + ", which is held by another");
  }
  end_at_nas(which, cause_admin_reset);
}

} // namespace uzel
