// What becomes of an answer: which reply, with which options, to whom.
#include "net/dhcp/lease_reply.hpp"

#include "config/log.hpp"
#include "tests/unit/net/dhcp/desk.hpp"
#include "tests/unit/net/dhcp/packets.hpp"

#include <boost/test/unit_test.hpp>

namespace uzel::net::test {
namespace {

constexpr ipv4 server{10, 0, 0, 67};
constexpr ipv4 leased{100, 64, 0, 9};

login_answered granted(std::uint32_t lease = 3601) {
  login_answered a;
  a.verdict = login_verdict::accept;
  a.who = account_id{7};
  a.address = leased;
  a.lease_seconds = lease;
  return a;
}
login_answered refused(refusal why) {
  login_answered a;
  a.why = why;
  return a;
}

struct writing {
  writing() { desk = common_desk(); }
  reply_read write(dhcp4::message_type type, const dhcp_sketch& packet, const login_answered& a) {
    terms.refresh(desk.finish());
    return rewrite(type, packet, a);
  }
  reply_read rewrite(dhcp4::message_type type, const dhcp_sketch& packet, const login_answered& a) {
    const auto b = packet.finish();
    const auto view = dhcp4::packet_view::parse_request(b);
    const auto written = write_lease_reply(type, *view, slot(), a, terms, buffer);
    BOOST_REQUIRE(written.has_value());
    return reply_read{{written->bytes.begin(), written->bytes.end()}};
  }
  static lease_slot slot() {
    lease_slot s;
    s.server = server;
    s.network = network_id{1};
    s.domain = routing_domain_id{1};
    s.relayed = true;
    return s;
  }
  catalogue_builder desk;
  reply_terms terms;
  dhcp4::reply_buffer buffer{};
};

dhcp_sketch asking(int type = discover) {
  return dhcp_sketch{type}.giaddr(relay_address).option(55, {1, 3, 6, 15, 42, 51, 54}).relayed();
}

pool with_options(std::string options) {
  pool p;
  p.id = 4;
  p.name = "homes";
  p.first = {100, 64, 0, 2};
  p.last = {100, 64, 3, 254};
  p.options = std::move(options);
  return p;
}
subscriber_options own_options(std::string options, std::uint64_t version = 1) {
  subscriber_options o;
  o.id = 3;
  o.version = version;
  o.account_id = 7;
  o.options = std::move(options);
  return o;
}

} // namespace

BOOST_AUTO_TEST_SUITE(lease_replies)

BOOST_AUTO_TEST_CASE(what_is_said_to_each_answer) {
  using enum lease_step;
  using why_not = refusal;
  const auto said = [](const login_answered& a, lease_step step, bool authoritative) {
    const auto type = reply_type(a, step, authoritative);
    return type ? std::string{dhcp4::name_of(*type)} : "silence";
  };
  BOOST_TEST(said(granted(), discover, false) == "OFFER");
  auto guest = granted();
  guest.verdict = login_verdict::accept_as_guest;
  for (const auto step : {select, reboot, renew, rebind}) {
    BOOST_TEST(said(granted(), step, false) == "ACK");
    BOOST_TEST(said(guest, step, false) == "ACK");
    for (const auto why :
         {why_not::wrong_network, why_not::wrong_address, why_not::account_disabled,
          why_not::account_unpaid, why_not::no_address, why_not::address_busy,
          why_not::session_limit, why_not::unknown_subscriber})
      for (const bool authoritative : {false, true})
        BOOST_TEST(said(refused(why), step, authoritative) == "NAK");
    BOOST_TEST(said(refused(why_not::lease_unknown), step, false) == "silence");
    BOOST_TEST(said(refused(why_not::lease_unknown), step, true) == "NAK");
    BOOST_TEST(said(refused(why_not::store_unavailable), step, true) == "silence");
  }
  for (std::uint8_t why = 0; why < refusal_count; ++why)
    BOOST_TEST(said(refused(static_cast<refusal>(why)), discover, true) == "silence");
  auto nothing = granted();
  nothing.address = {};
  BOOST_TEST(said(nothing, discover, true) == "silence");
}

BOOST_AUTO_TEST_CASE(an_offer_is_golden) {
  writing w;
  auto n = make_network(2, {{100, 64, 0, 0}, 22}, "access");
  n.router = {100, 64, 0, 1};
  n.dns = "9.9.9.9, 1.1.1.1";
  n.next_server = {10, 0, 0, 5};
  n.boot_file = "boot.img";
  w.desk.add(n);
  const auto r = w.write(dhcp4::message_type::offer, asking(), granted());
  BOOST_TEST(r.size() >= 300u);
  BOOST_TEST((r.at(0, 4) == bytes{2, 1, 6, 0}));
  BOOST_TEST((r.at(4, 4) == bytes{0x11, 0x22, 0x33, 0x44}));
  BOOST_TEST((r.address_at(12) == ipv4{}));
  BOOST_TEST((r.yiaddr() == leased));
  BOOST_TEST((r.address_at(20) == ipv4{10, 0, 0, 5}));
  BOOST_TEST((r.address_at(24) == relay_address));
  BOOST_TEST((r.at(28, 6) == of_mac(common_mac)));
  BOOST_TEST((r.at(108, 9) == bytes{'b', 'o', 'o', 't', '.', 'i', 'm', 'g', 0}));
  BOOST_TEST(r.type() == offer);
  BOOST_TEST((r.value(54) == address(server)));
  BOOST_TEST(r.number(51) == 3601u);
  BOOST_TEST(r.number(58) == 1800u);
  BOOST_TEST(r.number(59) == 3150u); // 7/8, rounded down
  // The address's own network, not the relay's.
  BOOST_TEST((r.value(1) == bytes{255, 255, 252, 0}));
  BOOST_TEST((r.value(3) == address({100, 64, 0, 1})));
  BOOST_TEST((r.value(6) == bytes{9, 9, 9, 9, 1, 1, 1, 1}));
  BOOST_TEST((r.value(82) == common_relay_option()));
  BOOST_TEST(r.codes().back() == 82);
}

BOOST_AUTO_TEST_CASE(times_of_very_long_leases_do_not_overflow) {
  writing w;
  const auto r = w.write(dhcp4::message_type::ack, asking(request), granted(0xFFFFFFFFu));
  BOOST_TEST(r.number(51) == 0xFFFFFFFFu);
  BOOST_TEST(r.number(58) == 0x7FFFFFFFu);
  BOOST_TEST(r.number(59) == 0xDFFFFFFFu);
}

BOOST_AUTO_TEST_CASE(a_nak_says_why_and_is_broadcast_behind_a_relay) {
  writing w;
  const auto r =
    w.write(dhcp4::message_type::nak, asking(request), refused(refusal::wrong_network));
  BOOST_TEST(r.type() == nak);
  BOOST_TEST(r.broadcast());
  BOOST_TEST((r.yiaddr() == ipv4{}));
  BOOST_TEST((r.value(56) == text("the address belongs to another network")));
  BOOST_TEST((r.codes() == std::vector<int>{53, 54, 56, 82}));
  for (std::uint8_t why = 0; why < refusal_count; ++why)
    BOOST_TEST(!nak_message(static_cast<refusal>(why)).empty());
}

BOOST_AUTO_TEST_CASE(subscribers_come_before_pools_and_pools_before_networks) {
  writing w;
  auto n = make_network(2, {{100, 64, 0, 0}, 22}, "access");
  n.router = {100, 64, 0, 1};
  n.dns = "9.9.9.9";
  n.options = "domain=network.example; ntp=10.0.0.3";
  w.desk.add(n);
  w.desk.add(with_options("domain=pool.example; dns=8.8.8.8"));
  auto r = w.write(dhcp4::message_type::ack, asking(request), granted());
  BOOST_TEST((r.value(15) == text("pool.example")));
  BOOST_TEST((r.value(6) == address({8, 8, 8, 8})));
  BOOST_TEST((r.value(42) == address({10, 0, 0, 3})));
  w.desk.add(own_options("domain=his.example"));
  auto after = common_desk();
  after.add(n);
  after.add(with_options("domain=pool.example; dns=8.8.8.8"));
  after.add(own_options("domain=his.example"));
  w.desk = std::move(after);
  r = w.write(dhcp4::message_type::ack, asking(request), granted());
  BOOST_TEST((r.value(15) == text("his.example")));
  BOOST_TEST((r.value(6) == address({8, 8, 8, 8})));
  BOOST_TEST((r.value(3) == address({100, 64, 0, 1})));
  // An address outside the pool has the network's alone, and somebody else has his own not.
  auto other = granted();
  other.who = account_id{8};
  other.address = {100, 64, 0, 1};
  r = w.rewrite(dhcp4::message_type::ack, asking(request), other);
  BOOST_TEST((r.value(15) == text("network.example")));
}

BOOST_AUTO_TEST_CASE(an_edit_of_a_subscribers_options_is_seen) {
  writing w;
  const auto told = [&](subscriber_options row) {
    w.desk = common_desk();
    w.desk.add(row);
    return w.write(dhcp4::message_type::ack, asking(request), granted()).value(15);
  };
  BOOST_TEST((told(own_options("domain=one.example", 1)) == text("one.example")));
  BOOST_TEST((told(own_options("domain=two.example", 2)) == text("two.example")));
}

BOOST_AUTO_TEST_CASE(the_routers_option_in_the_text_wins_over_the_field) {
  writing w;
  auto n = make_network(2, {{100, 64, 0, 0}, 22}, "access");
  n.router = {100, 64, 0, 1};
  n.options = "3=hex:64400002";
  w.desk.add(n);
  const auto r = w.write(dhcp4::message_type::ack, asking(request), granted());
  BOOST_TEST((r.value(3) == address({100, 64, 0, 2})));
}

BOOST_AUTO_TEST_CASE(texts_that_do_not_read_are_told_once_and_left_out) {
  writing w;
  auto n = make_network(2, {{100, 64, 0, 0}, 22}, "access");
  n.router = {100, 64, 0, 1};
  n.options = "no-such-option=1";
  w.desk.add(n);
  w.desk.add(with_options("dns=not an address"));
  w.desk.add(own_options("lease=1"));
  const log::capture log;
  const auto r = w.write(dhcp4::message_type::ack, asking(request), granted());
  w.rewrite(dhcp4::message_type::ack, asking(request), granted());
  BOOST_TEST((r.value(3) == address({100, 64, 0, 1})));
  BOOST_TEST(r.value(6).empty());
  std::size_t told = 0;
  for (const auto& line : log.lines())
    told += line.find("options-unreadable") != std::string::npos ? 1 : 0;
  BOOST_TEST(told == 3u);
  BOOST_TEST(log.contains("network network-2"));
  BOOST_TEST(log.contains("pool homes"));
  BOOST_TEST(log.contains("account 7"));
}

BOOST_AUTO_TEST_CASE(an_inform_gets_options_and_no_lease) {
  writing w;
  w.terms.refresh(w.desk.finish());
  auto slot = writing::slot();
  slot.address = {10, 1, 0, 77};
  const auto b = asking(inform).ciaddr(slot.address).finish();
  const auto written =
    write_inform_reply(*dhcp4::packet_view::parse_request(b), slot, w.terms, w.buffer);
  BOOST_REQUIRE(written.has_value());
  const reply_read r{{written->bytes.begin(), written->bytes.end()}};
  BOOST_TEST(r.type() == ack);
  BOOST_TEST((r.yiaddr() == ipv4{}));
  BOOST_TEST((r.address_at(12) == slot.address));
  BOOST_TEST((r.value(3) == address(relay_address)));
  for (const int lease : {51, 58, 59})
    BOOST_TEST(r.value(lease).empty());
}

BOOST_AUTO_TEST_CASE(replies_go_where_rfc_2131_says) {
  struct row {
    const char* name;
    dhcp4::message_type type;
    dhcp_sketch packet;
    bool direct;
    endpoint to;
    bool by_hardware;
  };
  constexpr ipv4 all{255, 255, 255, 255};
  constexpr endpoint source{{10, 77, 0, 1}, 1068};
  using enum dhcp4::message_type;
  const row rows[] = {
    {"relayed", offer, dhcp_sketch{1}.giaddr(relay_address), false, {relay_address, 67}, false},
    {"relayed rebind",
     ack,
     dhcp_sketch{3}.giaddr(relay_address).ciaddr(leased),
     false,
     {relay_address, 67},
     false},
    {"relayed nak", nak, dhcp_sketch{3}.giaddr(relay_address), false, {relay_address, 67}, false},
    {"renew", ack, dhcp_sketch{3}.ciaddr(leased), false, {leased, 68}, false},
    {"renew refused", nak, dhcp_sketch{3}.ciaddr(leased), false, {source.address, 68}, false},
    {"direct", offer, dhcp_sketch{1}, true, {leased, 68}, true},
    {"direct broadcast", offer, dhcp_sketch{1}.broadcast(), true, {all, 68}, false},
    {"direct, no Ethernet", offer, dhcp_sketch{1}.hardware(32, 0), true, {all, 68}, false},
    {"direct renew", ack, dhcp_sketch{3}.ciaddr(leased), true, {leased, 68}, false},
    {"direct nak", nak, dhcp_sketch{3}.ciaddr(leased), true, {all, 68}, false},
    {"inform", ack, dhcp_sketch{8}.ciaddr(leased), false, {leased, 68}, false},
    {"inform without address", ack, dhcp_sketch{8}, false, {source.address, 68}, false},
    {"relayed inform",
     ack,
     dhcp_sketch{8}.giaddr(relay_address).ciaddr(leased),
     false,
     {leased, 68},
     false},
  };
  for (const auto& r : rows)
    BOOST_TEST_CONTEXT(r.name) {
      const auto b = r.packet.finish();
      const auto view = dhcp4::packet_view::parse_request(b);
      lease_slot slot;
      slot.from = source;
      slot.address = leased;
      slot.relayed = static_cast<bool>(view->relay());
      const auto to = target_of(r.type, *view, slot, r.direct, {});
      BOOST_TEST((to.to == r.to));
      BOOST_TEST((to.hardware == common_mac) == r.by_hardware);
    }
  // RFC 8357
  const auto b = dhcp_sketch{1}.giaddr(relay_address).finish();
  lease_slot slot;
  slot.from = source;
  slot.relayed = slot.relay_port = true;
  BOOST_TEST((target_of(offer, *dhcp4::packet_view::parse_request(b), slot, false, {}).to ==
              endpoint{relay_address, 1068}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
