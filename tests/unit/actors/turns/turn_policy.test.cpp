// Which actor runs when: nothing is overlooked, however the workers sleep and wake.
#include "actors/turn_policy.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <random>
#include <set>
#include <thread>

using namespace uzel;

namespace {

// A job that only has an address.
struct nothing final : caf::resumable {
  subtype_t subtype() const override { return unspecified; }
  resume_result resume(caf::execution_unit*, std::size_t) override { return done; }
  void intrusive_ptr_add_ref_impl() override {}
  void intrusive_ptr_release_impl() override {}
};

template <class Done>
bool comes_true(Done done) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!done() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  return done();
}

struct house {
  explicit house(std::uint32_t workers) {
    use_turn_policy(config, workers);
    system = std::make_unique<caf::actor_system>(config);
  }
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
};

} // namespace

BOOST_AUTO_TEST_SUITE(actors_turns)

BOOST_AUTO_TEST_CASE(a_queue_gives_back_in_order_whatever_its_size) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  std::vector<nothing> jobs(5000);
  turn_queue queue;
  std::deque<caf::resumable*> model;
  BOOST_TEST((queue.pop() == nullptr));
  for (int i = 0; i < 50'000; ++i) {
    if (random() % 100 < (i < 25'000 ? 60u : 40u)) {
      auto* const job = &jobs[random() % jobs.size()];
      queue.push(job);
      model.push_back(job);
    } else {
      auto* const job = queue.pop();
      BOOST_REQUIRE((job == (model.empty() ? nullptr : model.front())));
      if (job)
        model.pop_front();
    }
    BOOST_REQUIRE_EQUAL(queue.size(), model.size());
  }
}

BOOST_AUTO_TEST_CASE(every_job_is_taken_once_by_many_takers) {
  constexpr std::size_t count = 20'000;
  std::vector<nothing> jobs(2 * count);
  turn_queue queue;
  std::atomic<std::size_t> taken{0};
  std::mutex mutex;
  std::set<caf::resumable*> seen;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < count; ++i)
        queue.push(&jobs[t * count + i]);
    });
    threads.emplace_back([&] {
      while (taken.load() < 2 * count)
        if (auto* const job = queue.pop()) {
          ++taken;
          const std::lock_guard held{mutex};
          seen.insert(job);
        }
    });
  }
  for (auto& t : threads)
    t.join();
  BOOST_TEST(seen.size() == 2 * count);
}

// Messages from outside and between actors, with pauses in which all workers fall asleep.
BOOST_AUTO_TEST_CASE(every_message_is_handled_although_workers_sleep_in_between) {
  constexpr int actors = 20, rounds = 300;
  for (const std::uint32_t workers : {1u, 2u, 4u}) {
    std::atomic<std::uint64_t> handled{0};
    house h{workers};
    std::vector<caf::actor> all;
    for (int i = 0; i < actors; ++i)
      all.push_back(h.system->spawn([&](caf::event_based_actor* self) -> caf::behavior {
        return {[&, self](int hops) {
          ++handled;
          if (hops > 0)
            self->send(all[static_cast<std::size_t>(hops) % actors], hops - 1);
        }};
      }));
    std::uint64_t sent = 0;
    for (int round = 0; round < rounds; ++round) {
      const int hops = round % 7;
      caf::anon_send(all[static_cast<std::size_t>(round) % actors], hops);
      sent += static_cast<std::uint64_t>(hops) + 1;
      if (round % 3 == 0) // longer than a worker looks before it sleeps
        BOOST_REQUIRE_MESSAGE(comes_true([&] { return handled.load() == sent; }),
                              workers << " workers, round " << round);
      if (round % 30 == 0)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    BOOST_TEST(comes_true([&] { return handled.load() == sent; }));
    for (auto& a : all)
      caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
    all.clear();
  }
}

// An actor in a long turn holds up nobody but itself.
BOOST_AUTO_TEST_CASE(another_worker_takes_what_waits_behind_a_long_turn) {
  house h{2};
  std::atomic<bool> go{false}, helped{false};
  const auto other = h.system->spawn(
    [&](caf::event_based_actor*) -> caf::behavior { return {[&](int) { helped = true; }}; });
  const auto third =
    h.system->spawn([](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
  const auto busy = h.system->spawn([&](caf::event_based_actor* self) -> caf::behavior {
    return {[&, self](int) {
      self->send(third, 1);
      self->send(other, 1);
      while (!go)
        std::this_thread::yield();
    }};
  });
  std::this_thread::sleep_for(std::chrono::milliseconds{20}); // both workers sleep
  caf::anon_send(busy, 1);
  BOOST_TEST(comes_true([&] { return helped.load(); }));
  go = true;
  for (const auto& a : {busy, other, third})
    caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
}

// Workers that have nothing to do use no processor time.
BOOST_AUTO_TEST_CASE(an_idle_house_is_asleep) {
  house h{2};
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  const auto before = std::clock();
  std::this_thread::sleep_for(std::chrono::milliseconds{500});
  const auto used = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  BOOST_TEST_MESSAGE("used " << used << " s of half a second");
  BOOST_TEST(used < 0.25); // CAF's own polling of two workers is above that in the first second
}

BOOST_AUTO_TEST_SUITE_END()
