// What a NAS reports of sessions. net -> nas (its first through nas_router) -> directory ->
// subscriber; answered through the answer_gate.
#pragma once

#include "actors/api/login.hpp"
#include "domain/session.hpp"

namespace uzel {

// On-wire values of Acct-Status-Type: RFC 2866 section 5.1.
enum class accounting_kind : std::uint8_t { start = 1, stop = 2, interim = 3, on = 7, off = 8 };

struct account_usage {
  ticket to;
  accounting_kind kind = accounting_kind::start;
  instant received;
  instant happened; // Event-Timestamp, else received - Acct-Delay-Time
  network_facts facts;
  std::string acct_session_id;
  std::string user_name;
  ipv4 address; // Framed-IP-Address
  usage reported;
  std::uint32_t session_seconds = 0;
  std::uint32_t terminate_cause = 0;
  // Filled on the way: by the nas
  std::uint32_t epoch = 0;
  account_id session_owner; // who has the session by the nas's index, 0 = a session it never saw
  // by the directory
  account_id who;
  attachment place;
  bool proven_by_port = false; // a fresh option-82 proof named `who`: it wins over everything else
  std::uint8_t identity_step = 0;                        // how far identification got
  identity_source identified_by = identity_source::none; // what named `who`
  UZEL_INSPECT(account_usage, to_, kind_, received_, happened_, facts_, acct_session_id_,
               user_name_, address_, reported_, session_seconds_, terminate_cause_, epoch_,
               session_owner_, who_, place_, proven_by_port_, identity_step_, identified_by_)
};

// The effect is in the journal as far as rests_on; the Accounting-Response leaves when that is
// synced.
struct usage_recorded {
  ticket to;
  journal_number rests_on;
  UZEL_INSPECT(usage_recorded, to_, rests_on_)
};

// nas -> directory -> subscriber: the NAS restarted; sessions of older epochs that began before
// `happened` end then, once.
struct close_restarted {
  account_id who;
  nas_id nas;
  std::uint32_t epoch = 0; // the new one
  instant happened;
  journal_number rests_on;
  UZEL_INSPECT(close_restarted, who_, nas_, epoch_, happened_, rests_on_)
};

// nas -> directory -> subscriber: nothing was heard of this session; the subscriber decides whether
// it is stale.
struct close_stale {
  account_id who;
  session_id session;
  instant now;
  UZEL_INSPECT(close_stale, who_, session_, now_)
};

// directory -> subscriber of the old account: a port proof gave the session to another; close it,
// tell the last counters to the new owner with continue_session.
struct hand_over_session {
  account_id who;       // the old account
  account_usage report; // addressed to the new one
  UZEL_INSPECT(hand_over_session, who_, report_)
};
struct continue_session {
  account_id who; // the new account
  account_usage report;
  usage from; // counters up to here belong to the old account
  journal_number rests_on;
  UZEL_INSPECT(continue_session, who_, report_, from_, rests_on_)
};

// subscriber -> nas: its index of sessions follows. Open: who has it and when it was last seen;
// closed: forget it.
struct session_noted {
  nas_id nas;
  std::uint32_t epoch = 0;
  std::string acct_session_id;
  session_id session;
  account_id who;
  instant started;
  instant last_seen;
  bool open = true;
  UZEL_INSPECT(session_noted, nas_, epoch_, acct_session_id_, session_, who_, started_, last_seen_,
               open_)
};

} // namespace uzel
