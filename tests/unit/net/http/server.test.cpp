#include "net/http/http_server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

using namespace uzel;
using namespace uzel::http;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

asio::awaitable<response> echo(const request& asked) {
  if (asked.raw_path() == "/slow") {
    asio::steady_timer wait{co_await asio::this_coro::executor, 300ms};
    co_await wait.async_wait(asio::use_awaitable);
  }
  if (asked.raw_path() == "/never") {
    asio::steady_timer wait{co_await asio::this_coro::executor, 30s};
    co_await wait.async_wait(asio::use_awaitable);
  }
  response out;
  out.content_type = "text/plain";
  out.body = std::string{name_of(asked.verb)} + ' ' + asked.target + ' ' + asked.body;
  co_return out;
}

struct running {
  explicit running(config::http_settings settings = {}) {
    settings.listen = {"127.0.0.1:0"};
    server = http_server::open(settings).server;
    site what;
    what.answer = echo;
    what.body_limit = [](const request&) { return std::uint64_t{1000}; };
    server->start(what);
  }
  std::unique_ptr<http_server> server;
};

struct client {
  explicit client(std::uint16_t port) {
    socket.connect({asio::ip::make_address("127.0.0.1"), port});
  }
  beast::http::response<beast::http::string_body> send(const std::string& text) {
    asio::write(socket, asio::buffer(text));
    return read();
  }
  beast::http::response<beast::http::string_body> read() {
    beast::http::response<beast::http::string_body> out;
    beast::http::read(socket, buffer, out);
    return out;
  }
  bool is_closed() {
    char c = 0;
    boost::system::error_code why;
    return socket.read_some(asio::buffer(&c, 1), why) == 0 && why;
  }
  asio::io_context io;
  asio::ip::tcp::socket socket{io};
  beast::flat_buffer buffer;
};

} // namespace

BOOST_AUTO_TEST_SUITE(server)

BOOST_AUTO_TEST_CASE(requests_of_one_connection_are_answered_in_turn) {
  running it;
  client c{it.server->port()};
  BOOST_TEST(c.send("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n").body() == "GET /a?b=c ");
  BOOST_TEST(c.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi").body() ==
             "POST /a hi");
  const auto closing = c.send("DELETE /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  BOOST_TEST(closing.body() == "DELETE /a ");
  BOOST_TEST(!closing.keep_alive());
  BOOST_TEST(it.server->counters().requests == 3u);
}

BOOST_AUTO_TEST_CASE(limits_are_kept) {
  running it;
  struct row {
    std::string text;
    unsigned status;
  };
  const row rows[] = {
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", 413},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" +
       std::string(2048, 'x') + "\r\n0\r\n\r\n",
     413},
    {"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(20000, 'x') + "\r\n\r\n", 431},
    {"NONSENSE\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nbroken\r\n\r\n", 400},
  };
  for (const auto& r : rows)
    BOOST_TEST_CONTEXT(r.text.substr(0, 40)) {
      client c{it.server->port()};
      const auto answer = c.send(r.text);
      BOOST_TEST(answer.result_int() == r.status);
      BOOST_TEST(answer["Content-Type"] == "application/problem+json");
    }
}

BOOST_AUTO_TEST_CASE(a_connection_too_many_is_told_to_come_back) {
  config::http_settings settings;
  settings.max_connections = 1;
  running it{settings};
  client first{it.server->port()};
  BOOST_TEST(first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").result_int() == 200u);
  client second{it.server->port()};
  const auto answer = second.read();
  BOOST_TEST(answer.result_int() == 503u);
  BOOST_TEST(answer["Retry-After"] == "1");
}

BOOST_AUTO_TEST_CASE(a_silent_connection_is_closed) {
  config::http_settings settings;
  settings.read_timeout = 1s;
  running it{settings};
  client c{it.server->port()};
  asio::write(c.socket, asio::buffer(std::string{"GET / HT"}));
  BOOST_TEST(c.is_closed());
}

BOOST_AUTO_TEST_CASE(an_answer_that_takes_too_long_is_refused) {
  config::http_settings settings;
  settings.request_timeout = 1s;
  running it{settings};
  client c{it.server->port()};
  const auto answer = c.send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
  BOOST_TEST(answer.result_int() == 503u);
  BOOST_TEST(answer["Retry-After"] == "1");
}

BOOST_AUTO_TEST_CASE(a_stop_lets_running_requests_end_and_closes_idle_connections) {
  running it;
  client idle{it.server->port()};
  client busy{it.server->port()};
  asio::write(busy.socket, asio::buffer(std::string{"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"}));
  std::this_thread::sleep_for(50ms);
  it.server->stop(5s);
  const auto answer = busy.read();
  BOOST_TEST(answer.result_int() == 200u);
  BOOST_TEST(!answer.keep_alive());
  BOOST_TEST(idle.is_closed());
  BOOST_TEST(it.server->counters().connections == 0u);
}

BOOST_AUTO_TEST_CASE(a_stop_does_not_wait_longer_than_its_grace) {
  running it;
  client busy{it.server->port()};
  asio::write(busy.socket, asio::buffer(std::string{"GET /never HTTP/1.1\r\nHost: x\r\n\r\n"}));
  std::this_thread::sleep_for(50ms);
  const auto begun = std::chrono::steady_clock::now();
  it.server->stop(100ms);
  BOOST_TEST((std::chrono::steady_clock::now() - begun < 5s));
  BOOST_TEST(busy.is_closed());
}

BOOST_AUTO_TEST_CASE(a_listener_that_cannot_be_bound_is_named) {
  running it;
  config::http_settings settings;
  settings.listen = {"127.0.0.1:" + std::to_string(it.server->port())};
  const auto second = http_server::open(settings);
  BOOST_TEST(!second.server);
  BOOST_TEST(second.problem.find(settings.listen.front()) != std::string::npos);
  settings.listen = {"127.0.0.1:0"};
  settings.tls_certificate = "/nonexistent/certificate.pem";
  BOOST_TEST(http_server::open(settings).problem.find("/nonexistent/certificate.pem") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
