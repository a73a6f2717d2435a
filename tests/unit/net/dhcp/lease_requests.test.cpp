// Requests in flight: what is the same one, how long it lives, and how many there can be.
#include "net/dhcp/lease_requests.hpp"

#include "net/bridge/answer_fork.hpp"
#include "tests/unit/net/dhcp/packets.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace uzel::net::test {
namespace {

constexpr instant start = instant::from_unix(1'700'000'000);
constexpr duration deadline = seconds{2};

struct table {
  explicit table(std::uint32_t capacity = 100) : requests{dhcp_listener_bit, capacity} {
    q.from = &from;
    q.at = &at;
  }
  dhcp_verdict enter(const dhcp_sketch& packet, instant now = start, std::uint32_t socket = 0,
                     endpoint source = {{10, 1, 0, 1}, 67}) {
    const auto b = packet.finish();
    const auto view = dhcp4::packet_view::parse_request(b);
    BOOST_REQUIRE(view.has_value());
    return requests.enter(socket, {source, {10, 0, 0, 67}, b}, *view, q, now, slot);
  }
  client from;
  network at;
  dhcp_question q;
  lease_requests requests;
  std::uint32_t slot = 0;
};

dhcp_sketch packet(int type = discover) {
  return dhcp_sketch{type}.giaddr({10, 1, 0, 1});
}

} // namespace

BOOST_AUTO_TEST_SUITE(lease_request_tables)

BOOST_AUTO_TEST_CASE(the_same_request_is_taken_once_while_it_is_open) {
  table t;
  BOOST_TEST((t.enter(packet()) == dhcp_verdict::admitted));
  BOOST_TEST((t.enter(packet()) == dhcp_verdict::duplicate));
  // The same relay through another way is the same.
  BOOST_TEST((t.enter(packet(), start, 1, {{10, 1, 0, 9}, 67}) == dhcp_verdict::duplicate));
  t.requests.forget(t.slot);
  BOOST_TEST((t.enter(packet()) == dhcp_verdict::admitted));
}

BOOST_AUTO_TEST_CASE(what_differs_is_another_request) {
  table t;
  BOOST_TEST((t.enter(packet()) == dhcp_verdict::admitted));
  const std::pair<const char*, dhcp_sketch> others[] = {
    {"type", packet(request)},
    {"relay", packet().giaddr({10, 1, 0, 2})},
    {"transaction", dhcp_sketch{discover, common_mac, 99}.giaddr({10, 1, 0, 1})},
    {"hardware", dhcp_sketch{discover, mac_address{0x020000000002}}.giaddr({10, 1, 0, 1})},
  };
  for (const auto& [name, other] : others)
    BOOST_TEST_CONTEXT(name)
  BOOST_TEST((t.enter(other) == dhcp_verdict::admitted));
  // Without a relay the way is the socket and the source.
  BOOST_TEST((t.enter(dhcp_sketch{discover}) == dhcp_verdict::admitted));
  BOOST_TEST((t.enter(dhcp_sketch{discover}, start, 1) == dhcp_verdict::admitted));
  BOOST_TEST(
    (t.enter(dhcp_sketch{discover}, start, 0, {{10, 9, 9, 9}, 68}) == dhcp_verdict::admitted));
  BOOST_TEST(t.requests.in_use() == 8u);
}

BOOST_AUTO_TEST_CASE(a_ticket_finds_its_request_until_it_is_answered_or_over) {
  table t;
  t.enter(packet());
  const auto ticket = t.requests.ticket_of(t.slot);
  BOOST_TEST((ticket.listener & dhcp_listener_bit) != 0u);
  BOOST_REQUIRE(t.requests.find(ticket));
  for (auto wrong : {uzel::ticket{0, ticket.slot, ticket.generation},
                     uzel::ticket{ticket.listener, ticket.slot + 1, ticket.generation},
                     uzel::ticket{ticket.listener, ticket.slot, ticket.generation + 1}})
    BOOST_TEST(!t.requests.find(wrong));
  t.requests.at(t.slot).state = lease_slot_state::answered;
  BOOST_TEST(!t.requests.find(ticket));
  t.requests.forget(t.slot);
  t.enter(packet());
  BOOST_TEST(!t.requests.find(ticket)); // the slot has another request now
}

BOOST_AUTO_TEST_CASE(a_full_table_takes_nobody) {
  table t{3};
  for (std::uint32_t xid = 1; xid <= 3; ++xid)
    BOOST_TEST((t.enter(dhcp_sketch{discover, common_mac, xid}) == dhcp_verdict::admitted));
  BOOST_TEST((t.enter(dhcp_sketch{discover, common_mac, 4}) == dhcp_verdict::table_full));
  BOOST_TEST(t.requests.in_use() == 3u);
  t.requests.forget(1);
  BOOST_TEST((t.enter(dhcp_sketch{discover, common_mac, 4}) == dhcp_verdict::admitted));
}

BOOST_AUTO_TEST_CASE(requests_die_with_their_deadline_answered_or_not) {
  table t;
  t.enter(dhcp_sketch{discover, common_mac, 1});
  t.enter(dhcp_sketch{discover, common_mac, 2});
  t.requests.at(t.slot).state = lease_slot_state::answered;
  t.enter(dhcp_sketch{discover, common_mac, 3}, start + seconds{1});
  t.requests.expire(start + deadline - duration{1}, deadline);
  BOOST_TEST(t.requests.in_use() == 3u);
  t.requests.expire(start + deadline, deadline);
  BOOST_TEST(t.requests.in_use() == 1u);
  t.requests.expire(start + deadline + seconds{1}, deadline);
  BOOST_TEST(t.requests.in_use() == 0u);
}

BOOST_AUTO_TEST_CASE(a_sent_reply_keeps_its_bytes_until_the_sockets_are_flushed) {
  table t{1};
  t.enter(packet());
  t.requests.mark_sent(t.slot);
  BOOST_TEST((t.enter(packet(request)) == dhcp_verdict::table_full));
  t.requests.expire(start + 2 * deadline, deadline);
  BOOST_TEST((t.enter(packet(request)) == dhcp_verdict::table_full));
  t.requests.clear_sent();
  BOOST_TEST((t.enter(packet(request)) == dhcp_verdict::admitted));
}

BOOST_AUTO_TEST_CASE(a_slot_keeps_the_packet_and_what_was_understood) {
  table t;
  t.from.routing_domain_id = 5;
  t.at.id = 9;
  t.q.step = lease_step::select;
  t.q.server = {10, 0, 0, 67};
  t.q.place = attachment_key{77};
  t.q.port = 88;
  t.q.relayed = t.q.relay_port = true;
  t.enter(packet(request));
  const auto& s = t.requests.at(t.slot);
  BOOST_TEST((s.request == packet(request).finish()));
  BOOST_TEST((s.domain == routing_domain_id{5}));
  BOOST_TEST((s.network == network_id{9}));
  BOOST_TEST((s.step == lease_step::select));
  BOOST_TEST((s.server == ipv4{10, 0, 0, 67}));
  BOOST_TEST((s.place == attachment_key{77}));
  BOOST_TEST(s.port == 88u);
  BOOST_TEST(s.relayed);
  BOOST_TEST(s.relay_port);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
