#include "protocols/radius/vendor_profile.hpp"

#include "protocols/radius/hidden.hpp"
#include "tests/unit/protocols/radius/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

using namespace uzel;
using namespace uzel::radius::test;
namespace radius = uzel::radius;
namespace attr = uzel::radius::attr;

namespace {

// The attributes of a reply as text: "8:…" or "14988/8:…", values as hex where not printable.
std::vector<std::string> written(const std::function<void(radius::packet_writer&)>& write) {
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin(radius::code::access_accept, 1);
  write(w);
  const auto packet = radius::packet_view::parse(w.unsigned_bytes().value()).value();
  const auto shown = [](radius::octets v) {
    for (const std::uint8_t b : v)
      if (b < 0x20 || b > 0x7e)
        return to_hex(v);
    return std::string{radius::read_text(v)};
  };
  std::vector<std::string> all;
  for (const radius::attribute a : packet.attributes()) {
    if (a.type != attr::vendor_specific) {
      all.push_back(std::to_string(a.type) + ":" + shown(a.value));
      continue;
    }
    radius::vendor_cursor inside{a.value};
    while (const auto v = inside.next())
      all.push_back(std::to_string(v->vendor) + "/" + std::to_string(v->type) + ":" +
                    shown(v->value));
  }
  return all;
}

std::vector<std::string> reply_of(uzel::vendor vendor, const radius::service_reply& r) {
  return written([&](radius::packet_writer& w) { radius::write_service(w, vendor, r); });
}

struct rate_case {
  radius::rate down;
  radius::rate up;
  std::uint32_t burst_seconds;
  std::uint8_t priority;
  const char* expected;
};

// Grammar: rx/tx = upload/download, then burst, threshold, time, priority.
const rate_case mikrotik_rates[]{
  {{10000}, {5000}, 0, 0, "5M/10M"},
  {{128}, {64}, 0, 0, "64k/128k"},
  {{1500}, {0}, 0, 0, "0/1500k"},
  {{10000, 20000}, {5000, 10000}, 8, 0, "5M/10M 10M/20M 5M/10M 8/8"},
  {{10000, 20000, 7500}, {5000, 10000, 3750}, 8, 5, "5M/10M 10M/20M 3750k/7500k 8/8 5"},
  {{10000, 20000}, {5000}, 0, 0, "5M/10M 0/20M 0/10M 1/1"},
  {{10000}, {5000}, 0, 3, "5M/10M 0/0 0/0 0/0 3"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(vendor_profile)

BOOST_AUTO_TEST_CASE(mikrotik_rates_name_the_upload_first) {
  for (const rate_case& one : mikrotik_rates)
    BOOST_TEST_CONTEXT(one.expected) {
      radius::service_reply r;
      r.down = one.down;
      r.up = one.up;
      r.burst_seconds = one.burst_seconds;
      r.priority = one.priority;
      const auto all = reply_of(uzel::vendor::mikrotik, r);
      BOOST_REQUIRE(all.size() == 1u);
      BOOST_TEST(all[0] == "14988/8:" + std::string{one.expected});
    }
}

BOOST_AUTO_TEST_CASE(mikrotik_gets_the_whole_service) {
  radius::service_reply r;
  r.address = {10, 0, 0, 7};
  r.netmask = {255, 255, 255, 255};
  r.down = {11000};
  r.up = {11000};
  r.address_list = "paid";
  r.session_timeout = 3600;
  r.idle_timeout = 600;
  r.interim_interval = 300;
  r.class_value = radius::as_octets("token");
  r.reply_message = "hello";
  r.ppp = true;
  r.ask_again = true;
  r.primary_dns = {9, 9, 9, 9};
  const std::vector<std::string> expected{
    "6:00000002",    "7:00000001",      "8:0a000007",  "9:ffffffff", "27:00000e10",
    "29:00000001",   "28:00000258",     "85:0000012c", "25:token",   "14988/8:11M/11M",
    "14988/19:paid", "311/28:09090909", "18:hello"};
  BOOST_TEST(reply_of(uzel::vendor::mikrotik, r) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(juniper_activates_a_tagged_service_with_rates_in_bits) {
  radius::service_reply r;
  r.down = {11000};
  r.up = {11000};
  auto all = reply_of(uzel::vendor::juniper, r);
  BOOST_REQUIRE(all.size() == 1u);
  BOOST_TEST(all[0] == "4874/65:01" + to_hex(radius::as_octets(
                                        "SERVICE-INET(11000000,1375000,11000000,1375000)")));
  r.down = {20000, 40000};
  r.up = {10000};
  r.burst_seconds = 2;
  r.service_template = "HOME";
  all = reply_of(uzel::vendor::juniper, r);
  BOOST_TEST(all[0] ==
             "4874/65:01" + to_hex(radius::as_octets("HOME(20000000,10000000,10000000,1250000)")));
}

BOOST_AUTO_TEST_CASE(a_juniper_guest_gets_the_guest_service_without_rates) {
  radius::service_reply r;
  r.guest = true;
  r.down = {1000};
  r.secondary_dns = {1, 1, 1, 1};
  const std::vector<std::string> expected{"4874/65:01" + to_hex(radius::as_octets("SERVICE-GUEST")),
                                          "4874/5:01010101"};
  BOOST_TEST(reply_of(uzel::vendor::juniper, r) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(generic_equipment_gets_wispr_speeds_that_never_wrap) {
  radius::service_reply r;
  r.down = {10'000'000}; // 10 Gbit/s do not fit in 32 bits
  r.up = {1000};
  r.filter_id = "walled";
  r.framed_pool = "guests";
  const std::vector<std::string> expected{"88:guests", "11:walled", "14122/7:000f4240",
                                          "14122/8:ffffffff"};
  BOOST_TEST(reply_of(uzel::vendor::generic, r) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_empty_service_writes_no_attribute) {
  BOOST_TEST(reply_of(uzel::vendor::mikrotik, {}).empty());
  BOOST_TEST(reply_of(uzel::vendor::generic, {}).empty());
}

BOOST_AUTO_TEST_CASE(long_messages_continue_without_cutting_a_character) {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += "ж";
  const auto all = written([&](auto& w) { radius::write_reply_message(w, text); });
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].size() == 3 + 2 * 252u); // as hex: 126 whole letters
  BOOST_TEST(all[0].substr(3) + all[1].substr(3) == to_hex(radius::as_octets(text)));
  const std::string garbage(300, '\x80');
  BOOST_TEST(written([&](auto& w) { radius::write_reply_message(w, garbage); }).size() == 2u);
}

BOOST_AUTO_TEST_CASE(ms_chap_keys_can_be_revealed_by_the_nas) {
  const radius::authenticator request{5, 4, 3};
  const radius::shared_secret secret{"testing123"};
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  proof_answer answer;
  answer.mschap_success = "\x01S=407A5589115FD0D6209F510FE9C04566932CDA56";
  answer.mppe_send_key = std::string(16, 's');
  answer.mppe_recv_key = std::string(16, 'r');
  w.begin(radius::code::access_accept, 1);
  radius::write_ms_chap(w, answer, 0x0102, request, secret);
  const auto packet = radius::packet_view::parse(w.unsigned_bytes().value()).value();
  std::map<std::uint32_t, std::vector<std::uint8_t>> found;
  for (const radius::attribute a : packet.attributes()) {
    radius::vendor_cursor inside{a.value};
    const auto v = inside.next();
    BOOST_REQUIRE(v.has_value());
    BOOST_TEST(v->vendor == 311u);
    found[v->type] = {v->value.begin(), v->value.end()};
  }
  BOOST_TEST(found.size() == 5u);
  BOOST_TEST(radius::read_text(found[26]) == answer.mschap_success);
  BOOST_TEST(to_hex(found[7]) == "00000001");
  BOOST_TEST(to_hex(found[8]) == "00000006");
  BOOST_TEST(radius::reveal_salted(found[16], request, secret)->text() == answer.mppe_send_key);
  BOOST_TEST(radius::reveal_salted(found[17], request, secret)->text() == answer.mppe_recv_key);
  BOOST_TEST(to_hex(found[16]).substr(0, 4) == "8102");
  BOOST_TEST(to_hex(found[17]).substr(0, 4) == "8103");
}

BOOST_AUTO_TEST_CASE(a_refused_ms_chap_proof_tells_the_error_alone) {
  proof_answer answer;
  answer.mschap_error = "\x01"
                        "E=691 R=0";
  const auto all =
    written([&](auto& w) { radius::write_ms_chap(w, answer, 1, {}, radius::shared_secret{"x"}); });
  BOOST_REQUIRE(all.size() == 1u);
  BOOST_TEST(all[0] == "311/2:01" + to_hex(radius::as_octets("E=691 R=0")));
}

BOOST_AUTO_TEST_SUITE_END()
