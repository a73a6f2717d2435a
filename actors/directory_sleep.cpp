// Waking and sleeping of subscribers. Neither touches the database: what sleeps stays here, packed.
#include "actors/directory_route.hpp"
#include "config/log.hpp"

#include <algorithm>
#include <exception>

namespace uzel {
namespace {

account_shown shown_of(account_picture&& p) {
  return {std::move(p.account), std::move(p.bindings), std::move(p.sessions), p.commit,
          std::move(p.memories)};
}

// A guest of whom only closed sessions are left is forgotten: no message would ever take him away.
bool has_nothing(const std::vector<binding>& bindings, const std::vector<session>& sessions) {
  return bindings.empty() && std::none_of(sessions.begin(), sessions.end(), [](const session& s) {
           return s.state == session_state::open;
         });
}

// When an account that was heard of then has been silent for long enough; whole seconds will do.
std::uint32_t second_after(instant heard, duration silence) {
  return static_cast<std::uint32_t>((heard + silence).us / 1'000'000 + 1);
}

} // namespace

void directory_state::wake(account_slot& slot) {
  account_picture picture;
  if (slot.packed.empty())
    picture.account.id = slot.who; // a guest who was never seen before
  else
    picture = unpack(slot.packed);
  slot.packed = {};
  slot.awake = std::make_unique<awake_account>();
  slot.awake->handle = spawn(self->system(), *wires, shown_of(std::move(picture)));
  slot.awake->heard = looked;
  self->monitor(slot.awake->handle);
  living_[slot.awake->handle.id()] = slot.who;
  awake_.arm(slot.awake->handle.id(), second_after(looked, wires->settings.idle_sleep));
}

account_slot* directory_state::guest_slot(account_id who) {
  if (auto* const there = accounts.find(who))
    return there;
  const auto shards = static_cast<std::uint32_t>(wires->directory.size());
  if (guests >= (wires->settings.guest_limit + shards - 1) / shards) {
    raise_alarm("guest-limit", "guests",
                "there are " + std::to_string(guests) + " guests in one shard: no more are taken");
    return nullptr;
  }
  ++guests;
  return &accounts.add(who);
}

bool directory_state::enqueue(account_slot& slot, bool droppable, std::function<void()> again) {
  auto& queue = slot.awake->queue;
  if (droppable && queue.size() >= drain_queue_limit) {
    ++dropped_while_draining;
    return false;
  }
  queue.push_back(std::move(again));
  return true;
}

// In the order in which they woke, for their memory lies in that order. Few at a time: logins wait
// behind a look, and a crowd that came at once shall not go at once.
void directory_state::look_for_idle() {
  looked = wires->time->now();
  const duration silence = wires->settings.idle_sleep;
  const auto second = static_cast<std::uint32_t>(looked.us / 1'000'000);
  maybe_idle_.clear();
  awake_.take_due(second, looks_per_turn, maybe_idle_);
  for (const auto& [life, armed_for] : maybe_idle_) {
    const auto* const who = living_.find(life);
    const auto* const slot = who ? accounts.find(*who) : nullptr;
    if (!slot || !slot->awake || slot->awake->handle.id() != life || slot->awake->gone)
      continue;
    const bool idle = looked - slot->awake->heard >= silence;
    if (idle && !slot->awake->draining)
      self->send(slot->awake->handle, look_idle{});
    awake_.arm(life, second_after(idle ? looked : slot->awake->heard, silence));
  }
  self->delayed_send(self, idle_look, look_idle{});
}

void directory_state::on(const want_sleep& ask) {
  auto* const slot = accounts.find(ask.who);
  if (!slot || !slot->awake || slot->awake->draining || slot->awake->gone)
    return;
  slot->awake->draining = true;
  // All that was routed before stands in front of it in the subscriber's mailbox.
  self->send(slot->awake->handle, drain{ask.who});
}

void directory_state::on(const fell_asleep& last) {
  const auto who = last.state.account.id;
  auto* const slot = accounts.find(who);
  if (!slot || !slot->awake || !slot->awake->draining) {
    log::directory.warn("sleep-unexpected", "account {} fell asleep without being asked to drain",
                        who.value);
    return;
  }
  const auto queue = std::move(slot->awake->queue);
  living_.erase(slot->awake->handle.id());
  slot->awake.reset();
  if (is_guest(who) && has_nothing(last.state.bindings, last.state.sessions)) {
    accounts.remove(who);
    --guests;
  } else {
    slot_table::store(*slot, {last.state.account, last.state.bindings, last.state.sessions,
                              last.state.commit, last.state.memories});
  }
  for (const auto& again : queue)
    again();
}

// A subscriber that ends without handing back its state takes with it what no packed picture knows:
// serving an older one could give an address or a session twice. The process ends, and the journal
// tells the truth at the next start.
void directory_state::on_down(const caf::down_msg& end) {
  const auto id = end.source.id();
  const auto* const known = living_.find(id);
  if (!known)
    return;
  const auto who = *known;
  living_.erase(id);
  auto* const slot = accounts.find(who);
  if (!slot || !slot->awake || slot->awake->handle.id() != id)
    return;
  const bool last_word_under_way = slot->awake->draining && end.reason == caf::exit_reason::normal;
  if (last_word_under_way || end.reason == caf::exit_reason::user_shutdown) {
    living_[id] = who;
    return;
  }
  slot->awake->gone = true;
  slot->awake->queue.clear();
  const auto why =
    "the actor of account " + std::to_string(who.value) + " died: " + to_string(end.reason);
  log::directory.error("subscriber-died", "{}; the process ends and replays the journal", why);
  raise_alarm("subscriber-died", "account " + std::to_string(who.value), why);
  if (!wires->fatal) {
    log::flush();
    std::terminate();
  }
  wires->fatal(why);
}

void directory_state::on(const give_up& ask) {
  const auto space = wires->spaces.of(ask.domain);
  const auto let_go = [&] {
    if (space)
      self->send(space, given_up{ask.who, ask.domain, ask.pool, ask.binding});
  };
  auto* const slot = accounts.find(ask.who);
  if (!slot)
    return let_go(); // nobody is there who could announce it
  if (slot->awake || slot->packed.empty()) {
    tell(ask.who, ask);
    return;
  }
  auto picture = unpack(slot->packed);
  const auto user =
    std::find_if(picture.sessions.begin(), picture.sessions.end(), [&](const session& s) {
      return s.state == session_state::open && s.binding == ask.binding;
    });
  if (user != picture.sessions.end() && !ask.by_desk) {
    const duration silence =
      wires->settings.interim_interval * static_cast<int>(wires->settings.stale_factor);
    const auto memory =
      std::find_if(picture.memories.begin(), picture.memories.end(),
                   [&](const session_memory& m) { return m.session == user->id; });
    const auto heard = memory == picture.memories.end() ? user->last_seen : memory->heard;
    const auto until = std::max(heard, user->last_seen) + silence;
    if (!ask.for_another && space && (until > wires->time->now() || wires->time->held()))
      self->send(space, binding_kept{ask.who, ask.domain, ask.pool, ask.binding, until});
    else
      tell(ask.who, ask); // the session may be over: its owner decides
    return;
  }
  // An offer may just have left in an answer, and a lease was promised: his until they lapse.
  const auto offer = std::find_if(picture.bindings.begin(), picture.bindings.end(),
                                  [&](const binding& b) { return b.id == ask.binding; });
  const bool awaited = !ask.by_desk && offer != picture.bindings.end() &&
                       (offer->until > wires->time->now() || wires->time->held()) &&
                       is_live(*offer) && !offer->session;
  if (awaited && ask.for_another &&
      (offer->state == binding_state::bound || picture.account.status != account_status::active)) {
    tell(ask.who, ask); // whether he may keep it is his owner's to say
    return;
  }
  if (awaited && space) {
    self->send(space, binding_kept{ask.who, ask.domain, ask.pool, ask.binding, offer->until});
    return;
  }
  std::erase_if(picture.bindings, [&](const binding& b) { return b.id == ask.binding; });
  if (is_guest(ask.who) && has_nothing(picture.bindings, picture.sessions)) {
    accounts.remove(ask.who);
    --guests;
  } else {
    slot_table::store(*slot, picture);
  }
  let_go();
}

} // namespace uzel
