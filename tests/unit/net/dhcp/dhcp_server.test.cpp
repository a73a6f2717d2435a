// The server's thread over real sockets: questions, synced answers, limits, its end.
#include "config/log.hpp"
#include "tests/unit/net/dhcp/server_bench.hpp"

#include <set>
#include <thread>

namespace uzel::net::test {
namespace {

mac_address device(std::uint32_t n) {
  return mac_address{0x020000001000u + n};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(dhcp_servers, dhcp_bench)

BOOST_AUTO_TEST_CASE(a_client_gets_his_lease_in_four_messages) {
  start();
  send(relayed(discover));
  auto l = asked();
  BOOST_TEST((l.step == lease_step::discover));
  BOOST_TEST((l.network == network_id{1}));
  BOOST_TEST((l.facts.mac == common_mac));
  BOOST_TEST((l.deadline == time.now() + settings.deadline));
  server->answer(granted(l.to));
  auto r = reply();
  BOOST_TEST(r.type() == offer);
  BOOST_TEST((r.yiaddr() == ipv4{100, 64, 0, 9}));
  BOOST_TEST((r.value(54) == address(home)));
  send(relayed(request, 2).requested(r.yiaddr()).server(home));
  l = asked();
  BOOST_TEST((l.step == lease_step::select));
  BOOST_TEST((l.wanted == ipv4{100, 64, 0, 9}));
  server->answer(granted(l.to));
  r = reply();
  BOOST_TEST(r.type() == ack);
  BOOST_TEST(r.number(51) == 3600u);
  const auto& c = server->counters();
  BOOST_TEST(c.offers == 1u);
  BOOST_TEST(c.acks == 1u);
  BOOST_TEST(c.requests[static_cast<std::size_t>(dhcp_request::discover)] == 1u);
  BOOST_TEST(c.requests[static_cast<std::size_t>(dhcp_request::select)] == 1u);
  BOOST_TEST(dropped(dhcp_verdict::admitted) == 2u);
  BOOST_TEST(becomes([&] { return c.in_use.load(); }, 0));
}

BOOST_AUTO_TEST_CASE(the_reply_leaves_from_the_address_that_was_asked) {
  start();
  for (const auto to : {ipv4{127, 0, 0, 2}, ipv4{127, 3, 3, 3}, home})
    BOOST_TEST_CONTEXT(to_string(to)) {
      relay.send(at(to), relayed(discover, to.value).finish());
      server->answer(granted(asked().to));
      const auto got = relay.receive();
      BOOST_REQUIRE(got.has_value());
      BOOST_TEST((got->from == at(to)));
      BOOST_TEST((reply_read{got->data}.value(54) == address(to)));
    }
}

BOOST_AUTO_TEST_CASE(an_answer_waits_until_what_it_rests_on_is_synced) {
  start();
  server->synced(journal_number{9});
  send(relayed(discover));
  server->answer(granted(asked().to, 10));
  BOOST_TEST(becomes([&] { return server->counters().waiting_for_sync.load(); }, 1));
  send(relayed(discover)); // the client asks again meanwhile
  BOOST_TEST(relay.silent());
  BOOST_TEST(dropped(dhcp_verdict::duplicate) == 1u);
  server->synced(journal_number{10});
  BOOST_TEST(reply().type() == offer);
  BOOST_TEST(server->counters().early == 0u);
  BOOST_TEST(becomes([&] { return server->counters().waiting_for_sync.load(); }, 0));
}

BOOST_AUTO_TEST_CASE(refusals_wait_for_their_sync_too) {
  start();
  send(relayed(request).requested({10, 9, 9, 9}));
  auto a = refused(asked().to, refusal::wrong_network);
  a.rests_on = journal_number{5};
  server->answer(a);
  BOOST_TEST(relay.silent());
  server->synced(journal_number{5});
  BOOST_TEST(reply().type() == nak);
}

BOOST_AUTO_TEST_CASE(answers_leave_in_the_order_of_what_they_rest_on) {
  start();
  send(relayed(discover, 1));
  server->answer(granted(asked().to, 20));
  send(relayed(discover, 2));
  server->answer(granted(asked().to, 10));
  BOOST_TEST(becomes([&] { return server->counters().waiting_for_sync.load(); }, 2));
  server->synced(journal_number{19});
  BOOST_TEST((reply().at(4, 4) == bytes{0, 0, 0, 2}));
  BOOST_TEST(relay.silent());
  server->synced(journal_number{25});
  BOOST_TEST((reply().at(4, 4) == bytes{0, 0, 0, 1}));
}

BOOST_AUTO_TEST_CASE(late_and_second_answers_are_counted_and_not_sent) {
  start();
  send(relayed(discover, 1));
  const auto l = asked();
  time.advance(settings.deadline + milliseconds{1});
  BOOST_TEST(becomes([&] { return server->counters().in_use.load(); }, 0));
  server->answer(granted(l.to));
  BOOST_TEST(becomes([&] { return server->counters().late.load(); }, 1));
  BOOST_TEST(relay.silent());
  send(relayed(discover, 2));
  const auto again = asked();
  server->answer(granted(again.to, 4));
  server->answer(granted(again.to));
  BOOST_TEST(becomes([&] { return server->counters().late.load(); }, 2));
  // What the journal holds up beyond the deadline does not leave any more.
  time.advance(settings.deadline + milliseconds{1});
  BOOST_TEST(becomes([&] { return server->counters().in_use.load(); }, 0));
  server->synced(journal_number{4});
  BOOST_TEST(relay.silent());
}

BOOST_AUTO_TEST_CASE(refusals_are_told_or_kept_by_their_reason) {
  start();
  send(relayed(discover, 1));
  server->answer(refused(asked().to, refusal::account_unpaid));
  send(relayed(request, 2).requested({100, 64, 0, 9}));
  server->answer(refused(asked().to, refusal::lease_unknown));
  send(relayed(request, 3).requested({100, 64, 0, 9}));
  server->answer(refused(asked().to, refusal::store_unavailable));
  const auto refusals = [&](refusal why) {
    return server->counters().refusals[static_cast<std::size_t>(why)].load();
  };
  BOOST_TEST(becomes([&] { return refusals(refusal::store_unavailable); }, 1));
  BOOST_TEST(refusals(refusal::account_unpaid) == 1u);
  BOOST_TEST(refusals(refusal::lease_unknown) == 1u);
  BOOST_TEST(relay.silent());
  BOOST_TEST(becomes([&] { return server->counters().in_use.load(); }, 0));
  send(relayed(request, 4).requested({100, 64, 0, 9}).server(home));
  server->answer(refused(asked().to, refusal::wrong_address));
  const auto r = reply();
  BOOST_TEST(r.type() == nak);
  BOOST_TEST(r.broadcast());
  BOOST_TEST(server->counters().naks == 1u);
}

BOOST_AUTO_TEST_CASE(renewals_ask_for_the_holder_and_are_answered_to_the_client) {
  // The client's own address is on loopback: the reply goes there, to the client's port.
  start();
  client_at.send(at(), dhcp_sketch{request}.ciaddr(home).finish());
  const auto f = renewals.next();
  BOOST_TEST((f.domain == routing_domain_id{1}));
  BOOST_TEST((f.place == attachment_key{common_mac.value}));
  BOOST_TEST((f.ask.step == lease_step::renew));
  BOOST_TEST((f.ask.wanted == home));
  BOOST_TEST((f.ask.facts.from == client_id{1}));
  server->answer(granted(f.ask.to, 0, home));
  const reply_read r{client_at.reply()};
  BOOST_TEST(r.type() == ack);
  BOOST_TEST((r.yiaddr() == home));
  BOOST_TEST(logins.front()->size() == 0u);
}

BOOST_AUTO_TEST_CASE(releases_and_declines_go_to_the_pool_and_are_not_answered) {
  start();
  send(relayed(release).ciaddr({100, 64, 0, 9}).server(home));
  auto e = ends.next();
  BOOST_TEST((e.how == lease_end::released));
  BOOST_TEST((e.address == ipv4{100, 64, 0, 9}));
  BOOST_TEST((e.place == attachment_key{common_mac.value}));
  BOOST_TEST((e.domain == routing_domain_id{1}));
  BOOST_TEST((e.at == time.now()));
  send(relayed(decline).requested({100, 64, 0, 9}).server(home));
  e = ends.next();
  BOOST_TEST((e.how == lease_end::declined));
  BOOST_TEST(relay.silent());
  BOOST_TEST(server->counters().in_use == 0u);
}

BOOST_AUTO_TEST_CASE(an_inform_is_answered_without_asking_anybody) {
  start();
  client_at.send(at(), dhcp_sketch{inform}.ciaddr(home).finish());
  const reply_read r{client_at.reply()};
  BOOST_TEST(r.type() == ack);
  BOOST_TEST((r.value(1) == bytes{255, 0, 0, 0}));
  BOOST_TEST(r.value(51).empty());
  BOOST_TEST(logins.front()->size() == 0u);
  BOOST_TEST(becomes([&] { return server->counters().in_use.load(); }, 0));
}

BOOST_AUTO_TEST_CASE(a_relay_with_a_port_of_its_own_is_answered_there) {
  start();
  udp_peer elsewhere;
  elsewhere.send(at(), relayed(discover).relayed(relay_option({{1, {5}}, {19, {}}})).finish());
  server->answer(granted(asked().to));
  BOOST_TEST(reply_read{elsewhere.reply()}.type() == offer);
}

BOOST_AUTO_TEST_CASE(what_is_not_worth_work_is_counted_by_reason_and_told_rarely) {
  start();
  relay.send(at(), text("no packet at all"));
  BOOST_TEST(drops(dhcp_verdict::malformed));
  relay.send(at(), bytes(2000, 0));
  BOOST_TEST(drops(dhcp_verdict::malformed, 2));
  for (std::uint32_t xid = 0; xid < 5; ++xid)
    send(dhcp_sketch{discover, common_mac, xid}.giaddr({192, 0, 2, 1}));
  BOOST_TEST(drops(dhcp_verdict::unknown_relay, 5));
  BOOST_TEST(alarms.next() == "dhcp-unknown-relay 192.0.2.1");
  send(dhcp_sketch{request}.ciaddr({198, 51, 100, 1}));
  BOOST_TEST(drops(dhcp_verdict::no_network));
  BOOST_TEST(alarms.next() == "dhcp-no-network 127.0.0.1");
  send(relayed(request).requested({100, 64, 0, 9}).server({10, 9, 9, 9}));
  BOOST_TEST(drops(dhcp_verdict::not_ours));
  send(relayed(offer));
  BOOST_TEST(drops(dhcp_verdict::wrong_message));
  BOOST_TEST(relay.silent(milliseconds{50}));
  BOOST_TEST(alarms.size() == 0u);
  BOOST_TEST(server->counters().in_use == 0u);
  BOOST_TEST(logins.front()->size() == 0u);
}

BOOST_AUTO_TEST_CASE(rates_of_relays_and_clients_are_limited) {
  settings.per_client_rate = 3;
  settings.per_relay_rate = 5;
  start();
  for (std::uint32_t xid = 0; xid < 10; ++xid)
    send(relayed(discover, xid));
  BOOST_TEST(drops(dhcp_verdict::client_limited, 7));
  for (std::uint32_t n = 0; n < 10; ++n)
    send(relayed(discover, 100 + n, device(n)));
  BOOST_TEST(drops(dhcp_verdict::relay_limited, 8));
  BOOST_TEST(becomes([&] { return logins.front()->size(); }, 5));
}

BOOST_AUTO_TEST_CASE(a_relay_without_limits_has_none) {
  settings.per_client_rate = settings.per_relay_rate = settings.clients_per_port = 1;
  relay_row.limit_dhcp = false;
  publish();
  start();
  for (std::uint32_t n = 0; n < 20; ++n)
    send(relayed(discover, n, device(n)).relayed());
  BOOST_TEST(becomes([&] { return logins.front()->size(); }, 20));
}

BOOST_AUTO_TEST_CASE(one_port_does_not_empty_a_pool) {
  settings.clients_per_port = 2;
  start();
  const auto from = [&](std::uint32_t n, const bytes& circuit) {
    send(relayed(discover, n, device(n)).relayed(relay_option({{1, circuit}, {2, dlink_remote}})));
  };
  for (std::uint32_t n = 0; n < 5; ++n)
    from(n, text("eth 0/5"));
  BOOST_TEST(drops(dhcp_verdict::port_full, 3));
  BOOST_TEST(alarms.next() == "dhcp-port-full eth 0/5");
  from(9, text("eth 0/6")); // its neighbours are served
  BOOST_TEST(becomes([&] { return logins.front()->size(); }, 3));
  // One of the two gets his lease; the other only asked and is forgotten.
  server->answer(granted(asked().to));
  server->answer(refused(asked().to, refusal::account_disabled));
  send(relayed(request, 50, device(0))
         .requested({100, 64, 0, 9})
         .server(home)
         .relayed(relay_option({{1, text("eth 0/5")}, {2, dlink_remote}})));
  asked();
  auto l = asked();
  server->answer(granted(l.to));
  BOOST_TEST(becomes([&] { return server->counters().acks.load(); }, 1));
  time.advance(seconds{61});
  from(20, text("eth 0/5"));
  from(21, text("eth 0/5"));
  BOOST_TEST(drops(dhcp_verdict::port_full, 4));
}

BOOST_AUTO_TEST_CASE(a_flood_fills_the_table_and_nothing_else) {
  settings.max_in_flight = 16;
  start();
  for (std::uint32_t n = 0; n < 200; ++n)
    send(relayed(discover, n, device(n)));
  BOOST_TEST(drops(dhcp_verdict::table_full, 184));
  BOOST_TEST(becomes([&] { return server->counters().in_use.load(); }, 16));
  time.advance(settings.deadline);
  BOOST_TEST(becomes([&] { return server->counters().in_use.load(); }, 0));
  send(relayed(discover, 1000));
  for (int i = 0; i < 16; ++i)
    asked();
  server->answer(granted(asked().to));
  BOOST_TEST(reply().type() == offer);
}

BOOST_AUTO_TEST_CASE(releases_are_bounded_too) {
  settings.max_in_flight = 16;
  start();
  for (std::uint32_t n = 0; n < 100; ++n)
    send(relayed(release, n).ciaddr({100, 64, 0, 9}).server(home));
  BOOST_TEST(drops(dhcp_verdict::table_full, 84));
  BOOST_TEST(becomes([&] { return ends.size(); }, 16));
}

BOOST_AUTO_TEST_CASE(a_new_address_is_pinged_before_it_is_offered) {
  homes = make_network(2, {{127, 7, 0, 0}, 16}, "access");
  homes.ping_check = true;
  publish();
  const log::capture log;
  start();
  if (log.contains("ping-unavailable")) {
    BOOST_TEST_MESSAGE("no right to send pings here");
    return;
  }
  // All of 127/8 answers on loopback.
  send(relayed(discover, 1));
  auto a = granted(asked().to, 0, {127, 7, 0, 9});
  a.fresh = true;
  server->answer(a);
  const auto e = ends.next();
  BOOST_TEST((e.how == lease_end::declined));
  BOOST_TEST((e.address == ipv4{127, 7, 0, 9}));
  BOOST_TEST((e.place == attachment_key{common_mac.value}));
  BOOST_TEST(alarms.next() == "dhcp-address-answers 127.7.0.9");
  BOOST_TEST(relay.silent());
  BOOST_TEST(server->counters().pings_answered == 1u);
  // Who had the address before is not asked for it.
  send(relayed(discover, 2));
  server->answer(granted(asked().to, 0, {127, 7, 0, 9}));
  BOOST_TEST(reply().type() == offer);
}

BOOST_AUTO_TEST_CASE(edits_of_clients_take_effect_with_the_next_packet) {
  start();
  relay_row.enabled = false;
  publish();
  send(relayed(discover));
  BOOST_TEST(drops(dhcp_verdict::unknown_relay));
  relay_row.enabled = true;
  publish();
  send(relayed(discover));
  asked();
}

BOOST_AUTO_TEST_CASE(logins_spread_over_shards_and_each_keeps_its_own) {
  start(3);
  for (std::uint32_t round = 0; round < 2; ++round)
    for (std::uint32_t n = 0; n < 30; ++n)
      send(relayed(discover, 100 * round + n, device(n)));
  BOOST_TEST(
    becomes([&] { return logins[0]->size() + logins[1]->size() + logins[2]->size(); }, 60));
  std::set<mac_address> all;
  for (auto& shard : logins) {
    std::set<mac_address> mine;
    const auto many = shard->size();
    for (std::size_t i = 0; i < many; ++i)
      mine.insert(shard->next().facts.mac);
    BOOST_TEST(!mine.empty());
    BOOST_TEST(many == 2 * mine.size());
    all.merge(mine);
    BOOST_TEST(mine.empty());
  }
  BOOST_TEST(all.size() == 30u);
}

BOOST_AUTO_TEST_CASE(stopping_reads_nothing_more_and_waits_for_what_is_under_way) {
  start();
  send(relayed(discover));
  const auto l = asked();
  std::thread ending{[&] { server->stop(seconds{60}); }};
  std::this_thread::sleep_for(milliseconds{150});
  send(relayed(discover, 3));
  BOOST_TEST(relay.silent());
  BOOST_TEST(logins.front()->size() == 0u);
  server->answer(granted(l.to));
  BOOST_TEST(reply().type() == offer);
  ending.join();
}

BOOST_AUTO_TEST_CASE(a_taken_port_and_a_missing_interface_are_refused_by_name) {
  start();
  auto second = settings;
  const auto taken = "0.0.0.0:" + std::to_string(server->port());
  second.listen = {taken};
  std::string reason;
  BOOST_TEST(!dhcp_server::open(second, reason).has_value());
  BOOST_TEST(reason.find(taken + ": bind: ") == 0u);
  second.listen = {"localhost"};
  BOOST_TEST(!dhcp_server::open(second, reason).has_value());
  BOOST_TEST(reason == "localhost: not an address and port");
  second.listen = {};
  second.interfaces = {"no-such-wire"};
  BOOST_TEST(!dhcp_server::open(second, reason).has_value());
  BOOST_TEST(reason.find("no-such-wire: ") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
