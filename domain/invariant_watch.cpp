#include "domain/invariant_watch.hpp"

namespace uzel {

void invariant_watch::begin(const boot_image& image) {
  for (const auto& b : image.bindings)
    held_[slot(b.domain, b.address)] = {b.id, b.holder, is_live(b), b.fixed};
  for (const auto& s : image.sessions)
    sessions_[s.id.value] = s.account;
}

void invariant_watch::observe(const binding& after) {
  const auto key = slot(after.domain, after.address);
  const holding now{after.id, after.holder, is_live(after), after.fixed};
  auto* const before = held_.find(key);
  if (before) {
    const bool same_holder = before->holder == after.holder;
    if (before->live && now.live && !same_holder && before->binding != after.id)
      ++counters_.address_two_holders;
    // An owner's withdrawal clears `fixed` first; a static address in a free or foreign record was
    // taken.
    if (before->fixed && after.fixed && (after.state == binding_state::free || !same_holder))
      ++counters_.static_taken;
  }
  if (after.state == binding_state::free)
    held_.erase(key);
  else if (before)
    *before = now;
  else
    held_[key] = now;
}

void invariant_watch::observe(const session& after) {
  const auto [owner, fresh] = sessions_.try_emplace(after.id.value, after.account);
  if (!fresh && *owner != after.account)
    ++counters_.session_moved;
  if (after.state == session_state::closed)
    sessions_.erase(after.id.value);
}

} // namespace uzel
