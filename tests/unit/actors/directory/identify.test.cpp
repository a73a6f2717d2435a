#include "domain/guest.hpp"
#include "tests/unit/actors/directory/bench.hpp"

using namespace uzel;
using namespace uzel::test;

BOOST_FIXTURE_TEST_SUITE(directory_identify, directory_bench)

namespace {

// bob (1): login, MAC B1. carol (2): port 7, MAC B2. dave (3): ONU. eve (4): the switch without a
// port, MAC B4. frank (5) and gina (6): both at port 8.
void people(directory_bench& at) {
  at.account(1, {by_login("bob"), by_mac(0xB1)});
  at.account(2, {by_port(1, 17), by_mac(0xB2)});
  at.account(3, {by_port(2, 0)});
  at.account(4, {by_port(1, 0), by_mac(0xB4), by_login("eve")});
  at.account(5, {by_port(1, 18), by_login("frank")});
  at.account(6, {by_port(1, 18)});
}

struct login_case {
  const char* what;
  const char* name;
  bool proof;
  std::uint64_t mac;
  std::uint64_t device; // 0 = no option 82
  std::uint32_t port;
  std::uint64_t who; // 0 = nobody
  identity_source by;
};

using enum identity_source;
constexpr login_case logins[] = {
  {"a login with a password", "bob", true, 0, 0, 0, 1, identity_source::login},
  {"a login without a proof is the last resort", "bob", false, 0, 0, 0, 1, identity_source::login},
  {"a MAC", "", false, 0xB1, 0, 0, 1, mac},
  {"a MAC that is sent as its own login", "00:00:00:00:00:b1", true, 0xB1, 0, 0, 1, mac},
  {"a port", "", false, 0xFF, 0xA1, 7, 2, port},
  {"a port wins over another's MAC", "", false, 0xB1, 0xA1, 7, 2, port},
  {"a port wins over a login without proof", "bob", false, 0, 0xA1, 7, 2, port},
  {"a password wins over a port", "bob", true, 0, 0xA1, 7, 1, identity_source::login},
  {"an unknown login with a password at a port", "zoe", true, 0, 0xA1, 7, 2, port},
  {"an ONU, whatever port it tells", "", false, 0, 0xA2, 99, 3, port},
  {"an unclaimed port is nobody's", "", false, 0xFF, 0xA1, 9, 0, none},
  {"a switch is never matched without its port", "", false, 0, 0xA1, 0, 0, none},
  {"a cloned MAC on another port", "", false, 0xB2, 0xA1, 9, 0, none},
  {"a cloned MAC on an unknown device", "", false, 0xB2, 0xEE, 7, 0, none},
  {"the same MAC where no port is told", "", false, 0xB2, 0, 0, 2, mac},
  {"a MAC of somebody without a port, on an unknown device", "", false, 0xB1, 0xEE, 1, 1, mac},
  {"a password after a MAC that does not count", "eve", false, 0xB4, 0xA1, 9, 4,
   identity_source::login},
  {"two accounts at one port", "", false, 0, 0xA1, 8, 0, none},
  {"two at one port, though one MAC is known", "", false, 0xB1, 0xA1, 8, 0, none},
  {"a password at the shared port", "frank", true, 0, 0xA1, 8, 5, identity_source::login},
  {"nothing at all", "", false, 0, 0, 0, 0, none},
};

} // namespace

BOOST_AUTO_TEST_CASE(the_first_identity_that_proves_something_names_the_account) {
  people(*this);
  start(3);
  for (const auto& row : logins)
    for (std::size_t first = 0; first < 3; ++first)
      BOOST_TEST_CONTEXT(row.what << ", asked of shard " << first) {
        log_of.words.clear();
        gate.answers.clear();
        auto l = question(polite, row.name, row.mac);
        l.proof.how = row.proof ? proof_method::pap : proof_method::none;
        if (row.device != 0)
          at_port(l.facts, row.device, row.port);
        put(l, first);
        BOOST_TEST(reached().value == row.who);
        BOOST_TEST(gate.answers.size() == (row.who == 0 ? 1u : 0u));
        if (row.who == 0) {
          BOOST_TEST((gate.answers[0].verdict == login_verdict::reject));
          continue;
        }
        const auto& got = log_of.words.back().asked;
        BOOST_TEST((got.identified_by == row.by));
        BOOST_TEST(got.who.value == row.who);
        BOOST_TEST(got.place.key.value != 0u);
      }
}

BOOST_AUTO_TEST_CASE(an_ambiguous_port_matches_nobody_and_raises_one_alarm) {
  people(*this);
  start(2);
  auto l = question(polite, "", 0xFF);
  at_port(l.facts, 0xA1, 8);
  put(l);
  put(l);
  BOOST_TEST(log_of.words.empty());
  BOOST_TEST(gate.answers.size() == 2u);
  BOOST_TEST((gate.answers[0].why == refusal::ambiguous_subscriber));
  BOOST_TEST_REQUIRE(log_of.alarms.size() == 1u);
  BOOST_TEST(log_of.alarms[0].id == "ambiguous-identity");
  BOOST_TEST(log_of.alarms[0].subject == "port 18");
  BOOST_TEST(log_of.logins.size() == 2u);
  BOOST_TEST(log_of.logins[0].why == "ambiguous-subscriber");

  advance(std::chrono::seconds{61});
  put(l);
  BOOST_TEST(log_of.alarms.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_client_that_is_not_trusted_names_no_port) {
  people(*this);
  start(2);
  auto l = question(distrusted, "", 0xB1);
  at_port(l.facts, 0xA1, 7);
  put(l);
  BOOST_TEST(reached().value == 1u);
  BOOST_TEST(log_of.words.back().asked.place.port.value == 0u);
  BOOST_TEST(traced(log_of.words.back().asked, trace_code::option82_ignored));
  // A MAC of somebody who has a port counts too: nobody believes the other port.
  auto carol = question(distrusted, "", 0xB2);
  at_port(carol.facts, 0xA1, 9);
  put(carol);
  BOOST_TEST(reached().value == 2u);
}

BOOST_AUTO_TEST_CASE(the_trace_says_why_a_port_did_not_count) {
  people(*this);
  start(2);
  struct {
    std::uint64_t device;
    std::uint32_t port;
    std::uint64_t mac;
    trace_code code;
  } const table[] = {
    {0xEE, 1, 0xB1, trace_code::device_unknown},
    {0xA1, 9, 0xB1, trace_code::port_unknown},
    {0xA1, 9, 0xB2, trace_code::mac_elsewhere},
  };
  for (const auto& row : table) {
    auto l = question(guesty, "", row.mac);
    at_port(l.facts, row.device, row.port);
    put(l);
    BOOST_TEST_REQUIRE(!log_of.words.empty());
    BOOST_TEST(traced(log_of.words.back().asked, row.code));
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_subscriber_is_refused_or_a_guest_by_policy) {
  start(3);
  put(question(polite, "nobody", 0xC1));
  BOOST_TEST_REQUIRE(gate.answers.size() == 1u);
  BOOST_TEST((gate.answers[0].why == refusal::unknown_subscriber));
  BOOST_TEST(log_of.words.empty());

  put(question(guesty, "nobody", 0xC1));
  BOOST_TEST((reached() == guest_of(attachment_key{0xC1})));
  BOOST_TEST(traced(log_of.words.back().asked, trace_code::became_guest));
  BOOST_TEST(gate.answers.size() == 1u);

  auto nowhere = question(guesty, "nobody", 0);
  nowhere.facts.nas_port.clear();
  put(nowhere);
  BOOST_TEST(gate.answers.size() == 2u);
}

BOOST_AUTO_TEST_CASE(guests_are_bounded_and_make_room_when_they_go) {
  wires.settings.guest_limit = 3;
  start(1);
  for (std::uint64_t i = 0; i < 5; ++i)
    put(question(guesty, "", 0xC0 + i));
  BOOST_TEST(log_of.words.size() == 3u);
  BOOST_TEST(gate.answers.size() == 2u);
  BOOST_TEST_REQUIRE(log_of.alarms.size() == 1u);
  BOOST_TEST(log_of.alarms[0].id == "guest-limit");

  caf::anon_send(wires.directory[0], close_stale{guest_of(attachment_key{0xC0}), {}, {}});
  settle(); // it held nothing: it vanishes
  BOOST_TEST(state(0).guests == 2u);
  put(question(guesty, "", 0xC4));
  BOOST_TEST(log_of.words.size() == 4u);
  BOOST_TEST(state(0).accounts.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_key_without_its_account_matches_nobody) {
  start(2);
  const auto home_of_bob = key_hash(by_login("bob")) % 2;
  state(home_of_bob).keys.claim(account_id{99}, by_login("bob"));
  put(question(polite, "bob", 0));
  BOOST_TEST_REQUIRE(gate.answers.size() == 1u);
  BOOST_TEST((gate.answers[0].why == refusal::unknown_subscriber));
}

namespace {

struct usage_case {
  const char* what;
  std::uint64_t session_owner;
  std::uint64_t class_account;
  const char* name;
  std::uint64_t mac;
  std::uint64_t device;
  std::uint32_t port;
  const char* word; // what is heard
  std::uint64_t by; // by whom
  std::uint64_t who;
};
constexpr usage_case usages[] = {
  {"the session's owner", 1, 0, "", 0, 0, 0, "usage", 1, 1},
  {"the session's owner wins over Class", 1, 2, "", 0, 0, 0, "usage", 1, 1},
  {"Class wins over a login", 0, 2, "bob", 0, 0, 0, "usage", 2, 2},
  {"a login wins over a MAC", 0, 0, "bob", 0xB2, 0, 0, "usage", 1, 1},
  {"a MAC", 0, 0, "", 0xB1, 0, 0, "usage", 1, 1},
  {"a port wins over Class", 0, 1, "", 0, 0xA1, 7, "usage", 2, 2},
  {"a port takes a session from its owner", 1, 1, "bob", 0xB1, 0xA1, 7, "hand_over", 1, 2},
  {"a port that proves the owner", 2, 1, "bob", 0xB1, 0xA1, 7, "usage", 2, 2},
  {"an unclaimed port proves nothing", 1, 0, "", 0, 0xA1, 9, "usage", 1, 1},
  {"a shared port proves nothing", 5, 0, "", 0, 0xA1, 8, "usage", 5, 5},
  {"an owner who is gone, then the port", 77, 0, "", 0, 0xA1, 7, "usage", 2, 2},
  {"an owner who is gone, then the login", 77, 78, "bob", 0, 0, 0, "usage", 1, 1},
  {"a cloned MAC on another port", 0, 0, "", 0xB2, 0xA1, 9, nullptr, 0, 0},
  {"nothing known", 0, 0, "", 0, 0, 0, nullptr, 0, 0},
};

} // namespace

BOOST_AUTO_TEST_CASE(a_report_goes_to_who_is_proven_best) {
  people(*this);
  start(3);
  for (const auto& row : usages)
    for (std::size_t first = 0; first < 3; ++first)
      BOOST_TEST_CONTEXT(row.what << ", told to shard " << first) {
        log_of.words.clear();
        gate.usages.clear();
        account_usage u;
        u.to.slot = 9;
        u.facts = question(polite, row.name, row.mac).facts;
        u.facts.class_account = account_id{row.class_account};
        u.session_owner = account_id{row.session_owner};
        if (row.device != 0)
          at_port(u.facts, row.device, row.port);
        caf::anon_send(wires.directory[first], u);
        settle();
        if (!row.word) {
          BOOST_TEST(log_of.words.empty());
          BOOST_TEST_REQUIRE(gate.usages.size() == 1u);
          BOOST_TEST(gate.usages[0].to.slot == 9u);
          continue;
        }
        BOOST_TEST(gate.usages.empty());
        BOOST_TEST_REQUIRE(log_of.words.size() == 1u);
        BOOST_TEST(log_of.words[0].what == row.word);
        BOOST_TEST(log_of.words[0].who.value == row.by);
        BOOST_TEST(log_of.words[0].report.who.value == row.who);
        BOOST_TEST(log_of.words[0].report.proven_by_port ==
                   (log_of.words[0].report.identified_by == port));
      }
}

BOOST_AUTO_TEST_CASE(an_unknown_report_becomes_a_guests_by_policy) {
  start(2);
  account_usage u;
  u.facts = question(guesty, "", 0xC1).facts;
  caf::anon_send(wires.directory[0], u);
  settle();
  BOOST_TEST((reached() == guest_of(attachment_key{0xC1})));
  BOOST_TEST(gate.usages.empty());
}

BOOST_AUTO_TEST_SUITE_END()
