// One NAS: which session is whose by the NAS's own names, its boot epoch, its dialogues that end
// sessions.
#pragma once

#include "actors/wiring.hpp"
#include "domain/segmented_map.hpp"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace uzel {

// What one NAS is born with: its state, and its open sessions.
struct nas_boot {
  nas_state about;
  std::vector<session> sessions;
};

// A dialogue that brought no answer in this time is over.
inline constexpr std::chrono::seconds dialogue_limit{10};
// Dialogues of one NAS at once, and how many may wait for their turn.
inline constexpr std::size_t dialogues_at_once = 32;
inline constexpr std::size_t dialogues_waiting = 1000;
// Two On/Off of this distance in event time are one restart told twice.
inline constexpr std::chrono::seconds same_restart{5};
// Accounts that are told of a restart, and sessions that a sweep names, before others have a turn.
inline constexpr std::size_t closing_batch = 500;
inline constexpr std::size_t sweep_batch = 1000;

struct nas_actor_state {
  explicit nas_actor_state(nas_actor::pointer self);

  void on(account_usage&& report);
  void on(const session_noted& note);
  void on(const dynauth_answered& outcome);
  void on(const dialogue_expired& which);
  void on(const sweep_stale& order);
  void on(const continue_closing& next);
  caf::result<session_ended> on(const end_session& order);
  nases_listed on(const list_nases& question) const;

  nas_actor::pointer self;
  wiring* wires = nullptr;
  nas_state about;

  struct entry {
    session_id session;
    account_id who;
    instant started;
    instant last_seen;
  };
  struct session_name {
    std::uint32_t epoch = 0;
    std::string text;
    bool operator==(const session_name&) const = default;
  };
  struct name_hash {
    std::size_t operator()(const session_name& x) const noexcept;
  };
  segmented_map<session_name, entry, name_hash> index;

 private:
  struct dialogue {
    end_session order;
    caf::typed_response_promise<session_ended> reply;
  };

  void restarted(const account_usage& report, instant happened);
  void pass_on(account_usage&& report, instant happened);
  // The epoch that a report belongs to, by its time and by when its session began.
  std::uint32_t epoch_of(const account_usage& report, instant happened) const;
  void learn(const network_facts& facts, instant received);
  void start_dialogues();
  void end_dialogue(std::uint64_t number, session_ended outcome);
  duration silence_limit() const;

  ipv4 address_;
  instant last_heard_;
  std::vector<account_id> to_close_; // accounts that have not been told of the last restart yet
  std::map<std::uint64_t, dialogue> talking_;
  std::deque<dialogue> waiting_;
  std::uint64_t last_number_ = 0;
};

// `wires` outlives it.
nas_actor::behavior_type nas_of(nas_actor::stateful_pointer<nas_actor_state> self, wiring* wires,
                                const nas_boot& boot);

} // namespace uzel
