// A RADIUS server over loopback between a NAS that the test plays and actors that only listen. Time
// stands still until the test moves it.
#pragma once

#include "net/radius/radius_server.hpp"
#include "tests/support/net/loopback.hpp"
#include "tests/unit/net/radius/octets.hpp"

#include <caf/all.hpp>

namespace uzel::net::test {

class server_bench {
 public:
  server_bench() {
    settings.auth_listen = {"0.0.0.0:0"};
    settings.acct_listen = {"0.0.0.0:0"};
    auto c = common_client();
    c.require_message_authenticator = tristate::no;
    desk.publish({c});
  }
  ~server_bench() {
    if (server)
      server->stop(duration{0});
  }

  void start(std::size_t shards = 1) {
    std::string reason;
    auto opened = radius_server::open(settings, radius::seal_key{bytes(32, 9)}, reason);
    BOOST_REQUIRE_MESSAGE(opened.has_value(), reason);
    server = std::move(*opened);
    radius_neighbours around;
    for (std::size_t i = 0; i < shards; ++i) {
      logins.push_back(std::make_unique<heard<login>>());
      around.directory.push_back(
        caf::actor_cast<directory_actor>(system.spawn(directory, logins.back().get())));
    }
    around.nas_at = [to = caf::actor_cast<nas_actor>(system.spawn(nases, &usages))](nas_id) {
      return to;
    };
    around.desk = &desk;
    around.time = &time;
    around.open_secret = [](const client&) {
      return result<std::string>{std::string{common_secret}};
    };
    around.alarm = [this](std::string id, std::string subject, std::string) {
      alarms.put(id + " " + subject);
    };
    server->start(std::move(around));
  }

  endpoint auth(ipv4 at = {127, 0, 0, 1}) const { return {at, server->auth_port()}; }
  endpoint acct(ipv4 at = {127, 0, 0, 1}) const { return {at, server->acct_port()}; }
  login asked() { return logins.front()->next(); }

  static bytes access(std::uint8_t id, std::string_view user = "bob", std::uint8_t fill = 0x5a) {
    return sketch{radius::code::access_request, id, fill}.add(1, user).pap("secret").finish();
  }
  static bytes report(std::uint8_t id) {
    return sketch{radius::code::accounting_request, id}.add(40, 1u).add(44, "s-1").finish();
  }
  static login_answered accept(const ticket& to, std::uint64_t rests_on = 0) {
    login_answered a;
    a.to = to;
    a.verdict = login_verdict::accept;
    a.who = account_id{7};
    a.address = {100, 64, 0, 2};
    a.rests_on = journal_number{rests_on};
    return a;
  }
  static login_answered reject(const ticket& to) {
    login_answered a;
    a.to = to;
    a.why = refusal::wrong_password;
    return a;
  }
  std::uint64_t dropped(admission_verdict why) const {
    return server->counters().datagrams[static_cast<std::size_t>(why)].load();
  }
  config::radius_settings settings;
  moved_time time;
  edited_desk desk;
  std::vector<std::unique_ptr<heard<login>>> logins;
  heard<account_usage> usages;
  heard<std::string> alarms;
  udp_peer nas;
  caf::actor_system_config system_config;
  caf::actor_system system{system_config};
  std::unique_ptr<radius_server> server;

 private:
  static caf::behavior directory(caf::event_based_actor*, heard<login>* to) {
    return {[to](const login& l) { to->put(l); }};
  }
  static caf::behavior nases(caf::event_based_actor*, heard<account_usage>* to) {
    return {[to](const account_usage& u) { to->put(u); }};
  }
};

} // namespace uzel::net::test
