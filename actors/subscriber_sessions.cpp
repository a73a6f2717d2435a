// Accounting: what a NAS reports becomes sessions. One packet has one effect, however often and in
// which order it comes (domain/session_rules.hpp); each effect is one atomic group in the journal.
#include "actors/subscriber_state.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace uzel {

session_report report_of(const account_usage& r) {
  session_report out;
  out.kind = r.kind == accounting_kind::start  ? report_kind::start
             : r.kind == accounting_kind::stop ? report_kind::stop
                                               : report_kind::interim;
  out.nas = r.facts.nas;
  out.epoch = r.epoch;
  out.acct_session_id = r.acct_session_id;
  out.happened = trusted_time(r.happened, r.received);
  out.counters = r.reported;
  out.seconds = r.session_seconds;
  out.cause = r.terminate_cause;
  return out;
}

void subscriber_state::take_usage(const account_usage& r, journal_number floor) {
  touch();
  if (r.kind == accounting_kind::on || r.kind == accounting_kind::off)
    return; // the NAS's own affair
  const auto report = report_of(r);
  kept_session* known = nullptr;
  for (auto& s : sessions)
    if (speaks_of(report, s.row) && (!known || s.row.epoch == r.epoch))
      known = &s;
  if (known)
    update_open(*known, r, floor);
  else if (!update_closed(r, floor))
    begin(r, begin_session(draft_of(r), report), floor);
}

void subscriber_state::update_open(kept_session& kept, const account_usage& r,
                                   journal_number floor) {
  const auto report = report_of(r);
  kept.via = r.facts.from;
  auto after = kept.row;
  const auto effect = apply(after, report);
  if (effect != report_effect::closed)
    name_address(after, r);
  // A session that outlived an On goes over into the new epoch.
  after.epoch = std::max(after.epoch, r.epoch);
  if (after == kept.row)
    return recorded(r, std::max(floor, kept.row.number));
  const auto number = wires->log->append(now(), storage::session_changed{after});
  if (!number)
    return; // no answer: the NAS reports again
  after.number = *number;
  if (after.epoch != kept.row.epoch)
    note_closed(kept.row);
  if (effect == report_effect::closed) {
    settle_closed(after.id, std::move(after));
  } else {
    kept.row = std::move(after);
    settle_open(kept, r);
  }
  recorded(r, std::max(floor, *number));
}

// Packets that come after the end. False: none of the sessions that ended lately is meant.
bool subscriber_state::update_closed(const account_usage& r, journal_number floor) {
  const auto report = report_of(r);
  const auto found = std::find_if(closed.rbegin(), closed.rend(),
                                  [&](const auto& s) { return speaks_of(report, s); });
  if (found == closed.rend())
    return false;
  auto after = *found;
  const auto effect = apply(after, report);
  if (effect == report_effect::none) {
    recorded(r, std::max(floor, found->number));
    return true;
  }
  if (effect == report_effect::reopened) {
    after.binding = {};
    name_address(after, r);
  }
  const auto number = wires->log->append(now(), storage::session_changed{after});
  if (!number)
    return true;
  after.number = *number;
  if (effect == report_effect::reopened) {
    closed.erase(std::next(found).base());
    sessions.push_back({std::move(after), r.received, r.facts.from, false});
    settle_open(sessions.back(), r);
  } else {
    *found = std::move(after);
  }
  recorded(r, std::max(floor, *number));
  return true;
}

session subscriber_state::draft_of(const account_usage& r) const {
  session out;
  out.id = session_id{wires->next_session->fetch_add(1)};
  out.account = account.id;
  out.user_name = r.user_name;
  out.place = r.place;
  return out;
}

// A new session, together with the end of those at its place whose Stop was lost.
void subscriber_state::begin(const account_usage& r, session fresh, journal_number floor) {
  name_address(fresh, r);
  std::vector<session> over;
  if (fresh.state == session_state::open && fresh.place.key)
    for (const auto& s : sessions) {
      if (s.row.place.key != fresh.place.key)
        continue;
      if (s.row.started <= fresh.started) {
        over.push_back(s.row);
        close_session_at(over.back(), s.row.last_seen, cause_lost_carrier, session_reaped);
      } else {
        // A Start that was overtaken by the next session of its place.
        close_session_at(fresh, fresh.last_seen, cause_lost_carrier, session_reaped);
      }
    }
  std::vector<storage::record> group;
  for (const auto& s : over)
    group.emplace_back(storage::session_changed{s});
  group.emplace_back(storage::session_changed{fresh});
  const auto last = wires->log->append(now(), group);
  if (!last)
    return;
  for (std::size_t i = 0; i < over.size(); ++i)
    over[i].number = journal_number{last->value - over.size() + i};
  fresh.number = *last;
  const auto which = fresh.id;
  const bool open = fresh.state == session_state::open;
  if (open)
    sessions.push_back({std::move(fresh), r.received, r.facts.from, false});
  for (auto& s : over)
    settle_closed(s.id, std::move(s));
  if (auto* kept = find_session(which)) {
    settle_open(*kept, r);
    enforce_limit(which);
  } else if (!open) { // its NAS was never told of it
    release(fresh, fresh.ended);
    remember_closed(std::move(fresh), now());
  }
  recorded(r, std::max(floor, *last));
}

// The address that the NAS says the session has, and the account's binding of it at that place.
void subscriber_state::name_address(session& s, const account_usage& r) const {
  if (r.address && r.address != s.address) {
    s.address = r.address;
    s.binding = {};
  }
  if (!s.address || s.binding)
    return;
  const auto desk = wires->desk->current();
  const routing_domain_id domain{client_of(*desk, r.facts.from).routing_domain_id};
  for (const auto& b : bindings)
    if (is_live(b.row) && b.row.address == s.address && b.row.domain == domain &&
        b.row.place.key == s.place.key)
      s.binding = b.row.id;
}

// Who sent the report on knows the session already if it named the owner.
void subscriber_state::settle_open(kept_session& kept, const account_usage& r) {
  kept.heard = std::max(kept.heard, r.received);
  if (r.session_owner != account.id || r.epoch != kept.row.epoch)
    note(kept);
  use_address(kept.row.id);
}

void subscriber_state::settle_closed(session_id which, session after, bool keep_for_owner) {
  std::erase_if(sessions, [which](const auto& s) { return s.row.id == which; });
  note_closed(after);
  release(after, after.ended, keep_for_owner);
  remember_closed(std::move(after), now());
  resume_logins(which, true);
}

void subscriber_state::recorded(const account_usage& r, journal_number rests_on) const {
  wires->answers->recorded({r.to, rests_on});
}

result<journal_number> subscriber_state::close(session_id which, instant ended, std::uint32_t cause,
                                               std::uint16_t flags) {
  const auto* s = find_session(which);
  if (!s)
    return errc::not_found;
  auto after = s->row;
  close_session_at(after, ended, cause, flags);
  const auto number = wires->log->append(now(), storage::session_changed{after});
  if (!number)
    return number;
  after.number = *number;
  settle_closed(which, std::move(after));
  return number;
}

// Ends what was silent for too long, at the last sign of it; false when the journal takes no more.
bool subscriber_state::reap_silent(instant at) {
  const auto desk = wires->desk->current();
  std::vector<std::pair<session_id, instant>> silent;
  for (const auto& s : sessions)
    if (is_silent_now(s, at, *desk))
      silent.emplace_back(s.row.id, s.row.last_seen);
  for (const auto& [which, seen] : silent)
    if (const auto done = close(which, seen, cause_lost_carrier, session_reaped);
        !done && done.error() != errc::not_found)
      return false;
  return true;
}

// Accounting made a session beyond the limit (it never asked for a login, or was moved here): one
// of them is disconnected.
void subscriber_state::enforce_limit(session_id fresh) {
  const auto* s = find_session(fresh);
  if (!s)
    return;
  const std::size_t limit = std::max<std::size_t>(1, account.session_limit);
  const auto here = s->row.place.key;
  const auto others = [&] {
    std::vector<attachment_key> places;
    for (const auto& x : sessions)
      if (x.row.place.key != here &&
          std::find(places.begin(), places.end(), x.row.place.key) == places.end())
        places.push_back(x.row.place.key);
    return places.size();
  };
  if (others() < limit || !reap_silent(now()) || others() < limit)
    return;
  s = find_session(fresh);
  if (!s)
    return;
  const auto desk = wires->desk->current();
  auto victim = fresh;
  if (client_of(*desk, s->via).on_session_limit == limit_policy::preempt) {
    auto oldest = s->row.started;
    for (const auto& x : sessions)
      if (x.row.place.key != here && x.row.started <= oldest) {
        oldest = x.row.started;
        victim = x.row.id;
      }
  }
  end_at_nas(victim, cause_port_preempted);
}

} // namespace uzel
