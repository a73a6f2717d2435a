// Waking and sleeping of subscribers. Neither touches the database: what sleeps stays here, packed.
#include "actors/directory_route.hpp"

#include <algorithm>

namespace uzel {
namespace {

account_shown shown_of(account_picture&& p) {
  return {std::move(p.account), std::move(p.bindings), std::move(p.sessions), p.commit,
          std::move(p.memories)};
}

// When an account that was heard of then has been silent for long enough; whole seconds will do.
std::uint32_t second_after(instant heard, duration silence) {
  return static_cast<std::uint32_t>((heard + silence).us / 1'000'000 + 1);
}

} // namespace

void directory_state::wake(account_slot& slot) {
  account_picture picture;
  if (slot.rest.packed.empty())
    picture.account.id = slot.who; // a guest who was never seen before
  else
    picture = unpack(slot.rest.packed);
  slot.rest.packed = {};
  slot.awake = &awake.add(spawn(*self->context(), *wires, shown_of(std::move(picture))));
  slot.awake->heard = looked;
  if (!slot.awake->watched)
    idle_.arm(slot.awake, second_after(looked, wires->settings.idle_sleep));
  slot.awake->watched = true;
}

const subscriber_actor& directory_state::reach(account_slot& slot) {
  if (!slot.awake)
    wake(slot);
  ++slot.awake->told;
  return slot.awake->handle;
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

// Second by second as they woke, and not by their numbers. Few at a time: logins wait behind a
// look, and a crowd that came at once shall not go at once.
void directory_state::look_for_idle() {
  looked = wires->time->now();
  const duration silence = wires->settings.idle_sleep;
  const auto second = static_cast<std::uint32_t>(looked.us / 1'000'000);
  maybe_idle_.clear();
  idle_.take_due(second, looks_per_turn, maybe_idle_);
  for (const auto& [one, armed_for] : maybe_idle_) {
    if (!one->handle) {
      one->watched = false;
      continue;
    }
    const bool idle = looked - one->heard >= silence;
    if (idle) {
      ++one->told;
      self->send(one->handle, look_idle{});
    }
    idle_.arm(one, second_after(idle ? looked : one->heard, silence));
  }
  self->delayed_send(self, idle_look, look_idle{});
}

// Whatever was sent to it after the picture was made is not in the picture.
void directory_state::on(ready_to_sleep&& last) {
  auto* const slot = accounts.find(last.who);
  if (!slot || !slot->awake || slot->awake->told != last.heard)
    return;
  awake.remove(*slot->awake);
  slot->awake = nullptr;
  slot->rest = std::move(last.state);
  forget_if_empty(*slot);
}

// A guest of whom only closed sessions are left: no message would ever take him away.
void directory_state::forget_if_empty(const account_slot& slot) {
  if (!is_guest(slot.who) || !slot.rest.has_nothing)
    return;
  accounts.remove(slot.who);
  --guests;
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
  if (slot->awake || slot->rest.packed.empty()) {
    tell(ask.who, ask);
    return;
  }
  auto picture = unpack(slot->rest.packed);
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
  slot->rest = put_to_rest(picture);
  forget_if_empty(*slot);
  let_go();
}

} // namespace uzel
