// The NAS side: dialogues that end sessions, and the index of sessions by id.
#pragma once

#include "actors/api/accounting.hpp"
#include "actors/api/accounts.hpp"

namespace uzel {

// subscriber -> nas_router -> nas (request/response): end this session at the NAS.
struct end_session {
  session what;
  UZEL_INSPECT(end_session, what_)
};
struct session_ended {
  disconnect_outcome outcome = disconnect_outcome::no_answer;
  std::uint32_t error_cause = 0;
  UZEL_INSPECT(session_ended, outcome_, error_cause_)
};

// net -> nas (through nas_router): the dialogue with this number is over.
struct dynauth_answered {
  nas_id nas;
  std::uint64_t number = 0;
  disconnect_outcome outcome = disconnect_outcome::no_answer;
  std::uint32_t error_cause = 0;
  UZEL_INSPECT(dynauth_answered, nas_, number_, outcome_, error_cause_)
};

// clock -> nas_router -> nas: look for sessions that fell silent.
struct sweep_stale {
  instant now;
  UZEL_INSPECT(sweep_stale, now_)
};

// nas -> itself: more sessions of older epochs wait to be closed.
struct continue_closing {
  nas_id nas;
  UZEL_INSPECT(continue_closing, nas_)
};
// nas -> itself: the dialogue with this number has had its time.
struct dialogue_expired {
  nas_id nas;
  std::uint64_t number = 0;
  UZEL_INSPECT(dialogue_expired, nas_, number_)
};

struct list_nases {
  std::uint32_t limit = 1000;
  UZEL_INSPECT(list_nases, limit_)
};
struct nas_shown {
  nas_state state;
  std::uint32_t sessions = 0;
  instant last_heard;
  UZEL_INSPECT(nas_shown, state_, sessions_, last_heard_)
};
struct nases_listed {
  std::vector<nas_shown> rows;
  UZEL_INSPECT(nases_listed, rows_)
};

} // namespace uzel
