#include "actors/trace_ring.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;

namespace {

config::actor_settings bounded(std::uint64_t bytes, std::uint32_t per_account) {
  config::actor_settings s;
  s.trace_bytes = bytes;
  s.trace_per_account = per_account;
  return s;
}

void tell(trace_ring& ring, std::uint64_t who, std::string name, std::int64_t when,
          std::uint64_t mac = 0, ipv4 address = {}) {
  login l;
  l.received = instant{when};
  l.facts.login = std::move(name);
  l.facts.mac = mac_address{mac};
  l.trace.add(trace_code::identity_login, who, duration{5});
  login_answered a;
  a.who = account_id{who};
  a.address = address;
  a.why = who != 0 ? refusal::wrong_password : refusal::unknown_subscriber;
  ring.add(l, a);
}

} // namespace

BOOST_AUTO_TEST_SUITE(actors_trace_ring)

BOOST_AUTO_TEST_CASE(a_login_is_told_by_everything_that_names_it) {
  trace_ring ring{bounded(1 << 20, 8)};
  tell(ring, 1, "bob", 10, 0xB1, ipv4{10, 0, 0, 1});
  tell(ring, 1, "bob", 20, 0xB9);
  tell(ring, 0, "bob", 15, 0xB1);
  tell(ring, 2, "carol", 30);
  const auto by_login = ring.of_login("bob", 10);
  BOOST_TEST_REQUIRE(by_login.size() == 3u);
  BOOST_TEST(by_login[0].time.us == 20);
  BOOST_TEST(by_login[1].time.us == 15);
  BOOST_TEST((by_login[1].why == refusal::unknown_subscriber));
  BOOST_TEST((by_login[2].steps.steps[0].code == trace_code::identity_login));
  BOOST_TEST(ring.of_login("bob", 1).size() == 1u);
  BOOST_TEST(ring.of_mac(mac_address{0xB1}, 10).size() == 2u);
  BOOST_TEST(ring.of_address(ipv4{10, 0, 0, 1}, 10).size() == 1u);
  BOOST_TEST(ring.of_account(account_id{1}, 10).size() == 2u);
  BOOST_TEST(ring.of_login("zoe", 10).empty());
}

BOOST_AUTO_TEST_CASE(one_account_keeps_its_last_traces_only) {
  trace_ring ring{bounded(1 << 20, 3)};
  for (int i = 1; i <= 10; ++i)
    tell(ring, 1, "bob", i);
  tell(ring, 2, "carol", 4);
  const auto mine = ring.of_account(account_id{1}, 10);
  BOOST_TEST_REQUIRE(mine.size() == 3u);
  BOOST_TEST(mine[0].time.us == 10);
  BOOST_TEST(mine[2].time.us == 8);
  BOOST_TEST(ring.of_account(account_id{2}, 10).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_flood_of_unknown_logins_pushes_out_no_account) {
  constexpr std::size_t bytes = 64 * 1024;
  trace_ring ring{bounded(bytes, 4)};
  tell(ring, 1, "bob", 1);
  for (int i = 0; i < 5000; ++i)
    tell(ring, i % 2 == 0 ? 0 : guest_bit | 7, "flood-" + std::to_string(i), 2 + i);
  BOOST_TEST(ring.of_account(account_id{1}, 10).size() == 1u);
  BOOST_TEST(ring.bytes() <= bytes);
  BOOST_TEST(!ring.of_login("flood-4999", 1).empty());
  BOOST_TEST(ring.of_login("flood-0", 1).empty());
  for (std::uint64_t i = 2; i < 3000; ++i)
    tell(ring, i, "u" + std::to_string(i), 9000 + static_cast<std::int64_t>(i));
  BOOST_TEST(ring.bytes() <= bytes);
  BOOST_TEST(ring.of_account(account_id{1}, 10).empty());
  BOOST_TEST(ring.of_account(account_id{2999}, 10).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
