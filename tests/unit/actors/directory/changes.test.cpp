#include "tests/unit/actors/directory/bench.hpp"

#include <set>

using namespace uzel;
using namespace uzel::test;

BOOST_FIXTURE_TEST_SUITE(directory_changes, directory_bench)

namespace {

create_account wish(std::string number, std::vector<uzel::access> accesses,
                    std::string password = {}) {
  create_account c;
  c.draft.number = std::move(number);
  c.draft.accesses = std::move(accesses);
  c.password = std::move(password);
  return c;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_created_account_is_in_the_journal_sealed_and_answers_logins) {
  start(3);
  auto c = wish("A-1", {by_login("Bob"), by_mac(0xB1)}, "sesame-17");
  c.draft.addresses = {{routing_domain_id{1}, ipv4{10, 0, 0, 9}, {}}};
  const auto made = ask<account_shown>(wires.directory[1], c);
  BOOST_TEST_REQUIRE(made.value.has_value());
  const auto& a = made.value->account;
  BOOST_TEST(a.id.value == 1u);
  BOOST_TEST(a.accesses[0].login == "bob");
  BOOST_TEST(a.credential_form == 1);
  BOOST_TEST(a.credential.find("sesame") == std::string::npos);
  BOOST_TEST(a.credential.size() == 29u + 9u);
  BOOST_TEST(a.number_of_change.value == 1u);
  BOOST_TEST(made.value->commit.value == 1u);
  BOOST_TEST(made.value->bindings.size() == 1u);
  BOOST_TEST_REQUIRE(log.records.size() == 1u);
  const auto& record = std::get<storage::account_changed>(log.records[0].what);
  BOOST_TEST(record.after.credential == a.credential);
  BOOST_TEST((log_of.statics[ipv4{10, 0, 0, 9}] == a.id));
  put(question(polite, "bob", 0));
  BOOST_TEST((reached() == a.id));
}

BOOST_AUTO_TEST_CASE(a_taken_key_is_named_and_nothing_is_left_behind) {
  account(1, {by_login("bob"), by_mac(0xB1), by_port(1, 17)});
  start(3);
  const auto before = keys_held();
  struct {
    create_account what;
    errc why;
    const char* text;
  } const table[] = {
    {wish("n1", {by_login("zoe")}), errc::conflict, "number n1 is taken"},
    {wish("x", {by_mac(0xCC), by_login("BOB")}), errc::conflict, "login bob is taken"},
    {wish("x", {by_login("zoe"), by_mac(0xB1)}), errc::conflict, "MAC 00:00:00:00:00:b1 is taken"},
    {wish("x", {by_login("zoe"), by_login("zoe")}), errc::conflict, "login zoe stands in row 0"},
    {wish("x", {by_login("")}), errc::invalid_input, "login"},
    {wish("x", {by_mac(0)}), errc::invalid_input, "a MAC is missing"},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.text) {
      const auto made = ask<account_shown>(wires.directory[0], row.what);
      BOOST_TEST(made.is(row.why));
      BOOST_TEST(made.text().find(row.text) != std::string::npos, made.text());
      BOOST_TEST(keys_held() == before);
    }
  // A port is everybody's to claim.
  BOOST_TEST(ask<account_shown>(wires.directory[0], wish("x", {by_port(1, 17)})).value.has_value());
  BOOST_TEST(log.records.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_refused_address_or_journal_undoes_everything) {
  start(2);
  log_of.refused_static = ipv4{10, 0, 0, 2};
  auto c = wish("x", {by_login("zoe"), by_mac(0xCC)});
  c.draft.addresses = {{routing_domain_id{1}, ipv4{10, 0, 0, 1}, {}},
                       {routing_domain_id{1}, ipv4{10, 0, 0, 2}, {}}};
  BOOST_TEST(ask<account_shown>(wires.directory[0], c).is(errc::address_taken));
  BOOST_TEST(keys_held() == 0u);
  BOOST_TEST(log_of.statics.empty());
  BOOST_TEST(log.records.empty());

  c.draft.addresses.pop_back();
  log.refuse = errc::store_full;
  BOOST_TEST(ask<account_shown>(wires.directory[1], c).is(errc::store_full));
  BOOST_TEST(keys_held() == 0u);
  BOOST_TEST(log_of.statics.empty());

  c.draft.addresses = {{routing_domain_id{8}, ipv4{10, 0, 0, 1}, {}}};
  BOOST_TEST(ask<account_shown>(wires.directory[1], c).is(errc::not_found));
  BOOST_TEST(keys_held() == 0u);

  log.refuse = errc::ok;
  c.draft.addresses.clear();
  BOOST_TEST(ask<account_shown>(wires.directory[0], c).value.has_value());
  BOOST_TEST(keys_held() == 3u);
}

BOOST_AUTO_TEST_CASE(ids_are_given_once) {
  start(2);
  auto c = wish("", {});
  c.draft.id = account_id{40};
  BOOST_TEST(ask<account_shown>(wires.directory[0], c).value->account.number == "40");
  BOOST_TEST(ask<account_shown>(wires.directory[1], c).is(errc::conflict));
  BOOST_TEST(ask<account_shown>(wires.directory[1], wish("", {})).value->account.id.value == 41u);
  c.draft.id = account_id{guest_bit | 5};
  BOOST_TEST(ask<account_shown>(wires.directory[0], c).is(errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(an_import_is_all_or_a_report_of_every_row_in_the_way) {
  account(1, {by_login("bob")});
  start(3);
  import_accounts in;
  for (int i = 0; i < 1200; ++i) {
    in.drafts.push_back(wish("i" + std::to_string(i), {by_login("u" + std::to_string(i))}).draft);
    in.passwords.push_back("p" + std::to_string(i));
  }
  in.drafts[7].accesses[0].login = "bob";
  in.drafts[900].number = "n1";
  auto first = ask<accounts_imported>(wires.directory[0], in);
  BOOST_TEST_REQUIRE(first.value.has_value());
  BOOST_TEST(first.value->created == 0u);
  BOOST_TEST_REQUIRE(first.value->problems.size() == 2u);
  BOOST_TEST(first.value->problems[0].row == 7u);
  BOOST_TEST(first.value->problems[0].problem == "login bob is taken");
  BOOST_TEST(first.value->problems[1].row == 900u);
  BOOST_TEST(first.value->problems[1].field == "number");
  BOOST_TEST(keys_held() == 2u);
  BOOST_TEST(log.records.empty());

  in.drafts[7].accesses[0].login = "u8";
  in.drafts[900].number = "i900";
  first = ask<accounts_imported>(wires.directory[0], in);
  BOOST_TEST_REQUIRE(first.value->problems.size() == 1u);
  BOOST_TEST(first.value->problems[0].row == 8u);

  in.drafts[7].accesses[0].login = "u7";
  const auto all = ask<accounts_imported>(wires.directory[2], in);
  BOOST_TEST(all.value->problems.empty());
  BOOST_TEST(all.value->created == 1200u);
  BOOST_TEST(all.value->commit.value == 1200u);
  BOOST_TEST(keys_held() == 2u + 2400u);
  put(question(polite, "u1199", 0));
  BOOST_TEST(reached().value != 0u);
  find_account by_number;
  by_number.number = "i777";
  const auto found = ask<account_shown>(wires.directory[0], by_number);
  BOOST_TEST(found.value->account.accesses[0].login == "u777");
  BOOST_TEST(found.value->account.number_of_change.value == 778u);

  in.passwords.pop_back();
  BOOST_TEST(ask<accounts_imported>(wires.directory[0], in).is(errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(accounts_are_found_by_every_key) {
  account(1, {by_login("bob"), by_mac(0xB1), by_port(1, 17)});
  account(2, {by_port(1, 17)});
  start(3);
  const auto find = [&](find_account what) { return ask<account_shown>(wires.directory[0], what); };
  const auto find_number = [&](const char* number) {
    find_account what;
    what.number = number;
    return find(what);
  };
  BOOST_TEST(find({by_login("bob"), {}}).value->account.id.value == 1u);
  BOOST_TEST(find({by_mac(0xB1), {}}).value->account.id.value == 1u);
  BOOST_TEST(find_number("n2").value->account.id.value == 2u);
  BOOST_TEST(find({by_port(1, 17), {}}).is(errc::ambiguous));
  BOOST_TEST(find({by_login("zoe"), {}}).is(errc::not_found));
  BOOST_TEST(find({by_login(""), {}}).is(errc::invalid_input));
  BOOST_TEST(
    ask<account_shown>(wires.directory[0], show_account{account_id{9}}).is(errc::not_found));
}

BOOST_AUTO_TEST_CASE(an_access_is_claimed_before_it_is_used_and_released_when_refused) {
  account(1, {by_login("bob")});
  account(2, {by_login("carol")});
  start(3);
  const auto add = [&](std::uint64_t who, const uzel::access& what) {
    return ask<account_shown>(wires.directory[0], add_access{account_id{who}, what});
  };
  BOOST_TEST(add(2, by_login("bob")).is(errc::conflict));
  BOOST_TEST(add(1, by_login("bob")).text().find("already") != std::string::npos);
  BOOST_TEST(add(9, by_login("zoe")).is(errc::not_found));
  BOOST_TEST(add(1, by_mac(0)).is(errc::invalid_input));
  const auto before = keys_held();
  BOOST_TEST(add(1, by_login("refused")).is(errc::store_full));
  BOOST_TEST(keys_held() == before);

  BOOST_TEST(add(1, by_mac(0xB1)).value.has_value());
  BOOST_TEST(add(1, by_port(1, 17)).value.has_value());
  auto l = question(polite, "", 0xB1);
  at_port(l.facts, 0xA1, 8);
  log_of.words.clear();
  put(l); // he has a port now: a MAC on another one is not he
  BOOST_TEST(log_of.words.empty());
  const auto removed =
    ask<account_shown>(wires.directory[0], remove_access{account_id{1}, by_port(1, 17)});
  BOOST_TEST(removed.value.has_value());
  put(l);
  BOOST_TEST(reached().value == 1u);
  // What was given back is anybody's, and a refusal for want of it rests on that record.
  BOOST_TEST(add(2, by_port(1, 17)).value.has_value());
  BOOST_TEST(state(key_hash(by_port(1, 17)) % 3).keys_touched.value == 77u);
}

BOOST_AUTO_TEST_CASE(a_number_changes_hands_in_order) {
  account(1, {});
  account(2, {});
  start(3);
  const auto rename = [&](std::uint64_t who, std::string to) {
    change_account c;
    c.who = account_id{who};
    c.parts = part_number;
    c.to.number = std::move(to);
    return ask<account_shown>(wires.directory[0], c);
  };
  BOOST_TEST(rename(1, "n2").is(errc::conflict));
  BOOST_TEST(rename(1, "").is(errc::invalid_input));
  BOOST_TEST(rename(1, "refused").is(errc::store_full));
  BOOST_TEST(keys_held() == 2u);
  BOOST_TEST(rename(1, "new").value->account.number == "new");
  BOOST_TEST(rename(2, "n1").value->account.number == "n1");
  BOOST_TEST(rename(2, "n1").value->account.number == "n1");
  BOOST_TEST(keys_held() == 2u);
}

BOOST_AUTO_TEST_CASE(pages_show_sleeping_and_waking_sessions_alike) {
  for (std::uint64_t i = 1; i <= 30; ++i) {
    account(i, {by_login("u" + std::to_string(i))});
    session s;
    s.id = session_id{i};
    s.account = account_id{i};
    s.state = i % 3 == 0 ? session_state::closed : session_state::open;
    image.sessions.push_back(s);
  }
  start(1);
  for (std::uint64_t i = 1; i <= 10; ++i)
    put(question(polite, "u" + std::to_string(i), 0));
  std::set<std::uint64_t> seen;
  page_sessions next{0, 4};
  do {
    const auto page = ask<sessions_page>(wires.directory[0], next);
    BOOST_TEST_REQUIRE(page.value.has_value());
    BOOST_TEST(page.value->rows.size() <= 4u);
    for (const auto& s : page.value->rows)
      BOOST_TEST(seen.insert(s.id.value).second);
    next.after_slot = page.value->next_slot;
  } while (next.after_slot != 0);
  BOOST_TEST(seen.size() == 20u);
}

// Many who want few keys, with journals and addresses that refuse at any moment: a key has one
// owner, an owner has his keys, and a failure leaves none behind.
BOOST_AUTO_TEST_CASE(no_interleaving_gives_a_key_two_owners_or_none) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  start(3);
  log_of.refused_static = ipv4{10, 0, 0, 3};
  std::vector<std::uint64_t> made;
  for (int round = 0; round < 120; ++round) {
    using answer = decltype(begin<account_shown>(wires.directory[0], create_account{}));
    std::vector<answer> pending;
    const auto some_key = [&] {
      return random() % 2 == 0 ? by_login("k" + std::to_string(random() % 60))
                               : by_mac(1 + random() % 60);
    };
    for (auto wishes = 1 + random() % 6; wishes > 0; --wishes) {
      const auto& to = wires.directory[random() % 3];
      if (!made.empty() && random() % 2 == 0) {
        pending.push_back(begin<account_shown>(
          to, add_access{account_id{made[random() % made.size()]}, some_key()}));
        continue;
      }
      auto c = wish("k" + std::to_string(random() % 80), {some_key(), some_key()});
      if (random() % 4 == 0)
        c.draft.addresses = {
          {routing_domain_id{1}, ipv4{10, 0, 0, static_cast<std::uint8_t>(random() % 8)}, {}}};
      pending.push_back(begin<account_shown>(to, c));
    }
    while (!scheduler.jobs.empty()) {
      log.refuse = random() % 6 == 0 ? errc::store_full : errc::ok;
      std::shuffle(scheduler.jobs.begin(), scheduler.jobs.end(), random);
      scheduler.run_once();
    }
    for (auto& p : pending)
      if (const auto out = end<account_shown>(p); out.value)
        made.push_back(out.value->account.id.value);
  }
  std::sort(made.begin(), made.end());
  made.erase(std::unique(made.begin(), made.end()), made.end());
  std::set<std::string> owned;
  std::set<ipv4> addresses;
  for (const auto id : made)
    BOOST_TEST_CONTEXT("account " << id << ", seed " << seed) {
      const auto shown = ask<account_shown>(wires.directory[0], show_account{account_id{id}});
      BOOST_TEST_REQUIRE(shown.value.has_value());
      BOOST_TEST(owned.insert("number " + shown.value->account.number).second);
      for (const auto& key : shown.value->account.accesses) {
        BOOST_TEST(owned.insert(to_string(key)).second);
        const auto match = state(key_hash(key) % 3).keys.find(key);
        BOOST_TEST(match.owners == 1u);
        BOOST_TEST(match.who.value == id);
      }
      for (const auto& fixed : shown.value->account.addresses) {
        BOOST_TEST(addresses.insert(fixed.address).second);
        BOOST_TEST(log_of.statics[fixed.address].value == id);
      }
    }
  BOOST_TEST(made.size() > 10u);
  BOOST_TEST(keys_held() == owned.size(), "seed " << seed);
  BOOST_TEST(log_of.statics.size() == addresses.size(), "seed " << seed);
}

BOOST_AUTO_TEST_SUITE_END()
