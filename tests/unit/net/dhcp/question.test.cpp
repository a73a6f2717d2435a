// What each packet of a client means, and who may ask at all.
#include "net/dhcp/question.hpp"

#include "net/bridge/derived_nas.hpp"
#include "tests/unit/net/dhcp/desk.hpp"
#include "tests/unit/net/dhcp/packets.hpp"

#include <boost/test/unit_test.hpp>

namespace uzel::net::test {
namespace {

constexpr ipv4 ours{10, 0, 0, 67};
constexpr ipv4 also_ours{10, 0, 0, 68};
constexpr ipv4 theirs{10, 0, 0, 99};
constexpr ipv4 leased{100, 64, 0, 9};

struct reading {
  dhcp_verdict verdict = dhcp_verdict::malformed;
  dhcp_question q;
};

// Keeps what the question looks into.
struct reader {
  explicit reader(catalogue_builder desk) : relays{desk.finish()} {}
  reader() : reader{common_desk()} {}

  reading read(const dhcp_sketch& packet) {
    datagram = packet.finish();
    view.emplace(*dhcp4::packet_view::parse_request(datagram));
    reading out;
    out.verdict = place_packet(*view, how, relays, out.q);
    if (out.verdict == dhcp_verdict::admitted)
      out.verdict = read_question(*view, how, relays, {ours, also_ours}, out.q);
    return out;
  }
  dhcp_question question(const dhcp_sketch& packet) {
    auto r = read(packet);
    BOOST_REQUIRE_EQUAL(name_of(r.verdict), "admitted");
    return r.q;
  }
  std::string_view verdict(const dhcp_sketch& packet) { return name_of(read(packet).verdict); }

  relay_table relays;
  arrived_by how{{relay_address, 67}, ours, false, {}};
  bytes datagram;
  std::optional<dhcp4::packet_view> view;
};

dhcp_sketch via_relay(int type) {
  return dhcp_sketch{type}.giaddr(relay_address);
}

catalogue_builder with_interface() {
  auto desk = common_desk();
  auto n = make_network(3, {{10, 3, 0, 0}, 24});
  n.interface = "lan0";
  desk.add(n);
  desk.add(make_client(3, {{10, 3, 0, 0}, 24}));
  return desk;
}

} // namespace

BOOST_AUTO_TEST_SUITE(dhcp_questions)

BOOST_AUTO_TEST_CASE(each_kind_of_request_is_told_by_its_fields) {
  struct row {
    const char* name;
    dhcp_sketch packet;
    bool relayed;
    lease_step step;
    ipv4 wanted;
  };
  const row rows[] = {
    {"discover", via_relay(discover), true, lease_step::discover, {}},
    {"discover with a wish", via_relay(discover).requested(leased), true, lease_step::discover,
     leased},
    {"select", via_relay(request).server(ours).requested(leased), true, lease_step::select, leased},
    {"select, other address of ours", via_relay(request).server(also_ours).requested(leased), true,
     lease_step::select, leased},
    {"reboot", via_relay(request).requested(leased), true, lease_step::reboot, leased},
    {"rebind", via_relay(request).ciaddr(leased), true, lease_step::rebind, leased},
    {"renew", dhcp_sketch{request}.ciaddr(leased), false, lease_step::renew, leased},
  };
  for (const auto& r : rows)
    BOOST_TEST_CONTEXT(r.name) {
      reader from;
      if (!r.relayed)
        from.how.source = {leased, 68};
      const auto q = from.question(r.packet);
      BOOST_TEST((q.wish == dhcp_wish::lease));
      BOOST_TEST((q.step == r.step));
      BOOST_TEST((q.wanted == r.wanted));
      BOOST_TEST(q.relayed == r.relayed);
      BOOST_TEST((q.server == ours));
      BOOST_TEST(q.by_leaseholder() == (r.step == lease_step::renew));
    }
}

BOOST_AUTO_TEST_CASE(combinations_that_mean_nothing_are_dropped) {
  const std::pair<const char*, dhcp_sketch> rows[] = {
    {"no address at all", via_relay(request)},
    {"select without the address", via_relay(request).server(ours)},
    {"select with an address in use",
     via_relay(request).server(ours).requested(leased).ciaddr(leased)},
    {"renew that names a server", via_relay(request).server(ours).ciaddr(leased)},
    {"both addresses", via_relay(request).requested(leased).ciaddr(leased)},
    {"release without address", via_relay(release).server(ours)},
    {"release without server", via_relay(release).ciaddr(leased)},
    {"decline without address", via_relay(decline).server(ours)},
    {"decline without server", via_relay(decline).requested(leased)},
    {"an offer", via_relay(offer).server(ours)},
    {"an ack", via_relay(ack).server(ours)},
    {"a nak", via_relay(nak).server(ours)},
  };
  for (const auto& [name, packet] : rows)
    BOOST_TEST_CONTEXT(name) {
      reader from;
      BOOST_TEST(from.verdict(packet) == "wrong-message");
    }
}

BOOST_AUTO_TEST_CASE(what_another_server_is_told_is_not_for_us) {
  for (const int type : {request, release, decline}) {
    reader from;
    BOOST_TEST(from.verdict(via_relay(type).server(theirs).requested(leased)) == "not-ours");
    BOOST_TEST(from.verdict(via_relay(type).server(ipv4{}).requested(leased)) == "not-ours");
  }
}

BOOST_AUTO_TEST_CASE(releases_declines_and_informs_name_their_address) {
  reader from;
  auto q = from.question(via_relay(release).server(ours).ciaddr(leased));
  BOOST_TEST((q.wish == dhcp_wish::release));
  BOOST_TEST((q.wanted == leased));
  BOOST_TEST((q.domain() == routing_domain_id{1}));
  BOOST_TEST((q.place == attachment_key{common_mac.value}));
  q = from.question(via_relay(decline).server(ours).requested(leased));
  BOOST_TEST((q.wish == dhcp_wish::decline));
  BOOST_TEST((q.wanted == leased));
  q = from.question(via_relay(inform).ciaddr(leased));
  BOOST_TEST((q.wish == dhcp_wish::inform));
  BOOST_TEST((q.wanted == leased));
  from.how.source = {leased, 68};
  q = from.question(dhcp_sketch{inform});
  BOOST_TEST((q.wanted == leased));
}

BOOST_AUTO_TEST_CASE(a_trusted_relay_names_device_and_port) {
  reader from;
  const auto q = from.question(via_relay(discover).identifier({1, 2, 0, 0xab}).relayed());
  BOOST_TEST(q.facts.has_option82);
  BOOST_TEST(to_string(q.facts.device_mac) == "f8:e9:03:e7:55:a6");
  BOOST_TEST(q.facts.device_port == 5u);
  BOOST_TEST(q.facts.vlan == 0x98u);
  BOOST_TEST(q.facts.nas_port == "000400980005");
  BOOST_TEST(q.facts.client_identifier == "010200ab");
  BOOST_TEST(q.facts.calling_station.empty());
  BOOST_TEST((q.facts.mac == common_mac));
  BOOST_TEST((q.facts.from == client_id{1}));
  BOOST_TEST(q.facts.nas_name == "10.1.0.1");
  BOOST_TEST((q.facts.nas == derived_nas_id(client_id{1}, "10.1.0.1")));
  BOOST_TEST((q.facts.nas_address == relay_address));
  BOOST_TEST(q.port != 0u);
  BOOST_TEST((q.at->id == 1u));
  const auto text_port = relay_option({{1, text("eth 0/5")}, {2, dlink_remote}});
  BOOST_TEST(from.question(via_relay(discover).relayed(text_port)).facts.nas_port == "eth 0/5");
}

BOOST_AUTO_TEST_CASE(ports_are_told_apart_by_relay_circuit_and_remote) {
  reader from;
  const auto port_of = [&](ipv4 relay, const bytes& circuit, const bytes& remote) {
    return from
      .question(
        dhcp_sketch{discover}.giaddr(relay).relayed(relay_option({{1, circuit}, {2, remote}})))
      .port;
  };
  const auto base = port_of(relay_address, {1, 2}, {3});
  BOOST_TEST(base == port_of(relay_address, {1, 2}, {3}));
  BOOST_TEST(base != port_of(ipv4{10, 1, 0, 2}, {1, 2}, {3}));
  BOOST_TEST(base != port_of(relay_address, {1}, {2, 3}));
  BOOST_TEST(base != port_of(relay_address, {1, 2}, {4}));
}

BOOST_AUTO_TEST_CASE(option_82_counts_from_trusted_relays_only) {
  auto desk = common_desk();
  auto distrusted = make_client(1, {{10, 1, 0, 0}, 24});
  distrusted.trust_option82 = false;
  desk.add(distrusted);
  reader from{std::move(desk)};
  const auto everything = relay_option({{1, dlink_circuit},
                                        {2, dlink_remote},
                                        {5, address({100, 64, 0, 1})},
                                        {11, address(theirs)},
                                        {19, {}}});
  auto q = from.question(via_relay(discover).relayed(everything));
  BOOST_TEST(!q.facts.has_option82);
  BOOST_TEST(!q.facts.device_mac);
  BOOST_TEST(q.facts.nas_port.empty());
  BOOST_TEST(q.port == 0u);
  BOOST_TEST(q.at->id == 1u);
  BOOST_TEST((q.server == ours));
  BOOST_TEST(!q.relay_port);

  reader direct{with_interface()};
  direct.how = {{{}, 68}, ours, true, "lan0"};
  q = direct.question(dhcp_sketch{discover}.relayed(everything));
  BOOST_TEST(!q.facts.has_option82);
  BOOST_TEST(q.port == 0u);
  BOOST_TEST((q.server == ours));
}

BOOST_AUTO_TEST_CASE(a_relay_option_that_does_not_read_proves_nothing) {
  reader from;
  const auto q = from.question(via_relay(discover).relayed({1, 200, 1}));
  BOOST_TEST(!q.facts.has_option82);
  BOOST_TEST((q.facts.mac == common_mac));
}

BOOST_AUTO_TEST_CASE(the_network_is_the_relays_unless_it_selects_another) {
  reader from;
  BOOST_TEST(from.question(via_relay(discover)).at->id == 1u);
  const auto link = relay_option({{5, address({100, 64, 0, 1})}});
  BOOST_TEST(from.question(via_relay(discover).relayed(link)).at->id == 2u);
  BOOST_TEST(from.question(via_relay(discover).option(118, address({100, 64, 0, 0}))).at->id == 2u);
  BOOST_TEST(
    from.question(via_relay(discover).option(118, address({10, 1, 0, 0})).relayed(link)).at->id ==
    2u);
  BOOST_TEST(from.verdict(via_relay(discover).relayed(
               relay_option({{5, address({192, 0, 2, 1})}}))) == "no-network");
}

BOOST_AUTO_TEST_CASE(a_relay_may_stand_for_the_server) {
  reader from;
  const auto instead = relay_option({{1, dlink_circuit}, {11, address(relay_address)}});
  auto q = from.question(via_relay(discover).relayed(instead));
  BOOST_TEST((q.server == relay_address));
  q = from.question(via_relay(request).server(relay_address).requested(leased).relayed(instead));
  BOOST_TEST((q.step == lease_step::select));
  q = from.question(via_relay(release).server(relay_address).ciaddr(leased).relayed(instead));
  BOOST_TEST((q.wish == dhcp_wish::release));
  // Without the override its address is not ours.
  BOOST_TEST(from.verdict(via_relay(request).server(relay_address).requested(leased)) ==
             "not-ours");
}

BOOST_AUTO_TEST_CASE(relays_may_ask_from_a_port_of_their_own) {
  reader from;
  BOOST_TEST(!from.question(via_relay(discover).relayed()).relay_port);
  BOOST_TEST(
    from.question(via_relay(discover).relayed(relay_option({{1, {5}}, {19, {}}}))).relay_port);
}

BOOST_AUTO_TEST_CASE(strangers_get_nothing) {
  reader from;
  BOOST_TEST(from.verdict(dhcp_sketch{discover}.giaddr({192, 0, 2, 1})) == "unknown-relay");
  auto desk = common_desk();
  auto off = make_client(1, {{10, 1, 0, 0}, 24});
  off.enabled = false;
  desk.add(off);
  desk.add(make_client(2, {{10, 0, 0, 0}, 8})); // does not serve who is switched off
  reader without{std::move(desk)};
  BOOST_TEST(without.verdict(via_relay(discover)) == "unknown-relay");
  BOOST_TEST(from.verdict(dhcp_sketch{discover}) == "no-network"); // no relay, no address
  BOOST_TEST(from.verdict(dhcp_sketch{request}.ciaddr({192, 0, 2, 1})) == "no-network");
  from.how.broadcast = true;
  BOOST_TEST(from.verdict(dhcp_sketch{request}.ciaddr(leased)) == "overheard");
  BOOST_TEST(from.verdict(via_relay(discover)) == "admitted"); // relays may ask everybody
}

BOOST_AUTO_TEST_CASE(renewing_clients_belong_to_who_speaks_for_their_wire) {
  // 100.64.0.0/22 has no client of its own: the router of the other network on its wire has.
  reader from;
  from.how.source = {leased, 68};
  auto q = from.question(dhcp_sketch{request}.ciaddr(leased));
  BOOST_TEST(q.at->id == 2u);
  BOOST_TEST((q.facts.from == client_id{1}));

  auto desk = common_desk();
  desk.add(make_client(7, {{100, 64, 0, 0}, 22})); // the datagram's source comes first
  reader by_source{std::move(desk)};
  by_source.how.source = {leased, 68};
  BOOST_TEST((by_source.question(dhcp_sketch{request}.ciaddr(leased)).facts.from == client_id{7}));

  auto alone = common_desk();
  alone.add(make_network(2, {{100, 64, 0, 0}, 22})); // its own wire now
  reader orphan{std::move(alone)};
  orphan.how.source = {leased, 68};
  BOOST_TEST(orphan.verdict(dhcp_sketch{request}.ciaddr(leased)) == "unknown-relay");
}

BOOST_AUTO_TEST_CASE(an_address_of_another_domain_finds_its_network_there) {
  auto desk = common_desk();
  routing_domain domain;
  domain.id = 5;
  desk.add(domain);
  auto n = make_network(9, {{172, 16, 0, 0}, 16});
  n.routing_domain_id = 5;
  n.router = {172, 16, 0, 1};
  desk.add(n);
  auto foreign = make_client(8, {{172, 16, 0, 0}, 16});
  desk.add(foreign); // of domain 1: it does not speak for domain 5
  reader from{desk};
  from.how.source = {{172, 16, 3, 3}, 68};
  BOOST_TEST(from.verdict(dhcp_sketch{request}.ciaddr({172, 16, 3, 3})) == "unknown-relay");
  foreign.routing_domain_id = 5;
  desk.add(foreign);
  reader right{std::move(desk)};
  right.how.source = from.how.source;
  const auto q = right.question(dhcp_sketch{request}.ciaddr({172, 16, 3, 3}));
  BOOST_TEST((q.domain() == routing_domain_id{5}));
  BOOST_TEST(q.at->id == 9u);
}

BOOST_AUTO_TEST_CASE(direct_clients_belong_to_the_network_of_their_interface) {
  reader from{with_interface()};
  from.how = {{{}, 68}, {10, 3, 0, 1}, true, "lan0"};
  auto q = from.question(dhcp_sketch{discover});
  BOOST_TEST(q.at->id == 3u);
  BOOST_TEST((q.facts.from == client_id{3}));
  BOOST_TEST(q.facts.nas_name == "lan0");
  BOOST_TEST((q.server == ipv4{10, 3, 0, 1}));
  BOOST_TEST(!q.relayed);
  q = from.question(dhcp_sketch{request}.ciaddr({10, 3, 0, 7}));
  BOOST_TEST((q.step == lease_step::rebind));
  BOOST_TEST(q.by_leaseholder());
  from.how.broadcast = false;
  q = from.question(dhcp_sketch{request}.ciaddr({10, 3, 0, 7}));
  BOOST_TEST((q.step == lease_step::renew));
  // A client cannot pass for a relay there; a relay that is known speaks for itself.
  BOOST_TEST(from.verdict(dhcp_sketch{discover}.giaddr(relay_address)) == "unknown-relay");
  from.how.source = {relay_address, 67};
  BOOST_TEST(from.verdict(dhcp_sketch{discover}.giaddr(relay_address)) == "admitted");
  from.how.source = {{}, 68};
  from.how.interface = "lan1";
  BOOST_TEST(from.verdict(dhcp_sketch{discover}) == "no-network");
  from.how = {{{}, 68}, {}, true, "lan0"}; // no address to answer from
  BOOST_TEST(from.verdict(dhcp_sketch{discover}) == "no-network");
}

BOOST_AUTO_TEST_CASE(who_has_no_name_is_not_asked_for) {
  reader from;
  BOOST_TEST(from.verdict(dhcp_sketch{discover, mac_address{}}.giaddr(relay_address)) ==
             "malformed");
  BOOST_TEST(from.verdict(dhcp_sketch{discover, mac_address{0x01005e000001}}.giaddr(
               relay_address)) == "malformed");
  BOOST_TEST(from.verdict(via_relay(discover).hardware(1, 8)) == "malformed");
  BOOST_TEST(from.verdict(via_relay(discover).hardware(32, 0)) == "malformed");
  const auto q = from.question(via_relay(discover).hardware(32, 0).identifier({0xff, 1, 2}));
  BOOST_TEST(!q.facts.mac);
  BOOST_TEST(q.facts.calling_station == "ff0102");
  BOOST_TEST(q.place.value != 0u);
}

BOOST_AUTO_TEST_CASE(a_row_for_the_relay_gives_it_its_id) {
  auto desk = common_desk();
  nas row;
  row.id = 44;
  row.client_id = 1;
  row.name = "10.1.0.1";
  desk.add(row);
  reader from{std::move(desk)};
  BOOST_TEST((from.question(via_relay(discover)).facts.nas == nas_id{44}));
}

BOOST_AUTO_TEST_CASE(the_message_carries_what_was_understood) {
  reader from;
  const auto order = order_of({"option82", "mac", "client-id"});
  using enum identity_source;
  BOOST_TEST((order == identity_order{port, mac, client_identifier, none, none}));
  BOOST_TEST(
    (order_of({"client-id"}) == identity_order{client_identifier, none, none, none, none}));
  auto q = from.question(via_relay(discover).requested(leased).relayed());
  const auto now = instant::from_unix(1'700'000'000);
  const auto m = to_login(q, q.facts, order, now, seconds{2});
  BOOST_TEST((m.received == now));
  BOOST_TEST((m.deadline == now + seconds{2}));
  BOOST_TEST((m.step == lease_step::discover));
  BOOST_TEST((m.network == network_id{1}));
  BOOST_TEST((m.wanted == leased));
  BOOST_TEST((m.order == order));
  BOOST_TEST((m.proof.how == proof_method::none));
  BOOST_TEST(m.facts.nas_port == "000400980005");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
