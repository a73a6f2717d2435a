#include "actors/nas_redo.hpp"
#include "actors/nas_router.hpp"
#include "tests/support/actors/actor_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include <optional>
#include <set>

using namespace uzel;
using namespace uzel::test;

namespace {

struct seen {
  std::vector<account_usage> reports;
  std::vector<close_restarted> restarts;
  std::vector<close_stale> stale;
};

// Takes what NASes say to accounts; nothing else is asked of it here.
directory_actor::behavior_type listener(directory_actor::pointer, seen* to) {
  const auto shown = [] { return account_shown{}; };
  return {
    [](const login&) {},
    [to](const account_usage& m) { to->reports.push_back(m); },
    [](const address_taken&) {},
    [](const address_refused&) {},
    [](const give_up&) {},
    [to](const close_restarted& m) { to->restarts.push_back(m); },
    [to](const close_stale& m) { to->stale.push_back(m); },
    [](const hand_over_session&) {},
    [](const continue_session&) {},
    [](const end_lease&) {},
    [shown](const show_account&) { return shown(); },
    [shown](const change_account&) { return shown(); },
    [shown](const add_access&) { return shown(); },
    [shown](const remove_access&) { return shown(); },
    [shown](const set_subscription&) { return shown(); },
    [shown](const add_static_address&) { return shown(); },
    [shown](const remove_static_address&) { return shown(); },
    [](const disconnect_session&) { return session_disconnected{}; },
    [shown](const create_account&) { return shown(); },
    [](const import_accounts&) { return accounts_imported{}; },
    [shown](const find_account&) { return shown(); },
    [](const page_sessions&) { return sessions_page{}; },
    [](const claim_keys&) { return keys_claimed{}; },
    [](const release_keys&) {},
    [](const claim_batch&) { return batch_claimed{}; },
    [](const release_batch&) {},
    [](const plant_accounts&) { return accounts_planted{}; },
    [](const continue_intake&) {},
    [](const look_idle&) {},
    [](const ready_to_sleep&) {},
    [](const account_settled&) {},
    [](const desk_published&) {},
  };
}

struct dialogue {
  std::uint64_t number;
  client_id via;
  ipv4 address;
  session what;
};
class fake_dynauth : public dynauth_link {
 public:
  void disconnect(nas_id, std::uint64_t number, client_id via, ipv4 nas_address,
                  const session& what) override {
    begun.push_back({number, via, nas_address, what});
  }
  std::vector<dialogue> begun;
};

session open_session(std::uint64_t id, std::uint64_t who, std::uint32_t epoch, instant started) {
  session s;
  s.id = session_id{id};
  s.account = account_id{who};
  s.nas = nas_id{5};
  s.epoch = epoch;
  s.acct_session_id = "s" + std::to_string(id);
  s.started = started;
  s.last_seen = started;
  return s;
}

class nas_bench : public actor_fixture {
 public:
  nas_bench() {
    wires.dynauth = &dynauth;
    wires.directory.push_back(system.spawn(listener, &log_of));
    wires.directory.push_back(system.spawn(listener, &log_of));
  }
  ~nas_bench() { asker.reset(); }

  void start() {
    wires.nases = system.spawn(nas_router, &wires, nases_at_start(image));
    settle();
  }
  account_usage report(accounting_kind kind, std::string session, instant happened) {
    account_usage u;
    u.to.slot = ++slot;
    u.kind = kind;
    u.received = time.at;
    u.happened = happened;
    u.facts.from = client_id{3};
    u.facts.nas = nas_id{5};
    u.facts.nas_name = "bras";
    u.facts.nas_address = ipv4{192, 0, 2, 1};
    u.acct_session_id = std::move(session);
    return u;
  }
  void put(const account_usage& u) {
    caf::anon_send(wires.nases, u);
    settle();
  }
  void put(accounting_kind kind, std::string session, instant happened) {
    put(report(kind, std::move(session), happened));
  }
  auto end(const session& what) {
    if (!asker)
      asker.emplace(system);
    return (*asker)->request(wires.nases, caf::infinite, end_session{what});
  }
  template <class Handle>
  disconnect_outcome outcome(Handle& pending) {
    disconnect_outcome out{};
    pending.receive([&](const session_ended& e) { out = e.outcome; },
                    [](caf::error& e) { BOOST_FAIL(to_string(e)); });
    return out;
  }
  nases_listed list() {
    if (!asker)
      asker.emplace(system);
    auto pending = (*asker)->request(wires.nases, caf::infinite, list_nases{});
    settle();
    nases_listed out;
    pending.receive([&](const nases_listed& l) { out = l; },
                    [](caf::error& e) { BOOST_FAIL(to_string(e)); });
    return out;
  }

  seen log_of;
  fake_dynauth dynauth;
  boot_image image;
  std::uint32_t slot = 0;
  std::optional<caf::scoped_actor> asker;
};

constexpr auto start_kind = accounting_kind::start;
constexpr auto interim = accounting_kind::interim;
constexpr auto stop_kind = accounting_kind::stop;

} // namespace

BOOST_FIXTURE_TEST_SUITE(actors_nas, nas_bench)

BOOST_AUTO_TEST_CASE(a_report_carries_its_epoch_and_the_sessions_owner) {
  start();
  put(start_kind, "s1", time.at);
  BOOST_TEST_REQUIRE(log_of.reports.size() == 1u);
  BOOST_TEST(log_of.reports[0].epoch == 0u);
  BOOST_TEST(log_of.reports[0].session_owner.value == 0u);

  session_noted note{nas_id{5}, 0, "s1", session_id{9}, account_id{7}, time.at, time.at, true};
  caf::anon_send(wires.nases, note);
  put(interim, "s1", time.at);
  BOOST_TEST(log_of.reports[1].session_owner.value == 7u);
  put(interim, "s2", time.at);
  BOOST_TEST(log_of.reports[2].session_owner.value == 0u);

  note.open = false;
  note.session = session_id{8}; // an older one of that name
  caf::anon_send(wires.nases, note);
  put(interim, "s1", time.at);
  BOOST_TEST(log_of.reports[3].session_owner.value == 7u);
  note.session = session_id{9};
  caf::anon_send(wires.nases, note);
  put(interim, "s1", time.at);
  BOOST_TEST(log_of.reports[4].session_owner.value == 0u);
}

BOOST_AUTO_TEST_CASE(who_was_heard_or_has_sessions_is_reached_without_the_router) {
  image.sessions.push_back(open_session(1, 7, 0, time.at));
  image.sessions.back().nas = nas_id{6};
  start();
  BOOST_TEST((wires.nas_at(nas_id{5}) == wires.nases));
  BOOST_TEST((wires.nas_at(nas_id{6}) != wires.nases));
  put(start_kind, "s1", time.at);
  const auto heard = wires.nas_at(nas_id{5});
  BOOST_TEST((heard != wires.nases));
  BOOST_TEST((heard != wires.nas_at(nas_id{6})));
  // It is the same one: what it hears directly it knows of reports that come the other way.
  caf::anon_send(
    heard, session_noted{nas_id{5}, 0, "s1", session_id{9}, account_id{7}, time.at, time.at, true});
  put(interim, "s1", time.at);
  BOOST_TEST_REQUIRE(log_of.reports.size() == 2u);
  BOOST_TEST(log_of.reports[1].session_owner.value == 7u);
  BOOST_TEST(list().rows.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_restart_closes_what_began_before_it_once) {
  const auto t = time.at;
  for (std::uint64_t i = 1; i <= 1300; ++i)
    image.sessions.push_back(open_session(i, i, 0, t - std::chrono::seconds{60}));
  image.sessions.push_back(open_session(2000, 1, 0, t - std::chrono::seconds{30}));
  image.sessions.push_back(open_session(2001, 1999, 0, t + std::chrono::seconds{1}));
  start();
  put(accounting_kind::on, "", t);
  BOOST_TEST_REQUIRE(log.records.size() == 1u);
  const auto& record = std::get<storage::nas_restarted>(log.records[0].what);
  BOOST_TEST(record.after.epoch == 1u);
  BOOST_TEST((record.after.restarted == t));
  BOOST_TEST_REQUIRE(gate.usages.size() == 1u);
  BOOST_TEST(gate.usages[0].rests_on.value == 1u);
  BOOST_TEST(log_of.restarts.size() == 1300u); // one per account
  std::set<std::uint64_t> told;
  for (const auto& c : log_of.restarts) {
    told.insert(c.who.value);
    BOOST_TEST((c.epoch == 1u && c.happened == t && c.rests_on.value == 1u));
  }
  BOOST_TEST(told.size() == 1300u);
  BOOST_TEST(!told.contains(1999));

  // Told again, or told late: the same restart.
  for (const auto ago : {0, 4, -5, -600}) {
    advance(std::chrono::seconds{10});
    put(accounting_kind::on, "", t + std::chrono::seconds{ago});
  }
  BOOST_TEST(log.records.size() == 1u);
  BOOST_TEST(gate.usages.size() == 5u);
  BOOST_TEST(gate.usages[4].rests_on.value == 1u);
  BOOST_TEST(log_of.restarts.size() == 1300u);

  // A minute later it is another one.
  advance(std::chrono::seconds{60});
  put(accounting_kind::on, "", t + std::chrono::seconds{60});
  BOOST_TEST(log.records.size() == 2u);
  BOOST_TEST(list().rows[0].state.epoch == 2u);
}

BOOST_AUTO_TEST_CASE(a_restart_that_is_not_recorded_is_not_answered) {
  start();
  log.refuse = errc::store_full;
  put(accounting_kind::off, "", time.at);
  BOOST_TEST(gate.usages.empty());
  BOOST_TEST(list().rows[0].state.epoch == 0u);
  log.refuse = errc::ok;
  put(accounting_kind::off, "", time.at);
  BOOST_TEST(gate.usages.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_report_from_before_the_restart_belongs_to_the_older_epoch) {
  const auto t = time.at;
  image.sessions = {open_session(1, 7, 0, t - std::chrono::seconds{100})};
  start();
  put(accounting_kind::on, "", t);
  advance(std::chrono::seconds{20});
  struct {
    const char* what;
    accounting_kind kind;
    const char* name;
    int happened;
    std::uint32_t lasted;
    std::uint32_t epoch;
  } const table[] = {
    {"a Stop from before", stop_kind, "s1", -1, 99, 0},
    {"a Start after", start_kind, "s1", 1, 0, 1},
    {"a late Stop of a session that began before", stop_kind, "s1", 2, 102, 0},
    {"an Interim of a young session", interim, "s9", 10, 5, 1},
    {"a lost Start of an unknown old session", interim, "s8", 10, 500, 1},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.what) {
      auto u = report(row.kind, row.name, t + std::chrono::seconds{row.happened});
      u.session_seconds = row.lasted;
      put(u);
      BOOST_TEST(log_of.reports.back().epoch == row.epoch);
      BOOST_TEST(log_of.reports.back().session_owner.value == (row.epoch == 0 ? 7u : 0u));
    }
}

BOOST_AUTO_TEST_CASE(a_clock_that_runs_ahead_is_not_believed) {
  start();
  put(accounting_kind::on, "", time.at + std::chrono::hours{24 * 365});
  BOOST_TEST((list().rows[0].state.restarted == time.at));
  put(start_kind, "s1", time.at + std::chrono::hours{1});
  BOOST_TEST(log_of.reports[0].epoch == 1u);
  BOOST_TEST((log_of.reports[0].happened == time.at));
}

BOOST_AUTO_TEST_CASE(silent_sessions_are_named_to_their_owners) {
  const auto t = time.at;
  image.sessions = {open_session(1, 7, 0, t), open_session(2, 8, 0, t)};
  start();
  advance(std::chrono::seconds{1000});
  put(interim, "s2", time.at);
  advance(std::chrono::seconds{801}); // three intervals of 600 s for the first
  caf::anon_send(wires.nases, sweep_stale{time.at});
  settle();
  BOOST_TEST_REQUIRE(log_of.stale.size() == 1u);
  BOOST_TEST(log_of.stale[0].who.value == 7u);
  BOOST_TEST(log_of.stale[0].session.value == 1u);
}

BOOST_AUTO_TEST_CASE(dialogues_end_by_answer_or_by_time_and_wait_their_turn) {
  start();
  put(start_kind, "s1", time.at);
  const auto what = open_session(1, 7, 0, time.at);
  auto first = end(what);
  settle();
  BOOST_TEST_REQUIRE(dynauth.begun.size() == 1u);
  BOOST_TEST(dynauth.begun[0].via.value == 3u);
  BOOST_TEST((dynauth.begun[0].address == ipv4{192, 0, 2, 1}));
  caf::anon_send(wires.nases, dynauth_answered{nas_id{5}, dynauth.begun[0].number,
                                               disconnect_outcome::acknowledged, 0});
  settle();
  BOOST_TEST((outcome(first) == disconnect_outcome::acknowledged));

  std::vector<decltype(end(what))> many;
  for (std::size_t i = 0; i < dialogues_at_once + 3; ++i)
    many.push_back(end(what));
  settle();
  BOOST_TEST(dynauth.begun.size() == 1 + dialogues_at_once);
  advance(std::chrono::seconds{10});
  BOOST_TEST((outcome(many[0]) == disconnect_outcome::no_answer));
  BOOST_TEST(dynauth.begun.size() == 1 + dialogues_at_once + 3);
  caf::anon_send(wires.nases, dynauth_answered{nas_id{5}, dynauth.begun.back().number,
                                               disconnect_outcome::refused, 504});
  settle();
  BOOST_TEST((outcome(many.back()) == disconnect_outcome::refused));

  auto stranger = what;
  stranger.nas = nas_id{99};
  auto none = end(stranger);
  settle();
  BOOST_TEST((outcome(none) == disconnect_outcome::not_possible));
}

BOOST_AUTO_TEST_CASE(what_a_power_cut_swallowed_is_done_again_at_start) {
  const auto t = instant::from_unix(1'700'000'000);
  image.nases = {{nas_id{5}, client_id{3}, "bras", 2, t, journal_number{40}}};
  const auto before = t - std::chrono::seconds{9};
  image.sessions = {open_session(1, 7, 1, before), open_session(2, 7, 0, before),
                    open_session(3, 8, 2, before), open_session(4, 9, 1, t)};
  const auto bind = [&](std::uint64_t id, std::uint64_t who, std::uint64_t session,
                        binding_state state, bool fixed) {
    binding b;
    b.id = binding_id{id};
    b.domain = routing_domain_id{1};
    b.address = ipv4{static_cast<std::uint32_t>(id)};
    b.holder = account_id{who};
    b.session = session_id{session};
    b.state = state;
    b.fixed = fixed;
    b.last_seen = before;
    image.bindings.push_back(b);
  };
  bind(1, 7, 1, binding_state::bound, false); // its session is open
  bind(2, 7, 99, binding_state::bound, false);
  bind(3, 7, 0, binding_state::bound, false); // no session is known: nothing ended
  bind(4, 7, 99, binding_state::held, false);
  bind(5, 8, 0, binding_state::held, true);
  bind(6, 9, 0, binding_state::held, true); // nobody owns it
  account_state eight;
  eight.id = account_id{8};
  eight.addresses = {{routing_domain_id{1}, ipv4{5u}, {}}};
  image.accounts = {eight};

  const auto redo = redo_after_boot(image);
  BOOST_TEST_REQUIRE(redo.closings.size() == 1u);
  BOOST_TEST(redo.closings[0].who.value == 7u);
  BOOST_TEST(redo.closings[0].epoch == 2u);
  BOOST_TEST((redo.closings[0].happened == t));
  BOOST_TEST(redo.closings[0].rests_on.value == 40u);
  BOOST_TEST_REQUIRE(redo.releases.size() == 1u);
  BOOST_TEST(redo.releases[0].binding.value == 2u);
  BOOST_TEST((redo.releases[0].ended == before));
  BOOST_TEST_REQUIRE(redo.withdrawn.size() == 1u);
  BOOST_TEST((redo.withdrawn[0].address == ipv4{6u}));
}

BOOST_AUTO_TEST_SUITE_END()
