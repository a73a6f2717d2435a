// What people edit for DHCP: networks, and options of pools and accounts.
#include "tests/unit/net/rest/api_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;
using namespace uzel::test;

BOOST_FIXTURE_TEST_SUITE(dhcp_desk, api_fixture)

std::string violation_of(const answered& refused, std::string_view field) {
  const auto body = refused.parsed();
  const auto* all = body.find("violations");
  for (const auto& v : all ? all->items : std::vector<rest::json>{})
    if (v.find("field")->text == field)
      return v.find("problem")->text;
  return {};
}

BOOST_AUTO_TEST_CASE(a_network_is_created_in_the_default_address_space_and_checked) {
  const auto made = ask("POST", "/api/v1/networks",
                        R"({"name":"home","prefix":"10.0.0.0/24","router":"10.0.0.1",
                            "dns":"10.0.0.1,8.8.8.8","options":"ntp=10.0.0.1"})");
  BOOST_TEST(made.status == 201u);
  BOOST_TEST(made.parsed().find("routing_domain_id")->number == 1);
  BOOST_TEST(made.parsed().find("lease_seconds")->number == 3600);
  const auto refused = ask("POST", "/api/v1/networks",
                           R"({"name":"home","prefix":"10.0.0.0/24","router":"10.0.1.1",
                               "dns":"ns1","routing_domain_id":null})");
  BOOST_TEST(refused.status == 422u);
  BOOST_TEST(violation_of(refused, "routing_domain_id") == "must be a whole number");
  const auto strange = ask("POST", "/api/v1/networks",
                           R"({"name":"home","prefix":"10.0.0.0/24","router":"10.0.1.1",
                               "dns":"ns1","link":"a b"})");
  BOOST_TEST(strange.status == 422u);
  BOOST_TEST(violation_of(strange, "router") == "must lie in the prefix");
  BOOST_TEST(violation_of(strange, "dns").starts_with("must be IPv4 addresses"));
  BOOST_TEST(violation_of(strange, "link").starts_with("must be printable"));
  world.refuse_desk = errc::conflict;
  BOOST_TEST(ask("POST", "/api/v1/networks", R"({"name":"b","prefix":"10.0.0.0/24"})").status ==
             409u);
}

BOOST_AUTO_TEST_CASE(an_option_text_that_cannot_be_sent_is_refused_with_its_reason) {
  account_state bob;
  bob.id = account_id{5};
  world.accounts.push_back(bob);
  struct form {
    const char* path;
    const char* begin;
  };
  const form forms[] = {
    {"/api/v1/networks", R"({"name":"a","prefix":"10.0.0.0/24","options":)"},
    {"/api/v1/pools", R"({"name":"a","first":"10.0.0.1","last":"10.0.0.9","options":)"},
    {"/api/v1/subscriber-options", R"({"account_id":5,"options":)"},
  };
  for (const auto& f : forms)
    BOOST_TEST_CONTEXT(f.path) {
      const std::string begin{f.begin};
      BOOST_TEST(ask("POST", f.path, begin + R"("ntp=10.0.0.1; 43=hex:0104"})").status == 201u);
      const auto refused = ask("POST", f.path, begin + R"("ntp=10.0.0.1; colour=red"})");
      BOOST_TEST(refused.status == 422u);
      BOOST_TEST(violation_of(refused, "options").starts_with("colour: there is no such option"));
      const auto computed = ask("POST", f.path, begin + R"("51=60"})");
      BOOST_TEST(violation_of(computed, "options") == "51: the server sets this option itself");
      const auto changed = ask("PATCH", std::string{f.path} + "/17", R"({"options":"ntp"})");
      BOOST_TEST(changed.status == 422u);
      BOOST_TEST(violation_of(changed, "options").starts_with("ntp: a value is missing"));
    }
}

BOOST_AUTO_TEST_CASE(what_stood_wrong_before_does_not_bar_other_changes) {
  network old;
  old.id = 7;
  old.name = "old";
  old.prefix = *parse_prefix4("10.0.0.0/24");
  old.options = "gone=1";
  world.put(old);
  BOOST_TEST(ask("PATCH", "/api/v1/networks/7", R"({"lease_seconds":600})").status == 200u);
  BOOST_TEST(ask("PATCH", "/api/v1/networks/7", R"({"options":"gone=2; x"})").status == 422u);
}

BOOST_AUTO_TEST_CASE(options_are_given_to_accounts_that_there_are) {
  account_state bob;
  bob.id = account_id{5};
  world.accounts.push_back(bob);
  const auto made = ask("POST", "/api/v1/subscriber-options", R"({"account_id":5,"options":""})");
  BOOST_TEST(made.status == 201u);
  const auto refused = ask("POST", "/api/v1/subscriber-options", R"({"account_id":6})");
  BOOST_TEST(refused.status == 422u);
  BOOST_TEST(violation_of(refused, "account_id") == "there is no account 6");
  BOOST_TEST(ask("PATCH", "/api/v1/subscriber-options/17", R"({"account_id":6})").status == 422u);
  BOOST_TEST(world.said() == std::vector<std::string>{"create subscriber_options"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
