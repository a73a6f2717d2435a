// Addresses that somebody has from another server are kept for him until he comes.
#include <boost/test/unit_test.hpp>

#include "address_fixture.hpp"

using namespace uzel;
using namespace uzel::test;

namespace {

constexpr ipv4 first{10, 0, 0, 1};
constexpr ipv4 last{10, 0, 0, 4};
constexpr ipv4 third{10, 0, 0, 3};
constexpr mac_address phone{0x001122334455};

class keep_fixture : public address_fixture {
 public:
  keep_fixture() {
    auto row = range(1, first, last);
    row.sticky_seconds = 600;
    publish(row);
    start();
  }
  keep_address wish(std::uint64_t who, ipv4 address, mac_address mac = phone) {
    return {domain_1, account_id{who}, address, mac, time.now() + seconds{3600}};
  }
  errc refused_as(const keep_address& w) {
    caf::error why;
    return request<address_kept>(w, &why) ? errc::ok : refusal(why);
  }
  // As a login or DISCOVER of that device comes.
  take_address ask_from(std::uint64_t who, mac_address mac = phone) {
    auto a = ask(who);
    a.place.mac = mac;
    a.place.key = key_of({}, mac, {}, {});
    return a;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(keep_suite, keep_fixture)

BOOST_AUTO_TEST_CASE(the_device_gets_the_kept_address) {
  const auto kept = request<address_kept>(wish(7, third));
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST(kept->fresh);
  BOOST_TEST((kept->after.state == binding_state::held));
  BOOST_TEST((kept->after.until == time.now() + seconds{3600 + 600}));
  BOOST_TEST((take(8)->address == first)); // another one gets what is free
  const auto given = take(ask_from(7));
  BOOST_REQUIRE(given.has_value());
  BOOST_TEST((given->address == third));
}

BOOST_AUTO_TEST_CASE(a_second_time_changes_nothing) {
  BOOST_REQUIRE(request<address_kept>(wish(7, third)));
  const auto records = log.records.size();
  const auto again = request<address_kept>(wish(7, third));
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST(!again->fresh);
  BOOST_TEST(log.records.size() == records);
}

BOOST_AUTO_TEST_CASE(it_is_there_after_a_restart) {
  BOOST_REQUIRE(request<address_kept>(wish(7, third)));
  const auto found = kept();
  stop();
  start(found);
  BOOST_TEST((take(ask_from(7))->address == third));
}

BOOST_AUTO_TEST_CASE(it_is_anybodys_when_its_time_is_over) {
  BOOST_REQUIRE(request<address_kept>(wish(7, third)));
  advance(seconds{3600 + 590});
  BOOST_TEST(row_of(third).has_value());
  advance(seconds{20});
  BOOST_TEST(!row_of(third).has_value());
}

BOOST_AUTO_TEST_CASE(what_another_has_is_refused) {
  const auto given = take(8);
  BOOST_REQUIRE(given.has_value());
  BOOST_TEST((refused_as(wish(7, given->address)) == errc::address_taken));
  BOOST_REQUIRE(request<address_kept>(wish(9, third)));
  BOOST_TEST((refused_as(wish(7, third)) == errc::address_taken));
  BOOST_TEST((refused_as(wish(9, last)) == errc::in_use)); // one for each device
  BOOST_TEST((row_of(third)->holder == account_id{9}));
}

BOOST_AUTO_TEST_CASE(only_a_pool_keeps_addresses_and_only_for_a_time) {
  BOOST_TEST((refused_as(wish(7, ipv4{192, 0, 2, 1})) == errc::outside_range));
  auto old = wish(7, third);
  old.until = time.now() - seconds{601};
  BOOST_TEST((refused_as(old) == errc::invalid_input));
  old.until = time.now() - seconds{599};
  BOOST_TEST((refused_as(old) == errc::ok));
}

BOOST_AUTO_TEST_CASE(without_a_device_accounting_of_the_account_adopts_it) {
  BOOST_REQUIRE(request<address_kept>(wish(7, third, {})));
  BOOST_REQUIRE(request<address_kept>(wish(7, last, {})));
  auto session_of_another = use_of(third, session_id{5}, ask(8));
  tell(session_of_another);
  settle();
  BOOST_TEST((said.refused.back().why == errc::address_taken));
  tell(use_of(third, session_id{6}, ask(7)));
  settle();
  BOOST_TEST((row_of(third)->state == binding_state::bound));
  BOOST_TEST((row_of(third)->session == session_id{6}));
}

BOOST_AUTO_TEST_CASE(who_has_none_goes_before_what_is_only_kept) {
  for (std::uint8_t i = 1; i <= 4; ++i)
    BOOST_REQUIRE(request<address_kept>(wish(10 + i, ipv4{10, 0, 0, i}, mac_address{i})));
  BOOST_TEST((take(50)->address == first)); // the one that was kept first
}

BOOST_AUTO_TEST_SUITE_END()
