// The clock: what time live work sees, and who says when a jump is over.
#pragma once

#include "actors/wiring.hpp"
#include "domain/clock_rule.hpp"

#include <atomic>

namespace uzel {

// Reads the machine's clocks; tests replace it.
struct machine_clock {
  instant (*wall)() = nullptr;
  duration (*monotonic)() = nullptr;
  static machine_clock real();
};

// now() = the latest of the wall clock, the last journal time and what was said before: time never
// runs backwards for live work. Thread-safe; any thread may ask.
class ruled_time final : public time_source {
 public:
  ruled_time(machine_clock machine, instant last_record);

  instant now() const noexcept override;
  bool held() const noexcept override { return held_.load(std::memory_order_relaxed); }
  void hold(bool on) noexcept { held_.store(on, std::memory_order_relaxed); }
  const machine_clock& machine() const { return machine_; }

 private:
  machine_clock machine_;
  mutable std::atomic<std::int64_t> latest_;
  std::atomic<bool> held_{false};
};

struct clock_state {
  explicit clock_state(clock_actor::pointer me) : self{me} {}

  void begin(instant last_record);
  void tick();
  clock_shown show() const;
  clock_shown confirm(const confirm_clock& by);

  clock_actor::pointer self;
  wiring* wires = nullptr;
  ruled_time* time = nullptr;
  clock_rule rule{seconds{300}, seconds{86400}};
  std::uint32_t ticks = 0;
  static constexpr std::uint32_t sweep_every = 15; // seconds between searches for stale sessions

 private:
  void doubt(clock_doubt why);
};

// Watches the machine's clock every second and tells the NASes when to look for stale sessions.
clock_actor::behavior_type live_clock(clock_actor::stateful_pointer<clock_state> self,
                                      wiring* wires, ruled_time* time,
                                      config::clock_settings settings, instant last_record);

} // namespace uzel
