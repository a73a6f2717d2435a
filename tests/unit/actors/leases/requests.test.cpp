// What a DHCP client is offered, granted and refused: RFC 2131 sections 4.3 and 4.4 as operators
// see them.
#include "tests/unit/actors/leases/lease_bench.hpp"

namespace uzel::test {
namespace {

constexpr auto select = lease_step::select, reboot = lease_step::reboot,
               rebind = lease_step::rebind;

bool is_offer(const std::optional<login_answered>& a, login_verdict verdict) {
  return a && a->verdict == verdict && a->address && a->lease_seconds != 0;
}
bool is_refused(const std::optional<login_answered>& a, refusal why) {
  return a && a->verdict == login_verdict::reject && a->why == why;
}
// One of ten addresses of a network's pool.
bool is_of(ipv4 pool_start, ipv4 address) {
  return address.value - pool_start.value < 10;
}
constexpr ipv4 lan_start{10, 0, 0, 10}, guest_start{10, 9, 0, 10}, far_start{10, 5, 0, 10};

BOOST_FIXTURE_TEST_SUITE(lease_requests, lease_bench)

BOOST_AUTO_TEST_CASE(a_customer_is_offered_an_address_and_keeps_it) {
  const auto offer = discover({alices});
  BOOST_REQUIRE(is_offer(offer, login_verdict::accept));
  BOOST_TEST(is_of(lan_start, offer->address));
  BOOST_TEST(offer->lease_seconds == 3600u);
  BOOST_TEST(offer->fresh);
  BOOST_TEST((offer->service == service_id{3}));
  BOOST_TEST(is_in(offer->address, binding_state::offered));
  const auto ack = request({alices}, select, offer->address);
  BOOST_REQUIRE(is_offer(ack, login_verdict::accept));
  BOOST_TEST((ack->address == offer->address));
  BOOST_TEST(ack->lease_seconds == 3600u);
  const auto row = row_of(offer->address);
  BOOST_TEST((row->state == binding_state::bound && row->holder == alice && !row->session));
  BOOST_TEST((row->until == now() + seconds{3600}));
  BOOST_TEST((ack->rests_on >= row->number));
}

BOOST_AUTO_TEST_CASE(repeated_questions_have_one_answer_and_one_record) {
  const auto offer = discover({alices});
  const auto after_offer = records();
  const auto again = discover({alices});
  BOOST_TEST((again->binding == offer->binding && again->address == offer->address));
  BOOST_TEST(!again->fresh);
  BOOST_TEST(records() == after_offer);
  const auto ack = request({alices}, select, offer->address);
  const auto after_ack = records();
  pass(seconds{5});
  for (const auto step : {select, reboot, rebind}) {
    const auto same = request({alices}, step, offer->address);
    BOOST_TEST((same->binding == ack->binding && same->address == ack->address));
    BOOST_TEST(same->lease_seconds <= 3600u - 5);
    BOOST_TEST(records() == after_ack);
  }
  BOOST_TEST((discover({alices})->binding == ack->binding));
  BOOST_TEST(records() == after_ack);
  // Both at once.
  const device_at other{0x99};
  const auto one = question(other, lease_step::discover),
             two = question(other, lease_step::discover);
  put(one);
  put(two);
  here().settle();
  BOOST_TEST(!answer_to(one)); // the later one replaced it
  BOOST_REQUIRE(answer_to(two));
  BOOST_TEST(records() == after_ack + 1);
}

BOOST_AUTO_TEST_CASE(a_lease_is_never_longer_than_the_journal_has_it) {
  const auto address = lease({alices});
  for (int i = 0; i < 30; ++i) {
    pass(seconds{300});
    const auto ack = renew({alices}, address);
    BOOST_REQUIRE(is_offer(ack, login_verdict::accept));
    instant recorded;
    for (const auto& r : here().log.records)
      if (const auto* b = std::get_if<storage::binding_changed>(&r.what))
        if (b->after.address == address)
          recorded = b->after.until;
    BOOST_TEST((now() + seconds{ack->lease_seconds} <= recorded));
    BOOST_TEST(ack->lease_seconds > 2600u);
  }
  // Of thirty renewals every third is written at most.
  BOOST_TEST(records() < 14u);
}

BOOST_AUTO_TEST_CASE(a_wish_is_honoured_if_it_is_free) {
  BOOST_TEST((discover({alices}, {10, 0, 0, 17})->address == ipv4{10, 0, 0, 17}));
  BOOST_TEST((discover({0x61}, {10, 9, 0, 15})->address == ipv4{10, 9, 0, 15}));
  const auto other = discover({0x62}, {10, 9, 0, 15});
  BOOST_TEST((other->address != ipv4{10, 9, 0, 15}));
  BOOST_TEST(is_of(guest_start, other->address));
  // Another network's, or nobody's.
  BOOST_TEST(is_of(guest_start, discover({0x63}, {10, 5, 0, 12})->address));
  BOOST_TEST(is_of(guest_start, discover({0x64}, {192, 0, 2, 1})->address));
}

BOOST_AUTO_TEST_CASE(a_static_address_comes_first_where_it_lies) {
  const auto offer = discover({carls});
  BOOST_TEST((offer->address == carls_static));
  BOOST_TEST((lease({carls}) == carls_static));
  BOOST_TEST(row_of(carls_static)->fixed);
  BOOST_TEST((row_of(carls_static)->until == now() + seconds{3600}));
  // On another wire it means nothing.
  device_at abroad{carls};
  abroad.network = far;
  BOOST_TEST(is_of(far_start, lease(abroad)));
  BOOST_TEST(here().seen.has(trace_code::answered_lease));
}

BOOST_AUTO_TEST_CASE(a_static_address_serves_one_attachment) {
  assign(bob, {10, 0, 0, 60});
  const device_at first{0x21, 7}, second{0x22, 7};
  BOOST_TEST((lease(first) == ipv4{10, 0, 0, 60}));
  const auto other = lease(second);
  BOOST_TEST(is_of(lan_start, other));
  BOOST_TEST(is_refused(request(second, reboot, {10, 0, 0, 60}), refusal::wrong_address));
  give_back(first, {10, 0, 0, 60});
  BOOST_TEST(row_of({10, 0, 0, 60})->fixed);
  BOOST_TEST((row_of({10, 0, 0, 60})->holder == bob));
  BOOST_TEST((discover(second)->address == ipv4{10, 0, 0, 60}));
}

BOOST_AUTO_TEST_CASE(who_may_not_have_his_service_gets_a_guests_address) {
  for (const auto mac : {doras, emils, std::uint64_t{0x61}}) {
    const auto offer = discover({mac});
    BOOST_REQUIRE(is_offer(offer, login_verdict::accept_as_guest));
    BOOST_TEST(is_of(guest_start, offer->address));
    BOOST_TEST(offer->lease_seconds == 120u);
    BOOST_TEST((offer->service == service_id{}));
    BOOST_TEST(is_offer(request({mac}, select, offer->address), login_verdict::accept_as_guest));
  }
  BOOST_TEST((discover({doras})->why == refusal::account_unpaid));
  device_at strict{doras};
  strict.from = strict_relay;
  BOOST_TEST(is_refused(discover(strict), refusal::account_unpaid));
  strict.mac = 0x61;
  BOOST_TEST(is_refused(discover(strict), refusal::unknown_subscriber));
  // Where no guests' pool is on the wire there is nothing for him.
  device_at abroad{doras};
  abroad.network = far;
  BOOST_TEST(is_refused(discover(abroad), refusal::no_address));
}

BOOST_AUTO_TEST_CASE(an_address_of_another_network_is_refused) {
  const auto address = lease({alices});
  device_at moved{alices};
  moved.network = far;
  for (const auto step : {reboot, rebind, select})
    BOOST_TEST(is_refused(request(moved, step, address), refusal::wrong_network));
  BOOST_TEST(is_refused(request({alices}, reboot, {192, 168, 1, 5}), refusal::wrong_network));
  BOOST_TEST(is_in(address, binding_state::bound)); // he may come back
  BOOST_TEST(is_of(far_start, lease(moved)));
}

BOOST_AUTO_TEST_CASE(a_payment_moves_a_guest_at_his_next_renewal) {
  const auto guests_address = lease({doras});
  BOOST_TEST(is_of(guest_start, guests_address));
  BOOST_REQUIRE(pay(dora));
  BOOST_TEST(is_refused(renew({doras}, guests_address), refusal::wrong_address));
  BOOST_TEST(!row_of(guests_address)); // nobody's at once
  BOOST_TEST(is_of(lan_start, lease({doras})));
}

BOOST_AUTO_TEST_CASE(an_end_of_payment_takes_the_internet_address_at_the_next_renewal) {
  const auto address = lease({alices});
  BOOST_REQUIRE(stop_paying(alice));
  BOOST_TEST(is_refused(renew({alices}, address), refusal::wrong_address));
  BOOST_TEST(is_in(address, binding_state::held));
  const auto before = records();
  // A restarted client who remembers it gets it neither, and nothing is written for that.
  BOOST_TEST(is_refused(request({alices}, reboot, address), refusal::wrong_address));
  BOOST_TEST(records() == before);
  BOOST_TEST(is_of(guest_start, lease({alices})));
  BOOST_REQUIRE(pay(alice));
  BOOST_TEST((lease({alices}) == address)); // it was kept for her
  BOOST_TEST((lease({carls}) == carls_static));
  BOOST_REQUIRE(stop_paying(carl));
  BOOST_TEST(is_refused(renew({carls}, carls_static), refusal::wrong_address));
  BOOST_TEST(is_refused(request({carls}, reboot, carls_static), refusal::wrong_address));
  BOOST_TEST((row_of(carls_static)->fixed && row_of(carls_static)->holder == carl));
}

BOOST_AUTO_TEST_CASE(a_lease_ends_soon_after_what_was_paid_for) {
  pay(alice, now() + seconds{1000});
  BOOST_TEST(discover({alices})->lease_seconds == 1000u);
  const auto address = lease({alices});
  pass(seconds{950});
  BOOST_TEST(renew({alices}, address)->lease_seconds == 120u); // no shorter than a guest's
  pass(seconds{60});
  BOOST_TEST(is_refused(renew({alices}, address), refusal::wrong_address));
}

BOOST_AUTO_TEST_CASE(what_nothing_remembers_is_given_if_it_fits) {
  struct {
    const char* what;
    device_at who;
    lease_step step;
    ipv4 wanted;
    refusal why;
  } const table[] = {
    {"a customer's free address", {alices}, reboot, {10, 0, 0, 15}, refusal::none},
    {"a renewal", {alices}, lease_step::renew, {10, 0, 0, 16}, refusal::none},
    {"a late answer to an offer", {alices}, select, {10, 0, 0, 17}, refusal::none},
    {"a customer, a guest's address", {alices}, reboot, {10, 9, 0, 15}, refusal::wrong_address},
    {"a customer, outside the pools", {alices}, reboot, {10, 0, 0, 99}, refusal::wrong_address},
    {"a customer, another's static", {alices}, reboot, carls_static, refusal::wrong_address},
    {"a guest renews", {0x61}, rebind, {10, 9, 0, 12}, refusal::none},
    {"a guest selects", {0x62}, select, {10, 9, 0, 13}, refusal::none},
    {"a guest remembers", {0x63}, reboot, {10, 9, 0, 14}, refusal::lease_unknown},
    {"a guest, a customer's address", {0x64}, rebind, {10, 0, 0, 18}, refusal::wrong_address},
    {"unpaid, a customer's address", {doras}, reboot, {10, 0, 0, 18}, refusal::wrong_address},
    {"unpaid, a guest's address", {doras}, reboot, {10, 9, 0, 18}, refusal::none},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.what) {
      lease_bench fresh;
      const auto a = fresh.request(row.who, row.step, row.wanted);
      BOOST_REQUIRE(a);
      BOOST_TEST((a->why == row.why || a->why == refusal::account_unpaid));
      BOOST_TEST((a->verdict == login_verdict::reject) == (row.why != refusal::none));
      BOOST_TEST(fresh.is_in(row.wanted, binding_state::bound) == (row.why == refusal::none));
    }
}

BOOST_AUTO_TEST_CASE(what_another_has_is_refused) {
  const auto hers = lease({alices});
  const auto his = lease({0x61});
  for (const auto step : {select, rebind}) {
    BOOST_TEST(is_refused(request({0x62}, step, his), refusal::wrong_address));
    BOOST_TEST(is_refused(request({doras}, step, his), refusal::wrong_address));
    BOOST_TEST(is_refused(request({0x21, 7}, step, hers), refusal::wrong_address));
  }
  BOOST_TEST(is_refused(request({0x62}, reboot, his), refusal::lease_unknown));
  BOOST_TEST(is_refused(renew({0x62}, his), refusal::wrong_address));
  BOOST_TEST((row_of(hers)->holder == alice));
  BOOST_TEST(!alarmed("address-conflict")); // a question is no use
}

BOOST_AUTO_TEST_CASE(one_device_takes_one_address) {
  const auto mine = lease({0x61});
  for (std::uint8_t last = 10; last < 20; ++last)
    for (const auto step : {select, reboot, rebind})
      if (const auto a = request({0x61}, step, {10, 9, 0, last}); a->address != mine)
        BOOST_TEST((a->verdict == login_verdict::reject));
  BOOST_TEST(rows().size() == 2u); // and carl's
}

BOOST_AUTO_TEST_CASE(pools_of_one_relay_or_vlan_serve_only_there) {
  lan_pool.client_id = strict_relay.value;
  edit("pool", lan_pool);
  BOOST_TEST(is_of(guest_start, discover({alices})->address));
  BOOST_TEST(is_refused(request({alices}, reboot, {10, 0, 0, 15}), refusal::wrong_address));
  device_at there{alices};
  there.from = strict_relay;
  BOOST_TEST(is_of(lan_start, discover(there)->address));
}

BOOST_AUTO_TEST_CASE(a_full_pool_makes_a_guest_of_a_customer_for_a_while) {
  lan_pool.last = lan_pool.first;
  edit("pool", lan_pool);
  const auto hers = lease({alices});
  BOOST_TEST((hers == lan_pool.first));
  const device_at late{0x21, 7};
  const auto offer = discover(late);
  BOOST_REQUIRE(is_offer(offer, login_verdict::accept_as_guest));
  BOOST_TEST((offer->why == refusal::no_address));
  const auto ack = request(late, select, offer->address);
  BOOST_REQUIRE(is_offer(ack, login_verdict::accept_as_guest));
  BOOST_TEST(ack->lease_seconds == 120u);
  pass(seconds{60});
  BOOST_TEST(is_offer(renew(late, offer->address), login_verdict::accept_as_guest));
  give_back({alices}, hers);
  for (int i = 0; i < 59; ++i) {
    pass(seconds{60});
    if (is_refused(renew(late, offer->address), refusal::wrong_address))
      break;
  }
  // Now and then he is sent to look for a better one.
  BOOST_TEST((lease(late) == hers));
}

BOOST_AUTO_TEST_CASE(a_release_counts_only_from_the_place_that_holds) {
  const auto address = lease({alices});
  give_back({0x61}, address);
  BOOST_TEST(is_in(address, binding_state::bound));
  give_back({alices}, {10, 0, 0, 19});
  give_back({alices}, {192, 0, 2, 1});
  BOOST_TEST(is_in(address, binding_state::bound));
  give_back({alices}, address);
  BOOST_TEST(is_in(address, binding_state::held));
  BOOST_TEST((row_of(address)->holder == alice));
  BOOST_TEST((discover({0x21, 7})->address != address)); // kept for her
  BOOST_TEST((lease({alices}) == address));
  BOOST_TEST((lease({carls}) == carls_static));
  give_back({carls}, carls_static);
  BOOST_TEST(is_in(carls_static, binding_state::held));
  BOOST_TEST(row_of(carls_static)->fixed);
}

BOOST_AUTO_TEST_CASE(a_declined_address_is_in_quarantine) {
  const auto address = lease({alices});
  give_back({0x61}, address, lease_end::declined);
  BOOST_TEST(is_in(address, binding_state::bound));
  give_back({alices}, address, lease_end::declined);
  BOOST_TEST(is_in(address, binding_state::quarantined));
  BOOST_TEST(alarmed("address-declined"));
  BOOST_TEST((lease({alices}) != address));
  BOOST_TEST(is_refused(request({0x21, 7}, reboot, address), refusal::wrong_address));
  pass(settings.decline_quarantine);
  BOOST_TEST(!row_of(address));
  BOOST_TEST((lease({carls}) == carls_static));
  give_back({carls}, carls_static, lease_end::declined);
  BOOST_TEST(is_in(carls_static, binding_state::held));
  BOOST_TEST((row_of(carls_static)->holder == carl));
}

BOOST_AUTO_TEST_CASE(a_flood_of_declines_takes_no_pool_out_of_use) {
  settings.declines_per_hour = 3;
  const auto decline_one = [this] {
    const auto address = lease({alices});
    BOOST_REQUIRE(address);
    give_back({alices}, address, lease_end::declined);
  };
  const auto quarantined = [this] {
    const auto all = rows();
    return std::count_if(all.begin(), all.end(),
                         [](const auto& b) { return b.state == binding_state::quarantined; });
  };
  for (int i = 0; i < 20; ++i)
    decline_one();
  BOOST_TEST(quarantined() == 3);
  BOOST_TEST(alarmed("decline-flood"));
  pass(seconds{3600});
  decline_one();
  BOOST_TEST(quarantined() == 4);
}

BOOST_AUTO_TEST_CASE(a_journal_that_takes_nothing_leaves_the_client_without_an_answer) {
  here().log.refuse = errc::store_full;
  BOOST_TEST(!discover({alices}));
  here().log.refuse = errc::ok;
  const auto offer = discover({alices});
  here().log.refuse = errc::store_full;
  BOOST_TEST(!request({alices}, select, offer->address));
  BOOST_TEST((discover({alices})->address == offer->address)); // an offer again needs no record
  here().log.refuse = errc::ok;
  BOOST_TEST(is_offer(request({alices}, select, offer->address), login_verdict::accept));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace uzel::test
