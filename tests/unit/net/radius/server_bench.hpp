// A RADIUS server over loopback between a NAS that the test plays and actors that only listen. Time
// stands still until the test moves it.
#pragma once

#include "net/radius/radius_server.hpp"
#include "net/udp/batch_socket.hpp"
#include "tests/unit/net/radius/octets.hpp"

#include <caf/all.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <poll.h>

namespace uzel::net::test {

using std::chrono::milliseconds;

class moved_time : public time_source {
 public:
  instant now() const noexcept override { return instant{us.load()}; }
  bool held() const noexcept override { return false; }
  void advance(duration by) { us += by.count(); }
  std::atomic<std::int64_t> us{instant::from_unix(1'700'000'000).us};
};

class edited_desk : public catalogue_source {
 public:
  std::shared_ptr<const catalogue> current() const override {
    const std::lock_guard lock{mutex_};
    return picture_;
  }
  std::uint64_t version() const noexcept override { return version_; }
  void publish(const std::vector<client>& clients) {
    catalogue_builder desk;
    for (const auto& c : clients)
      desk.add(c);
    auto next = std::make_shared<catalogue>(*desk.finish());
    next->version = version_ + 1;
    const std::lock_guard lock{mutex_};
    picture_ = std::move(next);
    ++version_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const catalogue> picture_;
  std::atomic<std::uint64_t> version_{0};
};

// What one stand-in was asked, readable from the test's thread.
template <class Message>
class heard {
 public:
  void put(const Message& m) {
    const std::lock_guard lock{mutex_};
    all_.push_back(m);
    came_.notify_all();
  }
  // The next one; fails the test when none comes in time.
  Message next() {
    std::unique_lock lock{mutex_};
    BOOST_REQUIRE(came_.wait_for(lock, std::chrono::seconds{5}, [&] { return !all_.empty(); }));
    auto m = all_.front();
    all_.pop_front();
    return m;
  }
  std::size_t size() const {
    const std::lock_guard lock{mutex_};
    return all_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Message> all_;
};

// The test's own socket.
class udp_peer {
 public:
  explicit udp_peer(ipv4 at = {127, 0, 0, 1}) : socket_{open(at)} {}
  void send(const endpoint& to, const bytes& b) {
    socket_.send(to, {}, b);
    socket_.flush();
  }
  endpoint local() const { return socket_.local(); }
  struct got {
    endpoint from;
    bytes data;
  };
  std::optional<got> receive(milliseconds limit = milliseconds{3000}) {
    if (waiting_.empty()) {
      pollfd p{socket_.descriptor(), POLLIN, 0};
      if (::poll(&p, 1, static_cast<int>(limit.count())) > 0)
        socket_.receive([&](const datagram& d) {
          waiting_.push_back({d.from, {d.bytes.begin(), d.bytes.end()}});
        });
    }
    if (waiting_.empty())
      return std::nullopt;
    auto out = std::move(waiting_.front());
    waiting_.pop_front();
    return out;
  }
  // The next datagram's bytes; fails the test when none comes.
  bytes reply() {
    auto r = receive();
    BOOST_REQUIRE_MESSAGE(r.has_value(), "no reply came");
    return std::move(r->data);
  }
  bool silent(milliseconds limit = milliseconds{250}) { return !receive(limit).has_value(); }

 private:
  static batch_socket open(ipv4 at) {
    std::string reason;
    auto s = batch_socket::open({at, 0}, 1u << 20, reason);
    BOOST_REQUIRE_MESSAGE(s.has_value(), reason);
    return std::move(*s);
  }
  batch_socket socket_;
  std::deque<got> waiting_;
};

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
    around.nases = caf::actor_cast<nas_router_actor>(system.spawn(nases, &usages));
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
  // Counters follow a moment after the datagram.
  template <class Count>
  static bool becomes(Count count, std::uint64_t wanted) {
    for (int i = 0; i < 300 && count() != wanted; ++i)
      std::this_thread::sleep_for(milliseconds{10});
    return count() == wanted;
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
