#include "protocols/option82/decode.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using namespace uzel;
using namespace uzel::option82;

namespace {

using bytes = std::vector<std::uint8_t>;

bytes unhex(std::string_view text) {
  bytes out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out.push_back(
      static_cast<std::uint8_t>(std::stoi(std::string{text.substr(i, 2)}, nullptr, 16)));
  return out;
}

bytes text(std::string_view s) {
  return {s.begin(), s.end()};
}

std::string mac(const location& where) {
  return where.device ? to_string(where.device) : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(option82_decode)

BOOST_AUTO_TEST_CASE(names_device_and_port_in_captured_options) {
  struct {
    const char* remote;
    const char* circuit;
    const char* device;
    unsigned port;
    const char* vendor;
  } const table[] = {
    {"0006f8e903e755a6", "000400980005", "f8:e9:03:e7:55:a6", 5, "d-link"},
    {"00061c877912e61a", "00007400071d", "1c:87:79:12:e6:1a", 29, "generic"},
    {"0006ff121c877912e61a", "007400ff1dff01", "1c:87:79:12:e6:1a", 1, "generic"},
    {"1c8779", "007400ff", "none", 255, "generic"},
    {"34353a34373a63303a32383a38653a3730", "5a5445474330323838453730", "45:47:c0:28:8e:70", 0,
     "zte-onu"},
    {"34353a34373a63343a323a35333a6233", "5a5445474334303235334233", "45:47:c4:02:53:b3", 0,
     "zte-onu"},
    {"0006ec22807fadb8", "000400980005", "ec:22:80:7f:ad:b8", 5, "d-link"},
    {"0006f8e903e755a6", "", "f8:e9:03:e7:55:a6", 0, "generic"},
    {"", "", "none", 0, "generic"},
    {"ff", "485754433132616263336566", "54:43:12:ab:c3:ef", 0, "huawei-onu"},
  };
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT("remote " << row.remote << " circuit " << row.circuit) {
      const auto where = decode(unhex(row.circuit), unhex(row.remote));
      BOOST_TEST(mac(where) == row.device);
      BOOST_TEST(where.port == row.port);
      BOOST_TEST(where.vendor == row.vendor);
    }
  }
}

BOOST_AUTO_TEST_CASE(names_the_vlan_where_the_form_has_one) {
  const auto d_link = unhex("0006f8e903e755a6");
  struct {
    bytes circuit;
    bytes remote;
    unsigned vlan;
  } const table[] = {
    {unhex("000400980005"), d_link, 0x98},
    {unhex("000400980005"), text("f8:e9:03:e7:55:a6"), 0x98},
    {text("0x000400980005"), d_link, 0x98},
    {unhex("00040fff0005"), d_link, 0},
    {unhex("000410010005"), d_link, 0},
    {unhex("000400000005"), d_link, 0},
    {unhex("0004006400"), d_link, 0},
    {unhex("00040064000500"), d_link, 0},
    {unhex("00007400071d"), d_link, 0},
    {unhex("007400ff1dff01"), d_link, 0},
    {{}, {}, 0},
    {text("sw7 eth 1/0/24:100"), {}, 100},
    {text("sw7 eth 1/0/24:200.100"), {}, 100},
    {text("sw7 eth 1/0/24:200.0 0/0/0/0"), {}, 200},
    {text("sw7 eth 1/0/24:4096.17"), {}, 17},
    {text("sw7 eth 1/0/24:4096.4096"), {}, 0},
    {text("sw7 eth 1/0/24:99999"), {}, 0},
    {text("sw7 eth 1/0/24:"), {}, 0},
    {text("sw7 eth 1/0/24:x"), {}, 0},
    {text("sw7 eth 1/0/24"), {}, 0},
    {text("node:5 eth 1/0/24"), {}, 0},
    {text("GigabitEthernet0/0/5:30"), {}, 30},
    {text("XGE0/0/5:30.40"), {}, 40},
    {text("EPON0/1:5"), {}, 0}, // the number of an ONU
    {text("bridge1/ether12"), {}, 0},
    {text("ZTEGC0288E70"), {}, 0},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(std::string(row.circuit.begin(), row.circuit.end()))
  BOOST_TEST(decode(row.circuit, row.remote).vlan == row.vlan);
}

BOOST_AUTO_TEST_CASE(names_device_and_port_in_text_ids) {
  struct {
    const char* remote;
    const char* circuit;
    const char* device;
    unsigned port;
    const char* vendor;
  } const table[] = {
    {"", "HWTC12abC3eF", "54:43:12:ab:c3:ef", 0, "huawei-onu"},
    {"ignored", "HWTC00000001", "54:43:00:00:00:01", 0, "huawei-onu"},
    {"", "HWTC0000001", "none", 0, "huawei-onu"},
    {"", "HWTC000000012", "none", 0, "huawei-onu"},
    {"", "HWTCzzzzzzzz", "none", 0, "huawei-onu"},
    {"no mac", "ZTEGC0288E70", "none", 0, "zte-onu"},
    {"a8:f9:4b:01:02:03", "ELTX62000030", "a8:f9:4b:01:02:03", 0, "eltex-onu"},
    {"a8f9.4b01.0203", "EPON0/1:5", "a8:f9:4b:01:02:03", 0, "bdcom-epon"},
    {"a8-f9-4b-01-02-03", "epon0/3:17", "a8:f9:4b:01:02:03", 0, "bdcom-epon"},
    {"00e0-fc12-3456", "GPON0/1:5", "00:e0:fc:12:34:56", 0, "bdcom-gpon"},
    {"00e0-fc12-3456", "GigabitEthernet0/0/12:100.0 sw1/0/0/0/0/0", "00:e0:fc:12:34:56", 12,
     "huawei-switch"},
    {"00e0-fc12-3456", "GigabitEthernet0/0/12:100", "00:e0:fc:12:34:56", 12, "huawei-switch"},
    {"00e0fc123456", "Ethernet0/0/7", "00:e0:fc:12:34:56", 7, "huawei-switch"},
    {"64:D1:54:AA:BB:CC", "ether5", "64:d1:54:aa:bb:cc", 5, "mikrotik"},
    {"64:D1:54:AA:BB:CC", "bridge1/ether12", "64:d1:54:aa:bb:cc", 12, "mikrotik"},
    {"64:D1:54:AA:BB:CC", "sfp-sfpplus2", "64:d1:54:aa:bb:cc", 2, "mikrotik"},
    {"sw-lenina-5", "ether5", "none", 5, "mikrotik"},
    {"ABCDEF", "ether5", "41:42:43:44:45:46", 5, "mikrotik"},
    {"\x01\x02"
     "ABCDEF",
     "EPON0/1:5", "41:42:43:44:45:46", 0, "bdcom-epon"},
    {"sw-lenina-5", "unit-7", "6e:69:6e:61:2d:35", '7', "generic"},
    {"a8f94b010203", "172.16.0.9 eth 1/24:100", "a8:f9:4b:01:02:03", 24, "tr-101"},
    {"a8f94b010203", "mes-7 eth 1/0/3:2048", "a8:f9:4b:01:02:03", 3, "tr-101"},
    {"a8:f9:4b:1:2:3", "\x05", "a8:f9:4b:01:02:03", 5, "generic"},
  };
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT("remote " << row.remote << " circuit " << row.circuit) {
      const auto where = decode(text(row.circuit), text(row.remote));
      BOOST_TEST(mac(where) == row.device);
      BOOST_TEST(where.port == row.port);
      BOOST_TEST(where.vendor == row.vendor);
    }
  }
}

BOOST_AUTO_TEST_CASE(hex_text_is_decoded_first) {
  const location wanted{mac_address{0xf8e903e755a6}, 5, 0x98, "d-link"};
  for (const char* circuit : {"0x000400980005", "0X000400980005"})
    BOOST_TEST((decode(text(circuit), text("0x0006f8e903e755a6")) == wanted));
  BOOST_TEST((decode(text("0x000400980005"), text("0x0006F8E903E755A6")) == wanted));
  const auto onu =
    decode(text("0x5a5445474330323838453730"), text("0x34353a34373a63303a32383a38653a3730"));
  BOOST_TEST(mac(onu) == "45:47:c0:28:8e:70");
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_hex_stays_as_it_came) {
  for (const char* circuit : {"0x", "0x1", "0xzz", "0x123", "1x1234"})
    BOOST_TEST_CONTEXT(circuit)
  BOOST_TEST(decode(text(circuit), {}).port ==
             static_cast<std::uint8_t>(circuit[std::string_view{circuit}.size() - 1]));
}

BOOST_AUTO_TEST_CASE(oversized_ids_name_nothing) {
  BOOST_TEST((decode(bytes(256, 1), bytes(8, 1)) == location{}));
  BOOST_TEST((decode(bytes(6, 1), bytes(256, 1)) == location{}));
  BOOST_TEST(decode(bytes(255, 1), bytes(255, 1)).port == 1u);
  const bytes longest = text("0x" + std::string(252, '7'));
  BOOST_TEST(decode(longest, {}).port == 0x77u);
}

BOOST_AUTO_TEST_CASE(a_device_mac_of_zero_is_none) {
  BOOST_TEST(!decode(unhex("000400980005"), unhex("0006000000000000")).device);
}

BOOST_AUTO_TEST_CASE(an_operator_may_bring_own_rules) {
  const rule own[] = {{.vendor = "second-octet",
                       .when = shape::octet_prefix,
                       .pattern = "\xAA",
                       .circuit_length = 3,
                       .mac = mac_place::remote_last_six,
                       .port = port_place::circuit_octet,
                       .port_argument = 1},
                      {.vendor = "port-only",
                       .when = shape::text_prefix,
                       .pattern = "port",
                       .port = port_place::circuit_after_last,
                       .port_argument = '-'}};
  const auto first = decode(unhex("aa07ff"), unhex("0006010203040506"), own);
  BOOST_TEST(mac(first) == "01:02:03:04:05:06");
  BOOST_TEST(first.port == 7u);
  const auto second = decode(text("PORT-1-33"), unhex("0006010203040506"), own);
  BOOST_TEST(mac(second) == "none");
  BOOST_TEST(second.port == 33u);
  BOOST_TEST((decode(unhex("aa07ff00"), {}, own) == location{}));
  BOOST_TEST(decode(text("port-70000"), {}, own).port == 0u);
  BOOST_TEST(decode(text("port-99999999999999999999"), {}, own).port == 0u);
  BOOST_TEST(decode(text("port-"), {}, own).port == 0u);
  BOOST_TEST(decode(text("port"), {}, own).port == 0u);
}

BOOST_AUTO_TEST_CASE(the_last_rule_catches_everything) {
  BOOST_TEST((default_rules().back().when == shape::any));
}

BOOST_AUTO_TEST_CASE(binary_ids_keep_the_seed_rule_whatever_their_octets) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  for (int i = 0; i < 20000; ++i) {
    bytes circuit(1 + random() % 12);
    bytes remote(6 + random() % 6);
    for (auto& octet : circuit)
      octet = static_cast<std::uint8_t>(random() % 256);
    for (auto& octet : remote)
      octet = static_cast<std::uint8_t>(random() % 256);
    circuit[0] = 0; // no text
    std::uint64_t wanted = 0;
    for (std::size_t k = remote.size() - 6; k < remote.size(); ++k)
      wanted = (wanted << 8) | remote[k];
    const auto where = decode(circuit, remote);
    BOOST_REQUIRE_MESSAGE(where.device.value == wanted && where.port == circuit.back(),
                          "seed " << seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()
