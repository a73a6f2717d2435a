#include "tests/unit/actors/addresses/address_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace uzel::test {
namespace {

constexpr ipv4 at(std::uint8_t last) {
  return ipv4{10, 0, 0, last};
}

struct small_pool : address_fixture {
  small_pool() {
    auto p = range(1, at(1), at(4));
    p.sticky_seconds = 600;
    publish(p);
    start();
  }
  // Subscribers obey or not, by their word.
  void people_answer(bool obey) {
    said.on_give_up = [this, obey](const give_up& q) {
      if (obey)
        tell(given_up{q.who, q.domain, q.pool, q.binding});
      else
        tell(binding_kept{q.who, q.domain, q.pool, q.binding, time.now() + seconds{1800}});
    };
  }
  void seconds_pass(int n) {
    for (int i = 0; i < n; ++i)
      advance(seconds{1});
  }
};

BOOST_FIXTURE_TEST_SUITE(pool_suite, small_pool)

BOOST_AUTO_TEST_CASE(a_grant_is_in_the_journal_before_it_is_told) {
  const auto b = take(1);
  BOOST_REQUIRE(b);
  BOOST_TEST((b->state == binding_state::offered));
  BOOST_TEST((b->until == time.now() + seconds{60}));
  BOOST_TEST(b->number.value == 1u);
  const auto& record = std::get<storage::binding_changed>(log.records.at(0).what).after;
  BOOST_TEST((record.id == b->id && record.address == b->address && record.holder == b->holder));
}

BOOST_AUTO_TEST_CASE(a_repeated_take_gives_the_same_binding_and_writes_nothing) {
  const auto first = take(1);
  seconds_pass(30);
  const auto again = take(1);
  BOOST_TEST((again->id == first->id && again->number == first->number));
  BOOST_TEST((again->until == time.now() + seconds{60}));
  BOOST_TEST(log.records.size() == 1u);
  BOOST_TEST((take(1, 2)->address != first->address)); // another place of his
}

BOOST_AUTO_TEST_CASE(a_journal_that_refuses_changes_nothing) {
  log.refuse = errc::store_full;
  BOOST_TEST(!take(1));
  BOOST_TEST((said.refused.back().why == errc::store_full));
  BOOST_TEST(count(1).offered == 0u);
  log.refuse = errc::ok;
  const auto b = take(1);
  log.refuse = errc::store_full;
  confirm(*b);
  BOOST_TEST((row_of(b->address)->state == binding_state::offered));
  release(*b);
  BOOST_TEST((row_of(b->address)->state == binding_state::offered));
  // A release that was lost is made good by asking.
  log.refuse = errc::ok;
  people_answer(true);
  seconds_pass(70);
  BOOST_TEST(!row_of(b->address));
}

BOOST_AUTO_TEST_CASE(confirmations_write_only_what_matters) {
  const auto b = take(1);
  confirm(*b);
  BOOST_TEST(log.records.size() == 2u);
  seconds_pass(300);
  confirm(*b); // 300 of 1800 s
  BOOST_TEST(log.records.size() == 2u);
  seconds_pass(300);
  confirm(*b); // 600
  BOOST_TEST(log.records.size() == 3u);
  BOOST_TEST((row_of(b->address)->until == time.now() + seconds{1800}));
}

BOOST_AUTO_TEST_CASE(an_address_waits_for_its_last_owner) {
  const auto b = take(1);
  confirm(*b);
  release(*b);
  BOOST_TEST((row_of(b->address)->state == binding_state::held));
  for (std::uint64_t who = 2; who <= 4; ++who)
    BOOST_TEST((take(who)->address != b->address));
  seconds_pass(100);
  const auto again = take(1);
  BOOST_TEST((again->address == b->address));
  BOOST_TEST((again->since == time.now()));
  BOOST_TEST((again->session == session_id{}));
}

BOOST_AUTO_TEST_CASE(a_kept_address_goes_to_others_only_when_nothing_else_is_left) {
  const auto b = take(1);
  confirm(*b);
  release(*b);
  for (std::uint64_t who = 2; who <= 4; ++who)
    take(who);
  const auto last = take(5);
  BOOST_REQUIRE(last);
  BOOST_TEST((last->address == b->address));
  const auto n = log.records.size();
  const auto& end = std::get<storage::binding_changed>(log.records[n - 2].what).after;
  BOOST_TEST((end.id == b->id && end.state == binding_state::free));
  BOOST_TEST(!take(1));
  BOOST_TEST((said.refused.back().why == errc::pool_exhausted));
  BOOST_TEST(said.refused.back().rests_on.value == n);
}

BOOST_AUTO_TEST_CASE(kept_addresses_lapse_alone_and_the_longest_unused_is_given_next) {
  std::vector<binding> all;
  for (std::uint64_t who = 1; who <= 4; ++who)
    all.push_back(*take(who));
  for (const auto i : {2u, 0u, 3u, 1u}) {
    release(all[i], false);
    seconds_pass(1);
  }
  BOOST_TEST(count(1).held == 0u);
  for (const auto i : {2u, 0u, 3u, 1u})
    BOOST_TEST((take(10 + i)->address == all[i].address));
  confirm(said.taken.back().given);
  release(said.taken.back().given);
  BOOST_TEST(count(1).held == 1u);
  seconds_pass(602);
  BOOST_TEST(count(1).held == 0u);
}

BOOST_AUTO_TEST_CASE(what_its_holder_may_announce_lapses_only_by_his_word) {
  const auto b = take(1);
  seconds_pass(62);
  BOOST_REQUIRE(said.asked.size() == 1u);
  BOOST_TEST((said.asked[0].binding == b->id && !said.asked[0].for_another));
  BOOST_TEST(count(1).offered == 1u);
  seconds_pass(20); // silence: asked again, less and less often
  BOOST_TEST(said.asked.size() == 3u);
  seconds_pass(400);
  BOOST_TEST(said.asked.size() == 7u);
  BOOST_TEST(said.alarms.size() == 1u);
  BOOST_TEST(said.alarms.at(0).id == "binding-unanswered");
  tell(given_up{b->holder, domain_1, b->pool, b->id});
  settle();
  BOOST_TEST(count(1).offered == 0u);
}

BOOST_AUTO_TEST_CASE(an_offer_that_is_not_taken_up_leaves_him_what_was_kept_for_him) {
  const auto b = take(1);
  confirm(*b);
  release(*b);
  const auto kept_until = row_of(b->address)->until;
  seconds_pass(100);
  BOOST_TEST((take(1)->address == b->address));
  people_answer(true);
  seconds_pass(62);
  BOOST_REQUIRE(row_of(b->address).has_value());
  BOOST_TEST((row_of(b->address)->state == binding_state::held));
  BOOST_TEST((row_of(b->address)->until == kept_until));
  seconds_pass(500);
  BOOST_TEST(count(1).held == 0u);
}

BOOST_AUTO_TEST_CASE(a_first_offer_that_is_not_taken_up_leaves_nothing) {
  const auto b = take(1);
  people_answer(true);
  seconds_pass(62);
  BOOST_TEST(!row_of(b->address).has_value());
}

BOOST_AUTO_TEST_CASE(a_holder_who_still_uses_it_keeps_it) {
  const auto b = take(1);
  confirm(*b);
  people_answer(false);
  seconds_pass(1802);
  BOOST_TEST(said.asked.size() == 1u);
  BOOST_TEST(count(1).bound == 1u);
  people_answer(true);
  seconds_pass(1805);
  BOOST_TEST(said.asked.size() == 2u);
  BOOST_TEST((row_of(b->address)->state == binding_state::held));
}

BOOST_AUTO_TEST_CASE(nothing_lapses_while_the_clock_is_held) {
  const auto b = take(1);
  time.hold = true;
  people_answer(true);
  seconds_pass(500);
  BOOST_TEST(said.asked.empty());
  time.hold = false;
  seconds_pass(2);
  BOOST_TEST(!row_of(b->address));
}

BOOST_AUTO_TEST_CASE(stale_ids_change_nothing_and_are_counted) {
  const auto b = take(1);
  release(*b, false);
  const auto other = take(2);
  const auto before = log.records.size();
  confirm(*b);
  release(*b);
  tell(given_up{b->holder, domain_1, b->pool, b->id});
  auto not_his = *other;
  not_his.holder = account_id{1};
  release(not_his);
  BOOST_TEST(log.records.size() == before);
  BOOST_TEST(count(1).stale_ids == 4u);
}

BOOST_AUTO_TEST_CASE(a_wish_is_granted_when_it_is_free) {
  auto a = ask(1);
  a.wanted = at(3);
  BOOST_TEST((take(a)->address == at(3)));
  auto outside = ask(2);
  outside.wanted = at(77);
  BOOST_TEST((take(outside)->address == at(1)));
}

BOOST_AUTO_TEST_CASE(an_address_moves_from_a_holder_who_gave_it_up_in_one_group) {
  const auto b = take(1);
  confirm(*b);
  people_answer(true);
  auto a = ask(2);
  a.wanted = b->address;
  const auto moved = take(a);
  BOOST_REQUIRE(moved);
  BOOST_TEST(said.asked.at(0).for_another);
  BOOST_TEST((moved->address == b->address && moved->holder == account_id{2}));
  const auto n = log.records.size();
  const auto& end = std::get<storage::binding_changed>(log.records[n - 2].what).after;
  BOOST_TEST((end.id == b->id && end.holder == account_id{1}));
  BOOST_TEST((end.state == binding_state::free && end.last_seen <= moved->since));
}

BOOST_AUTO_TEST_CASE(a_live_holder_keeps_it_and_the_wisher_gets_another) {
  const auto b = take(1);
  people_answer(false);
  auto a = ask(2);
  a.wanted = b->address;
  BOOST_TEST((take(a)->address != b->address));
  // A silent one too, after a second.
  said.on_give_up = {};
  auto c = ask(3);
  c.wanted = b->address;
  BOOST_TEST(!take(c));
  for (int i = 0; i < 5; ++i)
    advance(std::chrono::milliseconds{250});
  BOOST_TEST((said.taken.back().who == account_id{3}));
  BOOST_TEST((said.taken.back().given.address != b->address));
}

BOOST_AUTO_TEST_CASE(a_take_that_came_too_late_gives_nothing_away) {
  auto a = ask(1);
  a.deadline = time.now();
  BOOST_TEST(!take(a));
  BOOST_TEST((said.refused.back().why == errc::timed_out));
  BOOST_TEST(log.records.empty());
}

BOOST_AUTO_TEST_CASE(an_old_given_up_does_not_take_a_binding_that_was_given_again) {
  const auto b = take(1);
  seconds_pass(62); // asked, no answer yet
  BOOST_REQUIRE(said.asked.size() == 1u);
  take(1); // he came back
  auto a = ask(2);
  a.wanted = b->address;
  tell(a);
  settle();                                            // asked for another
  tell(given_up{b->holder, domain_1, b->pool, b->id}); // the answer to the first question
  settle();
  BOOST_TEST((row_of(b->address)->holder == account_id{1}));
  tell(given_up{b->holder, domain_1, b->pool, b->id});
  settle();
  BOOST_TEST((row_of(b->address)->holder == account_id{2}));
}

BOOST_AUTO_TEST_CASE(a_static_address_survives_release_stop_and_lapse) {
  BOOST_REQUIRE(request<static_settled>(assign_static{domain_1, account_id{1}, at(2), {}}));
  auto a = ask(1);
  a.fixed = at(2);
  const auto b = take(a);
  BOOST_REQUIRE(b);
  BOOST_TEST((b->fixed && b->address == at(2)));
  confirm(*b, seconds{100});
  release(*b, false);
  BOOST_TEST((row_of(at(2))->state == binding_state::held && row_of(at(2))->fixed));
  people_answer(true);
  take(a);
  seconds_pass(4000);
  BOOST_TEST((row_of(at(2))->state == binding_state::held && row_of(at(2))->fixed));
  for (std::uint64_t who = 2; who <= 5; ++who)
    take(who);
  BOOST_TEST((row_of(at(2))->holder == account_id{1}));
  BOOST_TEST((take(a)->id == b->id));
}

BOOST_AUTO_TEST_CASE(a_static_address_is_used_at_one_place_at_a_time) {
  request<static_settled>(assign_static{domain_1, account_id{1}, at(2), {}});
  auto here = ask(1, 1);
  here.fixed = at(2);
  auto there = ask(1, 2);
  there.fixed = at(2);
  const auto b = take(here);
  people_answer(false);
  BOOST_TEST(!take(there));
  BOOST_TEST((said.refused.back().why == errc::address_taken));
  people_answer(true);
  const auto moved = take(there);
  BOOST_REQUIRE(moved);
  BOOST_TEST((moved->fixed && moved->place.key == there.place.key && moved->id != b->id));
}

BOOST_AUTO_TEST_CASE(static_addresses_are_refused_and_given_back_by_these_rules) {
  const auto hers = take(2);
  caf::error why;
  BOOST_TEST(
    !request<static_settled>(assign_static{domain_1, account_id{1}, hers->address, {}}, &why));
  BOOST_TEST((refusal(why) == errc::address_taken));
  confirm(*hers);
  release(*hers); // kept for her, but his for good now
  const auto his =
    request<static_settled>(assign_static{domain_1, account_id{1}, hers->address, {}});
  BOOST_REQUIRE(his);
  BOOST_TEST((his->after.fixed && his->after.holder == account_id{1}));
  BOOST_TEST(
    !request<static_settled>(assign_static{domain_1, account_id{3}, hers->address, {}}, &why));
  // A live dynamic one of his becomes static where it is, and dynamic again.
  const auto live = take(1);
  const auto fixed =
    request<static_settled>(assign_static{domain_1, account_id{1}, live->address, {}});
  BOOST_TEST((fixed->after.id == live->id && fixed->after.fixed));
  const auto loose =
    request<static_settled>(withdraw_static{domain_1, account_id{1}, live->address});
  BOOST_TEST((!loose->after.fixed && loose->after.state == binding_state::offered));
  request<static_settled>(withdraw_static{domain_1, account_id{1}, hers->address});
  BOOST_TEST(!row_of(hers->address));
  BOOST_TEST(!request<static_settled>(withdraw_static{domain_1, account_id{1}, at(4)}, &why));
  BOOST_TEST((refusal(why) == errc::not_found));
}

BOOST_AUTO_TEST_CASE(accounting_adopts_what_is_free_and_never_what_is_anothers) {
  tell(use_of(at(3), session_id{5}, ask(1), time.now() + seconds{1800}));
  settle();
  BOOST_REQUIRE(said.taken.size() == 1u);
  BOOST_TEST((said.taken[0].given.state == binding_state::bound));
  tell(use_of(at(3), session_id{5}, ask(1), time.now() + seconds{1800}));
  settle();
  BOOST_TEST((said.taken.back().given.id == said.taken[0].given.id));
  BOOST_TEST(log.records.size() == 1u);
  tell(use_of(at(3), session_id{6}, ask(2)));
  settle();
  BOOST_TEST((said.refused.back().why == errc::address_taken));
  BOOST_TEST(said.alarms.back().id == "address-conflict");
  tell(use_of(at(3), session_id{6}, ask(1, 2)));
  settle();
  BOOST_TEST((said.refused.back().why == errc::address_taken));
}

BOOST_AUTO_TEST_CASE(the_desk_removes_and_quarantines) {
  const auto b = take(1);
  caf::error why;
  BOOST_TEST(!request<binding_removed>(
    quarantine_address{domain_1, b->address, time.now() + seconds{9}}, &why));
  BOOST_TEST((refusal(why) == errc::in_use));
  const auto gone = request<binding_removed>(remove_binding{domain_1, b->id, {}});
  BOOST_REQUIRE(gone);
  BOOST_TEST((gone->after.state == binding_state::free));
  BOOST_REQUIRE(said.asked.size() == 1u);
  BOOST_TEST(said.asked[0].by_desk);
  BOOST_TEST(!request<binding_removed>(remove_binding{domain_1, b->id, {}}, &why));
  BOOST_TEST((refusal(why) == errc::not_found));
  BOOST_TEST(request<binding_removed>(quarantine_address{domain_1, at(2), time.now() + seconds{30}})
               .has_value());
  for (std::uint64_t who = 1; who <= 3; ++who)
    BOOST_TEST((take(who)->address != at(2)));
  BOOST_TEST(!take(4));
  BOOST_TEST(count(1).quarantined == 1u);
  seconds_pass(32);
  BOOST_TEST((take(4)->address == at(2)));
}

BOOST_AUTO_TEST_CASE(the_desk_takes_nothing_from_a_holder_who_does_not_forget) {
  const auto b = take(1);
  confirm(*b);
  said.forgets_for_desk = false;
  caf::scoped_actor asker{system};
  auto pending = asker->request(space, caf::infinite, remove_binding{domain_1, b->id, {}});
  settle();
  BOOST_TEST((row_of(b->address)->state == binding_state::bound));
  seconds_pass(5);
  pending.receive([](const binding_removed&) { BOOST_FAIL("it was removed"); },
                  [&](const caf::error& e) { BOOST_TEST((refusal(e) == errc::in_use)); });
  BOOST_TEST((row_of(b->address)->state == binding_state::bound));
}

BOOST_AUTO_TEST_CASE(a_restart_knows_what_was_synced_and_offers_get_their_time_again) {
  const auto b = take(1);
  const auto c = take(2);
  confirm(*c);
  stop();
  time.at = time.at + seconds{600};
  start(kept());
  people_answer(true);
  BOOST_TEST((row_of(b->address)->until == time.now() + seconds{60}));
  seconds_pass(30);
  BOOST_TEST(said.asked.empty());
  BOOST_TEST((take(1)->id == b->id));
  confirm(*c);
  BOOST_TEST(count(1).bound == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_CASE(a_crowd_on_a_22_gets_every_address_once, address_fixture) {
  publish(range(1, ipv4{10, 0, 0, 1}, ipv4{10, 0, 3, 254}));
  start();
  for (std::uint64_t who = 1; who <= 2000; ++who)
    tell(ask(who));
  settle();
  BOOST_TEST(said.taken.size() == 1022u);
  BOOST_TEST(said.refused.size() == 978u);
  std::set<ipv4> given;
  for (const auto& t : said.taken) {
    BOOST_TEST((ipv4{10, 0, 0, 1} <= t.given.address && t.given.address <= ipv4{10, 0, 3, 254}));
    BOOST_TEST(given.insert(t.given.address).second);
  }
  for (const auto& r : said.refused)
    BOOST_TEST((r.why == errc::pool_exhausted && r.rests_on.value == 1022));
  BOOST_TEST(!said.alarms.empty());
  BOOST_TEST(said.alarms.size() <= address_alarms::burst);
}

// Keeps nothing: a million records would be the test's memory, not the pool's.
struct counting_log : storage::record_log {
  result<journal_number> append(instant, std::span<const storage::record> group) override {
    written += group.size();
    return journal_number{written};
  }
  journal_number synced() const noexcept override { return journal_number{written}; }
  std::size_t written = 0;
};

BOOST_FIXTURE_TEST_CASE(a_million_lapsed_bindings_end_in_bounded_turns, address_fixture) {
  constexpr std::uint32_t many = 1'000'000;
  const ipv4 first{10, 0, 0, 0};
  publish(range(1, first, ipv4{first.value + (1u << 20) - 1}));
  std::vector<binding> old(many);
  for (std::uint32_t i = 0; i < many; ++i) {
    auto& b = old[i];
    b.id = binding_id{i + 1};
    b.domain = domain_1;
    b.pool = pool_id{1};
    b.address = ipv4{first.value + i};
    b.state = binding_state::held;
    b.holder = account_id{i + 1};
    b.place.key = attachment_key{i + 1};
    b.until = time.now() - seconds{1 + i % 5000};
    b.number = journal_number{i + 1};
  }
  next_binding = many + 1;
  counting_log counted;
  wires.log = &counted;
  space = system.spawn(address_space, &wires, domain_1, old);
  wires.spaces.add(domain_1, space);
  old = {};
  settle();
  time.at = time.at + seconds{1};
  scheduler.advance_time(std::chrono::seconds{1});
  std::size_t largest = 0;
  std::size_t turns = 0;
  bool served_between = false;
  while (scheduler.has_job()) {
    // One message of the pool at a time, as many other messages may stand between.
    const auto before = counted.written;
    if (++turns == 20)
      tell(ask(5'000'000));
    std::ranges::rotate(scheduler.jobs, scheduler.jobs.begin() + 1); // fair, as many threads are
    scheduler.run_once();
    largest = std::max(largest, counted.written - before);
    served_between = served_between || (!said.taken.empty() && counted.written < many);
  }
  BOOST_TEST(counted.written == many + 1);
  BOOST_TEST(served_between);
  BOOST_TEST(largest <= pool_state::lapses_per_turn);
  BOOST_TEST(count(1).held == 0u);
  stop();
  wires.log = &log;
}

} // namespace
} // namespace uzel::test
