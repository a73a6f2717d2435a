#include "actors/subscriber.hpp"

#include "actors/subscriber_state.hpp"
#include "config/log.hpp"

#include <boost/container/small_vector.hpp>
#include <caf/all.hpp>

#include <algorithm>
#include <exception>

namespace uzel {
namespace {

// Packets of a closed session that come later than this are taken for a new one.
constexpr seconds closed_memory{3600};
// A session that was presumed ended may come back with counters that we have counted already.
constexpr seconds reaped_memory{86400};
constexpr std::size_t closed_limit = 8;
constexpr seconds adoption_patience{10};

bool worth_remembering(const session& s, instant at) {
  return at - s.ended <= ((s.flags & session_reaped) != 0 ? reaped_memory : closed_memory);
}

// The actor; it keeps what is known of the account until its first turn.
class living_subscriber final : public subscriber_actor::stateful_base<subscriber_state> {
 public:
  living_subscriber(caf::actor_config& how, wiring& wires, account_shown known)
    : stateful_actor{how}
    , wires_{wires}
    , known_{std::move(known)} {}

 private:
  behavior_type make_behavior() override { return subscriber(this, wires_, std::move(known_)); }

  wiring& wires_;
  account_shown known_;
};

} // namespace

subscriber_state::subscriber_state(subscriber_actor::pointer self_) : self{self_} {}

void subscriber_state::wake(wiring& wires_, account_shown known) {
  wires = &wires_;
  account = std::move(known.account);
  begin_turn();
  touch();
  // Numbers of an earlier life must not meet late answers to this one.
  next_request = static_cast<std::uint64_t>(touched.us);
  // Only some of the ended ones are remembered: the latest.
  closed.reserve(std::min(known.sessions.size(), closed_limit));
  std::sort(known.sessions.begin(), known.sessions.end(),
            [](const session& a, const session& b) { return a.number < b.number; });
  for (auto& s : known.sessions) {
    if (s.state == session_state::closed) {
      remember_closed(std::move(s), touched);
      continue;
    }
    const auto memory = std::find_if(known.memories.begin(), known.memories.end(),
                                     [&](const session_memory& m) { return m.session == s.id; });
    const auto seen = s.last_seen;
    if (memory == known.memories.end())
      sessions.push_back({std::move(s), seen, {}, false});
    else
      sessions.push_back({std::move(s), memory->heard, memory->via, memory->foreign});
  }
  const auto offer = wires->settings.offer_time;
  for (const auto& b : known.bindings)
    if (is_live(b) || b.fixed)
      bindings.push_back(
        {b,
         b.state == binding_state::offered && !was_taken_up(b) ? b.until - offer : instant{},
         b.state == binding_state::bound && !b.session ? b.until : instant{},
         {},
         true}); // to a NAS or not stands nowhere
  // A Stop frees its address even if the process died between the two.
  for (std::size_t i = bindings.size(); i-- > 0;) {
    const auto b = bindings[i].row;
    const bool in_use = std::any_of(sessions.begin(), sessions.end(), [&](const auto& s) {
      return s.row.binding == b.id || s.row.address == b.address;
    });
    const bool was_used = (b.state == binding_state::bound && b.session) ||
                          (b.state == binding_state::offered && was_taken_up(b));
    if (!was_used || in_use)
      continue;
    send_release(b, b.last_seen, true);
    drop_binding(b.id);
  }
}

// Whether a session began on an offer and only the pool's record of it was lost.
bool subscriber_state::was_taken_up(const binding& offer) const {
  return std::any_of(sessions.begin(), sessions.end(),
                     [&](const auto& s) { return s.row.binding == offer.id; }) ||
         std::any_of(closed.begin(), closed.end(), [&](const auto& s) {
           return s.binding == offer.id && s.number > offer.number;
         });
}

// Sleep.

void subscriber_state::look_if_idle() {
  const auto at = now();
  drop_late_logins(at);
  std::erase_if(adoptions, [at](const auto& a) { return at - a.asked > adoption_patience; });
  // An offer says itself when it lapses; that an address in use was announced again stands nowhere.
  const auto forgets = [&](const auto& b) {
    return is_announced(b, at) && b.row.state != binding_state::offered;
  };
  if (at - touched >= wires->settings.idle_sleep &&
      std::none_of(bindings.begin(), bindings.end(), forgets))
    offer_to_sleep();
}

// The next report of a session and the renewal of a lease come in minutes, but who was just told an
// address will use it. Everything of this actor is in the cache now, and will not be later.
void subscriber_state::rest_until_heard_of() {
  if (is_guest(account.id) && bindings.empty() && sessions.empty())
    return; // he will be forgotten, and his Stop may be repeated
  const auto at = now();
  if (std::none_of(bindings.begin(), bindings.end(),
                   [&](const auto& b) { return is_announced(b, at) || b.makeshift_until > at; }))
    offer_to_sleep();
}

// The last act of a turn: what happened after it would be lost.
void subscriber_state::offer_to_sleep() {
  if (!waiting.empty() || !endings.empty() || !adoptions.empty() || busy != 0)
    return;
  if (wires->directory.empty())
    return; // the house is being taken down
  const auto at = now();
  boost::container::small_vector<const binding*, 4> addresses;
  for (const auto& b : bindings)
    addresses.push_back(&b.row);
  boost::container::small_vector<const session*, 8> rows;
  boost::container::small_vector<session_memory, 4> memories;
  for (const auto& s : closed) // first, for they are older: waking sorts by age
    if (worth_remembering(s, at))
      rows.push_back(&s);
  for (const auto& s : sessions) {
    rows.push_back(&s.row);
    memories.push_back({s.row.id, s.heard, s.via, s.foreign});
  }
  const account_parts known{&account,
                            {addresses.data(), addresses.size()},
                            {rows.data(), rows.size()},
                            highest(),
                            {memories.data(), memories.size()}};
  self->send(wires->shard_of(account.id), ready_to_sleep{account.id, heard, put_to_rest(known)});
}

// A subscriber that ends by a mistake takes with it what no packed picture knows: serving an older
// one could give an address or a session twice. The process ends, and the journal tells the truth
// at the next start.
caf::error subscriber_state::die(const std::exception_ptr& why) const {
  std::string what = "an unknown exception";
  try {
    std::rethrow_exception(why);
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) { // says no more of itself
  }
  const auto text = "the actor of account " + std::to_string(account.id.value) + " died: " + what;
  log::directory.error("subscriber-died", "{}; the process ends and replays the journal", text);
  alarm("subscriber-died", text);
  if (!wires->fatal) {
    log::flush();
    std::terminate();
  }
  wires->fatal(text);
  return caf::exit_reason::unhandled_exception;
}

// What everything stands on.

account_shown subscriber_state::shown() const {
  account_shown out;
  out.account = account;
  for (const auto& b : bindings)
    out.bindings.push_back(b.row);
  for (const auto& s : sessions)
    out.sessions.push_back(s.row);
  out.commit = highest();
  return out;
}

// Of all that this account's answers may rest on. A little too high is harmless: it is synced
// within the same batch.
journal_number subscriber_state::highest() const {
  auto out = account.number_of_change;
  for (const auto& b : bindings)
    out = std::max(out, b.row.number);
  for (const auto& s : sessions)
    out = std::max(out, s.row.number);
  for (const auto& s : closed)
    out = std::max(out, s.number);
  return out;
}

result<journal_number> subscriber_state::write(account_state after, std::vector<access> released) {
  const auto number = wires->log->append(now(), storage::account_changed{after});
  if (!number)
    return number;
  account = std::move(after);
  account.number_of_change = *number;
  if (!wires->directory.empty())
    self->send(wires->shard_of(account.id),
               account_settled{account.id, account.status, std::move(released), *number});
  return number;
}

void subscriber_state::alarm(std::string id, std::string text) const {
  if (wires->events)
    self->send(wires->events,
               alarm_raised{now(), std::move(id), is_guest(account.id) ? "guest" : account.number,
                            std::move(text)});
}

void subscriber_state::note(const kept_session& s) const {
  if (const auto to = wires->nas_at(s.row.nas))
    self->send(to, session_noted{s.row.nas, s.row.epoch, s.row.acct_session_id, s.row.id,
                                 account.id, s.row.started, s.heard, true});
}

void subscriber_state::note_closed(const session& s) const {
  if (const auto to = wires->nas_at(s.nas))
    self->send(to, session_noted{s.nas, s.epoch, s.acct_session_id, s.id, account.id, s.started,
                                 s.last_seen, false});
}

kept_session* subscriber_state::find_session(session_id which) {
  for (auto& s : sessions)
    if (s.row.id == which)
      return &s;
  return nullptr;
}

kept_binding* subscriber_state::find_binding(binding_id which) {
  for (auto& b : bindings)
    if (b.row.id == which)
      return &b;
  return nullptr;
}

void subscriber_state::remember_closed(session s, instant at) {
  std::erase_if(closed, [&](const auto& c) { return c.id == s.id || !worth_remembering(c, at); });
  if (closed.size() >= closed_limit)
    closed.erase(closed.begin());
  closed.push_back(std::move(s));
}

// The interim interval that the reporting client was told; after a start, until it reports again,
// that of the NAS's row.
seconds subscriber_state::interim_of(const kept_session& s, const catalogue& desk) const {
  auto via = s.via;
  if (!via)
    if (const auto at = desk.nases->find(s.row.nas.value); at != desk.nases->end())
      via = client_id{at->second.client_id};
  const auto* found = desk.find_client(via);
  return found && found->interim_interval != 0 ? seconds{found->interim_interval}
                                               : wires->settings.interim_interval;
}

bool subscriber_state::is_silent_now(const kept_session& s, instant at,
                                     const catalogue& desk) const {
  return !wires->time->held() && is_silent(std::max(s.heard, s.row.last_seen), at,
                                           interim_of(s, desk), wires->settings.stale_factor);
}

bool subscriber_state::is_announced(const kept_binding& b, instant at) const {
  return b.announced && at < b.announced + wires->settings.offer_time;
}

// While the clock is held nothing lapses.
bool subscriber_state::is_leased(const kept_binding& b, instant at) const {
  return b.leased_until && (at < b.leased_until || wires->time->held());
}

void add_step(login& ask, instant at, trace_code code, std::uint64_t argument) {
  ask.trace.add(code, argument, std::max(duration{0}, at - ask.received));
}

const client& client_of(const catalogue& desk, client_id which) {
  static const client refuses_everything{};
  const auto* found = desk.find_client(which);
  return found ? *found : refuses_everything;
}

// The table of contents.

subscriber_actor::behavior_type
subscriber(subscriber_actor::stateful_pointer<subscriber_state> self, wiring& wires,
           account_shown known) {
  auto& state = self->state;
  self->set_exception_handler([&state](std::exception_ptr& why) { return state.die(why); });
  state.wake(wires, std::move(known));
  // Every message of the shard is counted, for ready_to_sleep.
  return {
    [&state](login& m) { state.hear().answer_login(std::move(m)); },
    [&state](const account_usage& m) {
      state.hear().take_usage(m);
      state.rest_until_heard_of();
    },
    [&state](const address_taken& m) {
      state.hear().address_came(m);
      state.rest_until_heard_of();
    },
    [&state](const address_refused& m) {
      state.hear().address_was_refused(m);
      state.rest_until_heard_of();
    },
    [&state](const give_up& m) {
      state.hear().consider_give_up(m);
      state.rest_until_heard_of();
    },
    [&state](const close_restarted& m) { state.hear().end_restarted(m); },
    [&state](const close_stale& m) {
      state.hear().end_if_stale(m);
      state.rest_until_heard_of();
    },
    [&state](const hand_over_session& m) { state.hear().give_session_away(m); },
    [&state](const continue_session& m) { state.hear().take_session_over(m); },
    [&state](const end_lease& m) { state.hear().end_by_client(m); },
    [&state](const show_account&) { return state.hear().shown(); },
    [&state](const change_account& m) { return state.hear().change(m); },
    [&state](const add_access& m) { return state.hear().add(m); },
    [&state](const remove_access& m) { return state.hear().remove(m); },
    [&state](const set_subscription& m) { return state.hear().subscribe(m); },
    [&state](const add_static_address& m) { return state.hear().add(m); },
    [&state](const remove_static_address& m) { return state.hear().remove(m); },
    [&state](const disconnect_session& m) { return state.hear().disconnect(m); },
    [&state](const look_idle&) { state.hear().look_if_idle(); },
  };
}

// actor_system::spawn() would queue it with what comes from outside, for any worker, and copy a
// function into it: a subscriber wakes for almost every report.
subscriber_actor spawn_subscriber(caf::execution_unit& near, wiring& wires, account_shown known) {
  auto& system = near.system();
  caf::actor_config how{&near};
  auto actor = caf::make_actor<living_subscriber>(system.next_actor_id(), system.node(), &system,
                                                  how, wires, std::move(known));
  caf::actor_cast<living_subscriber*>(actor)->launch(&near, false, false);
  return actor;
}

} // namespace uzel
