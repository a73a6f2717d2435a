// The API over a real socket, with fake actors behind it.
#pragma once

#include "net/http/http_server.hpp"
#include "net/rest/api.hpp"
#include "tests/unit/net/rest/fake_world.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace uzel::test {

class fixed_time : public time_source {
 public:
  instant now() const noexcept override { return instant::from_unix(1'700'000'000); }
  bool held() const noexcept override { return false; }
};
class fixed_desk : public catalogue_source {
 public:
  std::shared_ptr<const catalogue> current() const override { return picture; }
  std::uint64_t version() const noexcept override { return 1; }
  std::shared_ptr<const catalogue> picture = std::make_shared<catalogue>();
};

struct answered {
  unsigned status = 0;
  std::string body;
  std::string type;
  std::string commit;
  rest::json parsed() const { return rest::parse_json(body).value(); }
};

class api_fixture {
 public:
  api_fixture() {
    staff admin;
    admin.id = 1;
    admin.login = "admin";
    world.put(admin);
    auto n = neighbours();
    settings.listen = {"127.0.0.1:0"};
    auto built = rest::api::build(std::move(n), settings, rest::token_key{key_bytes});
    if (!built.made)
      throw std::runtime_error{built.problem};
    api = std::move(built.made);
    server = http::http_server::open(settings).server;
    http::site what;
    what.answer = [this](const http::request& asked) { return api->answer(asked); };
    what.body_limit = [this](const http::request& head) { return api->body_limit(head); };
    server->start(what);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), server->port()});
  }
  ~api_fixture() {
    server->stop(seconds{1});
    for (const auto& each : actors)
      caf::anon_send_exit(each, caf::exit_reason::kill);
    actors.clear();
    system.await_all_actors_done();
    server.reset();
    api.reset();
  }

  std::string token(std::vector<std::string> permissions = {"*"}, std::uint64_t person = 1) const {
    const rest::caller who{person, "admin", "Admin", std::move(permissions), {}};
    return rest::token_key{key_bytes}.sign(who, time.now(), time.now() + seconds{60}).value();
  }

  answered ask(const std::string& verb, const std::string& target, const std::string& body = {},
               const std::string& with_token = "*",
               const std::string& extra = "Content-Type: application/json\r\n") {
    namespace http_lib = boost::beast::http;
    std::string text = verb + ' ' + target + " HTTP/1.1\r\nHost: x\r\n" + extra;
    if (!with_token.empty())
      text += "Authorization: Bearer " + (with_token == "*" ? token() : with_token) + "\r\n";
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    boost::asio::write(socket, boost::asio::buffer(text));
    http_lib::response<http_lib::string_body> read;
    http_lib::read(socket, buffer, read);
    return {read.result_int(), read.body(), std::string{read["Content-Type"]},
            std::string{read["Uzel-Commit"]}};
  }

  fake_world world;
  fixed_time time;
  fixed_desk desk;
  config::http_settings settings;
  std::atomic<std::uint64_t> synced{1000};
  std::atomic<std::uint64_t> applied{1000};
  std::mutex waiting_mutex;
  std::vector<std::function<void()>> waiting;
  std::unique_ptr<http::http_server> server;
  caf::actor_system_config config;
  caf::actor_system system{config};
  std::vector<caf::actor> actors;
  std::unique_ptr<rest::api> api;

 protected:
  template <class Handle, class... Args>
  Handle fake(Args&&... args) {
    actors.push_back(system.spawn(std::forward<Args>(args)...));
    return caf::actor_cast<Handle>(actors.back());
  }

  rest::rest_neighbours neighbours() {
    rest::rest_neighbours n;
    n.system = &system;
    n.storage = fake<storage_actor>(fake_storage, &world);
    n.directory = {fake<directory_actor>(fake_directory, &world),
                   fake<directory_actor>(fake_directory, &world)};
    n.space = [space = fake<address_space_actor>(fake_space, &world)](routing_domain_id domain) {
      return domain.value == 1 ? space : address_space_actor{};
    };
    n.clock = fake<clock_actor>(fake_clock);
    n.nases = fake<nas_router_actor>(fake_nases);
    n.time = &time;
    n.desk = &desk;
    n.seal_secret = [](std::string_view entity, std::string_view field, std::string_view clear) {
      return result<std::string>{"sealed:" + std::string{entity} + '.' + std::string{field} + ':' +
                                 std::string{clear}};
    };
    n.explain = [](const rest::trace_query& q) {
      rest::trace_report one;
      one.login = q.login;
      one.verdict = "reject";
      one.steps = {{12, "wrong-password", "the password is wrong"}};
      return std::vector{one};
    };
    const auto when = [this](journal_number, std::function<void()> then) {
      const std::lock_guard lock{waiting_mutex};
      waiting.push_back(std::move(then));
    };
    n.synced = {[this] { return journal_number{synced.load()}; }, when};
    n.applied = {[this] { return journal_number{applied.load()}; }, when};
    n.follow_limit = std::chrono::milliseconds{300};
    return n;
  }

 private:
  const std::string key_bytes = std::string(32, 'k');
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket{io_};
  boost::beast::flat_buffer buffer;
};

} // namespace uzel::test
