// What time, sleep and power cuts do to leases.
#include "tests/unit/actors/leases/lease_bench.hpp"

namespace uzel::test {
namespace {

constexpr auto select = lease_step::select;

bool is_lease(const std::optional<login_answered>& a, ipv4 address) {
  return a && a->verdict != login_verdict::reject && a->address == address;
}

BOOST_FIXTURE_TEST_SUITE(lease_time, lease_bench)

BOOST_AUTO_TEST_CASE(a_lease_lapses_at_its_end_and_not_before) {
  const auto address = lease({alices});
  pass(seconds{3590});
  BOOST_TEST(is_in(address, binding_state::bound));
  pass(seconds{10});
  BOOST_TEST(is_in(address, binding_state::held));
  pass(seconds{600});
  BOOST_TEST(!row_of(address));
}

BOOST_AUTO_TEST_CASE(a_renewed_lease_lapses_later) {
  const auto address = lease({alices});
  for (int i = 0; i < 5; ++i) {
    pass(seconds{1800});
    BOOST_TEST(is_lease(renew({alices}, address), address));
  }
  // A short renewal writes nothing, and promises no more.
  const auto promised = now() + seconds{renew({alices}, address)->lease_seconds};
  pass(promised - now() - seconds{5});
  BOOST_TEST(is_in(address, binding_state::bound));
  pass(seconds{10});
  BOOST_TEST(is_in(address, binding_state::held));
}

BOOST_AUTO_TEST_CASE(an_offer_that_nobody_takes_up_lapses) {
  const auto offer = discover({alices});
  pass(seconds{40});
  discover({alices});
  pass(seconds{40});
  BOOST_TEST(is_in(offer->address, binding_state::offered)); // it was made again
  pass(seconds{60});
  BOOST_TEST(!row_of(offer->address));
  BOOST_TEST(is_lease(request({alices}, select, offer->address), offer->address)); // still free
}

BOOST_AUTO_TEST_CASE(sleepers_keep_their_leases) {
  const auto address = lease({alices});
  const auto guests_address = lease({0x61});
  pass(seconds{30});
  const auto unanswered = discover({0x21, 7});
  pass(seconds{900});
  BOOST_TEST(!here().slot_of(alice)->awake);
  BOOST_TEST(!here().slot_of(bob)->awake);
  BOOST_TEST(is_in(address, binding_state::bound));
  BOOST_TEST(!row_of(unanswered->address));
  BOOST_TEST(is_in(guests_address, binding_state::held)); // 120 seconds are long over
  // A wish for what a sleeper leased is not met.
  BOOST_TEST(!is_lease(discover({0x21, 7}, address), address));
  const auto before = records();
  BOOST_TEST(is_lease(renew({alices}, address), address));
  BOOST_TEST(records() == before + 1); // 931 of 3600 seconds: worth a record
  pass(seconds{3000});
  BOOST_TEST(!here().slot_of(alice)->awake);
  pass(seconds{600});
  BOOST_TEST(is_in(address, binding_state::held));
  BOOST_TEST(!here().slot_of(alice)->awake); // the directory answered for her
}

BOOST_AUTO_TEST_CASE(guests_who_have_nothing_are_forgotten) {
  std::vector<ipv4> all;
  for (std::uint64_t mac = 0x61; mac < 0x69; ++mac)
    all.push_back(lease({mac}));
  const auto guests_kept = [this] { return here().shard(0).guests + here().shard(1).guests; };
  BOOST_TEST(guests_kept() == 8u);
  pass(seconds{1000});
  pass(seconds{1000});
  BOOST_TEST(guests_kept() == 0u);
  // Asleep when the lease ends.
  settings.idle_sleep = seconds{20};
  power_cut();
  const auto address = lease({0x61});
  pass(seconds{60});
  BOOST_TEST(!here().slot_of(row_of(address)->holder)->awake);
  BOOST_TEST(guests_kept() == 1u);
  pass(seconds{70});
  BOOST_TEST(guests_kept() == 0u);
}

BOOST_AUTO_TEST_CASE(nothing_lapses_while_the_clock_is_held) {
  const auto address = lease({alices});
  here().time.hold = true;
  pass(seconds{7200});
  BOOST_TEST(is_in(address, binding_state::bound));
  BOOST_TEST(!is_lease(discover({0x21, 7}, address), address)); // nor may a wish move it
  BOOST_TEST(is_in(address, binding_state::bound));
  here().time.hold = false;
  pass(seconds{120});
  BOOST_TEST(is_in(address, binding_state::held));
}

BOOST_AUTO_TEST_CASE(every_state_survives_a_power_cut) {
  const auto bound = lease({alices});
  const auto fixed = lease({carls});
  const auto guests_address = lease({0x61});
  const auto held = lease({0x21, 7});
  give_back({0x21, 7}, held);
  const auto bad = lease({0x71, 8});
  give_back({0x71, 8}, bad, lease_end::declined);
  const auto offered = discover({0x71, 8})->address;
  pass(seconds{10});
  const auto before = rows();
  power_cut();
  const auto after = rows();
  BOOST_REQUIRE(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    BOOST_TEST((before[i].id == after[i].id && before[i].state == after[i].state));
  BOOST_TEST(is_lease(renew({alices}, bound), bound));
  BOOST_TEST(is_lease(renew({carls}, fixed), fixed));
  BOOST_TEST(is_lease(renew({0x61}, guests_address), guests_address));
  BOOST_TEST(is_lease(request({0x71, 8}, select, offered), offered));
  BOOST_TEST(is_lease(discover({0x21, 7}), held));
  BOOST_TEST(is_in(bad, binding_state::quarantined));
}

BOOST_AUTO_TEST_CASE(leases_lapse_after_a_power_cut_as_before_it) {
  const auto address = lease({alices});
  const auto fixed = lease({carls});
  pass(seconds{3000});
  power_cut();
  pass(seconds{500});
  BOOST_TEST(is_in(address, binding_state::bound));
  pass(seconds{100});
  BOOST_TEST(is_in(address, binding_state::held));
  BOOST_TEST(is_in(fixed, binding_state::held));
  BOOST_TEST(row_of(fixed)->fixed);
  power_cut();
  BOOST_TEST((lease({carls}) == fixed));
  BOOST_TEST((lease({alices}) == address));
}

BOOST_AUTO_TEST_CASE(what_was_not_synced_was_not_promised) {
  here();
  here().log.sync_at_once = false;
  sync_at_once = false;
  const auto offer = discover({alices});
  BOOST_TEST((offer->rests_on > here().log.synced()));
  power_cut();
  BOOST_TEST(!row_of(offer->address));
  const auto again = discover({alices});
  here().log.synced_number = journal_number{records()};
  const auto ack = request({alices}, select, again->address);
  BOOST_TEST((ack->rests_on > here().log.synced()));
  power_cut();
  BOOST_TEST(is_in(again->address, binding_state::offered));
  BOOST_TEST(is_lease(request({alices}, select, again->address), again->address));
}

BOOST_AUTO_TEST_CASE(an_offer_that_was_repeated_before_a_power_cut_stands) {
  const auto address = discover({alices})->address;
  const auto later = [this](seconds by) { here().time.at = here().time.at + by; };
  later(seconds{50});
  BOOST_TEST(is_lease(discover({alices}), address));
  power_cut();
  later(seconds{30}); // the record says less than that
  const auto other = discover({0x21, 7}, address);
  BOOST_TEST((other && other->address && other->address != address));
  BOOST_TEST(is_lease(request({alices}, select, address), address));
}

BOOST_AUTO_TEST_CASE(an_asleep_device_that_moves_pools_is_given_what_it_adopted) {
  uzel::pool second = lan_pool;
  second.id = 4;
  second.name = "p4";
  second.first = {10, 0, 0, 30};
  second.last = {10, 0, 0, 39};
  edit("pool", second);
  const ipv4 adopted{10, 0, 0, 35};
  BOOST_TEST(is_lease(request({alices}, lease_step::reboot, adopted), adopted));
  give_back({alices}, adopted);
  BOOST_TEST(is_lease(discover({alices}), adopted)); // though the first pool has free ones
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace uzel::test
