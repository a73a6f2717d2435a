#include "domain/identification.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace uzel;

namespace {

uzel::access by_login(std::string text) {
  return {access_kind::login, std::move(text), {}, {}, {}};
}
uzel::access by_mac(std::uint64_t mac) {
  return {access_kind::mac, {}, mac_address{mac}, {}, {}};
}
uzel::access by_port(std::uint64_t device, std::uint64_t port) {
  return {access_kind::port, {}, {}, device_id{device}, port_id{port}};
}

std::shared_ptr<const catalogue> desk() {
  catalogue_builder build;
  device sw;
  sw.id = 1;
  sw.mac = mac_address{0xA1};
  sw.kind = "switch";
  build.add(sw);
  device onu;
  onu.id = 2;
  onu.mac = mac_address{0xA2};
  onu.tells_ports = false;
  build.add(onu);
  device nameless;
  nameless.id = 3;
  nameless.mac = mac_address{0xA3};
  build.add(nameless);
  port seventh;
  seventh.id = 17;
  seventh.device_id = 1;
  seventh.number = 7;
  build.add(seventh);
  port first;
  first.id = 31;
  first.device_id = 3;
  first.number = 1;
  build.add(first);
  return build.finish();
}

} // namespace

BOOST_AUTO_TEST_SUITE(domain_identification)

BOOST_AUTO_TEST_CASE(option_82_names_a_port_a_whole_device_or_nothing) {
  struct {
    const char* what;
    std::uint64_t device;
    std::uint32_t port;
    bool known;
    uzel::access key;
    trace_code reason;
  } const table[] = {
    {"a port of a switch", 0xA1, 7, true, by_port(1, 17), trace_code::none},
    {"a port the switch does not have", 0xA1, 8, false, by_port(1, 0), trace_code::port_unknown},
    {"a switch without a port", 0xA1, 0, false, by_port(1, 0), trace_code::port_unknown},
    {"an ONU, its port ignored", 0xA2, 7, true, by_port(2, 0), trace_code::none},
    {"a device of no kind, by its port", 0xA3, 1, true, by_port(3, 31), trace_code::none},
    {"a device of no kind, another port", 0xA3, 2, false, by_port(3, 0), trace_code::port_unknown},
    {"a device nobody entered", 0xA4, 1, false, by_port(0, 0), trace_code::device_unknown},
    {"no device at all", 0, 1, false, by_port(0, 0), trace_code::device_unknown},
  };
  const auto at = desk();
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.what) {
      const auto found = locate_port(*at, mac_address{row.device}, row.port);
      BOOST_TEST(found.known == row.known);
      BOOST_TEST((found.key() == row.key));
      BOOST_TEST((found.reason == row.reason));
    }
}

BOOST_AUTO_TEST_CASE(a_password_puts_the_login_first_and_a_port_wins_over_sessions) {
  using enum identity_source;
  BOOST_TEST((order_of_login(true) == identity_order{login, port, mac, none, none}));
  BOOST_TEST((order_of_login(false) == identity_order{port, mac, login, none, none}));
  BOOST_TEST((order_of_usage() == identity_order{port, session, class_account, login, mac}));
}

BOOST_AUTO_TEST_CASE(keys_of_different_kinds_live_apart_and_a_port_is_itself_on_any_device) {
  std::set<std::uint64_t> hashes;
  hashes.insert(key_hash(by_login("7")));
  hashes.insert(number_hash("7"));
  hashes.insert(key_hash(by_mac(7)));
  hashes.insert(key_hash(by_port(1, 7)));
  hashes.insert(key_hash(by_port(7, 0)));
  BOOST_TEST(hashes.size() == 5u);
  BOOST_TEST(key_hash(by_port(1, 7)) == key_hash(by_port(2, 7)));
}

BOOST_AUTO_TEST_CASE(dense_ids_spread_over_shards) {
  std::array<int, 4> shards{};
  for (std::uint64_t i = 1; i <= 4000; ++i)
    ++shards[key_hash(by_port(1, i)) % shards.size()];
  for (const auto count : shards)
    BOOST_TEST((count > 800 && count < 1200));
}

BOOST_AUTO_TEST_CASE(an_access_names_what_its_kind_needs) {
  BOOST_TEST(problem_of(by_login("")) == "a login is missing");
  BOOST_TEST(problem_of(by_mac(0)) == "a MAC is missing");
  BOOST_TEST(problem_of(by_port(0, 0)) == "a device or port is missing");
  BOOST_TEST(problem_of(by_login("bob")).empty());
  BOOST_TEST(problem_of(by_mac(1)).empty());
  BOOST_TEST(problem_of(by_port(1, 0)).empty());
  BOOST_TEST(problem_of(by_port(0, 1)).empty());
  BOOST_TEST(!problem_of({static_cast<access_kind>(9), "x", {}, {}, {}}).empty());
  BOOST_TEST(to_string(by_login("bob")) == "login bob");
  BOOST_TEST(to_string(by_port(4, 9)) == "port 9");
  BOOST_TEST(to_string(by_port(4, 0)) == "device 4");
}

BOOST_AUTO_TEST_SUITE_END()
