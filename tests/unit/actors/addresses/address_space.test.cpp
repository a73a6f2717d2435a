#include "tests/unit/actors/addresses/address_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace uzel::test {
namespace {

constexpr ipv4 in(std::uint8_t third, std::uint8_t last) {
  return ipv4{10, 0, third, last};
}

struct fixture : address_fixture {
  take_address fixed(std::uint64_t who, ipv4 address) {
    auto a = ask(who);
    a.fixed = address;
    return a;
  }
  void desk_says() {
    tell(desk_published{journal_number{1}, "pool", 1});
    settle();
  }
  check_range edit(std::uint64_t id, ipv4 first, ipv4 last, bool remove = false) {
    return {pool_id{id}, domain_1, first, last, remove};
  }
  errc edit_refused(const check_range& c, std::string_view names = {}) {
    caf::error why;
    if (request<range_checked>(c, &why))
      return errc::ok;
    const auto text = to_string(why.context());
    BOOST_TEST(text.find(names) != std::string::npos, text);
    return refusal(why);
  }
};

BOOST_FIXTURE_TEST_SUITE(address_space_suite, fixture)

BOOST_AUTO_TEST_CASE(pools_are_filled_in_order_and_repeats_stay_where_they_were) {
  publish(range(1, in(1, 1), in(1, 2)));
  publish(range(2, in(2, 1), in(2, 2)));
  publish(range(3, in(3, 1), in(3, 2), pool_kind::guest));
  start();
  const auto a = take(1), b = take(2), c = take(3), d = take(4);
  BOOST_TEST((a->pool == pool_id{1} && b->pool == pool_id{1}));
  BOOST_TEST((c->pool == pool_id{2} && d->pool == pool_id{2}));
  BOOST_TEST(!take(5));
  BOOST_TEST((said.refused.back().why == errc::pool_exhausted));
  BOOST_TEST(said.refused.back().rests_on.value == 4u);
  BOOST_TEST(said.alarms.back().id == "pool-exhausted");
  release(*a, false);
  BOOST_TEST((take(3)->id == c->id)); // not the free one of the first pool
  auto guest = ask(6);
  guest.kind = pool_kind::guest;
  BOOST_TEST((take(guest)->pool == pool_id{3}));
}

// A request does not walk from one full pool to the next: with a hundred of them every login would
// pay a hundred turns.
BOOST_AUTO_TEST_CASE(full_pools_are_asked_for_nobody_new_until_they_have_room) {
  for (std::uint64_t id = 1; id <= 3; ++id)
    publish(range(id, in(static_cast<std::uint8_t>(id), 1), in(static_cast<std::uint8_t>(id), 2)));
  start();
  const auto asked = [&] {
    std::vector<std::uint64_t> all;
    for (const auto& p : state().pools)
      all.push_back(p.takes);
    return all;
  };
  std::vector<binding> given;
  for (std::uint64_t who = 1; who <= 6; ++who)
    given.push_back(*take(who));
  BOOST_TEST((asked() == std::vector<std::uint64_t>{3, 3, 2})); // each was asked in vain once
  BOOST_TEST(!take(7));
  BOOST_TEST(!take(8));
  BOOST_TEST((asked() == std::vector<std::uint64_t>{3, 3, 3}));
  BOOST_TEST((said.refused.back().why == errc::pool_exhausted));
  BOOST_TEST(said.refused.back().rests_on.value == 6u); // what filled the last one
  BOOST_TEST((take(4)->id == given[3].id));             // his own is found in a full pool
  release(given[1], false);
  BOOST_TEST((take(8)->address == given[1].address));
  BOOST_TEST(!take(9));
}

// Room that an edit makes counts too.
BOOST_AUTO_TEST_CASE(a_full_pool_that_grows_gives_out_again) {
  publish(range(1, in(1, 1), in(1, 1)));
  start();
  BOOST_TEST_REQUIRE(take(1).has_value());
  BOOST_TEST(!take(2));
  publish(range(1, in(1, 1), in(1, 2)));
  tell(desk_published{});
  settle();
  BOOST_TEST((take(2)->address == in(1, 2)));
}

BOOST_AUTO_TEST_CASE(a_kept_address_is_found_in_a_later_pool_until_it_lapses) {
  auto second = range(2, in(2, 1), in(2, 2));
  second.sticky_seconds = 100;
  publish(range(1, in(1, 1), in(1, 1)));
  publish(second);
  start();
  const auto a = take(1), b = take(2);
  confirm(*b);
  release(*b);
  release(*a, false);
  BOOST_TEST((take(2)->address == b->address));
  release(*b);
  for (int i = 0; i < 102; ++i)
    advance(seconds{1});
  BOOST_TEST((take(2)->pool == pool_id{1}));
}

BOOST_AUTO_TEST_CASE(vlan_and_client_choose_the_pool) {
  auto vlan = range(1, in(1, 1), in(1, 9));
  vlan.vlan = 15;
  auto one_client = range(2, in(2, 1), in(2, 9));
  one_client.client_id = 4;
  publish(vlan);
  publish(one_client);
  publish(range(3, in(3, 1), in(3, 9)));
  start();
  auto a = ask(1);
  a.place.vlan = 15;
  BOOST_TEST((take(a)->pool == pool_id{1}));
  a = ask(2);
  a.from = client_id{4};
  BOOST_TEST((take(a)->pool == pool_id{2}));
  BOOST_TEST((take(3)->pool == pool_id{3}));
}

BOOST_AUTO_TEST_CASE(a_static_address_belongs_to_its_pool_else_to_the_static_range) {
  routing_domain d;
  d.id = 1;
  d.static_range = *parse_prefix4("10.0.0.0/16");
  desk.picture = with_change(*desk.picture, "routing_domain", 1, &d);
  publish(range(1, in(1, 1), in(1, 9)));
  start();
  const auto inside = request<static_settled>(assign_static{domain_1, account_id{1}, in(1, 5), {}});
  const auto apart = request<static_settled>(assign_static{domain_1, account_id{1}, in(7, 7), {}});
  BOOST_TEST((inside->after.pool == pool_id{1} && apart->after.pool == pool_id{}));
  caf::error why;
  BOOST_TEST(
    !request<static_settled>(assign_static{domain_1, account_id{1}, ipv4{192, 0, 2, 1}, {}}, &why));
  BOOST_TEST((refusal(why) == errc::outside_range));
  const auto b = take(fixed(1, in(7, 7)));
  BOOST_TEST((b->fixed && b->pool == pool_id{}));
  confirm(*b);
  BOOST_TEST((row_of(in(7, 7))->state == binding_state::bound));
  BOOST_TEST(!take(fixed(2, in(7, 7))));
  BOOST_TEST((said.refused.back().why == errc::address_taken));
  BOOST_TEST(!take(fixed(2, ipv4{192, 0, 2, 1})));
  BOOST_TEST((said.refused.back().why == errc::outside_range));
  tell(use_of(in(9, 9), {}, ask(5)));
  settle();
  BOOST_TEST((said.refused.back().why == errc::outside_range));
}

BOOST_AUTO_TEST_CASE(pages_walk_all_pools_in_address_order) {
  publish(range(1, in(5, 1), in(5, 50)));
  publish(range(2, in(1, 1), in(1, 50)));
  publish(range(3, in(3, 1), in(3, 50)));
  start();
  std::vector<ipv4> expected;
  for (std::uint8_t i = 1; i <= 40; ++i) {
    for (const auto address : {in(5, i), in(1, i)}) {
      take(fixed(i, address));
      expected.push_back(address);
    }
    if (i <= 20) {
      take(fixed(i, in(2, i)));
      expected.push_back(in(2, i));
    }
  }
  std::ranges::sort(expected);
  std::vector<ipv4> seen;
  for (const auto& b : rows())
    seen.push_back(b.address);
  BOOST_TEST((seen == expected));
}

BOOST_AUTO_TEST_CASE(of_overlapping_pools_the_later_stays_closed) {
  publish(range(2, in(1, 5), in(2, 9)));
  publish(range(1, in(1, 1), in(1, 9)));
  binding his;
  his.id = binding_id{77};
  his.domain = domain_1;
  his.pool = pool_id{2};
  his.address = in(1, 7); // lies in both
  his.state = binding_state::bound;
  his.holder = account_id{1};
  his.place.key = ask(1).place.key;
  his.number = journal_number{1};
  auto lost = his;
  lost.id = binding_id{78};
  lost.address = in(2, 7); // only in the closed one: stays his until it ends
  lost.holder = account_id{2};
  next_binding = 100;
  start({his, lost});
  BOOST_REQUIRE(said.alarms.size() == 1u);
  BOOST_TEST(said.alarms[0].id == "pool-overlap");
  BOOST_TEST(said.alarms[0].subject == "p2");
  BOOST_TEST((take(1)->id == binding_id{77}));
  release(his); // names the old pool
  BOOST_TEST((row_of(in(1, 7))->state == binding_state::held));
  release(lost);
  BOOST_TEST(!row_of(in(2, 7)));
  for (std::uint64_t who = 10; who < 30; ++who)
    if (const auto b = take(who))
      BOOST_TEST((b->address <= in(1, 9)));
}

BOOST_AUTO_TEST_CASE(the_desk_is_told_what_stands_in_the_way_of_a_range) {
  publish(range(1, in(1, 1), in(1, 9)));
  start();
  request<static_settled>(assign_static{domain_1, account_id{1}, in(9, 9), {}});
  const auto b = take(1);
  BOOST_TEST((edit_refused(edit(0, in(1, 9), in(2, 9)), "p1") == errc::range_overlap));
  BOOST_TEST((edit_refused(edit(0, in(9, 1), in(9, 20)), "10.0.9.9") == errc::in_use));
  BOOST_TEST((edit_refused(edit(1, in(1, 2), in(1, 9)), "10.0.1.1") == errc::in_use));
  BOOST_TEST((edit_refused(edit(1, {}, {}, true), "10.0.1.1") == errc::in_use));
  BOOST_TEST((edit_refused(edit(0, in(3, 9), in(3, 1))) == errc::invalid_input));
  BOOST_TEST((edit_refused(edit(0, ipv4{1}, ipv4{~0u})) == errc::invalid_input));
  release(*b);
  BOOST_TEST((edit_refused(edit(1, in(1, 2), in(1, 9))) == errc::ok));
}

BOOST_AUTO_TEST_CASE(a_reserved_range_is_nobody_elses_until_it_is_settled) {
  publish(range(1, in(1, 1), in(1, 9)));
  start();
  const auto r = request<range_checked>(edit(0, in(2, 1), in(2, 9)));
  BOOST_REQUIRE(r);
  BOOST_TEST((edit_refused(edit(0, in(2, 9), in(3, 9))) == errc::range_overlap));
  caf::error why;
  BOOST_TEST(!request<static_settled>(assign_static{domain_1, account_id{1}, in(2, 2), {}}, &why));
  BOOST_TEST((refusal(why) == errc::unavailable));
  publish(range(2, in(2, 1), in(2, 9)));
  tell(range_settled{r->reservation, domain_1});
  settle();
  BOOST_TEST((edit_refused(edit(0, in(2, 9), in(3, 9)), "p2") == errc::range_overlap));
  // One that nobody settles ends by itself.
  BOOST_TEST((edit_refused(edit(0, in(4, 1), in(4, 9))) == errc::ok));
  BOOST_TEST((edit_refused(edit(0, in(4, 1), in(4, 9))) == errc::range_overlap));
  for (int i = 0; i < 32; ++i)
    advance(seconds{1});
  BOOST_TEST((edit_refused(edit(0, in(4, 1), in(4, 9))) == errc::ok));
}

BOOST_AUTO_TEST_CASE(while_a_pool_shrinks_nothing_beyond_is_given_out) {
  publish(range(1, in(1, 1), in(1, 4)));
  start();
  const auto r = request<range_checked>(edit(1, in(1, 3), in(1, 4)));
  BOOST_REQUIRE(r);
  BOOST_TEST((take(1)->address == in(1, 3)));
  auto wish = ask(2);
  wish.wanted = in(1, 1);
  BOOST_TEST((take(wish)->address == in(1, 4)));
  BOOST_TEST(!take(3));
  tell(range_settled{r->reservation, domain_1}); // the desk thought better of it
  settle();
  BOOST_TEST((take(3)->address == in(1, 1)));
}

BOOST_AUTO_TEST_CASE(pools_follow_the_desk) {
  publish(range(1, in(1, 1), in(1, 2)));
  start();
  take(1), take(2);
  BOOST_TEST(!take(3));
  publish(range(1, in(1, 1), in(1, 3)));
  desk_says();
  BOOST_TEST((take(3)->address == in(1, 3)));
  publish(range(2, in(2, 1), in(2, 9)));
  desk_says();
  const auto b = take(4);
  BOOST_TEST((b->pool == pool_id{2}));
  // Deleted in spite of a binding: it lives on and gives out nothing.
  withdraw_pool(2);
  desk_says();
  BOOST_TEST(said.alarms.back().id == "range-in-use");
  BOOST_TEST(!take(5));
  confirm(*b);
  BOOST_TEST((row_of(b->address)->state == binding_state::bound));
  release(*b, false);
  desk_says();
  BOOST_TEST(request<pools_counted>(count_pools{domain_1})->pools.size() == 2u);
  // Shrunk in spite of a binding: it keeps its range.
  publish(range(1, in(1, 2), in(1, 3)));
  desk_says();
  BOOST_TEST(count(1).size == 3u);
  request<binding_removed>(remove_binding{domain_1, {}, in(1, 1)});
  desk_says();
  BOOST_TEST(count(1).size == 2u);
  BOOST_TEST(!take(6));
}

BOOST_AUTO_TEST_CASE(a_pool_published_over_another_stays_closed_until_there_is_room) {
  publish(range(1, in(1, 1), in(1, 9)));
  start();
  publish(range(2, in(1, 9), in(2, 9)));
  desk_says();
  BOOST_TEST(said.alarms.back().id == "pool-overlap");
  BOOST_TEST(request<pools_counted>(count_pools{domain_1})->pools.size() == 2u);
  publish(range(1, in(1, 1), in(1, 8)));
  desk_says();
  desk_says();
  BOOST_TEST(count(2).size == 257u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace uzel::test
