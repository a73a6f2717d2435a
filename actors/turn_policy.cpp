#include "actors/turn_policy.hpp"

#include <caf/logger.hpp>
// CAF's worker looks up the dynamic type of every actor that it runs, for a log that nobody reads:
// a thousand instructions a turn.
#undef CAF_PUSH_AID_FROM_PTR
#define CAF_PUSH_AID_FROM_PTR(job) static_cast<void>(job)
#include <caf/detail/set_thread_name.hpp>
#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/scheduler/coordinator.hpp>
#include <caf/thread_hook.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace uzel {
namespace {

// An actor with a thread of its own may be started by a worker, and must not inherit its core.
class free_threads final : public caf::thread_hook {
 public:
  void init(caf::actor_system&) override {}
  void thread_started() override { all_.roam(); }
  void thread_terminates() override {}

 private:
  core_set all_ = core_set::of_this_thread();
};

// An actor that ends has its timeouts forgotten, which wakes the clock's thread: fifty thousand
// times a second when subscribers fall asleep as fast as they wake. A timeout of one that ended
// does no harm: it keeps the actor's memory for the seconds until it fires, and nobody hears it.
class patient_clock final : public caf::detail::thread_safe_actor_clock {
 public:
  void cancel_timeouts(caf::abstract_actor*) override {}
};

// CAF's, but for the clock.
class turn_coordinator : public caf::scheduler::coordinator<turn_policy> {
  using super = caf::scheduler::coordinator<turn_policy>;

 public:
  using super::super;
  static caf::actor_system::module* make(caf::actor_system& of, caf::detail::type_list<>) {
    return new turn_coordinator{of};
  }

 protected:
  void start() override {
    timer_ = std::thread{[this] {
      caf::detail::set_thread_name("caf.clock");
      system().thread_started();
      clock_.run_dispatch_loop();
      system().thread_terminates();
    }};
    super::start();
  }
  void stop() override {
    super::stop();
    clock_.cancel_dispatch_loop();
    timer_.join();
  }
  caf::detail::thread_safe_actor_clock& clock() noexcept override { return clock_; }

 private:
  patient_clock clock_;
  std::thread timer_;
};

class pinned_coordinator final : public turn_coordinator {
 public:
  using turn_coordinator::turn_coordinator;
  static caf::actor_system::module* make(caf::actor_system& of, caf::detail::type_list<>) {
    return new pinned_coordinator{of};
  }

 protected:
  void start() override {
    data().cores = core_set::of_this_thread();
    turn_coordinator::start();
  }
};

} // namespace

turn_queue::turn_queue() : ring_(256) {}

void turn_queue::push(caf::resumable* job) {
  const std::lock_guard held{mutex_};
  const auto size = size_.load(std::memory_order_relaxed);
  if (size == ring_.size())
    grow();
  ring_[(first_ + size) & (ring_.size() - 1)] = job;
  size_.store(size + 1, std::memory_order_release);
}

caf::resumable* turn_queue::pop() {
  if (size() == 0)
    return nullptr;
  const std::lock_guard held{mutex_};
  const auto size = size_.load(std::memory_order_relaxed);
  if (size == 0)
    return nullptr;
  auto* const job = ring_[first_];
  first_ = (first_ + 1) & (ring_.size() - 1);
  size_.store(size - 1, std::memory_order_release);
  return job;
}

void turn_queue::grow() {
  std::vector<caf::resumable*> larger(ring_.size() * 2);
  for (std::size_t i = 0; i < ring_.size(); ++i)
    larger[i] = ring_[(first_ + i) & (ring_.size() - 1)];
  ring_.swap(larger);
  first_ = 0;
}

void use_turn_policy(caf::actor_system_config& config, std::uint32_t workers, bool pinned) {
  // Two at least: one may be in a long turn.
  const auto cores = std::max(2u, std::thread::hardware_concurrency());
  config.set("scheduler.max-threads", std::size_t{workers != 0 ? workers : cores});
  if (!pinned) {
    config.load<turn_coordinator>();
    return;
  }
  config.add_thread_hook<free_threads>();
  config.load<pinned_coordinator>();
}

} // namespace uzel
