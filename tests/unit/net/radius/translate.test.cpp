// What a request says becomes what the actors are asked: every field, and the odd spellings of
// equipment.
#include "net/radius/translate.hpp"

#include "tests/unit/net/radius/octets.hpp"

namespace uzel::net::test {
namespace {

constexpr instant now = instant::from_unix(1'700'000'000);
constexpr endpoint source{ipv4{127, 0, 0, 1}, 4000};

struct translation {
  client row = common_client();
  catalogue_builder desk;
  radius::seal_key key{bytes(32, 9)};
  nas_choice place;

  network_facts facts(const radius::nas_report& report) {
    desk.add(row);
    const client_table table{*desk.finish(),
                             [](const client&) { return result<std::string>{"testing123"}; }};
    return facts_of(report, *keep(row), table, source, key, place);
  }
  login ask(sketch s) {
    const auto b = s.finish();
    const auto request = radius::read_access_request(view(b));
    BOOST_REQUIRE_MESSAGE(request.has_value(), "not readable");
    return to_login(*request, *keep(row), facts(*request), now, seconds{2});
  }
  account_usage tell(sketch s) {
    const auto b = s.finish();
    const auto request = radius::read_accounting_request(view(b));
    BOOST_REQUIRE_MESSAGE(request.has_value(), "not readable");
    return to_usage(*request, facts(*request), now);
  }
};

sketch login_sketch() {
  return sketch{radius::code::access_request};
}
sketch report_sketch(std::uint32_t status = 3) {
  return sketch{radius::code::accounting_request}.add(40, status).add(44, "s-1");
}

std::string hex_of(const std::string& text) {
  return to_hex(octets_of(text));
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(translating, translation)

BOOST_AUTO_TEST_CASE(a_login_by_pap_names_everything_that_the_nas_told) {
  row.id = 5;
  row.realm = realm_rule::strip;
  const auto l = ask(login_sketch()
                       .add(1, "Bob@example.net")
                       .pap("s3cret")
                       .add(32, "bras-1")
                       .add(4, bytes{10, 0, 0, 9})
                       .add(5, 77u)
                       .add(87, "ether5")
                       .add(31, "AA-BB-CC-00-11-22")
                       .add(8, bytes{100, 64, 0, 7}));
  BOOST_TEST((l.received == now));
  BOOST_TEST((l.deadline == now + seconds{2}));
  BOOST_TEST(to_string(l.wanted) == "100.64.0.7");
  BOOST_TEST((l.proof.how == proof_method::pap));
  BOOST_TEST(l.proof.secret == "s3cret");
  BOOST_TEST(l.proof.name == "Bob@example.net"); // as sent: MS-CHAPv2 hashes it
  const auto& f = l.facts;
  BOOST_TEST(f.from.value == 5u);
  BOOST_TEST(f.login == "bob");
  BOOST_TEST(f.nas_name == "bras-1");
  BOOST_TEST((f.nas == derived_nas_id(client_id{5}, "bras-1")));
  BOOST_TEST(to_string(f.nas_address) == "10.0.0.9");
  BOOST_TEST(to_string(f.mac) == "aa:bb:cc:00:11:22");
  BOOST_TEST(f.nas_port == "ether5");
  BOOST_TEST(f.calling_station == "AA-BB-CC-00-11-22");
  BOOST_TEST(f.vlan == 0);
  BOOST_TEST(!f.has_option82);
  BOOST_TEST(!f.class_account);
  BOOST_TEST(!l.who);
}

BOOST_AUTO_TEST_CASE(long_pap_passwords_come_whole_and_an_empty_one_proves_nothing) {
  const std::string longest(128, 'x');
  BOOST_TEST(ask(login_sketch().add(1, "bob").pap(longest)).proof.secret == longest);
  BOOST_TEST(ask(login_sketch().add(1, "bob").pap("exactly16octets!")).proof.secret ==
             "exactly16octets!");
  const auto empty = ask(login_sketch().add(1, "bob").pap(""));
  BOOST_TEST((empty.proof.how == proof_method::none));
  BOOST_TEST(empty.proof.secret.empty());
  BOOST_TEST((ask(login_sketch().add(1, "bob")).proof.how == proof_method::none));
}

BOOST_AUTO_TEST_CASE(chap_takes_its_challenge_from_the_attribute_or_from_the_authenticator) {
  const auto response = bytes{42} + bytes(16, 0xC1);
  const auto own = ask(login_sketch().add(1, "bob").add(3, response).add(60, hex("0102030405")));
  BOOST_TEST((own.proof.how == proof_method::chap));
  BOOST_TEST(int{own.proof.ident} == 42);
  BOOST_TEST(hex_of(own.proof.response) == to_hex(bytes(16, 0xC1)));
  BOOST_TEST(hex_of(own.proof.challenge) == "0102030405");
  const auto from_header = ask(login_sketch().add(1, "bob").add(3, response));
  BOOST_TEST(hex_of(from_header.proof.challenge) == to_hex(bytes(16, 0x5a)));
}

BOOST_AUTO_TEST_CASE(ms_chap_parts_are_cut_at_the_offsets_of_rfc_2548) {
  const auto v1 = bytes{7, 1} + bytes(24, 0x11) + bytes(24, 0x22);
  const auto one =
    ask(login_sketch().add(1, "bob").vendor(311, 11, bytes(8, 0xCC)).vendor(311, 1, v1)).proof;
  BOOST_TEST((one.how == proof_method::mschap1));
  BOOST_TEST(int{one.ident} == 7);
  BOOST_TEST(int{one.flags} == 1);
  BOOST_TEST(hex_of(one.response) == to_hex(bytes(24, 0x22)));
  BOOST_TEST(hex_of(one.challenge) == to_hex(bytes(8, 0xCC)));
  BOOST_TEST(one.peer_challenge.empty());

  const auto v2 = bytes{8, 0} + bytes(16, 0x33) + bytes(8, 0x00) + bytes(24, 0x44);
  const auto two =
    ask(login_sketch().add(1, "bob").vendor(311, 11, bytes(16, 0xDD)).vendor(311, 25, v2)).proof;
  BOOST_TEST((two.how == proof_method::mschap2));
  BOOST_TEST(int{two.ident} == 8);
  BOOST_TEST(int{two.flags} == 0);
  BOOST_TEST(hex_of(two.peer_challenge) == to_hex(bytes(16, 0x33)));
  BOOST_TEST(hex_of(two.response) == to_hex(bytes(24, 0x44)));
  BOOST_TEST(hex_of(two.challenge) == to_hex(bytes(16, 0xDD)));
  BOOST_TEST(two.name == "bob");
}

BOOST_AUTO_TEST_CASE(a_wanted_address_is_a_hint_unless_it_means_any) {
  const std::pair<bytes, std::string_view> table[] = {
    {{255, 255, 255, 254}, "0.0.0.0"}, {{255, 255, 255, 255}, "0.0.0.0"},
    {{0, 0, 0, 0}, "0.0.0.0"},         {{255, 255, 255, 253}, "255.255.255.253"},
    {{10, 1, 2, 3}, "10.1.2.3"},
  };
  for (const auto& [sent, wanted] : table)
    BOOST_TEST_CONTEXT(to_hex(sent))
  BOOST_TEST(to_string(ask(login_sketch().add(1, "bob").add(8, sent)).wanted) == wanted);
}

BOOST_AUTO_TEST_CASE(the_mac_stands_in_many_places_and_the_best_one_wins) {
  const auto mac_in = [&](sketch s) { return to_string(ask(std::move(s)).facts.mac); };
  constexpr std::uint32_t erx = 4874;
  BOOST_TEST(mac_in(login_sketch().add(1, "bob").vendor(erx, 56, "aabb.cc00.0001")) ==
             "aa:bb:cc:00:00:01");
  BOOST_TEST(mac_in(login_sketch()
                      .add(1, "aa:bb:cc:00:00:03")
                      .add(31, "aa:bb:cc:00:00:02")
                      .vendor(erx, 56, "aabb.cc00.0001")) == "aa:bb:cc:00:00:01");
  BOOST_TEST(mac_in(login_sketch().add(1, "aa:bb:cc:00:00:03").add(31, "aa:bb:cc:00:00:02")) ==
             "aa:bb:cc:00:00:02");
  BOOST_TEST(mac_in(login_sketch().add(1, "AABBCC000003")) == "aa:bb:cc:00:00:03");
  BOOST_TEST(mac_in(login_sketch().add(1, "bob").add(31, "1:aa:bb:cc:0:0:4")) ==
             "aa:bb:cc:00:00:04");
  BOOST_TEST(!ask(login_sketch().add(1, "bob").add(31, "+49 30 1234")).facts.mac);
  BOOST_TEST(!ask(login_sketch().add(1, "bob").add(31, "00:00:00:00:00:00")).facts.mac);
}

BOOST_AUTO_TEST_CASE(the_vlan_of_a_juniper_port_is_the_inner_one_and_others_have_none) {
  const std::pair<std::string_view, int> table[] = {
    {"ae0:1001-205", 205},
    {"ae0:305", 305},
    {"xe-1/0/3.demux0.1073741900:100-7", 7},
    {"ae0", 0},
    {"ae0:", 0},
    {"ae0:100-", 0},
    {"ae0:100-4095", 0},
    {"ae0:100-99999", 0},
    {"ae0:100-7x", 0},
    {"ae0:4094", 4094},
  };
  for (const auto& [port, vlan] : table)
    BOOST_TEST_CONTEXT(port) {
      row.vendor = vendor::juniper;
      BOOST_TEST(ask(login_sketch().add(1, "bob").add(87, port)).facts.vlan == vlan);
      row.vendor = vendor::mikrotik;
      BOOST_TEST(ask(login_sketch().add(1, "bob").add(87, port)).facts.vlan == 0);
    }
}

BOOST_AUTO_TEST_CASE(option_82_names_device_and_port_in_every_relay_spelling) {
  const auto circuit = hex("000400980005");
  const auto remote = hex("0006f8e903e755a6");
  constexpr std::uint32_t adsl = 3561, redback = 2352;
  for (const auto& s : {login_sketch().vendor(adsl, 1, circuit).vendor(adsl, 2, remote),
                        login_sketch().vendor(redback, 97, circuit).vendor(redback, 96, remote)}) {
    const auto f = ask(s).facts;
    BOOST_TEST(f.has_option82);
    BOOST_TEST(to_string(f.device_mac) == "f8:e9:03:e7:55:a6");
    BOOST_TEST(f.device_port == 5u);
  }
  const auto only_remote = ask(login_sketch().vendor(adsl, 2, remote)).facts;
  BOOST_TEST(only_remote.has_option82);
  BOOST_TEST(to_string(only_remote.device_mac) == "f8:e9:03:e7:55:a6");
  BOOST_TEST(only_remote.device_port == 0u);
  // Half of one relay's option is never completed by the other's.
  const auto only_circuit = ask(login_sketch().vendor(adsl, 1, circuit)).facts;
  BOOST_TEST(only_circuit.has_option82);
  BOOST_TEST(!only_circuit.device_mac);
}

BOOST_AUTO_TEST_CASE(a_nas_is_called_by_identifier_else_address_else_source) {
  const auto name = [&](sketch s) { return ask(std::move(s)).facts.nas_name; };
  const auto v6 = hex("20010db8000000000000000000000001");
  BOOST_TEST(name(login_sketch().add(32, "bras").add(4, bytes{10, 0, 0, 9}).add(95, v6)) == "bras");
  BOOST_TEST(name(login_sketch().add(4, bytes{10, 0, 0, 9}).add(95, v6)) == "10.0.0.9");
  BOOST_TEST(name(login_sketch().add(95, v6)) == "20010db8000000000000000000000001");
  BOOST_TEST(name(login_sketch().add(1, "bob")) == "127.0.0.1");
}

BOOST_AUTO_TEST_CASE(disconnects_go_to_the_row_else_to_the_nas_else_to_the_source) {
  const auto address = [&](sketch s) { return to_string(ask(std::move(s)).facts.nas_address); };
  BOOST_TEST(address(login_sketch().add(1, "bob")) == "127.0.0.1");
  BOOST_TEST(address(login_sketch().add(4, bytes{10, 0, 0, 9})) == "10.0.0.9");
  nas known;
  known.id = 12;
  known.client_id = row.id;
  known.name = "bras-1";
  known.vendor = vendor::juniper;
  known.dynauth_address = {10, 9, 9, 9};
  desk.add(known);
  BOOST_TEST(address(login_sketch().add(32, "bras-1").add(4, bytes{10, 0, 0, 9})) == "10.9.9.9");
  BOOST_TEST(place.id.value == 12u);
  BOOST_TEST((place.profile == vendor::juniper));
}

BOOST_AUTO_TEST_CASE(a_port_number_stands_in_for_a_missing_port_name) {
  BOOST_TEST(ask(login_sketch().add(5, 77u)).facts.nas_port == "77");
  BOOST_TEST(ask(login_sketch().add(5, 77u).add(87, "ether1")).facts.nas_port == "ether1");
}

BOOST_AUTO_TEST_CASE(our_class_names_account_and_binding_and_a_forged_one_nobody) {
  const radius::class_token token{account_id{321}, binding_id{654}};
  const auto sealed = radius::seal_class(token, key);
  BOOST_REQUIRE(sealed.has_value());
  const bytes ours{sealed->bytes().begin(), sealed->bytes().end()};
  const auto good = tell(report_sketch().add(25, ours)).facts;
  BOOST_TEST(good.class_account.value == 321u);
  BOOST_TEST(good.class_binding.value == 654u);
  auto forged = ours;
  forged.back() ^= 1;
  BOOST_TEST(!tell(report_sketch().add(25, forged)).facts.class_account);
  BOOST_TEST(!tell(report_sketch().add(25, "another server's")).facts.class_account);
}

BOOST_AUTO_TEST_CASE(accounting_counts_in_64_bits_and_tells_when_it_happened) {
  const auto u = tell(report_sketch(2)
                        .add(1, "bob")
                        .add(8, bytes{100, 64, 0, 9})
                        .add(42, 5u)
                        .add(52, 1u)
                        .add(43, 7u)
                        .add(53, 2u)
                        .add(47, 11u)
                        .add(48, 12u)
                        .add(46, 3600u)
                        .add(49, 4u)
                        .add(41, 30u));
  BOOST_TEST((u.kind == accounting_kind::stop));
  BOOST_TEST(u.reported.in_octets == 4294967301u);
  BOOST_TEST(u.reported.out_octets == 8589934599u);
  BOOST_TEST(u.reported.in_packets == 11u);
  BOOST_TEST(u.reported.out_packets == 12u);
  BOOST_TEST(u.session_seconds == 3600u);
  BOOST_TEST(u.terminate_cause == 4u);
  BOOST_TEST(u.acct_session_id == "s-1");
  BOOST_TEST(u.user_name == "bob");
  BOOST_TEST(to_string(u.address) == "100.64.0.9");
  BOOST_TEST((u.received == now));
  BOOST_TEST((u.happened == now - seconds{30}));
  const auto timed = tell(report_sketch().add(41, 30u).add(55, 1'699'999'000u));
  BOOST_TEST((timed.happened == instant::from_unix(1'699'999'000)));
}

BOOST_AUTO_TEST_CASE(every_kind_of_accounting_keeps_its_number) {
  for (const auto kind : {accounting_kind::start, accounting_kind::stop, accounting_kind::interim,
                          accounting_kind::on, accounting_kind::off})
    BOOST_TEST((tell(report_sketch(static_cast<std::uint32_t>(kind))).kind == kind));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
