// What becomes of Kea's configuration and leases.
#include "apps/uzelctl/import_kea_config.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace uzel;
using namespace uzel::ctl;

namespace {

constexpr instant now = instant::from_unix(1'800'000'000);

moving_plan plan_of_config(std::string_view text, kea_clients clients = kea_clients::guests) {
  moving_plan out;
  const auto config = parse_commented_json(text);
  BOOST_REQUIRE(config.has_value());
  plan_kea_config(*config, {"kea", clients, now}, out);
  return out;
}

// The JSON of a planned row, empty when there is none.
std::string row_named(const moving_plan& plan, std::string_view entity, std::string_view name) {
  for (const auto& row : plan.rows)
    if (row.entity == entity && row.name == name)
      return to_text(row.fields);
  return {};
}

std::vector<std::string> reasons(const moving_plan& plan) {
  std::vector<std::string> out;
  for (const auto& p : plan.problems)
    out.push_back(p.from + ": " + p.reason);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(import_kea_suite)

BOOST_AUTO_TEST_CASE(a_subnet_is_a_network_with_pools_and_what_is_around_it_counts) {
  const auto plan = plan_of_config(R"({"Dhcp4": {
    "valid-lifetime": 4000, "authoritative": true,
    "option-data": [{"name": "domain-name-servers", "data": "10.0.0.2, 10.0.0.3"},
                    {"name": "domain-name", "data": "example.net"}],
    "subnet4": [{"id": 1, "subnet": "10.0.0.0/24", "interface": "eth0", "valid-lifetime": 100000,
      "pools": [{"pool": "10.0.0.10 - 10.0.0.99"}, {"pool": "10.0.0.128/26"},
                {"pool": "10.0.0.192/26", "option-data": [{"code": 42, "data": "10.0.0.5"}]}],
      "option-data": [{"name": "routers", "data": "10.0.0.1"},
                      {"name": "domain-name", "data": "inner.example"},
                      {"code": 43, "csv-format": false, "data": "0104 C0A80001"},
                      {"name": "interface-mtu", "data": "1400", "always-send": true}]}]}})");
  BOOST_TEST(row_named(plan, "network", "10.0.0.0/24") ==
             R"({"name":"10.0.0.0/24","prefix":"10.0.0.0/24","interface":"eth0",)"
             R"("router":"10.0.0.1","dns":"10.0.0.2,10.0.0.3",)"
             R"("options":"15=\"inner.example\"; !26=1400; 43=hex:0104C0A80001",)"
             R"("lease_seconds":100000,"guest_lease_seconds":86400,"authoritative":true})");
  BOOST_TEST(row_named(plan, "pool", "10.0.0.10-10.0.0.99") ==
             R"({"name":"10.0.0.10-10.0.0.99","first":"10.0.0.10","last":"10.0.0.99",)"
             R"("kind":"guest"})");
  BOOST_TEST(!row_named(plan, "pool", "10.0.0.128-10.0.0.191").empty());
  // Nobody can have the broadcast address.
  BOOST_TEST(row_named(plan, "pool", "10.0.0.192-10.0.0.254") ==
             R"({"name":"10.0.0.192-10.0.0.254","first":"10.0.0.192","last":"10.0.0.254",)"
             R"("kind":"guest","options":"42=10.0.0.5"})");
  BOOST_TEST(plan.problems.empty());
}

BOOST_AUTO_TEST_CASE(subnets_of_a_shared_network_are_on_one_link_with_their_relays) {
  const auto plan = plan_of_config(R"({"Dhcp4": {"shared-networks": [{"name": "olt",
    "relay": {"ip-addresses": ["10.9.0.1"]},
    "subnet4": [{"subnet": "10.1.0.0/24"},
                {"subnet": "10.2.0.0/24", "relay": {"ip-address": "10.2.0.1"}}]}],
    "subnet4": [{"subnet": "10.3.0.0/24", "relay": {"ip-addresses": ["10.8.0.1", "x"]}}]}})",
                                   kea_clients::accounts);
  BOOST_TEST(row_named(plan, "network", "10.1.0.0/24").find(R"("link":"olt")") !=
             std::string::npos);
  BOOST_TEST(row_named(plan, "network", "10.2.0.0/24").find(R"("link":"olt")") !=
             std::string::npos);
  BOOST_TEST(row_named(plan, "network", "relay 10.9.0.1") ==
             R"({"name":"relay 10.9.0.1","prefix":"10.9.0.1/32","link":"olt"})");
  BOOST_TEST(row_named(plan, "network", "relay 10.2.0.1").empty());
  BOOST_TEST(row_named(plan, "client", "relay 10.2.0.1").find(R"("source":"10.2.0.1/32")") !=
             std::string::npos);
  BOOST_TEST(row_named(plan, "client", "relay 10.2.0.1").find("guest") == std::string::npos);
  BOOST_TEST(row_named(plan, "network", "10.3.0.0/24").find(R"("link":"10.3.0.0/24")") !=
             std::string::npos);
  BOOST_TEST((reasons(plan) ==
              std::vector<std::string>{"subnet 10.3.0.0/24: the relay x is no IPv4 address"}));
}

BOOST_AUTO_TEST_CASE(reservations_are_accounts) {
  const auto plan = plan_of_config(R"({"Dhcp4": {
    "reservations": [{"client-id": "01:0A:0b", "ip-address": "10.0.0.6", "hostname": "x"}],
    "subnet4": [{"subnet": "10.0.0.0/24", "reservations": [
      {"hw-address": "1A:1b:1c:1d:1e:1f", "ip-address": "10.0.0.5"},
      {"hw-address": "1a:1b:1c:1d:1e:1f", "ip-address": "10.0.1.5"},
      {"hw-address": "1a:1b:1c:1d:1e:20", "client-classes": ["a"]},
      {"flex-id": "'port1'", "ip-address": "10.0.0.7"},
      {"hw-address": "1a:1b:1c:1d:1e:21", "ip-address": "10.0.0"}]}]}})");
  BOOST_REQUIRE(plan.accounts.size() == 4u);
  BOOST_TEST(plan.accounts[0].number == "1a:1b:1c:1d:1e:1f");
  BOOST_TEST((plan.accounts[0].macs == std::vector<std::string>{"1a:1b:1c:1d:1e:1f"}));
  BOOST_TEST((plan.accounts[0].addresses == std::vector<std::string>{"10.0.0.5", "10.0.1.5"}));
  BOOST_TEST(plan.accounts[0].service == "kea");
  BOOST_TEST(plan.accounts[1].addresses.empty());
  BOOST_TEST(plan.accounts[3].client_identifier == "010a0b");
  BOOST_TEST((plan.accounts[3].addresses == std::vector<std::string>{"10.0.0.6"}));
  BOOST_TEST((reasons(plan) ==
              std::vector<std::string>{
                "subnet 10.0.0.0/24, 1a:1b:1c:1d:1e:20: its client-classes is not carried",
                "subnet 10.0.0.0/24, reservation 10.0.0.7: it goes neither by hw-address nor by "
                "client-id",
                "subnet 10.0.0.0/24, 1a:1b:1c:1d:1e:21: 10.0.0 is no IPv4 address"}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_carried_is_told) {
  const auto plan = plan_of_config(R"({"Dhcp4": {
    "client-classes": [{"name": "a"}], "hooks-libraries": [],
    "subnet4": [{"subnet": "10.0.0.1/24"},
      {"subnet": "10.0.0.0/24", "pools": [{"pool": "10.0.0.9-10.0.0.1"}, {"pool": "10.0.9.0/24"}],
       "option-data": [{"name": "vivso-suboptions", "data": "1"},
                       {"name": "routers", "data": "nowhere"},
                       {"code": 51, "data": "60"}]}]}})");
  const auto told = reasons(plan);
  BOOST_REQUIRE(told.size() == 7u);
  BOOST_TEST(told[0] == "Dhcp4: client-classes is not carried");
  BOOST_TEST(told[1] == "subnet 10.0.0.1/24: is no IPv4 prefix");
  BOOST_TEST(told[2] == "subnet 10.0.0.0/24: option vivso-suboptions is none of the standard ones");
  BOOST_TEST(told[3].starts_with("subnet 10.0.0.0/24: option routers: "));
  BOOST_TEST(told[4] == "subnet 10.0.0.0/24: option 51: the server sets this option itself");
  BOOST_TEST(told[5] == "subnet 10.0.0.0/24: the pool 10.0.0.9-10.0.0.1 is no range of addresses");
  BOOST_TEST(told[6] == "subnet 10.0.0.0/24: the pool 10.0.9.0/24 does not lie in it");
  BOOST_TEST((reasons(plan_of_config(R"({"Dhcp6": {}})")) ==
              std::vector<std::string>{"Dhcp4: the configuration has no such part"}));
}

constexpr std::string_view head =
  "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,"
  "user_context,pool_id\n";

std::string lease(std::string_view address, std::string_view mac, long from_now,
                  std::string_view state = "0", std::string_view lifetime = "3600") {
  return std::string{address} + "," + std::string{mac} + ",," + std::string{lifetime} + "," +
         std::to_string(now.unix_seconds() + from_now) + ",1,0,0,host," + std::string{state} +
         ",,0\n";
}

BOOST_AUTO_TEST_CASE(the_last_row_of_an_address_counts) {
  kea_leases leases;
  read_kea_leases(
    std::string{head} + lease("10.0.0.1", "00:00:00:00:00:01", 60) +
      lease("10.0.0.2", "00:00:00:00:00:02", 60) + lease("10.0.0.3", "00:00:00:00:00:03", 60) +
      lease("10.0.0.1", "00:00:00:00:00:09", 90) + lease("10.0.0.2", "00:00:00:00:00:02", 60, "2") +
      lease("10.0.0.3", "00:00:00:00:00:03", 60, "0", "0") + lease("10.0.0.4", "", 60, "1") +
      lease("10.0.0.5", "00:00:00:00:00:05", -1) + lease("10.0.0.6", "", 60) +
      lease("10.0.0.7", "00:00:00:00:00:07", 60, "0", "4294967295"),
    "a.csv", leases);
  BOOST_TEST(leases.problems.empty());
  moving_plan plan;
  plan_kea_leases(leases, {"kea", kea_clients::guests, now}, plan);
  BOOST_REQUIRE(plan.leases.size() == 2u);
  BOOST_TEST((plan.leases[0] == moved_lease{"lease 10.0.0.1", "10.0.0.1", "00:00:00:00:00:09", "",
                                            "2027-01-15T08:01:30Z"}));
  BOOST_TEST(plan.leases[1].address == "10.0.0.7");
  BOOST_TEST(plan.leases[1].until == "2028-01-15T08:00:00Z");
  BOOST_TEST(
    (reasons(plan) == std::vector<std::string>{"lease 10.0.0.6: names no hardware address"}));
  BOOST_TEST(plan.notes.size() == 2u);
  BOOST_TEST(plan.accounts.empty());
}

BOOST_AUTO_TEST_CASE(clients_may_become_accounts_and_reserved_addresses_are_no_leases) {
  moving_plan plan;
  moved_account reserved;
  reserved.number = "00:00:00:00:00:01";
  reserved.addresses = {"10.0.0.1"};
  plan.accounts.push_back(reserved);
  kea_leases leases;
  read_kea_leases(std::string{head} + lease("10.0.0.1", "00:00:00:00:00:01", 60) +
                    lease("10.0.0.2", "00:00:00:00:00:01", 60) +
                    lease("10.0.0.3", "00:00:00:00:00:03", 60),
                  "a.csv", leases);
  plan_kea_leases(leases, {"kea", kea_clients::accounts, now}, plan);
  BOOST_REQUIRE(plan.accounts.size() == 2u);
  BOOST_TEST(plan.accounts[1].number == "00:00:00:00:00:03");
  BOOST_TEST(plan.accounts[1].service == "kea");
  BOOST_TEST(plan.leases.size() == 2u);
}

BOOST_AUTO_TEST_CASE(rows_that_cannot_be_read_are_named_by_line_and_column) {
  struct row {
    std::string text;
    std::string_view told;
  };
  const std::string mac = "00:00:00:00:00:01";
  const row table[] = {
    {lease("10.0.0", mac, 1), "a.csv:3: address is no IPv4 address"},
    {lease("0.0.0.0", mac, 1), "a.csv:3: address is no IPv4 address"},
    {lease("10.0.0.2", "zz", 1), "a.csv:3: hwaddr is no MAC address"},
    {lease("10.0.0.2", mac, 1, "9"), "a.csv:3: state is no state of a lease"},
    {lease("10.0.0.2", mac, 1, "0", "-1"), "a.csv:3: valid_lifetime is no number"},
    {"10.0.0.2,x\n", "a.csv:3: has 2 cells, the first line has 12"},
    {"10.0.0.2," + mac + ",,1,99999999999999,1,0,0,,0,,0\n", "a.csv:3: expire is no number"},
  };
  for (const auto& [text, told] : table)
    BOOST_TEST_CONTEXT(text) {
      kea_leases leases;
      read_kea_leases(std::string{head} + lease("10.0.0.1", mac, 1) + text +
                        lease("10.0.0.3", mac, 1),
                      "a.csv", leases);
      BOOST_REQUIRE(leases.problems.size() == 1u);
      BOOST_TEST(leases.problems[0].from + ": " + leases.problems[0].reason == told);
      BOOST_TEST(leases.by_address.size() == 2u);
    }
  kea_leases none;
  read_kea_leases("address,mac\n10.0.0.1,x\n", "b.csv", none);
  BOOST_REQUIRE(none.problems.size() == 1u);
  BOOST_TEST(none.problems[0].reason == "the first line does not name the column hwaddr");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_cut_anywhere_is_read_as_far_as_it_goes) {
  const auto whole = std::string{head} + lease("10.0.0.1", "00:00:00:00:00:01", 60) +
                     lease("10.0.0.2", "00:00:00:00:00:02", 60);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    kea_leases leases;
    read_kea_leases(std::string_view{whole}.substr(0, n), "a.csv", leases);
    const auto rows = std::count(whole.begin(), whole.begin() + static_cast<long>(n), '\n');
    BOOST_TEST(leases.by_address.size() + 1 >= static_cast<std::size_t>(rows));
    BOOST_TEST(leases.problems.size() <= 1u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
