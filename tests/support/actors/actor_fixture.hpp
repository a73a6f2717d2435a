// A deterministic actor system: nothing runs until the test says so, time is virtual, interleavings
// come from a seed.
#pragma once

#include "actors/wiring.hpp"
#include "tests/support/actors/memory_log.hpp"

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <algorithm>
#include <random>
#include <vector>

namespace uzel::test {

class fake_time : public time_source {
 public:
  instant now() const noexcept override { return at; }
  bool held() const noexcept override { return hold; }
  instant at = instant::from_unix(1'700'000'000);
  bool hold = false;
};

class fake_desk : public catalogue_source {
 public:
  std::shared_ptr<const catalogue> current() const override { return picture; }
  std::uint64_t version() const noexcept override { return picture->version; }
  std::shared_ptr<const catalogue> picture = std::make_shared<catalogue>();
};

class recording_gate : public answer_gate {
 public:
  void answer(const login_answered& a) override { answers.push_back(a); }
  void recorded(const usage_recorded& r) override { usages.push_back(r); }
  std::vector<login_answered> answers;
  std::vector<usage_recorded> usages;
};

class no_traces : public trace_sink {
 public:
  void add(const login&, const login_answered&) override {}
};

struct testing_config : caf::actor_system_config {
  testing_config() { set("scheduler.policy", caf::atom("testing")); }
};

// Derive a Boost.Test fixture from it. Members are in the order of their lives.
class actor_fixture {
 public:
  actor_fixture()
    : system{config}
    , scheduler{dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler())} {
    wires.log = &log;
    wires.answers = &gate;
    wires.time = &time;
    wires.desk = &desk;
    wires.traces = &traces;
    wires.next_binding = &next_binding;
  }
  ~actor_fixture() {
    wires.directory.clear();
    wires.spaces.clear();
    wires.nases = nullptr;
    wires.heard_nases.clear();
    wires.events = nullptr;
    wires.clock = nullptr;
    wires.storage = nullptr;
    for (int i = 0; i < 100 && (scheduler.has_job() || scheduler.has_pending_timeout()); ++i) {
      scheduler.run();
      scheduler.trigger_timeouts();
    }
  }

  // Runs everything that is ready, first come first served.
  void settle() { scheduler.run(); }
  // Runs everything that is ready, picking the next actor by the generator: one of the possible
  // interleavings.
  void settle(std::mt19937_64& random) {
    while (!scheduler.jobs.empty()) {
      std::shuffle(scheduler.jobs.begin(), scheduler.jobs.end(), random);
      scheduler.run_once();
    }
  }
  // Moves wall clock and timers together.
  void advance(duration by) {
    time.at = time.at + by;
    scheduler.advance_time(std::chrono::duration_cast<caf::timespan>(by));
    settle();
  }

  testing_config config;
  memory_log log;
  recording_gate gate;
  fake_time time;
  fake_desk desk;
  no_traces traces;
  std::atomic<std::uint64_t> next_binding{1};
  wiring wires;
  caf::actor_system system;
  caf::scheduler::test_coordinator& scheduler;
};

} // namespace uzel::test
