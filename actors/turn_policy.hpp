// Which actor runs next on which worker thread. CAF's own policies either poll with naps of 50
// microseconds to 10 milliseconds, which costs a fifth of the processor under load and latency when
// there is little to do, or share one queue and wake a thread for every message. Here a worker that
// finds nothing looks again for a moment, letting other threads have the core meanwhile, then
// sleeps; who brings work wakes one worker, and only if one sleeps. With one worker per core each
// keeps to its own: the kernel likes to put all threads that wake each other on one core.
#pragma once

#include "actors/core_set.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/logger.hpp>
#include <caf/policy/unprofiled.hpp>
#include <caf/resumable.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <semaphore>
#include <thread>
#include <utility>
#include <vector>

namespace uzel {

// Actors that are ready to run, oldest first. Thread-safe; memory is reused.
class turn_queue {
 public:
  turn_queue();

  void push(caf::resumable* job);
  // Null when there is none.
  caf::resumable* pop();
  std::size_t size() const noexcept { return size_.load(std::memory_order_acquire); }

 private:
  void grow();

  std::mutex mutex_;
  std::vector<caf::resumable*> ring_; // its size is a power of two
  std::size_t first_ = 0;
  std::atomic<std::size_t> size_{0};
};

// Workers asleep. A worker announces its sleep, looks for work once more and only then sleeps, so
// no job is overlooked by both sides.
class sleepers {
 public:
  void announce() noexcept { count_.fetch_add(1); }
  // The worker found something after all.
  void withdraw() noexcept {
    if (!claim())
      permits_.acquire(); // somebody has woken it already
  }
  void sleep() noexcept { permits_.acquire(); }
  // Cheap while everybody works.
  void wake_one() noexcept {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (count_.load(std::memory_order_relaxed) != 0 && claim())
      permits_.release();
  }

 private:
  bool claim() noexcept {
    auto n = count_.load();
    while (n != 0)
      if (count_.compare_exchange_weak(n, n - 1))
        return true;
    return false;
  }

  std::atomic<std::uint32_t> count_{0};
  std::counting_semaphore<> permits_{0};
};

// CAF's customization point: caf::scheduler::coordinator<turn_policy>.
class turn_policy : public caf::policy::unprofiled {
 public:
  struct coordinator_data {
    explicit coordinator_data(caf::scheduler::abstract_coordinator*) {}
    void settle(std::size_t worker, std::size_t workers) const noexcept {
      if (workers == cores.size())
        cores.keep_to(worker);
    }
    turn_queue inbox; // from threads that are no workers
    sleepers asleep;
    core_set cores; // empty if workers may run anywhere
  };

  struct worker_data {
    explicit worker_data(caf::scheduler::abstract_coordinator*) {}
    worker_data(const worker_data&) {} // CAF copies the first one for every worker
    turn_queue jobs;                   // what its actors made ready
    std::uint32_t turns = 0;
    bool settled = false; // on its core
  };

  template <class Coordinator>
  void central_enqueue(Coordinator* all, caf::resumable* job) {
    all->data().inbox.push(job);
    all->data().asleep.wake_one();
  }

  template <class Worker>
  void external_enqueue(Worker* self, caf::resumable* job) {
    central_enqueue(self->parent(), job);
  }

  template <class Worker>
  void internal_enqueue(Worker* self, caf::resumable* job) {
    auto& own = self->data().jobs;
    own.push(job);
    // The first job is this worker's next; another worker helps with what comes on top.
    if (own.size() > 1)
      self->parent()->data().asleep.wake_one();
  }

  template <class Worker>
  void resume_job_later(Worker* self, caf::resumable* job) {
    self->data().jobs.push(job);
  }

  template <class Worker>
  caf::resumable* dequeue(Worker* self) {
    if (!std::exchange(self->data().settled, true))
      self->parent()->data().settle(self->id(), self->parent()->num_workers());
    auto& asleep = self->parent()->data().asleep;
    for (;;) {
      // A sleep and its end cost more than the work that usually comes at once.
      for (unsigned looked = 0; looked < looks_before_sleep; ++looked) {
        if (auto* const job = find(self))
          return job;
        std::this_thread::yield();
      }
      asleep.announce();
      if (auto* const job = find(self)) {
        asleep.withdraw();
        return job;
      }
      asleep.sleep();
    }
  }

  // Nobody reads CAF's own log, but every turn would note in a table that all threads share whose
  // it is; a thread that has no log does not. Whatever spawns an actor gives it one again.
  template <class Worker>
  static void before_resume(Worker*, caf::resumable*) {
    caf::logger::set_current_actor_system(nullptr);
  }

  template <class Worker, class Function>
  void foreach_resumable(Worker* self, Function f) {
    while (auto* const job = self->data().jobs.pop())
      f(job);
  }

  template <class Coordinator, class Function>
  void foreach_central_resumable(Coordinator* all, Function f) {
    while (auto* const job = all->data().inbox.pop())
      f(job);
  }

 private:
  // Some microseconds. Who looks for longer wakes up later: a thread that sleeps takes the core
  // from a lower priority when it is woken, one that lets others have it waits for the kernel's
  // clock.
  static constexpr unsigned looks_before_sleep = 10;
  // So often the world outside comes before a worker's own actors.
  static constexpr std::uint32_t inbox_first = 16;

  template <class Worker>
  caf::resumable* find(Worker* self) {
    auto& inbox = self->parent()->data().inbox;
    if (++self->data().turns % inbox_first == 0)
      if (auto* const job = inbox.pop())
        return job;
    if (auto* const job = self->data().jobs.pop())
      return job;
    if (auto* const job = inbox.pop())
      return job;
    const auto workers = self->parent()->num_workers();
    for (std::size_t i = 1; i < workers; ++i) {
      auto* const other = self->parent()->worker_by_id((self->id() + i) % workers);
      if (auto* const job = other->data().jobs.pop())
        return job;
    }
    return nullptr;
  }
};

// Makes an actor system use the policy; `workers` = 0 means one per core. `pinned`: each keeps to
// its core if there are as many as cores.
void use_turn_policy(caf::actor_system_config& config, std::uint32_t workers, bool pinned = true);

} // namespace uzel
