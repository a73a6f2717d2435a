// Workers keep to their cores, and nobody else does.
#include "actors/core_set.hpp"
#include "actors/turn_policy.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

using namespace uzel;

namespace {

using cores = std::set<int>;

cores cores_of_this_thread() {
  cpu_set_t set;
  CPU_ZERO(&set);
  BOOST_REQUIRE(::sched_getaffinity(0, sizeof set, &set) == 0);
  cores out;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(static_cast<unsigned>(i), &set))
      out.insert(i);
  return out;
}

const cores& all_cores() {
  static const auto all = cores_of_this_thread();
  return all;
}

// Where each of the workers may run: they are all kept in a turn at the same time.
std::vector<cores> cores_of_workers(std::size_t workers, bool pinned) {
  caf::actor_system_config config;
  use_turn_policy(config, static_cast<std::uint32_t>(workers), pinned);
  caf::actor_system system{config};
  std::mutex mutex;
  std::vector<cores> seen;
  std::atomic<std::size_t> arrived{0};
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  for (std::size_t i = 0; i < workers; ++i)
    system.spawn([&] {
      {
        const std::lock_guard held{mutex};
        seen.push_back(cores_of_this_thread());
      }
      ++arrived;
      while (arrived.load() < workers && std::chrono::steady_clock::now() < end)
        std::this_thread::yield();
    });
  system.await_all_actors_done();
  BOOST_TEST(arrived.load() == workers);
  return seen;
}

} // namespace

BOOST_AUTO_TEST_SUITE(actors_cores)

BOOST_AUTO_TEST_CASE(a_thread_keeps_to_a_core_until_it_may_roam) {
  std::thread{[] {
    const auto set = core_set::of_this_thread();
    BOOST_TEST(set.size() == all_cores().size());
    std::size_t n = 0;
    for (const auto core : all_cores()) {
      set.keep_to(n++);
      BOOST_TEST((cores_of_this_thread() == cores{core}));
    }
    BOOST_TEST(core_set::of_this_thread().size() == 1u);
    set.roam();
    BOOST_TEST((cores_of_this_thread() == all_cores()));
  }}.join();
}

BOOST_AUTO_TEST_CASE(an_empty_set_changes_nothing) {
  std::thread{[] {
    const core_set none;
    none.keep_to(0);
    none.roam();
    BOOST_TEST((cores_of_this_thread() == all_cores()));
  }}.join();
}

BOOST_AUTO_TEST_CASE(one_worker_per_core_keeps_to_its_own) {
  const auto seen = cores_of_workers(all_cores().size(), true);
  cores together;
  for (const auto& one : seen) {
    BOOST_TEST(one.size() == 1u);
    together.insert(one.begin(), one.end());
  }
  BOOST_TEST((together == all_cores()));
  BOOST_TEST((cores_of_this_thread() == all_cores()));
}

BOOST_AUTO_TEST_CASE(more_workers_than_cores_run_anywhere) {
  for (const auto& one : cores_of_workers(all_cores().size() + 1, true))
    BOOST_TEST((one == all_cores()));
}

BOOST_AUTO_TEST_CASE(workers_that_are_not_pinned_run_anywhere) {
  for (const auto& one : cores_of_workers(all_cores().size(), false))
    BOOST_TEST((one == all_cores()));
}

BOOST_AUTO_TEST_CASE(an_actor_with_a_thread_of_its_own_does_not_inherit_the_core_of_a_worker) {
  caf::actor_system_config config;
  use_turn_policy(config, static_cast<std::uint32_t>(all_cores().size()), true);
  caf::actor_system system{config};
  std::atomic<bool> known{false};
  cores seen;
  system.spawn([&](caf::event_based_actor* self) {
    self->spawn<caf::detached>([&] {
      seen = cores_of_this_thread();
      known = true;
    });
  });
  system.await_all_actors_done();
  BOOST_REQUIRE(known.load());
  BOOST_TEST((seen == all_cores()));
}

BOOST_AUTO_TEST_SUITE_END()
