#include "storage/record.hpp"

#include "tests/unit/storage/database/random_live.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;
using namespace uzel::storage;

namespace {

std::vector<std::uint8_t> bytes_of(const record& what) {
  std::vector<std::uint8_t> out;
  encode(what, out);
  return out;
}

// One of each kind, with every field different from its default.
std::vector<record> one_of_each() {
  binding b;
  b.id = binding_id{0x0102};
  b.domain = routing_domain_id{1};
  b.pool = pool_id{3};
  b.address = ipv4{10, 0, 0, 1};
  b.state = binding_state::bound;
  b.fixed = true;
  b.holder = account_id{4};
  b.place = {attachment_key{5}, nas_id{6}, mac_address{7}, device_id{8}, port_id{9}, 10, "p"};
  b.session = session_id{11};
  b.since = instant{12};
  b.until = instant{13};
  b.last_seen = instant{14};
  session s;
  s.id = session_id{1};
  s.acct_session_id = "8f";
  s.user_name = "bob";
  s.place = b.place;
  s.state = session_state::closed;
  s.used = {1, 2, 3, 4};
  account_state a;
  a.id = account_id{9};
  a.number = "100";
  a.credential = std::string("\x00\x01", 2);
  a.accesses = {{access_kind::mac, "", mac_address{5}, {}, {}}};
  a.addresses = {{routing_domain_id{1}, ipv4{10, 0, 0, 5}, {}}};
  a.current = {subscription_id{1}, service_id{2}, subscription_state::active, {300},
               instant{4},         instant{5}};
  nas_state n{nas_id{1}, client_id{2}, "bras", 3, instant{4}, {}};
  return {binding_changed{b}, session_changed{s}, account_changed{a}, nas_restarted{n},
          desk_changed{"pool", 7, 8, true}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(records)

BOOST_AUTO_TEST_CASE(a_binding_and_a_desk_note_have_these_bytes_for_good) {
  const auto all = one_of_each();
  const std::vector<std::uint8_t> desk{1, 4, 0, 0, 0, 'p', 'o', 'o', 'l', 7, 0, 0, 0,
                                       0, 0, 0, 0, 8, 0,   0,   0,   0,   0, 0, 0, 1};
  BOOST_TEST(bytes_of(all[4]) == desk, boost::test_tools::per_element());
  const std::vector<std::uint8_t> bound{
    1,                                                   // version
    2,  1, 0, 0,  0,   0, 0, 0, 1,  0, 0, 0, 0, 0, 0, 0, // id, domain
    3,  0, 0, 0,  0,   0, 0, 0,                          // pool
    1,  0, 0, 10,                                        // address
    2,  1,                                               // state, fixed
    4,  0, 0, 0,  0,   0, 0, 0,                          // holder
    5,  0, 0, 0,  0,   0, 0, 0, 6,  0, 0, 0, 0, 0, 0, 0, // place: key, nas
    7,  0, 0, 0,  0,   0, 0, 0, 8,  0, 0, 0, 0, 0, 0, 0, // mac, device
    9,  0, 0, 0,  0,   0, 0, 0, 10, 0,                   // port, vlan
    1,  0, 0, 0,  'p',                                   // nas_port
    11, 0, 0, 0,  0,   0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, // session, since
    13, 0, 0, 0,  0,   0, 0, 0, 14, 0, 0, 0, 0, 0, 0, 0, // until, last_seen
  };
  BOOST_TEST(bytes_of(all[0]) == bound, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_kind_comes_back_and_refuses_every_truncation) {
  std::uint16_t kind = 0;
  for (const auto& what : one_of_each())
    BOOST_TEST_CONTEXT("kind " << ++kind) {
      BOOST_TEST(static_cast<std::uint16_t>(kind_of(what)) == kind);
      const auto bytes = bytes_of(what);
      const auto back = decode(kind, bytes, journal_number{77});
      BOOST_REQUIRE(back.has_value());
      BOOST_TEST(bytes_of(*back) == bytes, boost::test_tools::per_element());
      for (std::size_t n = 0; n < bytes.size(); ++n)
        BOOST_TEST(decode(kind, std::span{bytes}.first(n), {}).has_error(), n);
      auto longer = bytes;
      longer.push_back(0);
      BOOST_TEST(decode(kind, longer, {}).has_error());
      auto newer = bytes;
      newer[0] = 2;
      BOOST_CHECK(decode(kind, newer, {}).error() == errc::store_damaged);
    }
  BOOST_TEST(decode(6, std::vector<std::uint8_t>{1}, {}).has_error());
}

BOOST_AUTO_TEST_CASE(the_after_image_carries_the_records_number) {
  const auto all = one_of_each();
  const auto b = decode(1, bytes_of(all[0]), journal_number{77});
  BOOST_TEST(std::get<binding_changed>(*b).after.number.value == 77u);
  const auto a = decode(3, bytes_of(all[2]), journal_number{78});
  BOOST_TEST(std::get<account_changed>(*a).after.number_of_change.value == 78u);
}

BOOST_AUTO_TEST_CASE(random_records_come_back_equal) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  test::live_stream stream{seed};
  for (int i = 0; i < 2000; ++i) {
    const auto r = stream.next();
    const auto back =
      decode(static_cast<std::uint16_t>(kind_of(r.what)), bytes_of(r.what), r.number);
    BOOST_REQUIRE(back.has_value());
    BOOST_REQUIRE(bytes_of(*back) == bytes_of(r.what));
    if (const auto* s = std::get_if<session_changed>(&r.what))
      BOOST_REQUIRE((std::get<session_changed>(*back).after == s->after));
    if (const auto* a = std::get_if<account_changed>(&r.what))
      BOOST_REQUIRE((std::get<account_changed>(*back).after == a->after));
    if (const auto* b = std::get_if<binding_changed>(&r.what))
      BOOST_REQUIRE((std::get<binding_changed>(*back).after == b->after));
  }
}

BOOST_AUTO_TEST_SUITE_END()
