#include "protocols/radius/request.hpp"

#include "protocols/radius/packet_writer.hpp"
#include "tests/unit/protocols/radius/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <vector>

using namespace uzel;
using namespace uzel::radius::test;
namespace radius = uzel::radius;
namespace attr = uzel::radius::attr;

namespace {

using fill = std::function<void(radius::packet_writer&)>;

// A packet of the test's own making; parsed views need its bytes to live on.
struct made_packet {
  radius::packet_buffer buffer{};
  radius::octets bytes;

  made_packet(radius::code code, const fill& add) {
    radius::packet_writer w{buffer};
    w.begin(code, 42, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
    add(w);
    bytes = w.unsigned_bytes().value();
  }
  radius::packet_view view() const { return radius::packet_view::parse(bytes).value(); }
};

const std::string hidden(16, 'h');
const std::string chap(17, 'c');
const std::string ms_response(50, 'm');

struct refusal {
  const char* what;
  fill add;
  radius::errc expected;
};

const refusal refused_logins[]{
  {"two User-Names",
   [](auto& w) {
     w.add(attr::user_name, "a");
     w.add(attr::user_name, "b");
   },
   radius::errc::repeated_attribute},
  {"two User-Passwords",
   [](auto& w) {
     w.add(attr::user_password, hidden);
     w.add(attr::user_password, hidden);
   },
   radius::errc::repeated_attribute},
  {"PAP and CHAP",
   [](auto& w) {
     w.add(attr::user_password, hidden);
     w.add(attr::chap_password, chap);
   },
   radius::errc::mixed_credentials},
  {"PAP and EAP",
   [](auto& w) {
     w.add(attr::user_password, hidden);
     w.add(attr::eap_message, "x");
   },
   radius::errc::mixed_credentials},
  {"User-Password of 15 octets", [](auto& w) { w.add(attr::user_password, hidden.substr(1)); },
   radius::errc::bad_value},
  {"User-Password of 17 octets", [](auto& w) { w.add(attr::user_password, hidden + "x"); },
   radius::errc::bad_value},
  {"User-Password of 144 octets",
   [](auto& w) { w.add(attr::user_password, std::string(144, 'x')); }, radius::errc::bad_value},
  {"CHAP-Password of 16 octets", [](auto& w) { w.add(attr::chap_password, hidden); },
   radius::errc::bad_value},
  {"MS-CHAP-Response of 49 octets",
   [](auto& w) {
     w.add_vendor(311, radius::microsoft::chap_challenge, hidden);
     w.add_vendor(311, radius::microsoft::chap_response, ms_response.substr(1));
   },
   radius::errc::bad_value},
  {"MS-CHAP2-Response without a challenge",
   [](auto& w) { w.add_vendor(311, radius::microsoft::chap2_response, ms_response); },
   radius::errc::missing_attribute},
  {"two States",
   [](auto& w) {
     w.add(attr::state, "a");
     w.add(attr::state, "b");
   },
   radius::errc::repeated_attribute},
  {"Framed-IP-Address of 3 octets", [](auto& w) { w.add(attr::framed_ip_address, "abc"); },
   radius::errc::bad_value},
  {"two Message-Authenticators",
   [](auto& w) {
     w.reserve_message_authenticator();
     w.add(attr::message_authenticator, hidden);
   },
   radius::errc::repeated_attribute},
  {"a short Message-Authenticator",
   [](auto& w) { w.add(attr::message_authenticator, hidden.substr(1)); }, radius::errc::bad_value},
};

const refusal refused_accounting[]{
  {"no status", [](auto& w) { w.add(attr::acct_session_id, "1"); },
   radius::errc::missing_attribute},
  {"no session id", [](auto& w) { w.add(attr::acct_status_type, 1u); },
   radius::errc::missing_attribute},
  {"two statuses",
   [](auto& w) {
     w.add(attr::acct_status_type, 1u);
     w.add(attr::acct_status_type, 2u);
   },
   radius::errc::repeated_attribute},
  {"two session ids",
   [](auto& w) {
     w.add(attr::acct_status_type, 1u);
     w.add(attr::acct_session_id, "1");
     w.add(attr::acct_session_id, "2");
   },
   radius::errc::repeated_attribute},
  {"status of 1 octet", [](auto& w) { w.add(attr::acct_status_type, "1"); },
   radius::errc::bad_value},
  {"octets of 8 octets",
   [](auto& w) {
     w.add(attr::acct_status_type, 1u);
     w.add(attr::acct_session_id, "1");
     w.add(attr::acct_input_octets, "12345678");
   },
   radius::errc::bad_value},
};

} // namespace

BOOST_AUTO_TEST_SUITE(request)

// RFC 2865 section 7.2: flopsy logs in with CHAP.
BOOST_AUTO_TEST_CASE(reads_the_chap_example_of_rfc_2865) {
  const auto bytes = hex("01 01 00 47 2a ee 86 f0 8d 0d 55 96 9c a5 97 8e"
                         "0d 33 67 a2 01 08 66 6c 6f 70 73 79 03 13 16 e9"
                         "75 57 c3 16 18 58 95 f2 93 ff 63 44 07 72 75 04"
                         "06 c0 a8 01 10 05 06 00 00 00 14 06 06 00 00 00"
                         "02 07 06 00 00 00 01");
  const auto r = radius::read_access_request(radius::packet_view::parse(bytes).value());
  BOOST_REQUIRE(r.has_value());
  BOOST_TEST((r->proof == radius::proof_kind::chap));
  BOOST_TEST(r->user_name == "flopsy");
  BOOST_TEST(to_hex(r->chap_password) == "16e97557c316185895f293ff6344077275");
  BOOST_TEST(to_hex(r->chap_challenge) == "2aee86f08d0d55969ca5978e0d3367a2");
  BOOST_TEST((r->nas_address == ipv4{192, 168, 1, 16}));
  BOOST_TEST(*r->nas_port == 20u);
  BOOST_TEST(*r->service_type == 2u);
  BOOST_TEST(*r->framed_protocol == 1u);
}

BOOST_AUTO_TEST_CASE(reads_a_mikrotik_dhcp_login) {
  const made_packet p{radius::code::access_request, [](auto& w) {
                        w.reserve_message_authenticator();
                        w.add(attr::user_name, "1C:C0:4D:95:D0:30");
                        w.add(attr::user_password, hidden);
                        w.add(attr::nas_ip_address, ipv4{10, 0, 0, 1});
                        w.add(attr::nas_port, 2154823680u);
                        w.add(attr::service_type, 2u);
                        w.add(attr::framed_ip_address, ipv4{10, 1, 2, 3});
                        w.add(attr::called_station_id, "dhcp1");
                        w.add(attr::calling_station_id, "1:1c:c0:4d:95:d0:30");
                        w.add(attr::nas_identifier, "gw1");
                        w.add(attr::nas_port_type, 15u);
                        w.add(attr::event_timestamp, 1700000000u);
                        w.add_vendor(3561, 2, hex("0006f8e903e755a6"));
                        w.add_vendor(3561, 1, hex("000400980005"));
                        w.add(attr::proxy_state, "one");
                        w.add(attr::proxy_state, "two");
                        w.add(attr::class_, "first");
                        w.add(attr::class_, "second");
                      }};
  const auto r = radius::read_access_request(p.view());
  BOOST_REQUIRE(r.has_value());
  BOOST_TEST(r->user_name == "1C:C0:4D:95:D0:30");
  BOOST_TEST((r->proof == radius::proof_kind::pap));
  BOOST_TEST(radius::read_text(r->hidden_password) == hidden);
  BOOST_TEST(*r->nas_port == 2154823680u);
  BOOST_TEST((r->framed_address == ipv4{10, 1, 2, 3}));
  BOOST_TEST(r->called_station_id == "dhcp1");
  BOOST_TEST(r->calling_station_id == "1:1c:c0:4d:95:d0:30");
  BOOST_TEST(r->nas_identifier == "gw1");
  BOOST_TEST(*r->nas_port_type == 15u);
  BOOST_TEST((r->event_time == instant::from_unix(1700000000)));
  BOOST_TEST(to_hex(r->agent_circuit_id) == "000400980005");
  BOOST_TEST(to_hex(r->agent_remote_id) == "0006f8e903e755a6");
  BOOST_TEST(r->seal_offset == 20u);
  BOOST_TEST(r->proxy_state_count == 2u);
  BOOST_TEST(r->class_count == 2u);
  BOOST_TEST(radius::read_text(r->first_class) == "first");
  BOOST_TEST(r->ignored_count == 0u);
}

BOOST_AUTO_TEST_CASE(reads_ms_chap_of_both_versions) {
  for (const bool second : {false, true})
    BOOST_TEST_CONTEXT("version " << 1 + int{second}) {
      const made_packet p{radius::code::access_request, [&](auto& w) {
                            w.add(attr::user_name, "bob");
                            w.add_vendor(311, second ? 25 : 1, ms_response);
                            w.add_vendor(311, 11, hidden);
                          }};
      const auto r = radius::read_access_request(p.view());
      BOOST_REQUIRE(r.has_value());
      BOOST_TEST(
        (r->proof == (second ? radius::proof_kind::ms_chap2 : radius::proof_kind::ms_chap)));
      BOOST_TEST(radius::read_text(r->ms_chap_challenge) == hidden);
      BOOST_TEST(radius::read_text(second ? r->ms_chap2_response : r->ms_chap_response) ==
                 ms_response);
    }
}

BOOST_AUTO_TEST_CASE(several_vendor_attributes_in_one_vsa_are_all_read) {
  const made_packet p{radius::code::access_request, [](auto& w) {
                        // ADSL-Forum circuit "a" and remote "b" share one attribute.
                        w.add(attr::vendor_specific, hex("00000de9 010361 020362"));
                      }};
  const auto r = radius::read_access_request(p.view());
  BOOST_REQUIRE(r.has_value());
  BOOST_TEST(radius::read_text(r->agent_circuit_id) == "a");
  BOOST_TEST(radius::read_text(r->agent_remote_id) == "b");
}

BOOST_AUTO_TEST_CASE(the_spelling_of_rfc_4679_wins_over_redback) {
  const made_packet both{radius::code::access_request, [](auto& w) {
                           w.add_vendor(2352, 97, "redback");
                           w.add_vendor(2352, 96, "remote");
                           w.add_vendor(3561, 1, "forum");
                         }};
  const auto r = radius::read_access_request(both.view());
  BOOST_REQUIRE(r.has_value());
  BOOST_TEST(radius::read_text(r->agent_circuit_id) == "forum");
  BOOST_TEST(radius::read_text(r->agent_remote_id) == "remote");
}

BOOST_AUTO_TEST_CASE(of_descriptive_attributes_the_first_wins_and_empty_ones_count_as_absent) {
  const made_packet p{radius::code::access_request, [](auto& w) {
                        w.add(attr::nas_identifier, "first");
                        w.add(attr::nas_identifier, "second");
                        w.add(attr::nas_port, "xyz"); // wrong size
                        w.add(attr::nas_port, 5u);
                      }};
  const auto r = radius::read_access_request(p.view());
  BOOST_REQUIRE(r.has_value());
  BOOST_TEST(r->nas_identifier == "first");
  BOOST_TEST(*r->nas_port == 5u);
  BOOST_TEST(r->ignored_count == 1u);
  BOOST_TEST((r->proof == radius::proof_kind::none));

  const auto empties = hex("01 01 001a 000102030405060708090a0b0c0d0e0f 0102 0202 0102");
  const auto e = radius::read_access_request(radius::packet_view::parse(empties).value());
  BOOST_REQUIRE(e.has_value());
  BOOST_TEST(e->user_name.empty());
  BOOST_TEST((e->proof == radius::proof_kind::none));
}

BOOST_AUTO_TEST_CASE(an_empty_eap_message_is_still_eap) {
  const auto eap_start = hex("01 01 0016 000102030405060708090a0b0c0d0e0f 4f02");
  const auto r = radius::read_access_request(radius::packet_view::parse(eap_start).value());
  BOOST_REQUIRE(r.has_value());
  BOOST_TEST((r->proof == radius::proof_kind::eap));
}

BOOST_AUTO_TEST_CASE(refuses_logins_that_prove_two_things_or_none) {
  for (const refusal& one : refused_logins)
    BOOST_TEST_CONTEXT(one.what) {
      const made_packet p{radius::code::access_request, one.add};
      const auto r = radius::read_access_request(p.view());
      BOOST_REQUIRE(r.has_error());
      BOOST_TEST(r.error() == make_error_code(one.expected));
    }
}

BOOST_AUTO_TEST_CASE(reads_counters_with_gigawords_in_any_order) {
  const made_packet p{radius::code::accounting_request, [](auto& w) {
                        w.add(attr::acct_output_gigawords, 3u);
                        w.add(attr::acct_status_type, 3u);
                        w.add(attr::acct_session_id, "81100017");
                        w.add(attr::acct_input_octets, 0xffffffffu);
                        w.add(attr::acct_output_octets, 7u);
                        w.add(attr::acct_input_gigawords, 1u);
                        w.add(attr::acct_input_packets, 11u);
                        w.add(attr::acct_output_packets, 12u);
                        w.add(attr::acct_session_time, 3600u);
                        w.add(attr::acct_delay_time, 5u);
                        w.add(attr::acct_terminate_cause, 11u);
                        w.add_vendor(4874, 83, "SERVICE-INET(1,2,3,4)");
                        w.add_vendor(4874, 56, "1cc0.4d95.d030");
                      }};
  const auto r = radius::read_accounting_request(p.view());
  BOOST_REQUIRE(r.has_value());
  BOOST_TEST((r->status == radius::acct_status::interim));
  BOOST_TEST(r->session_id == "81100017");
  BOOST_TEST(r->input_octets == 0x1'ffff'ffffu);
  BOOST_TEST(r->output_octets == 0x3'0000'0007u);
  BOOST_TEST(r->input_packets == 11u);
  BOOST_TEST(r->output_packets == 12u);
  BOOST_TEST(*r->session_seconds == 3600u);
  BOOST_TEST((r->cause == radius::terminate_cause::nas_reboot));
  BOOST_TEST(r->erx_service_session == "SERVICE-INET(1,2,3,4)");
  BOOST_TEST(r->dhcp_mac == "1cc0.4d95.d030");
  BOOST_TEST((radius::time_of(*r, instant::from_unix(1000)) == instant::from_unix(995)));
}

BOOST_AUTO_TEST_CASE(the_event_timestamp_wins_over_the_delay) {
  const made_packet p{radius::code::accounting_request, [](auto& w) {
                        w.add(attr::acct_status_type, 7u); // On needs no session id
                        w.add(attr::acct_delay_time, 5u);
                        w.add(attr::event_timestamp, 900u);
                      }};
  const auto r = radius::read_accounting_request(p.view());
  BOOST_REQUIRE(r.has_value());
  BOOST_TEST((r->status == radius::acct_status::on));
  BOOST_TEST((radius::time_of(*r, instant::from_unix(1000)) == instant::from_unix(900)));
}

BOOST_AUTO_TEST_CASE(refuses_accounting_that_cannot_be_attributed) {
  for (const refusal& one : refused_accounting)
    BOOST_TEST_CONTEXT(one.what) {
      const made_packet p{radius::code::accounting_request, one.add};
      const auto r = radius::read_accounting_request(p.view());
      BOOST_REQUIRE(r.has_error());
      BOOST_TEST(r.error() == make_error_code(one.expected));
    }
}

BOOST_AUTO_TEST_CASE(each_reader_takes_its_own_code_only) {
  const made_packet p{radius::code::status_server, [](auto&) {}};
  BOOST_TEST(radius::read_access_request(p.view()).error() ==
             make_error_code(radius::errc::wrong_code));
  BOOST_TEST(radius::read_accounting_request(p.view()).error() ==
             make_error_code(radius::errc::wrong_code));
}

BOOST_AUTO_TEST_SUITE_END()
