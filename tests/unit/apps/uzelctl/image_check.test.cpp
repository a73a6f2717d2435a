#include "apps/uzelctl/image_check.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>

using namespace uzel;

namespace {

constexpr routing_domain_id home{1};

binding held_by(std::uint64_t id, ipv4 address, std::uint64_t holder) {
  binding b;
  b.id = binding_id{id};
  b.domain = home;
  b.address = address;
  b.state = binding_state::bound;
  b.holder = account_id{holder};
  return b;
}

account_state account_of(std::uint64_t id, std::string login) {
  account_state a;
  a.id = account_id{id};
  a.number = "n" + std::to_string(id);
  a.accesses = {{access_kind::login, std::move(login), {}, {}, {}}};
  return a;
}

session stay(std::uint64_t id, std::uint64_t account, std::uint64_t binding, ipv4 address) {
  session s;
  s.id = session_id{id};
  s.account = account_id{account};
  s.nas = nas_id{1};
  s.acct_session_id = "s" + std::to_string(id);
  s.binding = binding_id{binding};
  s.address = address;
  return s;
}

constexpr ipv4 first{10, 0, 0, 1};
constexpr ipv4 second{10, 0, 0, 2};

boot_image sound() {
  boot_image image;
  image.accounts = {account_of(1, "bob"), account_of(2, "eve")};
  image.accounts[1].addresses = {{home, second, {}}};
  image.bindings = {held_by(11, first, 1), held_by(12, second, 2)};
  image.sessions = {stay(21, 1, 11, first), stay(22, 2, 12, second)};
  return image;
}

} // namespace

BOOST_AUTO_TEST_SUITE(image_check_suite)

BOOST_AUTO_TEST_CASE(a_sound_state_has_nothing_to_tell) {
  BOOST_TEST(ctl::check_image(sound()).empty());
  BOOST_TEST(ctl::check_image({}).empty());
}

BOOST_AUTO_TEST_CASE(each_broken_rule_is_told) {
  struct {
    std::function<void(boot_image&)> breaks;
    const char* told;
    ctl::invariant which = ctl::invariant::own_account;
  } const table[] = {
    {[](boot_image& i) { i.bindings.push_back(held_by(13, first, 2)); },
     "10.0.0.1 in routing domain 1 has two holders: accounts 1 and 2", ctl::invariant::one_holder},
    {[](boot_image& i) { i.bindings.push_back(held_by(13, first, 1)); },
     "10.0.0.1 in routing domain 1 is bound twice for account 1: bindings 11 and 13",
     ctl::invariant::one_holder},
    {[](boot_image& i) {
       i.bindings.push_back(held_by(11, ipv4{10, 0, 0, 3}, 1));
     },
     "binding 11 is of two addresses: 10.0.0.1 and 10.0.0.3", ctl::invariant::one_holder},
    {[](boot_image& i) {
       i.accounts[0].addresses = {{home, second, {}}};
     },
     "10.0.0.2 is the static address of account 1, but account 2 holds it"},
    {[](boot_image& i) { i.accounts[1].accesses[0].login = "bob"; },
     "login bob recognises two accounts: 1 and 2"},
    {[](boot_image& i) { i.accounts[1].number = "n1"; },
     "number n1 recognises two accounts: 1 and 2"},
    {[](boot_image& i) { i.accounts[0].credit_limit = {-1}; },
     "account 1 has a credit limit below zero: -1", ctl::invariant::money},
    {[](boot_image& i) { i.sessions[0].binding = binding_id{99}; },
     "session 21 of account 1 uses binding 99, which is not there"},
    {[](boot_image& i) { i.sessions[0].binding = binding_id{12}; },
     "session 21 is of account 1, its address 10.0.0.2 of account 2"},
    {[](boot_image& i) { i.sessions[0].address = second; },
     "session 21 has the address 10.0.0.2, its binding 11 is of 10.0.0.1"},
    {[](boot_image& i) { i.sessions[1].acct_session_id = "s21"; },
     "sessions 21 and 22 are the same stay: NAS 1, epoch 0, s21"},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.told) {
      auto image = sound();
      row.breaks(image);
      const auto found = ctl::check_image(image);
      BOOST_REQUIRE(!found.empty());
      BOOST_TEST(found.front().told == row.told);
      BOOST_TEST((found.front().which == row.which));
    }
}

BOOST_AUTO_TEST_CASE(what_is_allowed_is_not_told) {
  struct {
    const char* what;
    std::function<void(boot_image&)> changes;
  } const table[] = {
    {"the same address in another routing domain",
     [](boot_image& i) {
       i.bindings.push_back(held_by(13, first, 2));
       i.bindings.back().domain = routing_domain_id{2};
     }},
    {"a free binding of a taken address",
     [](boot_image& i) {
       i.bindings.push_back(held_by(13, first, 2));
       i.bindings.back().state = binding_state::free;
     }},
    {"a static address that nobody uses now",
     [](boot_image& i) {
       i.bindings.pop_back();
       i.sessions.pop_back();
     }},
    {"the login of a closed account",
     [](boot_image& i) {
       i.accounts[0].status = account_status::closed;
       i.accounts[1].accesses[0].login = "bob";
     }},
    {"a session without an address", [](boot_image& i) { i.sessions[0].binding = {}; }},
    {"a session in conflict, which is alarmed",
     [](boot_image& i) {
       i.sessions[0].binding = binding_id{12};
       i.sessions[0].flags = session_conflict;
     }},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.what) {
      auto image = sound();
      row.changes(image);
      const auto found = ctl::check_image(image);
      BOOST_TEST(found.empty(), (found.empty() ? "" : found.front().told));
    }
}

BOOST_AUTO_TEST_SUITE_END()
