#include "domain/lease_policy.hpp"

#include <algorithm>
#include <cstdlib>

namespace uzel {

claim_verdict judge_take(const address_record* there, account_id who, attachment_key place,
                         bool fixed) {
  if (!there)
    return claim_verdict::give;
  if (there->state == binding_state::quarantined)
    return claim_verdict::refuse;
  if (there->holder == who) {
    if (there->fixed && !fixed)
      return claim_verdict::refuse; // a wish does not reach the static one: it may be in use
    if (!there->is_live() || there->place == place)
      return claim_verdict::again;
    return fixed ? claim_verdict::ask_holder : claim_verdict::refuse;
  }
  if (there->fixed)
    return claim_verdict::refuse;
  return fixed && !there->is_live() ? claim_verdict::take_over : claim_verdict::ask_holder;
}

claim_verdict judge_static(const address_record* there, account_id who) {
  if (!there)
    return claim_verdict::give;
  if (there->state == binding_state::quarantined)
    return claim_verdict::refuse;
  if (there->holder == who)
    return claim_verdict::again;
  return there->is_live() || there->fixed ? claim_verdict::refuse : claim_verdict::take_over;
}

claim_verdict judge_adopt(const address_record* there, account_id who, attachment_key place) {
  if (!there)
    return claim_verdict::give;
  if (there->holder != who || there->state == binding_state::quarantined)
    return claim_verdict::refuse;
  return there->is_live() && there->place != place ? claim_verdict::refuse : claim_verdict::again;
}

bool worth_recording_place(const address_record& before, const binding& after) {
  const auto& p = after.place;
  return before.place != p.key || before.nas != p.nas || before.mac != p.mac ||
         before.device != p.device || before.port != p.port || before.vlan != p.vlan ||
         before.nas_port.view() != p.nas_port;
}

bool worth_recording(const address_record& before, const binding& after) {
  if (before.state != after.state || before.session != after.session ||
      before.fixed != after.fixed || worth_recording_place(before, after))
    return true;
  if (!before.recorded_until != !after.until)
    return true;
  const auto moved = std::llabs((after.until - before.recorded_until).count());
  return 4 * moved > std::llabs((after.until - after.last_seen).count());
}

binding given_again(binding before, const attachment& place, instant now, duration lapse) {
  before.place = place;
  if (before.state == binding_state::held) {
    before.state = binding_state::offered;
    before.since = now;
    before.session = {};
    before.until = now + lapse;
  } else if (before.until) {
    before.until = std::max(before.until, now + lapse);
  }
  return before;
}

binding after_use(binding before, instant ended, instant now, duration sticky) {
  if (ended)
    before.last_seen = std::clamp(ended, std::min(before.since, now), now);
  if (before.fixed) {
    before.state = binding_state::held;
    before.until = {};
  } else if (sticky.count() > 0) {
    before.state = binding_state::held;
    before.until = now + sticky;
  } else {
    return after_end(std::move(before), now);
  }
  return before;
}

bool is_running_lease(const address_record& r, instant at) {
  return r.state == binding_state::bound && !r.session && at < r.recorded_until;
}

duration keeping_time(const binding& before, instant now, duration sticky) {
  if (before.state == binding_state::bound)
    return sticky;
  const bool used_before = before.last_seen < before.since;
  return used_before ? std::max(duration{}, before.last_seen + sticky - now) : duration{};
}

binding after_end(binding before, instant now) {
  before.state = binding_state::free;
  before.fixed = false;
  before.until = now;
  return before;
}

binding at_start(binding found, instant now, duration lapse) {
  if (found.state == binding_state::offered)
    found.until = std::max(found.until, now + lapse);
  return found;
}

duration patience(unsigned tries) {
  return seconds{5} * (1u << std::min(tries > 0 ? tries - 1 : 0u, 6u));
}

} // namespace uzel
