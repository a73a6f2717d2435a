#include "actors/clock.hpp"

#include "config/log.hpp"

#include <caf/all.hpp>

#include <chrono>

namespace uzel {
namespace {

std::string_view reason_of(clock_doubt why) {
  switch (why) {
  case clock_doubt::none:
    return {};
  case clock_doubt::jumped:
    return "the machine's clock jumped";
  case clock_doubt::far_from_store:
    return "the machine's clock is far from the last record of the store";
  }
  return {};
}

} // namespace

machine_clock machine_clock::real() {
  return {[] {
            const auto t = std::chrono::system_clock::now().time_since_epoch();
            return instant{std::chrono::duration_cast<duration>(t).count()};
          },
          [] {
            return std::chrono::duration_cast<duration>(
              std::chrono::steady_clock::now().time_since_epoch());
          }};
}

ruled_time::ruled_time(machine_clock machine, instant last_record)
  : machine_{machine}
  , latest_{last_record.us} {}

instant ruled_time::now() const noexcept {
  const auto wall = machine_.wall().us;
  auto latest = latest_.load(std::memory_order_relaxed);
  while (latest < wall && !latest_.compare_exchange_weak(latest, wall, std::memory_order_relaxed)) {
  }
  return instant{std::max(latest, wall)};
}

void clock_state::begin(instant last_record) {
  doubt(rule.begin(time->machine().wall(), time->machine().monotonic(), last_record));
  self->delayed_send(self, std::chrono::seconds{1}, clock_tick{});
}

void clock_state::tick() {
  const auto before = rule.doubt();
  const auto after = rule.observe(time->machine().wall(), time->machine().monotonic());
  if (before != after)
    doubt(after);
  if (++ticks % sweep_every == 0 && wires->nases && !time->held())
    self->send(wires->nases, sweep_stale{time->now()});
  self->delayed_send(self, std::chrono::seconds{1}, clock_tick{});
}

void clock_state::doubt(clock_doubt why) {
  time->hold(why != clock_doubt::none);
  if (why == clock_doubt::none)
    return;
  log::clock.error("clock-held", "{}: expiry and charges wait until somebody confirms the clock",
                   reason_of(why));
  if (wires->events)
    self->send(wires->events,
               alarm_raised{time->now(), "clock-held", "clock", std::string{reason_of(why)}});
}

clock_shown clock_state::show() const {
  return {time->now(), time->held(), std::string{reason_of(rule.doubt())}};
}

clock_shown clock_state::confirm(const confirm_clock& by) {
  rule.confirm(time->machine().wall(), time->machine().monotonic());
  time->hold(false);
  log::clock.info("clock-confirmed", "{} confirmed the clock", by.author);
  return show();
}

clock_actor::behavior_type live_clock(clock_actor::stateful_pointer<clock_state> self,
                                      wiring* wires, ruled_time* time,
                                      config::clock_settings settings, instant last_record) {
  auto& state = self->state;
  state.wires = wires;
  state.time = time;
  state.rule = clock_rule{settings.max_step, settings.max_gap};
  state.begin(last_record);
  return {
    [self](const show_clock&) { return self->state.show(); },
    [self](const confirm_clock& by) { return self->state.confirm(by); },
    [self](const clock_tick&) { self->state.tick(); },
  };
}

} // namespace uzel
