#include "net/http/http_server.hpp"

#include "config/log.hpp"
#include "net/http/connection.hpp"
#include "net/http/metrics.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <cstdlib>
#include <future>
#include <thread>

namespace uzel::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using error_code = boost::system::error_code;

struct listener_address {
  tcp::endpoint at;
  bool valid = false;
};

// "127.0.0.1:8080", "[::1]:8080".
listener_address parse_listener(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos)
    return {};
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  error_code bad;
  const auto address = asio::ip::make_address(host, bad);
  const auto port = std::strtoul(text.c_str() + colon + 1, nullptr, 10);
  if (bad || port > 65535)
    return {};
  return {{address, static_cast<std::uint16_t>(port)}, true};
}

constexpr std::string_view turned_away =
  "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n"
  "Content-Type: application/problem+json\r\nContent-Length: 125\r\n\r\n"
  R"({"type":"urn:uzel:problem:overloaded","title":"Too many connections","status":503,)"
  R"("detail":"try again later","violations":[]})";

} // namespace

class http_server::impl {
 public:
  explicit impl(const config::http_settings& settings) { room_.settings = settings; }
  ~impl() { stop(duration::zero()); }

  std::string bind() {
    for (const auto& text : room_.settings.listen) {
      const auto where = parse_listener(text);
      if (!where.valid)
        return text + " is no address with a port";
      error_code failed;
      tcp::acceptor acceptor{context_};
      (void)acceptor.open(where.at.protocol(), failed);
      if (!failed)
        (void)acceptor.set_option(tcp::acceptor::reuse_address{true}, failed);
      if (!failed)
        (void)acceptor.bind(where.at, failed);
      if (!failed)
        (void)acceptor.listen(asio::socket_base::max_listen_connections, failed);
      if (failed)
        return "cannot listen on " + text + ": " + failed.message();
      acceptors_.push_back(std::move(acceptor));
    }
    return load_tls();
  }

  void start(site what) {
    if (thread_.joinable()) {
      asio::post(context_,
                 [this, next = std::move(what)]() mutable { room_.served = std::move(next); });
      return;
    }
    room_.served = std::move(what);
    for (auto& acceptor : acceptors_)
      asio::co_spawn(context_, accept(acceptor), [](std::exception_ptr) {});
    thread_ = std::thread{[this] { context_.run(); }};
  }

  void stop(duration grace) {
    if (!thread_.joinable())
      return;
    asio::post(context_, [this] {
      room_.stopping = true;
      for (auto& acceptor : acceptors_) {
        error_code ignored;
        (void)acceptor.close(ignored);
      }
      for_each_connection([](connection& c) { c.wind_down(); });
    });
    wait_empty(grace);
    asio::post(context_, [this] { for_each_connection([](connection& c) { c.cut(); }); });
    wait_empty(std::chrono::milliseconds{500});
    context_.stop();
    thread_.join();
  }

  std::vector<std::uint16_t> ports() const {
    std::vector<std::uint16_t> out;
    for (const auto& acceptor : acceptors_) {
      error_code closed;
      out.push_back(acceptor.local_endpoint(closed).port());
    }
    return out;
  }
  const connection_room& room() const { return room_; }

 private:
  std::string load_tls() {
    const auto& s = room_.settings;
    if (s.tls_certificate.empty())
      return {};
    error_code failed;
    tls_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                     asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                     asio::ssl::context::no_tlsv1_1);
    (void)tls_.use_certificate_chain_file(s.tls_certificate, failed);
    if (failed)
      return "cannot use the certificate " + s.tls_certificate + ": " + failed.message();
    (void)tls_.use_private_key_file(s.tls_key, asio::ssl::context::pem, failed);
    if (failed)
      return "cannot use the key " + s.tls_key + ": " + failed.message();
    room_.tls = &tls_;
    return {};
  }

  asio::awaitable<void> accept(tcp::acceptor& acceptor) {
    while (!room_.stopping) {
      error_code failed;
      auto token = asio::redirect_error(asio::use_awaitable, failed);
      tcp::socket socket = co_await acceptor.async_accept(token);
      if (room_.stopping)
        co_return;
      if (failed) {
        // Out of descriptors or of memory: breathe, do not spin.
        asio::steady_timer pause{context_, std::chrono::milliseconds{50}};
        co_await pause.async_wait(token);
        continue;
      }
      welcome(std::move(socket));
    }
  }

  void welcome(tcp::socket socket) {
    room_.accepted.fetch_add(1, std::memory_order_relaxed);
    error_code ignored;
    (void)socket.set_option(tcp::no_delay{true}, ignored);
    if (room_.open.size() >= room_.settings.max_connections) {
      room_.turned_away.fetch_add(1, std::memory_order_relaxed);
      (void)socket.non_blocking(true, ignored);
      if (!room_.tls)
        (void)socket.send(asio::buffer(turned_away), 0, ignored);
      return;
    }
    room_.tls ? serve_tls(std::move(socket), room_) : serve_plain(std::move(socket), room_);
  }

  template <class F>
  void for_each_connection(F act) {
    // A connection may leave the list while it is told.
    const auto all = room_.open;
    for (auto* const c : all)
      act(*c);
  }

  void wait_empty(duration limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end) {
      std::promise<bool> empty;
      asio::post(context_, [this, &empty] { empty.set_value(room_.open.empty()); });
      if (empty.get_future().get())
        return;
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }

  // The room outlives the context: connections that die with the context leave its list.
  connection_room room_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  std::vector<tcp::acceptor> acceptors_;
  std::thread thread_;
};

http_server::http_server(std::unique_ptr<impl> parts) : impl_{std::move(parts)} {}
http_server::~http_server() = default;

http_server::opened http_server::open(const config::http_settings& settings) {
  auto parts = std::make_unique<impl>(settings);
  if (auto problem = parts->bind(); !problem.empty())
    return {nullptr, std::move(problem)};
  return {std::unique_ptr<http_server>{new http_server{std::move(parts)}}, {}};
}

void http_server::start(site what) {
  impl_->start(std::move(what));
}
void http_server::stop(duration grace) {
  impl_->stop(grace);
}
std::uint16_t http_server::port() const {
  const auto all = impl_->ports();
  return all.empty() ? std::uint16_t{0} : all.front();
}
std::vector<std::uint16_t> http_server::ports() const {
  return impl_->ports();
}
server_counters http_server::counters() const {
  const auto& room = impl_->room();
  return {room.connections.load(), room.accepted.load(), room.turned_away.load(),
          room.requests.load()};
}

void http_server::add_metrics(metrics_page& page) const {
  const auto& room = impl_->room();
  const auto read = [](const std::atomic<std::uint64_t>& count) {
    return [&count] { return static_cast<double>(count.load()); };
  };
  page.add_gauge("uzel_http_connections", "Open HTTP connections.", {}, read(room.connections));
  page.add_counter("uzel_http_accepted_total", "HTTP connections accepted.", {},
                   read(room.accepted));
  page.add_counter("uzel_http_turned_away_total", "HTTP connections beyond the limit.", {},
                   read(room.turned_away));
}

} // namespace uzel::http
