// Answers between threads: everything arrives once, a sleeping reader is woken, an awake one costs
// no system call.
#include "net/bridge/answer_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <poll.h>
#include <thread>

namespace uzel::net {
namespace {

login_answered numbered(std::uint64_t n) {
  login_answered a;
  a.to.generation = n;
  return a;
}
usage_recorded recorded(std::uint64_t n) {
  return {{0, 0, n}, {}};
}

bool readable(const answer_queue& q, int wait_ms = 0) {
  pollfd p{q.descriptor(), POLLIN, 0};
  return ::poll(&p, 1, wait_ms) == 1;
}

} // namespace

BOOST_AUTO_TEST_SUITE(answer_queues)

BOOST_AUTO_TEST_CASE(what_was_pushed_is_taken_once_in_order) {
  answer_queue q;
  std::vector<login_answered> logins{numbered(99)};
  std::vector<usage_recorded> usages{recorded(99)};
  q.push(numbered(1));
  q.push(numbered(2));
  q.push(recorded(3));
  q.take(logins, usages);
  BOOST_REQUIRE_EQUAL(logins.size(), 2u);
  BOOST_TEST(logins[0].to.generation == 1u);
  BOOST_TEST(logins[1].to.generation == 2u);
  BOOST_REQUIRE_EQUAL(usages.size(), 1u);
  BOOST_TEST(usages[0].to.generation == 3u);
  q.take(logins, usages);
  BOOST_TEST(logins.empty());
  BOOST_TEST(usages.empty());
}

BOOST_AUTO_TEST_CASE(a_reader_may_not_sleep_over_what_came_while_it_was_awake) {
  answer_queue q;
  BOOST_TEST(q.may_sleep());
  q.awake(false);
  q.push(numbered(1));
  BOOST_TEST(!readable(q)); // an awake reader is not signalled
  BOOST_TEST(!q.may_sleep());
  q.awake(false);
  BOOST_TEST(q.may_sleep());
}

BOOST_AUTO_TEST_CASE(a_sleeping_reader_is_signalled_by_every_kind_of_news) {
  const std::pair<const char*, void (*)(answer_queue&)> kinds[] = {
    {"login", [](answer_queue& q) { q.push(numbered(1)); }},
    {"usage", [](answer_queue& q) { q.push(recorded(1)); }},
    {"wake", [](answer_queue& q) { q.wake(); }},
  };
  for (const auto& [name, news] : kinds)
    BOOST_TEST_CONTEXT(name) {
      answer_queue q;
      BOOST_REQUIRE(q.may_sleep());
      BOOST_TEST(!readable(q));
      news(q);
      BOOST_TEST(readable(q));
      q.awake(true);
      BOOST_TEST(!readable(q)); // the signal is used up
    }
}

BOOST_AUTO_TEST_CASE(an_answer_that_may_not_leave_yet_wakes_nobody_until_it_may) {
  answer_queue q;
  q.synced(journal_number{4});
  BOOST_REQUIRE(q.may_sleep()); // nothing waited for it
  auto later = numbered(1);
  later.rests_on = journal_number{5};
  q.push(later);
  q.push(usage_recorded{{0, 0, 2}, journal_number{6}});
  BOOST_TEST(!readable(q));
  q.synced(journal_number{5});
  BOOST_TEST(readable(q));
  q.awake(true);
  std::vector<login_answered> logins;
  std::vector<usage_recorded> usages;
  q.take(logins, usages);
  BOOST_TEST(logins.size() == 1u);
  BOOST_TEST(usages.size() == 1u);
  BOOST_REQUIRE(!q.may_sleep());
  BOOST_REQUIRE(q.may_sleep());
  q.synced(journal_number{6});
  BOOST_TEST(readable(q));
  q.awake(true);
  BOOST_REQUIRE(!q.may_sleep());
  BOOST_REQUIRE(q.may_sleep());
  q.synced(journal_number{7}); // of others
  BOOST_TEST(!readable(q));
}

BOOST_AUTO_TEST_CASE(the_synced_number_is_seen) {
  answer_queue q;
  BOOST_TEST(q.synced().value == 0u);
  q.synced(journal_number{17});
  BOOST_TEST(q.synced().value == 17u);
}

BOOST_AUTO_TEST_CASE(no_wake_is_lost_among_many_writers) {
  constexpr std::uint64_t each = 20'000, writers = 3;
  answer_queue q;
  std::vector<std::thread> threads;
  for (std::uint64_t w = 0; w < writers; ++w)
    threads.emplace_back([&q, w] {
      for (std::uint64_t i = 0; i < each; ++i)
        w == 0 ? q.push(recorded(i)) : q.push(numbered(w * each + i));
    });
  std::uint64_t seen = 0, sum = 0;
  bool slept_over = false;
  std::vector<login_answered> logins;
  std::vector<usage_recorded> usages;
  while (seen < writers * each && !slept_over) {
    // A lost wake shows as a sleep that ends by the limit alone.
    bool called = false;
    if (q.may_sleep()) {
      called = readable(q, 5000);
      slept_over = !called;
    }
    q.awake(called);
    q.take(logins, usages);
    seen += logins.size() + usages.size();
    for (const auto& a : logins)
      sum += a.to.generation;
    for (const auto& r : usages)
      sum += r.to.generation;
  }
  for (auto& t : threads)
    t.join();
  BOOST_TEST(!slept_over);
  BOOST_TEST(seen == writers * each);
  BOOST_TEST(sum == writers * each * (writers * each - 1) / 2);
}

// Answers are pushed while the numbers they rest on are synced by another thread: none is
// overlooked.
BOOST_AUTO_TEST_CASE(no_answer_is_lost_between_its_push_and_its_sync) {
  constexpr std::uint64_t answers = 50'000;
  answer_queue q;
  std::atomic<std::uint64_t> appended{0};
  std::thread actor{[&] {
    for (std::uint64_t i = 1; i <= answers; ++i) {
      appended.store(i);
      auto a = numbered(i);
      a.rests_on = journal_number{i};
      q.push(a);
    }
  }};
  std::thread journal{[&] {
    for (std::uint64_t done = 0; done < answers;)
      if (const auto now = appended.load(); now != done) {
        done = now;
        q.synced(journal_number{done});
      }
  }};
  std::uint64_t seen = 0;
  bool slept_over = false;
  std::vector<login_answered> logins;
  std::vector<usage_recorded> usages;
  while (seen < answers && !slept_over) {
    bool called = false;
    // The push of an answer whose sync was told before wakes by itself, so no sleep is endless.
    if (q.may_sleep()) {
      called = readable(q, 5000);
      slept_over = !called;
    }
    q.awake(called);
    q.take(logins, usages);
    seen += logins.size();
  }
  actor.join();
  journal.join();
  BOOST_TEST(!slept_over);
  BOOST_TEST(seen == answers);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net
