#include "domain/invariant_watch.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;

namespace {

binding held_by(std::uint64_t id, std::uint64_t who, binding_state state, bool fixed = false) {
  binding b;
  b.id = binding_id{id};
  b.domain = routing_domain_id{1};
  b.address = ipv4{10, 0, 0, 7};
  b.holder = account_id{who};
  b.state = state;
  b.fixed = fixed;
  return b;
}

session of_account(std::uint64_t id, std::uint64_t who, session_state state = session_state::open) {
  session s;
  s.id = session_id{id};
  s.account = account_id{who};
  s.state = state;
  return s;
}

struct fixture {
  invariant_counters counters;
  invariant_watch watch{counters};
};

using enum binding_state;

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_invariant_watch, fixture)

BOOST_AUTO_TEST_CASE(an_orderly_change_of_holders_is_silent) {
  for (const auto& b :
       {held_by(1, 5, offered), held_by(1, 5, bound), held_by(1, 5, held), held_by(2, 6, offered),
        held_by(2, 6, binding_state::free), held_by(3, 7, bound)})
    watch.observe(b);
  BOOST_TEST(counters.address_two_holders == 0u);
}

BOOST_AUTO_TEST_CASE(a_second_live_holder_is_counted) {
  watch.observe(held_by(1, 5, bound));
  watch.observe(held_by(2, 6, offered));
  BOOST_TEST(counters.address_two_holders == 1u);
}

BOOST_AUTO_TEST_CASE(the_state_at_start_counts_too) {
  boot_image image;
  image.bindings = {held_by(1, 5, bound)};
  image.sessions = {of_account(9, 5)};
  watch.begin(image);
  watch.observe(held_by(2, 6, bound));
  watch.observe(of_account(9, 6));
  BOOST_TEST(counters.address_two_holders == 1u);
  BOOST_TEST(counters.session_moved == 1u);
}

BOOST_AUTO_TEST_CASE(a_static_address_that_was_freed_or_moved_is_counted) {
  watch.observe(held_by(1, 5, bound, true));
  watch.observe(held_by(1, 5, held, true));
  BOOST_TEST(counters.static_taken == 0u);
  watch.observe(held_by(1, 5, binding_state::free, true));
  BOOST_TEST(counters.static_taken == 1u);
}

BOOST_AUTO_TEST_CASE(a_withdrawn_static_address_is_silent) {
  watch.observe(held_by(1, 5, held, true));
  watch.observe(held_by(1, 5, binding_state::free, false));
  watch.observe(held_by(2, 6, offered));
  BOOST_TEST(counters.static_taken == 0u);
}

BOOST_AUTO_TEST_CASE(a_session_stays_with_its_account) {
  watch.observe(of_account(1, 5));
  watch.observe(of_account(1, 5, session_state::closed));
  BOOST_TEST(counters.session_moved == 0u);
  watch.observe(of_account(2, 5));
  watch.observe(of_account(2, 6));
  BOOST_TEST(counters.session_moved == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
