#include "tests/unit/storage/database/random_live.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

#include <chrono>
#include <thread>

using namespace uzel;
using namespace uzel::storage;

namespace {

struct projector_fixture : test::store_fixture {
  void fill(int records, std::uint32_t seed) {
    test::live_stream stream{seed};
    for (int i = 0; i < records; ++i) {
      records_.push_back(stream.next());
      journal.add(records_.back());
    }
  }
  // What actors know that had all records from the start.
  boot_image expected(boot_image from, std::size_t count) {
    boot_replay replay{from};
    for (std::size_t i = 0; i < count; ++i)
      replay.apply(records_[i]);
    replay.finish();
    return from;
  }

  test::memory_journal journal;
  std::vector<numbered_record> records_;
};

session_changed session_record(std::uint64_t id, std::uint64_t account) {
  session_changed out;
  out.after.id = session_id{id};
  out.after.account = account_id{account};
  return out;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(projecting, projector_fixture)

BOOST_AUTO_TEST_CASE(what_is_loaded_is_what_the_records_said) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  const auto empty = boot();
  fill(3000, seed);
  project(journal);
  test::check_same(boot(), expected(empty, records_.size()));
  BOOST_TEST(boot().desk->number.value == records_.size());
}

BOOST_AUTO_TEST_CASE(a_tail_may_be_replayed_from_anywhere_before_its_end) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  const auto empty = boot();
  fill(1500, seed);
  test::memory_journal part;
  for (std::size_t i = 0; i < 1000; ++i)
    part.add(records_[i]);
  project(part);
  for (const std::size_t from : {std::size_t{1000}, std::size_t{700}, std::size_t{0}})
    BOOST_TEST_CONTEXT("from " << from) {
      auto image = boot();
      boot_replay replay{image};
      for (std::size_t i = from; i < records_.size(); ++i)
        replay.apply(records_[i]);
      replay.finish();
      test::check_same(std::move(image), expected(empty, records_.size()));
    }
}

BOOST_AUTO_TEST_CASE(sessions_that_ended_lately_are_loaded_since_their_stop_may_come_again) {
  const instant end{1'000'000'000'000};
  const auto ended = [&](std::uint64_t id, seconds ago, std::uint16_t flags) {
    auto what = session_record(id, id);
    what.after.state = session_state::closed;
    what.after.ended = end - ago;
    what.after.flags = flags;
    what.after.number = journal_number{id};
    journal.add({what.after.number, end, what});
  };
  ended(1, seconds{3599}, 0);
  ended(2, seconds{3601}, 0);
  ended(3, seconds{86399}, session_reaped);
  ended(4, seconds{86401}, session_reaped);
  project(journal);
  std::vector<std::uint64_t> loaded;
  for (const auto& s : boot().sessions)
    loaded.push_back(s.id.value);
  BOOST_TEST(loaded == (std::vector<std::uint64_t>{1, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_record_at_a_time_gives_the_same_as_all_at_once) {
  const auto empty = boot();
  fill(60, 5);
  auto image = empty;
  for (const auto& r : records_)
    apply_tail(image, r);
  test::check_same(std::move(image), expected(empty, records_.size()));
}

BOOST_AUTO_TEST_CASE(records_told_live_and_records_read_again_arrive_alike) {
  const auto empty = boot();
  fill(4000, 11);
  projector_settings small;
  small.queue_bytes = 20'000; // spills
  small.batch = 64;
  write_turn turn;
  projector p{connection(), 1, small, turn, {}};
  p.start(journal.source(), journal_number{100});
  BOOST_TEST(p.wait_applied(journal_number{100}, seconds{60}));
  for (std::size_t i = 100; i < journal.size(); i += 10) {
    std::vector<record_view> batch;
    for (std::size_t k = i; k < i + 10 && k < journal.size(); ++k)
      batch.push_back(journal.view(k));
    p.on_synced(batch, batch.back().number);
  }
  BOOST_TEST(p.wait_applied(journal.last(), seconds{60}));
  p.stop();
  BOOST_TEST(p.counters().spills > 0u);
  BOOST_TEST(p.counters().records == journal.size());
  test::check_same(boot(), expected(empty, records_.size()));
}

BOOST_AUTO_TEST_CASE(with_much_left_to_do_a_transaction_takes_more) {
  const auto empty = boot();
  fill(5000, 13);
  write_turn turn;
  projector_settings hurried;
  hurried.batch = 20;
  hurried.slice = duration{1'000};
  hurried.longest_slice = seconds{1};
  projector p{connection(), 1, hurried, turn, {}};
  p.start(journal.source(), journal.last());
  BOOST_TEST(p.wait_applied(journal.last(), seconds{60}));
  p.stop();
  BOOST_TEST(p.counters().commits < journal.size() / hurried.batch / 2);
  BOOST_TEST(p.counters().records == journal.size());
  test::check_same(boot(), expected(empty, records_.size()));
}

BOOST_AUTO_TEST_CASE(without_a_longer_slice_a_transaction_takes_its_batch_at_most) {
  fill(500, 14);
  write_turn turn;
  projector_settings steady;
  steady.batch = 20;
  steady.slice = seconds{1};
  projector p{connection(), 1, steady, turn, {}};
  p.start(journal.source(), journal.last());
  BOOST_TEST(p.wait_applied(journal.last(), seconds{60}));
  p.stop();
  BOOST_TEST(p.counters().commits >= journal.size() / steady.batch);
}

BOOST_AUTO_TEST_CASE(stopping_in_the_middle_and_starting_again_loses_nothing) {
  const auto empty = boot();
  fill(3000, 12);
  for (int round = 0; round < 20; ++round) {
    auto p = opened->open_projector({}).value();
    p->start(journal.source(), journal.last());
    BOOST_TEST(
      p->wait_applied(journal_number{static_cast<std::uint64_t>(round) * 120}, seconds{10}));
    p->stop(duration{0});
    p.reset();
    reopen();
    BOOST_TEST(opened->applied().value >= static_cast<std::uint64_t>(round) * 120);
  }
  project(journal);
  test::check_same(boot(), expected(empty, records_.size()));
}

BOOST_AUTO_TEST_CASE(a_refused_record_is_parked_with_the_later_ones_of_its_key) {
  run(test::catalogue_sql::refuse_thirteen());
  const auto add = [&](std::uint64_t id, std::uint32_t epoch) {
    auto s = session_record(id, 1);
    s.after.epoch = epoch;
    s.after.number = journal_number{journal.last().value + 1};
    records_.push_back({s.after.number, instant::from_unix(5), s});
    journal.add(records_.back());
  };
  const auto empty = boot();
  add(13, 0);
  add(12, 0);
  add(13, 1); // refused
  add(12, 1);
  add(13, 2); // later of that key
  std::vector<std::uint64_t> told;
  projector_events events;
  events.parked = [&](journal_number n, const std::string& key, const std::string&) {
    told.push_back(n.value);
    BOOST_TEST(key == "session 13");
  };
  project(journal, std::move(events));
  BOOST_TEST(told == (std::vector<std::uint64_t>{3, 5}), boost::test_tools::per_element());
  BOOST_TEST(number_in("SELECT record FROM sessions WHERE id = 13") == 1);
  BOOST_TEST(number_in("SELECT record FROM sessions WHERE id = 12") == 4);
  const auto report = opened->report(10).value();
  BOOST_TEST(report.parked_total == 2u);
  BOOST_TEST(report.parked[0].reason.find("thirteen is refused") != std::string::npos);
  BOOST_TEST(report.applied.value == 5u);

  reopen();
  test::check_same(boot(), expected(empty, records_.size()));
  add(13, 3); // still waits with them after a restart
  project(journal);
  BOOST_TEST(opened->report(10).value().parked_total == 3u);
}

BOOST_AUTO_TEST_CASE(an_unreadable_record_is_parked_and_the_rest_goes_on) {
  fill(5, 3);
  journal.add_bytes(journal_number{6}, 99, {1, 2, 3});
  project(journal);
  BOOST_TEST(opened->applied().value == 0u); // as it was when opened
  const auto report = opened->report(10).value();
  BOOST_TEST(report.applied.value == 6u);
  BOOST_TEST(report.parked.at(0).key == "record 6");
}

BOOST_AUTO_TEST_CASE(too_much_parked_stops_it_aloud) {
  settings.parked_limit = 1;
  reopen();
  for (std::uint64_t n = 1; n <= 3; ++n)
    journal.add_bytes(journal_number{n}, 99, {1});
  errc failed = errc::ok;
  projector_events events;
  events.failed = [&](const store_error& e) { failed = e.code; };
  auto p = opened->open_projector(std::move(events)).value();
  p->start(journal.source(), journal.last());
  (void)p->wait_applied(journal_number{99}, seconds{5});
  p->stop();
  BOOST_TEST((failed == errc::store_full));
}

BOOST_AUTO_TEST_CASE(a_locked_database_is_away_and_comes_back) {
  settings.statement_deadline = std::chrono::milliseconds{100};
  reopen();
  fill(20, 3);
  std::vector<bool> told;
  std::mutex guard;
  projector_events events;
  events.away = [&](bool away, const std::string& why) {
    const std::scoped_lock hold{guard};
    told.push_back(away);
    BOOST_TEST(away == !why.empty());
  };
  const auto holder = connection();
  BOOST_REQUIRE(holder->begin_write().has_value());
  auto p = opened->open_projector(std::move(events)).value();
  p->start(journal.source(), journal.last());
  for (int i = 0; i < 1000 && !p->is_away(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  BOOST_TEST(p->is_away());
  BOOST_TEST(p->applied().value == 0u);
  holder->rollback();
  BOOST_TEST(p->wait_applied(journal.last(), seconds{10}));
  p->stop();
  BOOST_TEST(!p->is_away());
  BOOST_TEST(told == (std::vector<bool>{true, false}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_database_that_is_away_makes_it_try_early) {
  settings.statement_deadline = std::chrono::milliseconds{100};
  reopen();
  fill(20, 3);
  const auto holder = connection();
  BOOST_REQUIRE(holder->begin_write().has_value());
  auto p = opened->open_projector({}).value();
  p->start(journal.source(), journal.last());
  const auto tries = [&](auto enough) {
    for (int i = 0; i < 6000 && !enough(p->counters()); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
  };
  // The waits are longer than a second by now.
  tries([](const auto& c) { return c.retries >= 5; });
  BOOST_TEST(p->counters().hurried == 0u);
  tries([&](const auto& c) {
    p->hurry();
    return c.hurried > 0;
  });
  BOOST_TEST(p->counters().hurried > 0u);
  BOOST_TEST(p->is_away());
  holder->rollback();
  BOOST_TEST(p->wait_applied(journal.last(), seconds{30}));
  p->stop();
}

BOOST_AUTO_TEST_CASE(it_is_behind_by_the_age_of_the_oldest_record_that_waits) {
  constexpr instant made = instant::from_unix(1000);
  const auto later = made + seconds{90};
  for (std::uint64_t n = 1; n <= 3; ++n)
    journal.add({journal_number{n}, made + seconds{n - 1}, session_record(n, n)});
  auto p = opened->open_projector({}).value();
  p->start(journal.source(), journal_number{});
  BOOST_TEST((p->behind(later) == duration{0}));
  const auto holder = connection();
  BOOST_REQUIRE(holder->begin_write().has_value());
  for (std::size_t i = 0; i < journal.size(); ++i) {
    const auto view = journal.view(i);
    p->on_synced({&view, 1}, view.number);
    BOOST_TEST((p->behind(later) == seconds{90}));
  }
  BOOST_TEST((p->behind(made - seconds{5}) == duration{0})); // a clock that went back
  holder->rollback();
  BOOST_TEST(p->wait_applied(journal.last(), seconds{30}));
  BOOST_TEST((p->behind(later) == duration{0}));
  p->stop();
}

// After a restore of an older database: live rows may refer to what it never had.
BOOST_AUTO_TEST_CASE(
  an_id_that_an_edit_was_given_is_not_given_again_though_the_database_lost_the_edit) {
  journal.add({journal_number{1}, instant::from_unix(1), desk_changed{"service", 7, 1, false}});
  journal.add({journal_number{2}, instant::from_unix(1), desk_changed{"service", 5, 2, false}});
  project(journal);
  BOOST_TEST(number_in("SELECT id FROM highest_ids WHERE entity = 'service'") == 7);
}

BOOST_AUTO_TEST_CASE(an_older_owner_writes_no_more) {
  fill(10, 3);
  errc failed = errc::ok;
  projector_events events;
  events.failed = [&](const store_error& e) { failed = e.code; };
  auto p = opened->open_projector(std::move(events)).value();
  auto younger = store::open(settings);
  BOOST_REQUIRE(younger.has_value());
  p->start(journal.source(), journal.last());
  BOOST_TEST(!p->wait_applied(journal.last(), seconds{5}));
  p->stop();
  BOOST_TEST((failed == errc::store_foreign));
  BOOST_TEST(number_in("SELECT MAX(applied) FROM lanes") == 0);
}

BOOST_AUTO_TEST_CASE(a_subscription_that_another_replaces_ends) {
  account_state a;
  a.id = account_id{1};
  a.number = "1";
  const auto add = [&](std::uint64_t subscription_number, subscription_state state) {
    a.current.id = subscription_id{subscription_number};
    a.current.service = service_id{1};
    a.current.state = state;
    a.number_of_change = journal_number{journal.last().value + 1};
    journal.add({a.number_of_change, instant::from_unix(100), account_changed{a}});
  };
  add(1, subscription_state::active);
  add(2, subscription_state::active);
  project(journal);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM subscriptions") == 2);
  BOOST_TEST(number_in("SELECT subscription FROM subscriptions WHERE state = 2") == 2);
  BOOST_TEST(number_in("SELECT ends FROM subscriptions WHERE state = 3") == 100'000'000);
  BOOST_TEST(boot().accounts.at(0).current.id.value == 2u);
}

BOOST_AUTO_TEST_CASE(retries_wait_longer_and_longer_but_not_for_ever) {
  BOOST_TEST(retry_delay(1).count() == 100'000);
  BOOST_TEST(retry_delay(2).count() == 200'000);
  BOOST_TEST(retry_delay(7).count() == 6'400'000);
  BOOST_TEST(retry_delay(8).count() == 10'000'000);
  BOOST_TEST(retry_delay(4'000'000'000u).count() == 10'000'000);
  BOOST_TEST(retry_delay(4, true).count() == 800'000);
  BOOST_TEST(retry_delay(5, true).count() == 1'000'000);
  BOOST_TEST(retry_delay(4'000'000'000u, true).count() == 1'000'000);
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_accounts_are_loaded) {
  using steady = std::chrono::steady_clock;
  settings.projector_batch = 20000;
  reopen();
  for (std::uint64_t n = 1; n <= 100'000; ++n) {
    account_changed x;
    auto& a = x.after;
    a.id = account_id{n};
    a.number = std::to_string(100'000'000 + n);
    a.credential = std::string(40, static_cast<char>(n));
    a.accesses = {{access_kind::login, "user" + std::to_string(n), {}, {}, {}}};
    a.current = {subscription_id{1}, service_id{1}, subscription_state::active, {0},
                 instant{1},         instant{}};
    a.number_of_change = journal_number{n};
    journal.add({journal_number{n}, instant{static_cast<std::int64_t>(n)}, x});
  }
  const auto begun = steady::now();
  auto p = opened->open_projector({}).value();
  p->start(journal.source(), journal.last());
  BOOST_TEST(p->wait_applied(journal.last(), seconds{250}));
  p->stop();
  const auto projected = steady::now();
  const auto image = boot();
  const auto loaded = steady::now();
  const auto ms = [](auto d) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  };
  BOOST_TEST_MESSAGE("projected in " << ms(projected - begun) << " ms, loaded in "
                                     << ms(loaded - projected) << " ms");
  BOOST_TEST(image.accounts.size() == 100'000u);
  BOOST_TEST(image.accounts[41].accesses.at(0).login == "user42");
  BOOST_TEST(image.accounts[41].current.service.value == 1u);
  BOOST_TEST(image.next_account == 100'001u);
}

BOOST_AUTO_TEST_SUITE_END()
