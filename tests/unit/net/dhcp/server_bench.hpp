// A DHCP server over loopback between a relay that the test plays and actors that only listen. Time
// stands still until the test moves it.
#pragma once

#include "net/dhcp/dhcp_server.hpp"
#include "tests/support/net/loopback.hpp"
#include "tests/unit/net/dhcp/desk.hpp"
#include "tests/unit/net/dhcp/packets.hpp"

#include <caf/all.hpp>

namespace uzel::net::test {

inline constexpr ipv4 home{127, 0, 0, 1};

class dhcp_bench {
 public:
  dhcp_bench() {
    settings.listen = {"0.0.0.0:0"};
    settings.per_relay_rate = settings.per_client_rate = 0;
    publish();
  }
  ~dhcp_bench() {
    if (server)
      server->stop(duration{0});
  }

  // Client 1 is the relay at 127.0.0.1; its wire has networks 1 (127.0.0.0/8) and 2
  // (100.64.0.0/22).
  void publish() {
    catalogue_builder picture;
    routing_domain domain;
    domain.id = 1;
    picture.add(domain);
    picture.add(relay_row);
    picture.add(make_network(1, {{127, 0, 0, 0}, 8}, "access"));
    picture.add(homes);
    desk.publish(std::move(picture));
  }
  void start(std::size_t shards = 1) {
    std::string reason;
    auto opened = dhcp_server::open(settings, reason, {relay.local().port, client_at.local().port});
    BOOST_REQUIRE_MESSAGE(opened.has_value(), reason);
    server = std::move(*opened);
    dhcp_neighbours around;
    for (std::size_t i = 0; i < shards; ++i) {
      logins.push_back(std::make_unique<heard<login>>());
      around.directory.push_back(
        caf::actor_cast<directory_actor>(system.spawn(directory, logins.back().get())));
    }
    space = caf::actor_cast<address_space_actor>(system.spawn(address_space, this));
    around.space = [this](routing_domain_id domain) {
      return domain.value == 1 ? space : address_space_actor{};
    };
    around.desk = &desk;
    around.time = &time;
    around.alarm = [this](std::string id, std::string subject, std::string) {
      alarms.put(id + " " + subject);
    };
    server->start(std::move(around));
  }

  endpoint at(ipv4 address = home) const { return {address, server->port()}; }
  void send(const dhcp_sketch& packet) { relay.send(at(), packet.finish()); }
  login asked() { return logins.front()->next(); }
  reply_read reply() { return reply_read{relay.reply()}; }

  static dhcp_sketch relayed(int type, std::uint32_t xid = 1, mac_address mac = common_mac) {
    return dhcp_sketch{type, mac, xid}.giaddr(home);
  }
  static login_answered granted(const ticket& to, std::uint64_t rests_on = 0,
                                ipv4 address = {100, 64, 0, 9}) {
    login_answered a;
    a.to = to;
    a.verdict = login_verdict::accept;
    a.who = account_id{7};
    a.address = address;
    a.lease_seconds = 3600;
    a.rests_on = journal_number{rests_on};
    return a;
  }
  static login_answered refused(const ticket& to, refusal why) {
    login_answered a;
    a.to = to;
    a.why = why;
    return a;
  }
  std::uint64_t dropped(dhcp_verdict why) const {
    return server->counters().datagrams[static_cast<std::size_t>(why)].load();
  }
  bool drops(dhcp_verdict why, std::uint64_t times = 1) const {
    return becomes([&] { return dropped(why); }, times);
  }

  config::dhcp_settings settings;
  client relay_row = make_client(1, {home, 32});
  network homes = make_network(2, {{100, 64, 0, 0}, 22}, "access");
  moved_time time;
  edited_desk desk;
  std::vector<std::unique_ptr<heard<login>>> logins;
  heard<find_leaseholder> renewals;
  heard<end_lease> ends;
  heard<std::string> alarms;
  udp_peer relay;
  udp_peer client_at;
  caf::actor_system_config system_config;
  caf::actor_system system{system_config};
  address_space_actor space;
  std::unique_ptr<dhcp_server> server;

 private:
  static caf::behavior directory(caf::event_based_actor*, heard<login>* to) {
    return {[to](const login& l) { to->put(l); }};
  }
  static caf::behavior address_space(caf::event_based_actor*, dhcp_bench* to) {
    return {[to](const find_leaseholder& f) { to->renewals.put(f); },
            [to](const end_lease& e) { to->ends.put(e); }};
  }
};

} // namespace uzel::net::test
