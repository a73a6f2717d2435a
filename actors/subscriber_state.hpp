// What a subscriber actor knows and does; included only by its own sources and tests.
#pragma once

#include "actors/subscriber.hpp"
#include "domain/access_decision.hpp"
#include "domain/session_rules.hpp"

#include <functional>

namespace uzel {

// An open session with what only memory knows of it (session_memory).
struct kept_session {
  session row;
  instant heard;
  client_id via;
  bool foreign = false;
};

// A binding that the account may announce.
struct kept_binding {
  binding row;
  instant announced = {};    // in an answer that no session has taken up yet; 0 = none waits
  instant leased_until = {}; // a DHCP client was told that it is his until then; 0 = no lease
  // A guest's address for want of another: good enough until then.
  instant makeshift_until = {};
  bool to_nas = false; // announced in an Access-Accept: a session may begin on it
};

// A login that waits for an address or for the end of another session.
struct waiting_login {
  login ask;
  proof_state proof = proof_state::not_needed;
  proof_answer extra;        // of the proof, for the answer
  std::uint64_t request = 0; // of the take_address that is under way
  ipv4 fixed;                // what was asked of the pools
  network_id link;           // ... on which wire
  pool_kind kind = pool_kind::internet;
  session_id victim;  // the session that has to end first
  binding_id granted; // what the pool gave
  std::uint8_t takes = 0;
  std::uint8_t preemptions = 0;
  bool fell_back = false; // no internet address was free
};

// An address that accounting named and that the pool was asked about.
struct waiting_adoption {
  std::uint64_t request = 0;
  session_id session;
  instant asked;
};

// How a dialogue that ends a session at its NAS came out. `commit` is the record that closed it, 0
// while it is open.
struct ending_outcome {
  disconnect_outcome outcome = disconnect_outcome::no_answer;
  std::uint32_t error_cause = 0;
  journal_number commit;
  bool over = false; // the session is closed now, by whichever way
};
using ending_listener = std::function<void(const ending_outcome&)>;

// A dialogue under way; everybody who wants the same session ended hears of it.
struct waiting_ending {
  session_id session;
  std::uint32_t cause = 0;
  std::vector<ending_listener> listeners;
};

// What a DHCP client may have where it is now.
struct lease_terms {
  routing_domain_id domain;
  network_id link;
  pool_kind kind = pool_kind::guest; // of dynamic addresses
  bool paid = false;
  refusal why = refusal::none; // unless paid: why not
  service_id service;
  instant paid_until; // 0 = open
  client_id from;
};

struct subscriber_state {
  explicit subscriber_state(subscriber_actor::pointer self_);

  // Birth and sleep (subscriber.cpp).
  void wake(wiring& wires_, account_shown known);
  void look_if_idle();

  // Logins (subscriber_login.cpp).
  void answer_login(login&& asked);
  void admit(waiting_login&& w);
  void resume_logins(session_id ended, bool over);

  // Addresses (subscriber_addresses.cpp, subscriber_leases.cpp).
  void give_address(waiting_login&& w, const access_decision& decision, const client& policies,
                    const catalogue& desk);
  void address_came(const address_taken& m);
  void address_was_refused(const address_refused& m);
  void consider_give_up(const give_up& m);
  void use_address(session_id session);
  void release(const session& of, instant ended, bool keep_for_owner = true);
  void give_back_others(const login& answered, binding_id used);

  // DHCP (subscriber_dhcp.cpp).
  void give_lease(waiting_login&& w, const access_decision& decision, const catalogue& desk);
  void end_by_client(const end_lease& m);

  // Sessions (subscriber_sessions.cpp, subscriber_moves.cpp).
  void take_usage(const account_usage& r, journal_number floor = {});
  void end_restarted(const close_restarted& m);
  void end_if_stale(const close_stale& m);
  void give_session_away(const hand_over_session& m);
  void take_session_over(const continue_session& m);
  result<journal_number> close(session_id which, instant ended, std::uint32_t cause,
                               std::uint16_t flags = 0);
  bool reap_silent(instant now);
  void end_at_nas(session_id which, std::uint32_t cause, ending_listener then = {});
  void raise_conflict(session_id which, ipv4 address);

  // The desk (subscriber_desk.cpp, subscriber_statics.cpp).
  caf::result<account_shown> change(const change_account& m);
  caf::result<account_shown> add(const add_access& m);
  caf::result<account_shown> remove(const remove_access& m);
  caf::result<account_shown> subscribe(const set_subscription& m);
  caf::result<account_shown> add(const add_static_address& m);
  caf::result<account_shown> remove(const remove_static_address& m);
  caf::result<session_disconnected> disconnect(const disconnect_session& m);
  account_shown shown() const;

  // What all of the above stand on (subscriber.cpp).
  // When this turn began: everything that a turn does happens at once.
  instant now() const { return turn; }
  void begin_turn() { turn = wires->time->now(); }
  void touch() { touched = now(); }
  journal_number highest() const;
  result<journal_number> write(account_state after, std::vector<access> released = {});
  void alarm(std::string id, std::string text) const;
  void note(const kept_session& s) const;
  void note_closed(const session& s) const;
  kept_session* find_session(session_id which);
  kept_binding* find_binding(binding_id which);
  seconds interim_of(const kept_session& s, const catalogue& desk) const;
  bool is_silent_now(const kept_session& s, instant at, const catalogue& desk) const;
  bool is_announced(const kept_binding& b, instant at) const;
  bool is_leased(const kept_binding& b, instant at) const;
  bool is_used_by_session(const kept_binding& b) const;
  bool is_with_nas(const kept_binding& b) const;
  bool is_asked_for(const kept_binding& b) const;
  bool was_taken_up(const binding& offer) const;
  subscriber_state& hear() {
    ++heard;
    begin_turn();
    return *this;
  }
  void rest_until_heard_of();
  void offer_to_sleep();
  caf::error die(const std::exception_ptr& why) const;

  subscriber_actor::pointer self;
  wiring* wires = nullptr;

  account_state account;
  std::vector<kept_binding> bindings; // live ones, and the account's own in any state
  std::vector<kept_session> sessions; // open
  std::vector<session> closed;        // lately, oldest first: packets of theirs may still come
  std::vector<waiting_login> waiting;
  std::vector<waiting_adoption> adoptions;
  std::vector<waiting_ending> endings;
  std::uint64_t next_request = 1;
  std::uint32_t busy = 0; // desk commands under way
  instant turn;
  instant touched;
  std::uint32_t heard = 0; // messages of the shard in this life

  // Details of the above, each used by one source.
  void answer(waiting_login& w, login_answered answered);
  void refuse(waiting_login& w, refusal why, journal_number rests_on = {});
  void fall_silent(waiting_login& w, trace_code code, std::uint64_t argument);
  void accept(waiting_login& w, kept_binding& b, const access_decision& decision,
              const client& policies, const catalogue& desk);
  void take(waiting_login&& w, routing_domain_id domain, pool_kind kind, ipv4 fixed);
  void check_proof(waiting_login& w);
  bool has_room(waiting_login& w, const client& policies);
  std::size_t places_elsewhere(attachment_key here, instant at) const;
  void drop_late_logins(instant at);
  void drop_binding(binding_id which);
  kept_binding& remember(const binding& given);
  void send_release(const binding& b, instant ended, bool keep_for_owner) const;
  void address_came_late(const binding& given);
  void go_without_address(waiting_login&& w, const address_refused& m);
  bool is_used_elsewhere(ipv4 address, routing_domain_id domain, attachment_key here) const;
  kept_binding* binding_here(const login& ask, routing_domain_id domain, bool paid,
                             const catalogue& desk);
  void adopted(const waiting_adoption& a, const binding& given, bool known);
  bool is_own_static(routing_domain_id domain, ipv4 address) const;
  void take_port_over(waiting_login& w, const catalogue& desk);
  bool renews_lease(const login& ask) const;
  void offer_lease(waiting_login&& w, const lease_terms& terms, const catalogue& desk);
  void confirm_lease(waiting_login&& w, lease_terms terms, const catalogue& desk);
  bool may_lease(const kept_binding& b, const waiting_login& w, const lease_terms& terms,
                 const catalogue& desk) const;
  bool may_lease_static(ipv4 address, const waiting_login& w, const lease_terms& terms) const;
  void adopt_lease(waiting_login&& w, const lease_terms& terms, bool may_take_free);
  void refuse_lease(waiting_login& w, refusal why, journal_number rests_on = {});
  void grant_lease(waiting_login& w, kept_binding& b, const lease_terms& terms,
                   const catalogue& desk);
  std::optional<instant> holds_on(const give_up& m);

  void begin(const account_usage& r, session fresh, journal_number floor);
  void update_open(kept_session& kept, const account_usage& r, journal_number floor);
  bool update_closed(const account_usage& r, journal_number floor);
  void settle_open(kept_session& kept, const account_usage& r);
  void settle_closed(session_id which, session after, bool keep_for_owner = true);
  void remember_closed(session s, instant at);
  session draft_of(const account_usage& r) const;
  void name_address(session& s, const account_usage& r) const;
  void enforce_limit(session_id fresh);
  void recorded(const account_usage& r, journal_number rests_on) const;
  void ending_over(session_id which, const session_ended& how);
};

// The actor's behaviour; spawn_subscriber starts it.
subscriber_actor::behavior_type
subscriber(subscriber_actor::stateful_pointer<subscriber_state> self, wiring& wires,
           account_shown known);

// The same place as far as address history cares; NAS-Port-Id may name the session.
bool same_spot(const attachment& a, const attachment& b);

// May the pool still serve that client and place? Addresses outside every pool serve all.
bool still_serves(const catalogue& desk, const binding& b, const login& ask);

bool is_of_guests(const catalogue& desk, const binding& b);

// What the packet says of its session, at an event time that we believe.
session_report report_of(const account_usage& r);
// One more step in the login's trace.
void add_step(login& ask, instant at, trace_code code, std::uint64_t argument);
// An error with its sentence for the API.
caf::error refusal_of(errc why, std::string text);
// ... for a change that the journal did not take.
caf::error refusal_of(const boost::system::error_code& why);

// The client's row, or the defaults (which refuse) when it is gone.
const client& client_of(const catalogue& desk, client_id which);

} // namespace uzel
