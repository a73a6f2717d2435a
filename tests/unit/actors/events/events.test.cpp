#include "actors/events.hpp"

#include "domain/entities/entity.hpp"
#include "tests/support/actors/actor_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

using namespace uzel;
using namespace std::chrono_literals;

namespace {

// Keeps what readers were given; a reader in `slow` takes nothing.
class collecting_gate : public live_gate {
 public:
  bool deliver(std::uint64_t reader, std::span<const event> batch, std::uint64_t missed) override {
    if (slow.contains(reader))
      return false;
    for (const auto& e : batch)
      given[reader].push_back(e);
    missed_told = missed;
    return true;
  }
  void drop(std::uint64_t reader, std::uint32_t, journal_number cursor) override {
    dropped[reader] = cursor;
  }

  std::map<std::uint64_t, std::vector<event>> given;
  std::map<std::uint64_t, journal_number> dropped;
  std::set<std::uint64_t> slow;
  std::uint64_t missed_told = 0;
};

struct fixture : test::actor_fixture {
  fixture() { spawn(100); }
  ~fixture() {
    caf::anon_send_exit(wires.events, caf::exit_reason::user_shutdown);
    settle();
  }
  void spawn(std::uint32_t ring) {
    wires.events = system.spawn(events, &wires, static_cast<live_gate*>(&live), &backlog,
                                events_settings{nullptr, 7, journal_number{10}, ring, 3});
    settle();
  }
  // Synced session records first..last, as the journal tells them.
  void sync(std::uint64_t first, std::uint64_t last) {
    std::vector<std::vector<std::uint8_t>> bytes;
    std::vector<storage::record_view> views;
    for (auto n = first; n <= last; ++n) {
      session s;
      s.id = session_id{n};
      s.acct_session_id = "s" + std::to_string(n);
      bytes.emplace_back();
      storage::encode(storage::session_changed{s}, bytes.back());
    }
    for (std::size_t i = 0; i < bytes.size(); ++i)
      views.push_back({journal_number{first + i}, time.at,
                       static_cast<std::uint16_t>(storage::record_kind::session), true, bytes[i]});
    event_feed feed{wires.events, backlog};
    feed.on_synced(views, journal_number{last});
    settle();
  }
  events_subscribed subscribe(std::uint64_t reader, std::uint32_t epoch = 0,
                              std::uint64_t after = 0) {
    caf::scoped_actor me{system};
    auto pending =
      me->request(wires.events, 1s, subscribe_events{reader, epoch, journal_number{after}});
    settle();
    events_subscribed out;
    pending.receive([&](const events_subscribed& x) { out = x; },
                    [](const caf::error&) { BOOST_FAIL("no answer"); });
    return out;
  }
  std::vector<std::uint64_t> numbers(std::uint64_t reader) {
    std::vector<std::uint64_t> out;
    for (const auto& e : live.given[reader])
      out.push_back(e.number.value);
    return out;
  }

  collecting_gate live;
  event_backlog backlog;
};

using numbers_list = std::vector<std::uint64_t>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_events, fixture)

BOOST_AUTO_TEST_CASE(a_fresh_reader_gets_what_follows_the_synced_number) {
  sync(11, 13);
  const auto answer = subscribe(1);
  BOOST_TEST(answer.synced.value == 13u);
  BOOST_TEST(!answer.resnapshot);
  sync(14, 15);
  BOOST_TEST(numbers(1) == (numbers_list{14, 15}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(before_the_first_record_the_stream_starts_where_the_journal_was_opened) {
  BOOST_TEST(subscribe(1).synced.value == 10u);
}

BOOST_AUTO_TEST_CASE(a_cursor_continues_without_gap_or_repeat) {
  sync(11, 13);
  sync(14, 20);
  BOOST_TEST(!subscribe(1, 7, 12).resnapshot);
  sync(21, 21);
  BOOST_TEST(numbers(1) == (numbers_list{13, 14, 15, 16, 17, 18, 19, 20, 21}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cursor_older_than_the_ring_or_of_another_epoch_needs_a_snapshot) {
  for (std::uint64_t n = 11; n < 211; n += 10)
    sync(n, n + 9);
  BOOST_TEST(subscribe(1, 7, 50).resnapshot);
  BOOST_TEST(subscribe(2, 6, 205).resnapshot);
  BOOST_TEST(subscribe(3, 7, 300).resnapshot);
  BOOST_TEST(!subscribe(4, 7, 150).resnapshot);
  BOOST_TEST(numbers(4).front() == 151u);
  BOOST_TEST(numbers(1).empty());
}

BOOST_AUTO_TEST_CASE(a_slow_reader_is_forgotten_and_others_go_on) {
  subscribe(1);
  subscribe(2);
  live.slow.insert(1);
  sync(11, 11);
  live.slow.clear();
  sync(12, 12);
  BOOST_TEST(numbers(1).empty());
  BOOST_TEST(numbers(2) == (numbers_list{11, 12}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(readers_are_dropped_with_a_cursor_when_the_stream_outruns_them) {
  subscribe(1);
  sync(11, 11);
  backlog.records += 1000;
  sync(12, 12);
  BOOST_TEST(live.dropped.at(1).value == 11u);
}

BOOST_AUTO_TEST_CASE(logins_beyond_the_rate_are_told_as_missed) {
  subscribe(1);
  for (int i = 0; i < 5; ++i)
    caf::anon_send(wires.events,
                   login_happened{time.at, "bob", "accept", "", "10.0.0.1", "nas", account_id{1}});
  caf::anon_send(wires.events,
                 alarm_raised{time.at, "address-conflict", "10.0.0.1", "two holders"});
  settle();
  BOOST_TEST(live.given[1].size() == 4u);
  BOOST_TEST(live.missed_told == 2u);
  BOOST_TEST(live.given[1].back().fields[1] == "address-conflict");
}

BOOST_AUTO_TEST_CASE(fields_follow_the_entity_table) {
  subscribe(1);
  sync(11, 11);
  const auto& e = live.given[1].at(0);
  BOOST_TEST(e.entity == "session");
  BOOST_TEST(e.epoch == 7u);
  const auto at = find_entity("session")->index_of("acct_session_id");
  BOOST_REQUIRE(at < e.fields.size());
  BOOST_TEST(e.fields[at] == "s11");
}

BOOST_AUTO_TEST_SUITE_END()
