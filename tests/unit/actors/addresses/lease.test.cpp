// What a DHCP client was promised stays in the pool's book as the journal has it.
#include "tests/unit/actors/addresses/address_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace uzel::test {
namespace {

constexpr ipv4 first{10, 0, 0, 1};

struct leasing_pool : address_fixture {
  leasing_pool() {
    publish(range(1, first, {10, 0, 0, 4}));
    start();
  }
  void lease(seconds lasts) {
    auto found = use_of(first, {}, ask(7), time.now() + lasts);
    found.leased = found.may_take_free = true;
    tell(found);
    settle();
  }
};

BOOST_FIXTURE_TEST_SUITE(pool_leases, leasing_pool)

// The holder's word was under way when the lease was renewed.
BOOST_AUTO_TEST_CASE(a_holder_who_knows_of_a_shorter_use_does_not_shorten_it) {
  lease(seconds{60});
  advance(seconds{40});
  const auto knows = time.now() + seconds{20};
  said.on_give_up = [&](const give_up& q) {
    tell(binding_kept{q.who, q.domain, q.pool, q.binding, knows});
  };
  lease(seconds{3600});
  const auto promised = row_of(first)->until;
  auto other = ask(8);
  other.wanted = first;
  BOOST_TEST((take(other)->address != first));
  BOOST_TEST((row_of(first)->until == promised));
  auto moved = ask(7);
  moved.place.nas = nas_id{5};
  BOOST_TEST((take(moved)->until == promised));
  const auto written = std::get<storage::binding_changed>(log.records.back().what).after;
  BOOST_TEST((written.address == first && written.until == promised));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace uzel::test
