// Whose lease is it: ports, MACs and client identifiers, several devices, devices that move, and
// sessions beside leases.
#include "tests/unit/actors/leases/lease_bench.hpp"

namespace uzel::test {
namespace {

constexpr auto select = lease_step::select, reboot = lease_step::reboot,
               rebind = lease_step::rebind;
using kind = accounting_kind;

bool is_lease(const std::optional<login_answered>& a, ipv4 address) {
  return a && a->verdict != login_verdict::reject && a->address == address;
}
bool is_refused(const std::optional<login_answered>& a, refusal why) {
  return a && a->verdict == login_verdict::reject && a->why == why;
}
bool is_guests(ipv4 address) {
  return prefix4{ipv4{10, 9, 0, 0}, 24}.contains(address);
}

BOOST_FIXTURE_TEST_SUITE(lease_places, lease_bench)

BOOST_AUTO_TEST_CASE(a_port_a_mac_and_an_identifier_name_the_account) {
  struct {
    const char* what;
    device_at who;
    account_id account;
  } const table[] = {
    {"MAC", {alices}, alice},
    {"MAC behind an unclaimed port", {alices, 9}, alice},
    {"port", {0x21, 7}, bob},
    {"port before MAC", {alices, 7}, bob},
    {"port and MAC", {ginas, 8}, gina},
    {"port with another device", {0x71, 8}, gina},
    {"client identifier", {0x22, 0, lan, relay, std::string{freds_identifier}}, fred},
    {"client identifier as written", {0x22, 0, lan, relay, "01AABBCC"}, {}},
    {"nothing", {0x22}, {}},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.what) {
      lease_bench fresh;
      const auto offer = fresh.discover(row.who);
      BOOST_REQUIRE(offer);
      if (row.account)
        BOOST_TEST((offer->who == row.account));
      else
        BOOST_TEST(is_guest(offer->who));
    }
}

BOOST_AUTO_TEST_CASE(a_cloned_mac_is_nobody) {
  const auto hers = lease({ginas, 8});
  // From another port, from none, and as a renewal of another address.
  for (const auto& clone : {device_at{ginas, 9}, device_at{ginas}}) {
    const auto offer = discover(clone);
    BOOST_REQUIRE(offer);
    BOOST_TEST(is_guest(offer->who));
    BOOST_TEST(is_guests(offer->address));
  }
  BOOST_TEST(is_guest(renew({ginas}, {10, 9, 0, 19})->who));
  BOOST_TEST(is_in(hers, binding_state::bound));
  // Bob's port does not make gina's device gina's.
  BOOST_TEST((discover({ginas, 7})->who == bob));
  // A renewal of what she holds goes to her: the answer goes to her address.
  const auto ack = renew({ginas}, hers);
  BOOST_TEST(is_lease(ack, hers));
  BOOST_TEST((ack->who == gina));
  BOOST_TEST((row_of(hers)->place.port == port_id{18}));
}

BOOST_AUTO_TEST_CASE(a_renewal_without_a_port_is_known_by_its_lease) {
  const device_at home{0x21, 7};
  const auto address = lease(home);
  pass(seconds{1800});
  const auto ack = renew(home, address);
  BOOST_TEST(is_lease(ack, address));
  BOOST_TEST((ack->who == bob));
  BOOST_TEST(ack->lease_seconds == 3600u);
  BOOST_TEST(here().seen.has(trace_code::identity_binding));
  BOOST_TEST((row_of(address)->place.port == port_id{17}));
  // Somebody else's device, and an address that nobody has.
  BOOST_TEST(is_refused(renew({0x99}, address), refusal::wrong_address));
  BOOST_TEST((renew(home, {10, 0, 0, 19})->who != bob));
  give_back(home, address);
  BOOST_TEST((renew(home, address)->who != bob)); // nothing live names him any more
}

BOOST_AUTO_TEST_CASE(a_guest_who_became_a_customer_is_moved_at_his_next_renewal) {
  const device_at somebody{0x61}, behind{0x62, 9};
  const auto first = lease(somebody), second = lease(behind);
  BOOST_TEST(is_guests(first));
  BOOST_TEST(is_lease(renew(somebody, first), first));
  BOOST_TEST(is_lease(renew(behind, second), second));
  BOOST_REQUIRE(tell(add_access{alice, {access_kind::mac, {}, mac_address{0x61}, {}, {}}}));
  BOOST_TEST(is_refused(renew(somebody, first), refusal::wrong_address));
  BOOST_TEST((discover(somebody)->who == alice));
  port p;
  p.id = 19;
  p.device_id = 1;
  p.number = 9;
  edit("port", p);
  BOOST_TEST((lease(behind) == second)); // now the port is known, but nobody's
  BOOST_REQUIRE(tell(add_access{fred, {access_kind::port, {}, {}, device_id{1}, port_id{19}}}));
  const auto refused = renew(behind, second);
  BOOST_TEST(is_refused(refused, refusal::wrong_address));
  BOOST_TEST((refused->who == fred));
}

BOOST_AUTO_TEST_CASE(two_devices_behind_one_port_share_an_account) {
  const device_at one{0x21, 7}, two{0x22, 7}, three{0x23, 7};
  const auto first = lease(one), second = lease(two);
  BOOST_TEST((first && second && first != second));
  BOOST_TEST((row_of(first)->holder == bob && row_of(second)->holder == bob));
  BOOST_TEST(is_refused(discover(three), refusal::session_limit));
  // Who has a lease keeps it, even when fewer are allowed now.
  BOOST_REQUIRE(set_limit(bob, 1));
  BOOST_TEST(is_lease(renew(one, first), first));
  BOOST_TEST(is_lease(renew(two, second), second));
  BOOST_TEST(is_refused(request(three, reboot, {10, 0, 0, 19}), refusal::session_limit));
  give_back(two, second);
  BOOST_TEST(is_refused(discover(two), refusal::session_limit));
  pass(seconds{3600});
  BOOST_TEST((lease(two) != ipv4{})); // the first one's lease has ended
}

BOOST_AUTO_TEST_CASE(a_router_swap_takes_the_address_at_once) {
  lan_row.one_lease_per_port = true;
  edit("network", lan_row);
  set_limit(bob, 1);
  const device_at old_one{0x21, 7}, new_one{0x22, 7};
  const auto address = lease(old_one);
  const auto offer = discover(new_one);
  BOOST_TEST(is_lease(offer, address));
  BOOST_TEST(here().seen.has(trace_code::port_taken_over));
  BOOST_TEST(is_lease(request(new_one, select, address), address));
  BOOST_TEST((row_of(address)->place.mac == mac_address{0x22}));
  // The old one finds out when it renews, and does not take the address back by that.
  for (const auto step : {lease_step::renew, rebind})
    BOOST_TEST((request(old_one, step, address)->verdict == login_verdict::reject));
  BOOST_TEST((renew(old_one, address)->verdict == login_verdict::reject));
  BOOST_TEST((row_of(address)->place.mac == mac_address{0x22}));
  // Another account's port takes nothing.
  BOOST_TEST((lease({0x23, 8}) != address));
  BOOST_TEST((row_of(address)->holder == bob));
  // Back again: a restart does.
  BOOST_TEST(is_lease(request(old_one, reboot, address), address));
}

BOOST_AUTO_TEST_CASE(a_static_address_moves_with_the_router) {
  lan_row.one_lease_per_port = true;
  edit("network", lan_row);
  assign(bob, {10, 0, 0, 60});
  BOOST_TEST((lease({0x21, 7}) == ipv4{10, 0, 0, 60}));
  BOOST_TEST((lease({0x22, 7}) == ipv4{10, 0, 0, 60}));
  const auto row = row_of({10, 0, 0, 60});
  BOOST_TEST((row->fixed && row->holder == bob && row->place.mac == mac_address{0x22}));
}

BOOST_AUTO_TEST_CASE(a_device_that_moves_keeps_its_address) {
  const auto address = lease({alices});
  BOOST_TEST(is_lease(discover({alices, 9}), address));
  BOOST_TEST((row_of(address)->place.device == device_id{1}));
  BOOST_TEST(!row_of(address)->place.port); // nobody knows it yet
  port p;
  p.id = 19;
  p.device_id = 1;
  p.number = 9;
  edit("port", p);
  BOOST_TEST(is_lease(discover({alices, 9}), address));
  BOOST_TEST((row_of(address)->place.port == port_id{19}));
  BOOST_TEST(is_lease(request({alices, 9}, select, address), address));
  BOOST_TEST(is_lease(request({alices}, rebind, address), address));
  BOOST_TEST(!row_of(address)->place.port);
}

BOOST_AUTO_TEST_CASE(a_device_that_moves_to_another_account_starts_over) {
  const auto guest_of_bob = lease({0x21, 7});
  const device_at moved{0x21, 8};
  const auto no = request(moved, reboot, guest_of_bob);
  BOOST_TEST(is_refused(no, refusal::wrong_address));
  BOOST_TEST((no->who == gina));
  const auto ginas_address = lease(moved);
  BOOST_TEST((ginas_address && ginas_address != guest_of_bob));
  BOOST_TEST((row_of(guest_of_bob)->holder == bob)); // until it lapses
}

BOOST_AUTO_TEST_CASE(radius_and_dhcp_give_the_same_address) {
  const device_at home{0x21, 7};
  const auto address = lease(home);
  BOOST_TEST(is_lease(radius(home), address));
  report(home, kind::start, "s1", address);
  BOOST_TEST(is_lease(renew(home, address), address));
  BOOST_TEST(is_lease(discover(home), address));
  BOOST_TEST(rows().size() == 2u); // and carl's
  // The other way round.
  const device_at second{0x22, 7};
  const auto answer = radius(second);
  report(second, kind::start, "s2", answer->address);
  BOOST_TEST((lease(second) == answer->address));
}

BOOST_AUTO_TEST_CASE(a_session_that_ends_leaves_the_lease) {
  const device_at home{alices};
  const auto address = lease(home);
  radius(home);
  report(home, kind::start, "s1", address);
  BOOST_TEST((row_of(address)->until == now() + seconds{3600})); // the lease's end stays written
  give_back(home, address); // a release while a session uses it means nothing
  BOOST_TEST(is_in(address, binding_state::bound));
  pass(seconds{1200});
  report(home, kind::stop, "s1", address);
  BOOST_TEST(is_in(address, binding_state::bound));
  BOOST_TEST(is_lease(renew(home, address), address));
  give_back(home, address);
  BOOST_TEST(is_in(address, binding_state::held));
}

BOOST_AUTO_TEST_CASE(a_lease_that_ends_leaves_the_session) {
  const device_at home{alices};
  const auto address = lease(home);
  radius(home);
  report(home, kind::start, "s1", address);
  for (int i = 0; i < 9; ++i) {
    pass(seconds{597});
    report(home, kind::interim, "s1", address);
    BOOST_TEST(is_in(address, binding_state::bound));
  }
  BOOST_TEST((row_of(address)->session != session_id{}));
  report(home, kind::stop, "s1", address);
  BOOST_TEST(is_in(address, binding_state::held));
}

BOOST_AUTO_TEST_CASE(what_a_nas_was_just_told_outlives_what_the_dhcp_client_does) {
  const device_at home{alices}, away{alices, 0, far};
  const auto told = radius(home)->address;
  BOOST_TEST(is_lease(request(away, select, {10, 5, 0, 10}), {10, 5, 0, 10}));
  BOOST_TEST(is_in(told, binding_state::offered));
  discover(away);
  give_back(home, told);
  BOOST_TEST(is_in(told, binding_state::offered));
  BOOST_TEST(is_lease(request(home, select, told), told));
  give_back(home, told);
  BOOST_TEST(is_in(told, binding_state::bound));
  report(home, kind::start, "s1", told);
  BOOST_TEST(is_in(told, binding_state::bound));
  const auto another = radius({0x21, 7})->address;
  give_back({0x21, 7}, another, lease_end::declined); // somebody uses it already
  BOOST_TEST(is_in(another, binding_state::quarantined));
  const auto of_carl = radius({carls})->address;
  give_back({carls}, of_carl, lease_end::declined); // another device of his would be given it
  BOOST_TEST(is_in(of_carl, binding_state::offered));
}

BOOST_AUTO_TEST_CASE(a_login_replaces_what_was_only_offered) {
  const device_at away{alices, 0, far};
  const auto offered = discover(away)->address;
  BOOST_TEST(is_in(offered, binding_state::offered));
  assign(alice, {10, 0, 0, 61});
  BOOST_TEST(is_lease(radius({alices}), {10, 0, 0, 61}));
  BOOST_TEST(!is_in(offered, binding_state::offered));
}

BOOST_AUTO_TEST_CASE(a_silent_session_does_not_lose_what_its_device_was_just_told) {
  const device_at home{alices}, other{0x21, 7};
  const auto address = radius(home)->address;
  report(home, kind::start, "s1", address);
  here().time.at = here().time.at + seconds{1900};
  BOOST_TEST(is_lease(radius(home), address));
  const auto offer = discover(other, address);
  BOOST_TEST((offer && offer->address && offer->address != address));
  BOOST_TEST((row_of(address)->holder == alice && is_in(address, binding_state::bound)));
  here().time.at = here().time.at + seconds{61}; // no session came of it
  BOOST_TEST(is_lease(discover({0x22, 7}, address), address));
}

BOOST_AUTO_TEST_CASE(a_restart_between_a_session_and_its_stop_leaves_the_lease) {
  const device_at home{alices};
  const auto address = lease(home);
  radius(home);
  report(home, kind::start, "s1", address);
  power_cut();
  report(home, kind::stop, "s1", address);
  BOOST_TEST(is_in(address, binding_state::bound));
  BOOST_TEST(is_lease(renew(home, address), address));
  // Without a lease the Stop frees it.
  const device_at second{0x21, 7};
  const auto hers = radius(second)->address;
  report(second, kind::start, "s2", hers);
  power_cut();
  report(second, kind::stop, "s2", hers);
  BOOST_TEST(is_in(hers, binding_state::held));
}

BOOST_AUTO_TEST_CASE(a_guests_lease_survives_the_login_of_his_device) {
  const auto address = lease({doras});
  pay(dora);
  const auto login = radius({doras});
  BOOST_TEST((login->verdict == login_verdict::accept && !is_guests(login->address)));
  BOOST_TEST(is_in(address, binding_state::bound)); // promised, until it lapses
  pass(seconds{130});
  BOOST_TEST(is_in(address, binding_state::held));
}

BOOST_AUTO_TEST_CASE(leases_and_sessions_share_the_limit) {
  const auto address = lease({alices});
  BOOST_REQUIRE(address);
  BOOST_REQUIRE(tell(add_access{alice, {access_kind::mac, {}, mac_address{0x11}, {}, {}}}));
  BOOST_TEST(is_refused(radius({0x11}), refusal::session_limit));
  BOOST_TEST(is_refused(discover({0x11}), refusal::session_limit));
  give_back({alices}, address);
  const auto login = radius({0x11});
  BOOST_TEST((login->verdict == login_verdict::accept));
  report({0x11}, kind::start, "s1", login->address);
  BOOST_TEST(is_refused(discover({alices}), refusal::session_limit));
}

BOOST_AUTO_TEST_CASE(a_disabled_holders_lease_moves_to_who_asks_for_it) {
  lan_pool.last = lan_pool.first;
  edit("pool", lan_pool);
  const auto address = lease({alices});
  BOOST_TEST(is_guests(discover({0x21, 7}, address)->address));
  set_status(alice, account_status::disabled);
  BOOST_TEST(is_lease(discover({0x21, 7}, address), address));
  BOOST_TEST((row_of(address)->holder == bob));
  BOOST_TEST(is_refused(renew({alices}, address), refusal::wrong_address));
}

BOOST_AUTO_TEST_CASE(a_disabled_holders_static_address_stays_his) {
  BOOST_TEST((lease({carls}) == carls_static));
  set_status(carl, account_status::disabled);
  BOOST_TEST(!is_lease(discover({alices}, carls_static), carls_static));
  BOOST_TEST(is_refused(request({0x21, 7}, reboot, carls_static), refusal::wrong_address));
  pass(seconds{3700});
  BOOST_TEST((row_of(carls_static)->fixed && row_of(carls_static)->holder == carl));
}

BOOST_AUTO_TEST_CASE(the_desk_takes_and_gives) {
  const auto address = lease({alices});
  BOOST_REQUIRE(remove(address));
  BOOST_TEST(!row_of(address));
  BOOST_TEST(is_lease(renew({alices}, address), address)); // free, and it fits: hers again
  // What became static in use stays in use; what was static ends as a lease outside the pools.
  BOOST_REQUIRE(assign(alice, address));
  BOOST_TEST(is_lease(renew({alices}, address), address));
  BOOST_TEST(row_of(address)->fixed);
  BOOST_REQUIRE(withdraw(alice, address));
  BOOST_TEST(is_lease(renew({alices}, address), address));
  BOOST_TEST((lease({carls}) == carls_static));
  BOOST_REQUIRE(withdraw(carl, carls_static));
  BOOST_TEST(is_refused(renew({carls}, carls_static), refusal::wrong_address));
  BOOST_TEST((lease({carls}) != carls_static));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace uzel::test
