// Who gets the processor: logins before rows, unless answers wait for rows or they come too late.
#include "tests/unit/storage/database/random_live.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

#include <atomic>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace uzel;
using namespace uzel::storage;

namespace {

int own_niceness() {
  return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
}

// Root may, and others up to their RLIMIT_NICE.
bool may_take_back_its_priority() {
  bool may = false;
  std::thread{[&] {
    const auto me = static_cast<id_t>(::gettid());
    may = ::setpriority(PRIO_PROCESS, me, 19) == 0 && ::setpriority(PRIO_PROCESS, me, 0) == 0;
  }}.join();
  return may;
}

struct priority_fixture : test::store_fixture {
  // The niceness with which the next record is written.
  int niceness_of_next(projector& p) {
    nice = -1;
    const auto view = journal.view(told++);
    p.on_synced({&view, 1}, view.number);
    BOOST_TEST(p.wait_applied(view.number, seconds{60}));
    while (nice == -1)
      std::this_thread::yield(); // the event follows right behind
    return nice;
  }
  std::unique_ptr<projector> started() {
    projector_events events;
    events.applied = [this](journal_number) { nice = own_niceness(); };
    auto out = opened->open_projector(events).value();
    out->start(journal.source(), journal_number{told});
    return out;
  }
  void fill(int records) {
    test::live_stream stream{15};
    for (int i = 0; i < records; ++i)
      journal.add(stream.next());
  }

  test::memory_journal journal;
  std::size_t told = 0;
  std::atomic<int> nice{-1};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(projector_priority, priority_fixture)

BOOST_AUTO_TEST_CASE(rows_are_written_behind_logins_unless_these_wait_for_them) {
  fill(2);
  for (const auto wanted : {config::durability::journal, config::durability::store})
    BOOST_TEST_CONTEXT(static_cast<int>(wanted)) {
      settings.durability = wanted;
      reopen();
      const auto p = started();
      BOOST_TEST(niceness_of_next(*p) == (wanted == config::durability::journal ? 19 : 0));
    }
}

BOOST_AUTO_TEST_CASE(who_is_late_takes_part_like_everybody_until_he_is_not) {
  fill(3);
  const auto p = started();
  BOOST_TEST(niceness_of_next(*p) == 19);
  p->set_late(true);
  BOOST_TEST(niceness_of_next(*p) == (may_take_back_its_priority() ? 0 : 19));
  p->set_late(false);
  BOOST_TEST(niceness_of_next(*p) == 19);
}

BOOST_AUTO_TEST_SUITE_END()
