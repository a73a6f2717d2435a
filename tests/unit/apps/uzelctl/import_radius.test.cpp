// What becomes of a FreeRADIUS database.
#include "apps/uzelctl/import_commands.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace uzel;
using namespace uzel::ctl;

namespace {

constexpr instant now = instant::from_unix(1'800'000'000); // 2027-01-15 08:00:00 UTC

// A database with one user, bob.
struct one_user {
  radius_tables tables;

  radius_user& bob() {
    auto& user = tables.users["bob"];
    user.name = "bob";
    return user;
  }
  one_user& checks(std::string name, std::string value, std::string op = ":=") {
    bob().check.push_back({std::move(name), std::move(op), std::move(value)});
    return *this;
  }
  one_user& gets(std::string name, std::string value) {
    bob().reply.push_back({std::move(name), "=", std::move(value)});
    return *this;
  }
  one_user& is_in(std::string group, std::string name, std::string value) {
    bob().groups.push_back(group);
    tables.groups[group].reply.push_back({std::move(name), ":=", std::move(value)});
    return *this;
  }
  moving_plan plan() const { return plan_of(tables, {"freeradius", 1, now}); }
};

std::vector<std::string> reasons(const moving_plan& plan) {
  std::vector<std::string> out;
  for (const auto& p : plan.problems)
    out.push_back(p.from + ": " + p.reason);
  return out;
}

std::string row_named(const moving_plan& plan, std::string_view entity, std::string_view name) {
  for (const auto& row : plan.rows)
    if (row.entity == entity && row.name == name)
      return to_text(row.fields);
  return {};
}

} // namespace

BOOST_AUTO_TEST_SUITE(import_radius_suite)

BOOST_AUTO_TEST_CASE(cleartext_and_nt_hashes_are_taken_and_nothing_else) {
  const std::string hash(32, 'a');
  struct row {
    std::string_view name;
    std::string value;
    std::string_view cleartext;
    std::string_view nt_hash;
  };
  const row table[] = {
    {"Cleartext-Password", "secret", "secret", ""},
    {"User-Password", "secret", "secret", ""},
    {"NT-Password", "0x" + hash, "", hash},
    {"NT-Password", std::string(32, 'A'), "", hash},
    {"NT-Password", "abc", "", ""},
    {"NT-Password", std::string(32, 'g'), "", ""},
    {"Cleartext-Password", "", "", ""},
    {"Cleartext-Password", std::string(129, 'x'), "", ""},
    {"Crypt-Password", "$1$x$y", "", ""},
    {"MD5-Password", hash, "", ""},
    {"SMD5-Password", "x", "", ""},
    {"SHA1-Password", "x", "", ""},
    {"SSHA1-Password", "x", "", ""},
    {"SSHA2-512-Password", "x", "", ""},
    {"LM-Password", hash, "", ""},
    {"Password-With-Header", "{clear}secret", "secret", ""},
    {"Password-With-Header", "{NT}" + hash, "", hash},
    {"Password-With-Header", "{SSHA}x", "", ""},
    {"Password-With-Header", "secret", "", ""},
  };
  for (const auto& [name, value, cleartext, nt_hash] : table)
    BOOST_TEST_CONTEXT(name << " " << value) {
      const radius_attribute given{std::string{name}, ":=", value};
      BOOST_REQUIRE(is_password(name));
      const auto read = read_password(given);
      BOOST_TEST(read.cleartext == cleartext);
      BOOST_TEST(read.nt_hash == nt_hash);
      BOOST_TEST(read.refusal.empty() == !(cleartext.empty() && nt_hash.empty()));
    }
  for (const auto* other : {"Expiration", "Framed-IP-Address", "Auth-Type"})
    BOOST_TEST(!is_password(other));
}

BOOST_AUTO_TEST_CASE(rate_limits_are_read_as_routers_read_them) {
  struct row {
    std::string_view text;
    radius_speed speed;
  };
  const row good[] = {
    {"10M/20M", {20'000, 10'000, 0, 0, 0}},
    {"512k", {512, 512, 0, 0, 0}},
    {"1500/999", {1, 2, 0, 0, 0}},
    {"10M/20M 15M/30M 8M/16M 8/10", {20'000, 10'000, 30'000, 15'000, 10}},
    {"10M/20M 15M/30M 8M/16M 8 8 5M/5M", {20'000, 10'000, 30'000, 15'000, 8}},
    {"0/0", {}},
    {"1G/1G", {1'000'000, 1'000'000, 0, 0, 0}},
  };
  for (const auto& [text, speed] : good)
    BOOST_TEST_CONTEXT(text) {
      const auto read = read_rate_limit(text);
      BOOST_REQUIRE(read.has_value());
      BOOST_TEST((*read == speed));
    }
  for (const auto* bad : {"", " ", "M", "10M/", "/10M", "10M/x", "10M/10M x", "-1/1", "10M/1M/1M",
                          "10M 10M 10M 100000", "99999999999999G"})
    BOOST_TEST_CONTEXT(bad)
  BOOST_TEST(read_rate_limit(bad).has_error());
}

BOOST_AUTO_TEST_CASE(expirations_are_read_in_every_spelling) {
  const auto day = instant::from_unix(1'799'539'200); // 2027-01-10
  for (const auto* text : {"10 Jan 2027", "Jan 10 2027", "January 10 2027 00:00:00", "2027-01-10",
                           "2027-01-10T00:00:00Z", "2027-01-10 00:00", "1799539200"})
    BOOST_TEST_CONTEXT(text) {
      const auto read = read_expiration(text);
      BOOST_REQUIRE(read.has_value());
      BOOST_TEST((*read == day));
    }
  BOOST_TEST((*read_expiration("10 Jan 2027 12:30:05") == day + seconds{45'005}));
  for (const auto* bad : {"", " ", "never", "31 Feb 2027", "Jan 2027", "10 Jan 2027 25:00",
                          "2027-13-01", "10 10 2027", "2027-01-10 1 2"})
    BOOST_TEST_CONTEXT(bad)
  BOOST_TEST(read_expiration(bad).has_error());
}

BOOST_AUTO_TEST_CASE(a_user_is_an_account_with_what_he_had) {
  const auto plan = one_user{}
                      .checks("Cleartext-Password", "secret")
                      .checks("Simultaneous-Use", "3")
                      .checks("Expiration", "20 Jan 2027 12:00:00")
                      .gets("Framed-IP-Address", "10.0.0.7")
                      .gets("Framed-Protocol", "PPP")
                      .is_in("gold", "Mikrotik-Rate-Limit", "50M/100M")
                      .plan();
  BOOST_REQUIRE(plan.accounts.size() == 1u);
  moved_account bob;
  bob.from = "user bob";
  bob.number = bob.login = "bob";
  bob.password = "secret";
  bob.session_limit = 3;
  bob.addresses = {"10.0.0.7"};
  bob.service = "gold";
  bob.ends = "2027-01-20T12:00:00Z";
  BOOST_TEST((plan.accounts[0] == bob));
  BOOST_TEST(plan.problems.empty());
  BOOST_TEST(row_named(plan, "service", "gold") ==
             R"({"name":"gold","down_kbit":100000,"up_kbit":50000,"burst_down_kbit":0,)"
             R"("burst_up_kbit":0,"burst_seconds":0,"session_timeout":0})");
  BOOST_TEST(row_named(plan, "service", "freeradius").empty()); // nobody has it
  BOOST_TEST((plan.notes == std::vector<std::string>{
                              "Framed-Protocol is not carried: nothing here needs it (1 times)"}));
}

BOOST_AUTO_TEST_CASE(rejected_and_expired_users_come_disabled_and_unpaid) {
  BOOST_TEST(one_user{}
               .checks("Cleartext-Password", "x")
               .checks("Auth-Type", "Reject")
               .plan()
               .accounts[0]
               .disabled);
  const auto expired =
    one_user{}.checks("Cleartext-Password", "x").checks("Expiration", "1 Jan 2020").plan();
  BOOST_TEST(expired.accounts[0].service.empty());
  BOOST_TEST(expired.problems.empty());
  auto by_group = one_user{}.checks("Cleartext-Password", "x");
  by_group.bob().groups = {"barred"};
  by_group.tables.groups["barred"].check.push_back({"Auth-Type", ":=", "Reject"});
  BOOST_TEST(by_group.plan().accounts[0].disabled);
}

BOOST_AUTO_TEST_CASE(what_he_says_himself_comes_before_his_groups) {
  const auto plan = one_user{}
                      .checks("NT-Password", std::string(32, '0'))
                      .gets("WISPr-Bandwidth-Max-Down", "2000000")
                      .is_in("a", "WISPr-Bandwidth-Max-Up", "1000000")
                      .is_in("b", "WISPr-Bandwidth-Max-Down", "9000000")
                      .plan();
  BOOST_TEST(plan.accounts[0].service == "2M/1M");
  BOOST_TEST(plan.accounts[0].nt_hash == std::string(32, '0'));
  const auto of_groups = one_user{}
                           .checks("Cleartext-Password", "x")
                           .is_in("a", "Filter-Id", "x")
                           .is_in("b", "Mikrotik-Rate-Limit", "1M/1M")
                           .plan();
  BOOST_TEST(of_groups.accounts[0].service == "a+b");
}

BOOST_AUTO_TEST_CASE(a_name_of_a_service_is_never_that_of_another) {
  auto db = one_user{}.checks("Cleartext-Password", "x").is_in("freeradius", "Filter-Id", "f");
  db.tables.users["eve"] = {"eve", {{"Cleartext-Password", ":=", "x"}}, {}, {}};
  const auto plan = db.plan();
  BOOST_REQUIRE(plan.accounts.size() == 2u);
  BOOST_TEST(plan.accounts[0].service == "freeradius -/- filter f");
  BOOST_TEST(plan.accounts[1].service == "freeradius");
  BOOST_TEST(row_named(plan, "service", "freeradius") == R"({"name":"freeradius"})");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_taken_is_told_by_user_and_of_groups_once) {
  auto db = one_user{};
  db.checks("SSHA-Password", "x")
    .checks("Calling-Station-Id", "aa", "==")
    .checks("Simultaneous-Use", "many")
    .checks("Expiration", "soon")
    .gets("Framed-Route", "10.0.0.0/8")
    .gets("Mikrotik-Rate-Limit", "fast");
  db.tables.users["eve"] = {"eve", {{"Auth-Type", ":=", "Accept"}}, {}, {}};
  for (const auto* name : {"bob", "eve"}) {
    db.tables.users[name].groups = {"g"};
    db.tables.groups["g"].reply = {{"Framed-IP-Address", "=", "10.0.0.1"}, {"Class", "=", "x"}};
  }
  BOOST_TEST((reasons(db.plan()) ==
              std::vector<std::string>{
                "user bob: the account is without a password: a password kept as SSHA-Password "
                "cannot be taken: only cleartext and NT hashes can",
                "user bob: the check of Calling-Station-Id (== aa) is not made here",
                "user bob: Simultaneous-Use many is no number from 1 to 1000",
                "user bob: Expiration soon cannot be read: he has the service for good",
                "user bob: Framed-Route is not sent to the NAS here",
                "user bob: Mikrotik-Rate-Limit fast cannot be read",
                "group g: Framed-IP-Address of a group can be nobody's own address",
                "group g: Class is not sent to the NAS here",
                "user eve: the account is without a password: there is none in radcheck",
                "user eve: Auth-Type Accept lets him in without a password; here nobody is"}));
}

BOOST_AUTO_TEST_CASE(nobody_takes_the_name_or_address_of_another) {
  one_user db;
  db.tables.users["Bob"] = {"Bob", {{"Cleartext-Password", ":=", "x"}}, {}, {}};
  db.checks("Cleartext-Password", "x");
  db.tables.users["tom"] = {
    "tom", {{"Cleartext-Password", ":=", "x"}}, {{"Framed-IP-Address", "=", "10.0.0.1"}}, {}};
  db.tables.users["una"] = db.tables.users["tom"];
  db.tables.users["una"].name = "una";
  db.tables.users[""] = {"", {}, {}, {}};
  const auto plan = db.plan();
  BOOST_TEST((reasons(plan) == std::vector<std::string>{
                                 "user : the name is empty, too long or has control characters",
                                 "user bob: login bob is the user Bob already",
                                 "user una: address 10.0.0.1 is the user tom already"}));
  BOOST_TEST(plan.accounts.size() == 3u);
  BOOST_TEST(plan.accounts[2].addresses.empty());
}

BOOST_AUTO_TEST_CASE(a_name_that_is_a_mac_is_known_by_it_too) {
  one_user db;
  db.tables.users["AA-BB-CC-00-11-22"] = {"AA-BB-CC-00-11-22", {}, {}, {}};
  const auto plan = db.plan();
  BOOST_REQUIRE(plan.accounts.size() == 1u);
  BOOST_TEST((plan.accounts[0].macs == std::vector<std::string>{"aa:bb:cc:00:11:22"}));
  BOOST_TEST(plan.problems.empty());
}

BOOST_AUTO_TEST_CASE(nas_rows_are_clients) {
  radius_tables tables;
  tables.clients = {{"192.0.2.1", "bras", "mikrotik", "s3cret"},
                    {"192.0.2.0/28", "bras", "cisco", "s"},
                    {"bras.example", "x", "other", "s"},
                    {"192.0.2.9", "y", "other", ""}};
  const auto plan = plan_of(tables, {"freeradius", 1, now});
  BOOST_TEST(row_named(plan, "client", "bras") ==
             R"({"name":"bras","source":"192.0.2.1/32","secret":"s3cret","vendor":"mikrotik",)"
             R"("realm":"keep","require_message_authenticator":"auto"})");
  BOOST_TEST(row_named(plan, "client", "192.0.2.0/28").find(R"("vendor":"generic")") !=
             std::string::npos);
  BOOST_TEST(plan.problems.size() == 2u);
}

BOOST_AUTO_TEST_CASE(runs_of_addresses_are_pools_and_leases_stay_with_their_users) {
  one_user db;
  db.checks("Cleartext-Password", "x");
  const std::string later = std::to_string(now.unix_seconds() + 600);
  const std::string past = std::to_string(now.unix_seconds() - 600);
  db.tables.pool_rows = {{"main", "10.0.0.1", "bob", "AA:BB:CC:00:11:22", later},
                         {"main", "10.0.0.2", "bob", "", past},
                         {"main", "10.0.0.4", "", "", past},
                         {"main", "10.0.0.4", "", "", past},
                         {"other", "10.0.0.5", "gone", "", later},
                         {"other", "10.0.0.6", "", "", past}};
  db.tables.sessions = {{"bob", "10.0.0.1", "x"}, {"bob", "10.0.0.6", "x"}};
  const auto plan = db.plan();
  BOOST_TEST(row_named(plan, "pool", "main") ==
             R"({"name":"main","first":"10.0.0.1","last":"10.0.0.2"})");
  BOOST_TEST(row_named(plan, "pool", "main 2") ==
             R"({"name":"main 2","first":"10.0.0.4","last":"10.0.0.4"})");
  BOOST_TEST(row_named(plan, "pool", "other") ==
             R"({"name":"other","first":"10.0.0.5","last":"10.0.0.6"})");
  BOOST_TEST(
    (plan.leases == std::vector<moved_lease>{
                      {"user bob", "10.0.0.1", "aa:bb:cc:00:11:22", "bob", "2027-01-15T08:10:00Z"},
                      {"user bob", "10.0.0.6", "", "bob", "2027-01-15T08:00:00Z"}}));
  BOOST_TEST(
    (reasons(plan) == std::vector<std::string>{"pool main: 10.0.0.4 stands in the table twice",
                                               "user gone: has 10.0.0.5 but is no user here"}));
}

BOOST_AUTO_TEST_SUITE_END()
