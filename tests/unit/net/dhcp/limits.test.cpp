// What relays, clients and ports may ask for, and that a flood does not cost memory.
#include "net/dhcp/limits.hpp"

#include <boost/test/unit_test.hpp>

namespace uzel::net {
namespace {

using std::chrono::milliseconds;
constexpr instant start = instant::from_unix(1'700'000'000);

} // namespace

BOOST_AUTO_TEST_SUITE(dhcp_limits)

BOOST_AUTO_TEST_CASE(a_bucket_holds_a_second_and_fills_with_time) {
  token_table t{10, 64, 7};
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(t.allows(1, start));
  BOOST_TEST(!t.allows(1, start));
  BOOST_TEST(t.allows(2, start)); // its own bucket
  BOOST_TEST(!t.allows(1, start + milliseconds{99}));
  BOOST_TEST(t.allows(1, start + milliseconds{200}));
  BOOST_TEST(t.allows(1, start + milliseconds{201}));
  BOOST_TEST(!t.allows(1, start + milliseconds{202}));
  int later = 0;
  while (t.allows(1, start + seconds{60}))
    ++later;
  BOOST_TEST(later == 10); // never more than a second's worth
}

BOOST_AUTO_TEST_CASE(no_limit_is_no_table) {
  token_table t{0, 64, 7};
  for (int i = 0; i < 10'000; ++i)
    BOOST_TEST(t.allows(1, start));
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_gives_nothing_away) {
  token_table t{2, 64, 7};
  BOOST_TEST(t.allows(1, start));
  BOOST_TEST(t.allows(1, start));
  BOOST_TEST(!t.allows(1, start - seconds{3600}));
}

BOOST_AUTO_TEST_CASE(a_flood_of_made_up_keys_leaves_a_busy_one_its_bucket) {
  token_table t{5, 1024, 99};
  std::uint64_t allowed = 0, flood = 1'000'000;
  for (int i = 0; i < 20'000; ++i) {
    const auto at = start + duration{i}; // all within 20 ms
    allowed += t.allows(1, at) ? 1 : 0;
    t.allows(flood++, at);
  }
  // Each loss of its bucket gives it five more.
  BOOST_TEST(allowed < 1000u);
}

BOOST_AUTO_TEST_CASE(a_port_takes_so_many_devices_and_no_more) {
  port_guard g{2, 100};
  const auto until = start + seconds{60};
  BOOST_TEST(g.admits(1, 0xA, start, until));
  BOOST_TEST(g.admits(1, 0xB, start, until));
  BOOST_TEST(!g.admits(1, 0xC, start, until));
  BOOST_TEST(g.admits(1, 0xA, start, until)); // known
  BOOST_TEST(g.admits(2, 0xC, start, until)); // another port
  BOOST_TEST(g.take_refused(1) == 1u);
  BOOST_TEST(g.take_refused(1) == 0u);
  // Who only asked leaves after a while; who has a lease stays.
  g.keep(1, 0xA, start + seconds{3600});
  BOOST_TEST(g.admits(1, 0xC, until, until + seconds{60}));
  BOOST_TEST(!g.admits(1, 0xD, until, until + seconds{60}));
  g.keep(1, 0xA, until); // given back
  BOOST_TEST(g.admits(1, 0xD, until, until + seconds{60}));
}

BOOST_AUTO_TEST_CASE(asking_does_not_shorten_a_lease) {
  port_guard g{1, 100};
  BOOST_TEST(g.admits(1, 0xA, start, start + seconds{60}));
  g.keep(1, 0xA, start + seconds{3600});
  BOOST_TEST(g.admits(1, 0xA, start, start + seconds{60}));
  BOOST_TEST(!g.admits(1, 0xB, start + seconds{3599}, start + seconds{3659}));
  BOOST_TEST(g.admits(1, 0xB, start + seconds{3600}, start + seconds{3660}));
}

BOOST_AUTO_TEST_CASE(no_limit_remembers_nobody) {
  port_guard g{0, 100};
  for (std::uint64_t device = 1; device < 1000; ++device)
    BOOST_TEST(g.admits(1, device, start, start + seconds{60}));
  BOOST_TEST(g.size() == 0u);
}

BOOST_AUTO_TEST_CASE(memory_of_ports_is_bounded_and_those_that_left_make_room) {
  port_guard g{1, 100};
  for (std::uint64_t port = 1; port <= 1000; ++port)
    BOOST_TEST(g.admits(port, port, start, start + seconds{60}));
  BOOST_TEST(g.size() == 100u);
  for (std::uint64_t port = 2001; port <= 2050; ++port)
    BOOST_TEST(g.admits(port, port, start + seconds{61}, start + seconds{121}));
  BOOST_TEST(g.size() == 50u);
  BOOST_TEST(!g.admits(2001, 7, start + seconds{61}, start + seconds{121}));
}

BOOST_AUTO_TEST_CASE(alarms_come_once_a_minute_and_few_at_once) {
  alarm_brake b;
  BOOST_TEST(b.allows("unknown", "10.0.0.1", start));
  BOOST_TEST(!b.allows("unknown", "10.0.0.1", start + seconds{59}));
  BOOST_TEST(b.allows("unknown", "10.0.0.2", start));
  BOOST_TEST(b.allows("other", "10.0.0.1", start));
  BOOST_TEST(b.allows("unknown", "10.0.0.1", start + seconds{60}));
  int told = 0;
  for (int i = 0; i < 1000; ++i)
    told += b.allows("unknown", std::to_string(i), start + seconds{60}) ? 1 : 0;
  BOOST_TEST(told < 40);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net
