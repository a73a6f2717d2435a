// How accounting packets make a session: repeated, reordered and lost ones included. Pure functions
// of values; the subscriber writes what they return.
#pragma once

#include "domain/session.hpp"

#include <cstdint>
#include <string_view>

namespace uzel {

enum class report_kind : std::uint8_t { start, interim, stop };

// What one accounting packet says of one session.
struct session_report {
  report_kind kind = report_kind::start;
  nas_id nas;
  std::uint32_t epoch = 0;
  std::string_view acct_session_id;
  instant happened;
  usage counters;
  std::uint32_t seconds = 0; // Acct-Session-Time, 0 = not sent
  std::uint32_t cause = 0;   // Acct-Terminate-Cause
};

// On-wire values: RFC 2866 section 5.10. Those that we give ourselves.
inline constexpr std::uint32_t cause_lost_carrier = 2; // nothing was heard any more
inline constexpr std::uint32_t cause_lost_service = 3; // the session went over to another account
inline constexpr std::uint32_t cause_admin_reset = 6;
inline constexpr std::uint32_t cause_nas_reboot = 11;
inline constexpr std::uint32_t cause_port_preempted = 13;

// Packets of one session may overtake each other by this much when a NAS does not tell event times.
inline constexpr seconds reorder_window{60};

// The event time that we believe: a NAS whose clock is wrong (1970 after a power cut, or ahead of
// us by more than five minutes) is taken to speak of now.
instant trusted_time(instant happened, instant received);

// Does the report speak of this session? NAS and id must agree and so must the boot epoch, but for
// an open session that outlived an On it was begun after. A Start well after the end is a new
// session that was given the same id.
bool speaks_of(const session_report& r, const session& s);

// A session that begins with this report. A Start that was lost shows as a flag; a Stop makes a
// session that is closed at once.
session begin_session(session draft, const session_report& r);
// A session that was another account's until its counters stood at `from`: only what is above them
// is this account's.
session continue_session_from(session draft, const session_report& r, const usage& from);

enum class report_effect : std::uint8_t { none, updated, closed, reopened };

// Brings the session up to date. Counters, last_seen and the end never go back; a repeated packet
// has no effect. When the counters clearly fell at a later event time (they were reset at the NAS),
// counting goes on from what was used before. An interim that is newer than a presumed end reopens
// the session; one that comes after a Stop has no effect.
report_effect apply(session& s, const session_report& r);

// Ends it; an end before the start becomes the start.
void close_session_at(session& s, instant ended, std::uint32_t cause, std::uint16_t flags = 0);

// A restart is known to have ended the session by then; the last sign of life is what we know
// better.
instant end_by_restart(const session& s, instant restarted);

// True when nothing was heard for `factor` interim intervals.
constexpr bool is_silent(instant last_sign, instant now, seconds interim, std::uint32_t factor) {
  return now - last_sign > interim * factor;
}

} // namespace uzel
