#include "domain/session_rules.hpp"

#include <algorithm>

namespace uzel {
namespace {

constexpr seconds clock_ahead{300};
constexpr seconds clock_behind{7 * 86400};
// How late a retransmission without an event time may be against the session's own clock.
constexpr seconds retransmission_delay{120};

usage growth(const usage& from, const usage& to) {
  const auto more = [](std::uint64_t a, std::uint64_t b) { return b > a ? b - a : 0; };
  return {more(from.in_octets, to.in_octets), more(from.out_octets, to.out_octets),
          more(from.in_packets, to.in_packets), more(from.out_packets, to.out_packets)};
}

usage sum(const usage& a, const usage& b) {
  return {a.in_octets + b.in_octets, a.out_octets + b.out_octets, a.in_packets + b.in_packets,
          a.out_packets + b.out_packets};
}

// Octets and packets fell together; octets alone may only be a gigaword that lags behind.
bool clearly_fell(const usage& before, const usage& now) {
  const auto packets_before = before.in_packets + before.out_packets;
  return now.in_octets + now.out_octets < before.in_octets + before.out_octets &&
         (packets_before == 0 || now.in_packets + now.out_packets < packets_before);
}

// Event times tell the order; where a retransmission carries none, the session's own clock does.
bool is_older(const session& s, const session_report& r) {
  if (r.happened < s.last_seen)
    return true;
  if (r.seconds == 0)
    return false;
  const auto by_session_clock = s.started + seconds{r.seconds};
  return by_session_clock < s.last_seen && r.happened - by_session_clock <= retransmission_delay;
}

void take_counters(session& s, const session_report& r) {
  if (r.counters == usage{})
    return; // a report without counters is no reset
  const bool older = is_older(s, r);
  if (!older && r.happened > s.last_seen && clearly_fell(s.reported, r.counters)) {
    s.used = sum(s.used, r.counters);
    s.reported = r.counters;
    s.flags |= session_counter_reset;
    return;
  }
  // After a reset the counters of before it would look like growth.
  if (older && (s.flags & session_counter_reset) != 0)
    return;
  const auto more = growth(s.reported, r.counters);
  s.used = sum(s.used, more);
  s.reported = sum(s.reported, more);
}

void clear_flag(session& s, std::uint16_t flag) {
  s.flags = static_cast<std::uint16_t>(s.flags & ~flag);
}

// The Start that came after other packets of its session.
report_effect take_late_start(session& s, const session_report& r) {
  if ((s.flags & session_begun_by_interim) == 0 || r.happened > s.last_seen)
    return report_effect::none;
  s.started = std::min(s.started, r.happened);
  clear_flag(s, session_begun_by_interim);
  return report_effect::updated;
}

bool was_presumed_ended(const session& s) {
  return (s.flags & session_reaped) != 0;
}

report_effect reopen(session& s, const session_report& r) {
  s.state = session_state::open;
  s.ended = {};
  s.terminate_cause = 0;
  clear_flag(s, session_reaped);
  take_counters(s, r);
  s.last_seen = std::max(s.last_seen, r.happened);
  return report_effect::reopened;
}

report_effect take_late_interim(session& s, const session_report& r) {
  if (was_presumed_ended(s))
    return r.happened > s.ended ? reopen(s, r) : report_effect::none;
  // The NAS counts session time beyond the Stop: it goes on there whatever we were told.
  if (r.seconds != 0 && s.started + seconds{r.seconds} > s.ended + reorder_window &&
      r.happened > s.ended + reorder_window)
    return reopen(s, r);
  return report_effect::none;
}

report_effect take_late_stop(session& s, const session_report& r) {
  if (was_presumed_ended(s)) {
    take_counters(s, r);
    s.last_seen = std::max(s.last_seen, r.happened);
    s.ended = std::max(s.ended, s.last_seen);
    s.terminate_cause = r.cause;
    clear_flag(s, session_reaped);
    return report_effect::updated;
  }
  // After a Stop, or a Disconnect that was acknowledged, only counters that were still missing
  // matter.
  const auto more = growth(s.reported, r.counters);
  if (more == usage{} || (s.flags & session_counter_reset) != 0)
    return report_effect::none;
  s.used = sum(s.used, more);
  s.reported = sum(s.reported, more);
  return report_effect::updated;
}

report_effect apply_to_closed(session& s, const session_report& r) {
  if ((s.flags & session_moved) != 0 && s.terminate_cause == cause_lost_service)
    return report_effect::none; // what it uses now is another account's
  switch (r.kind) {
  case report_kind::start:
    return take_late_start(s, r);
  case report_kind::interim:
    return take_late_interim(s, r);
  case report_kind::stop:
    return take_late_stop(s, r);
  }
  return report_effect::none;
}

} // namespace

instant trusted_time(instant happened, instant received) {
  return happened > received + clock_ahead || happened < received - clock_behind ? received
                                                                                 : happened;
}

bool speaks_of(const session_report& r, const session& s) {
  if (s.nas != r.nas || s.acct_session_id != r.acct_session_id)
    return false;
  if (s.state == session_state::closed)
    return s.epoch == r.epoch &&
           (r.kind != report_kind::start || r.happened <= s.ended + reorder_window);
  if (s.epoch == r.epoch)
    return true;
  // Another epoch: a survivor of an On, unless its own clock says that it began after we last saw
  // ours.
  return r.kind != report_kind::start &&
         (r.seconds == 0 || r.happened - seconds{r.seconds} <= s.last_seen + reorder_window);
}

session begin_session(session draft, const session_report& r) {
  auto& s = draft;
  s.nas = r.nas;
  s.epoch = r.epoch;
  s.acct_session_id = r.acct_session_id;
  s.state = session_state::open;
  s.started = r.kind == report_kind::start ? r.happened : r.happened - seconds{r.seconds};
  s.last_seen = r.happened;
  s.used = s.reported = r.counters;
  if (r.kind != report_kind::start)
    s.flags |= session_begun_by_interim;
  if (r.kind == report_kind::stop)
    close_session_at(s, r.happened, r.cause);
  return draft;
}

session continue_session_from(session draft, const session_report& r, const usage& from) {
  auto first = r;
  first.counters = from;
  first.kind = report_kind::start;
  auto s = begin_session(std::move(draft), first);
  s.used = {};
  s.flags |= session_moved;
  apply(s, r);
  return s;
}

report_effect apply(session& s, const session_report& r) {
  if (s.state == session_state::closed)
    return apply_to_closed(s, r);
  if (r.kind == report_kind::start)
    return take_late_start(s, r);
  const auto used = s.used;
  const auto reported = s.reported;
  const auto seen = s.last_seen;
  take_counters(s, r);
  s.last_seen = std::max(s.last_seen, r.happened);
  if (r.kind == report_kind::stop) {
    close_session_at(s, s.last_seen, r.cause);
    return report_effect::closed;
  }
  const bool same = s.used == used && s.reported == reported && s.last_seen == seen;
  return same ? report_effect::none : report_effect::updated;
}

void close_session_at(session& s, instant ended, std::uint32_t cause, std::uint16_t flags) {
  s.state = session_state::closed;
  s.ended = std::max(ended, s.started);
  s.terminate_cause = cause;
  s.flags = static_cast<std::uint16_t>(s.flags | flags);
}

instant end_by_restart(const session& s, instant restarted) {
  return std::min(s.last_seen, restarted);
}

} // namespace uzel
