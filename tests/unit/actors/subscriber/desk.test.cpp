#include "tests/unit/actors/subscriber/subscriber_bench.hpp"

using namespace uzel;
using namespace uzel::test;

using kind = accounting_kind;

BOOST_FIXTURE_TEST_SUITE(subscriber_desk, subscriber_bench)

BOOST_AUTO_TEST_CASE(a_change_is_one_record_and_the_directory_hears_of_it) {
  start(bob());
  change_account m{who, {}, part_status | part_session_limit | part_number, {}, {}};
  m.to.status = account_status::disabled;
  m.to.session_limit = 4;
  m.to.number = "new";
  const auto shown = ask<account_shown>(m).first.value();
  BOOST_TEST((shown.account.status == account_status::disabled));
  BOOST_TEST(shown.account.session_limit == 4);
  BOOST_TEST(shown.account.number == "new");
  BOOST_TEST((shown.commit == journal_number{1}));
  BOOST_REQUIRE_EQUAL(log.records.size(), 1u);
  const auto& after = std::get<storage::account_changed>(log.records[0].what).after;
  BOOST_TEST((after.status == account_status::disabled && after.session_limit == 4));
  BOOST_REQUIRE_EQUAL(heard.settled.size(), 1u);
  BOOST_TEST((heard.settled[0].status == account_status::disabled));
  BOOST_TEST((heard.settled[0].commit == journal_number{1}));
}

BOOST_AUTO_TEST_CASE(a_change_based_on_an_old_picture_is_refused) {
  start(bob());
  change_account m{who, journal_number{9}, part_session_limit, {}, {}};
  m.to.session_limit = 4;
  BOOST_TEST((ask<account_shown>(m).second == errc::stale_version));
  m.expected = {};
  const auto first = ask<account_shown>(m).first.value();
  m.expected = first.account.number_of_change;
  BOOST_TEST(bool(ask<account_shown>(m).first));
  BOOST_TEST((ask<account_shown>(m).second == errc::stale_version));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_and_leaves_everything_as_it_was) {
  auto a = bob();
  a.addresses = {{domain, {10, 5, 0, 1}, {}}};
  start(a);
  change_account no_number{who, {}, part_number, {}, {}};
  no_number.to.number.clear();
  change_account no_limit{who, {}, part_session_limit, {}, {}};
  no_limit.to.session_limit = 0;
  change_account weak{who, {}, part_credential, {}, "bob"};
  change_account close_it{who, {}, part_status, {}, {}};
  close_it.to.status = account_status::closed;
  BOOST_TEST((ask<account_shown>(no_number).second == errc::invalid_input));
  BOOST_TEST((ask<account_shown>(no_limit).second == errc::invalid_input));
  BOOST_TEST((ask<account_shown>(weak).second == errc::invalid_input));
  BOOST_TEST((ask<account_shown>(close_it).second == errc::in_use));
  log.refuse = errc::store_full;
  change_account fine{who, {}, part_session_limit, {}, {}};
  fine.to.session_limit = 2;
  BOOST_TEST((ask<account_shown>(fine).second == errc::store_full));
  BOOST_TEST(log.records.empty());
  BOOST_TEST(heard.settled.empty());
  BOOST_TEST(ask<account_shown>(show_account{who}).first.value().account.session_limit == 1);
}

BOOST_AUTO_TEST_CASE(a_new_password_is_sealed_and_counts_at_once) {
  start(bob());
  change_account m{who, {}, part_credential, {}, "quite another"};
  const auto shown = ask<account_shown>(m).first.value();
  BOOST_TEST(shown.account.credential.find("quite") == std::string::npos);
  tell(ask_login(0x10));
  BOOST_TEST((gate.answers.back().why == refusal::wrong_password));
  tell(ask_login(0x10, "quite another"));
  BOOST_TEST(heard.takes.size() == 1u);
  m.password.clear();
  BOOST_TEST(ask<account_shown>(m).first.value().account.credential.empty());
}

BOOST_AUTO_TEST_CASE(who_is_disabled_is_disconnected) {
  start(bob());
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  change_account m{who, {}, part_status, {}, {}};
  m.to.status = account_status::disabled;
  BOOST_TEST(bool(ask<account_shown>(m).first));
  BOOST_REQUIRE_EQUAL(heard.ends.size(), 1u);
  end(0, disconnect_outcome::acknowledged);
  BOOST_TEST((journaled().at(1).state == session_state::closed));
}

BOOST_AUTO_TEST_CASE(a_closed_account_gives_its_keys_back_and_stays_closed) {
  start(bob());
  change_account m{who, {}, part_status, {}, {}};
  m.to.status = account_status::closed;
  BOOST_TEST(ask<account_shown>(m).first.value().account.accesses.empty());
  BOOST_REQUIRE_EQUAL(heard.settled.back().released.size(), 1u);
  BOOST_TEST(heard.settled.back().released[0].login == "bob");
  m.to.status = account_status::active;
  BOOST_TEST((ask<account_shown>(m).second == errc::conflict));
}

BOOST_AUTO_TEST_CASE(accesses_come_and_go) {
  start(bob());
  const uzel::access mac{access_kind::mac, {}, mac_address{0x99}, {}, {}};
  BOOST_TEST(ask<account_shown>(add_access{who, mac}).first.value().account.accesses.size() == 2u);
  BOOST_TEST((ask<account_shown>(add_access{who, mac}).second == errc::conflict));
  const auto shown = ask<account_shown>(remove_access{who, mac}).first.value();
  BOOST_TEST(shown.account.accesses.size() == 1u);
  BOOST_TEST((heard.settled.back().released == std::vector<uzel::access>{mac}));
  BOOST_TEST((ask<account_shown>(remove_access{who, mac}).second == errc::not_found));
}

BOOST_AUTO_TEST_CASE(subscriptions_begin_and_end) {
  auto a = bob();
  a.current = {};
  start(a);
  set_subscription m{who, {}};
  BOOST_TEST((ask<account_shown>(m).second == errc::not_found)); // none to end
  m.to.state = subscription_state::active;
  m.to.service = service_id{99};
  BOOST_TEST((ask<account_shown>(m).second == errc::invalid_input));
  m.to.service = service_id{3};
  const auto first = ask<account_shown>(m).first.value().account.current;
  BOOST_TEST(bool(first.id));
  BOOST_TEST((first.start == time.at));
  const auto second = ask<account_shown>(m).first.value().account.current;
  BOOST_TEST((second.id != first.id));
  m.to.end = m.to.start = time.at;
  BOOST_TEST((ask<account_shown>(m).second == errc::invalid_input));
  const auto over = ask<account_shown>(set_subscription{who, {}}).first.value().account;
  BOOST_TEST(!is_paid(over, time.at));
  BOOST_TEST((over.current.state == subscription_state::ended && over.current.end == time.at));
}

BOOST_AUTO_TEST_CASE(a_static_address_is_the_pools_first_then_the_accounts) {
  start(bob());
  const static_address what{domain, {10, 5, 0, 1}, {}};
  static_refusal = errc::address_taken;
  BOOST_TEST((ask<account_shown>(add_static_address{who, what}).second == errc::address_taken));
  BOOST_TEST(log.records.empty());
  static_refusal = errc::ok;
  const auto shown = ask<account_shown>(add_static_address{who, what}).first.value();
  BOOST_TEST((shown.account.addresses == std::vector<static_address>{what}));
  BOOST_TEST(shown.bindings.size() == 1u);
  BOOST_TEST(log.records.size() == 1u);
  BOOST_TEST((ask<account_shown>(add_static_address{who, what}).second == errc::conflict));
  const static_address far{routing_domain_id{9}, {10, 5, 0, 2}, {}};
  BOOST_TEST((ask<account_shown>(add_static_address{who, far}).second == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_static_address_that_could_not_be_written_goes_back_to_the_pool) {
  start(bob());
  log.refuse = errc::store_full;
  const static_address what{domain, {10, 5, 0, 1}, {}};
  BOOST_TEST((ask<account_shown>(add_static_address{who, what}).second == errc::store_full));
  BOOST_TEST(heard.withdrawn.size() == 1u);
}

BOOST_AUTO_TEST_CASE(removing_a_static_address_ends_its_session_first) {
  auto a = bob();
  a.addresses = {{domain, {10, 5, 0, 1}, {}}};
  start(a);
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10, 0, {10, 5, 0, 1}));
  end_at_once = session_ended{disconnect_outcome::no_answer, 0};
  const remove_static_address m{who, a.addresses[0]};
  BOOST_TEST((ask<account_shown>(m).second == errc::in_use));
  BOOST_TEST(heard.withdrawn.empty());
  end_at_once = session_ended{disconnect_outcome::acknowledged, 0};
  const auto shown = ask<account_shown>(m).first.value();
  BOOST_TEST(shown.account.addresses.empty());
  BOOST_TEST(shown.sessions.empty());
  BOOST_TEST(shown.bindings.empty());
  BOOST_TEST(heard.withdrawn.size() == 1u);
  const auto s = journaled().at(1);
  BOOST_TEST((s.state == session_state::closed && s.terminate_cause == 6));
  BOOST_TEST((ask<account_shown>(m).second == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_session_is_disconnected_on_demand_in_one_dialogue) {
  start(bob());
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  BOOST_TEST(
    (ask<session_disconnected>(disconnect_session{who, session_id{9}}).second == errc::not_found));
  const disconnect_session m{who, session_id{1}};
  end_at_once = session_ended{disconnect_outcome::refused, 504};
  auto got = ask<session_disconnected>(m).first.value();
  BOOST_TEST((got.outcome == disconnect_outcome::refused && got.error_cause == 504));
  BOOST_TEST((journaled().at(1).state == session_state::open));
  end_at_once = session_ended{disconnect_outcome::session_unknown, 503};
  got = ask<session_disconnected>(m).first.value();
  BOOST_TEST((got.outcome == disconnect_outcome::session_unknown));
  BOOST_TEST((got.commit == journaled().at(1).number));
  BOOST_TEST((journaled().at(1).state == session_state::closed));
}

BOOST_AUTO_TEST_CASE(a_nas_that_says_nothing_is_told_after_the_limit) {
  start(bob());
  online(0x10);
  tell(usage_of(kind::start, "s1", 0x10));
  caf::scoped_actor asker{system};
  auto pending =
    asker->request(people.at(who), caf::infinite, disconnect_session{who, session_id{1}});
  settle();
  advance(seconds{11});
  pending.receive(
    [](const session_disconnected& got) {
      BOOST_TEST((got.outcome == disconnect_outcome::no_answer));
    },
    [](const caf::error&) { BOOST_FAIL("an outcome is no error"); });
}

BOOST_AUTO_TEST_CASE(guests_have_nothing_to_change) {
  account_state a;
  a.id = account_id{guest_bit | 0x10};
  start(a);
  BOOST_TEST((ask<account_shown>(change_account{a.id, {}, part_status, {}, {}}, a.id).second ==
              errc::not_found));
  BOOST_TEST((ask<account_shown>(add_access{a.id, {}}, a.id).second == errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
