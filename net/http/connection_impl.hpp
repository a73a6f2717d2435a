// The life of a connection over any stream; included by connection_plain.cpp and connection_tls.cpp
// only.
#pragma once

#include "config/log.hpp"
#include "net/http/connection.hpp"
#include "net/http/websocket_impl.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream_base.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>
#include <optional>

namespace uzel::http {

namespace asio = boost::asio;
namespace beast = boost::beast;

inline verb to_verb(beast::http::verb v) {
  using from = beast::http::verb;
  switch (v) {
  case from::get:
    return verb::get;
  case from::head:
    return verb::head;
  case from::post:
    return verb::post;
  case from::put:
    return verb::put;
  case from::patch:
    return verb::patch;
  case from::delete_:
    return verb::del;
  case from::options:
    return verb::options;
  default:
    return verb::other;
  }
}

inline request to_request(const beast::http::request_header<>& head,
                          const asio::ip::address& peer) {
  request out;
  out.verb = to_verb(head.method());
  out.target = std::string{head.target()};
  for (const auto& line : head) {
    std::string name{line.name_string()};
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    out.headers.emplace_back(std::move(name), std::string{line.value()});
  }
  out.source = peer.to_string();
  out.from_loopback = peer.is_loopback();
  return out;
}

using beast_response = beast::http::response<beast::http::string_body>;

inline beast_response to_beast(response&& from, unsigned version, bool keep, bool head_only) {
  beast_response out{static_cast<beast::http::status>(from.status), version};
  out.set(beast::http::field::server, "uzel");
  if (!from.content_type.empty())
    out.set(beast::http::field::content_type, from.content_type);
  for (const auto& [name, text] : from.headers)
    out.set(name, text);
  if (out.find(beast::http::field::cache_control) == out.end())
    out.set(beast::http::field::cache_control, "no-store");
  out.set("X-Content-Type-Options", "nosniff");
  out.keep_alive(keep);
  if (from.status != 204)
    out.content_length(from.body.size());
  if (!head_only)
    out.body() = std::move(from.body);
  return out;
}

// A request that is being answered: outlives the connection's patience.
struct answering {
  answering(const asio::any_io_executor& on, request&& what) : asked{std::move(what)}, done{on} {}
  request asked;
  std::optional<response> answer;
  asio::steady_timer done;
};

inline asio::awaitable<void> run_handler(std::shared_ptr<answering> job, connection_room& room) {
  job->answer = co_await room.served.answer(job->asked);
  job->done.cancel();
}

// Errors of a handler are answers; an exception is a defect that must not end the process.
inline void spawn_handler(const asio::any_io_executor& on, std::shared_ptr<answering> job,
                          connection_room& room) {
  asio::co_spawn(on, run_handler(job, room), [job](std::exception_ptr problem) {
    if (!problem)
      return;
    try {
      std::rethrow_exception(problem);
    } catch (const std::exception& e) {
      log::http.error("handler-failed", "{}: {}", name_of(job->asked.verb), e.what());
    }
    job->answer = problem_response(500, "defect", "Internal error", "the request was not answered");
    job->done.cancel();
  });
}

template <class Stream>
class stream_connection final : public connection,
                                public std::enable_shared_from_this<stream_connection<Stream>> {
 public:
  stream_connection(Stream stream, asio::ip::address peer, connection_room& room)
    : connection{room}
    , stream_{std::move(stream)}
    , peer_{std::move(peer)} {}

  void wind_down() override {
    if (live_)
      live_->end();
    else if (idle_)
      cut();
  }
  void cut() override {
    if (live_)
      return live_->abort();
    beast::get_lowest_layer(stream_).close();
  }

  static asio::awaitable<void> run(std::shared_ptr<stream_connection> self) {
    // Conditions are named: GCC 12 loses the frame of a co_await inside nested conditions.
    bool more = co_await self->shake_hands();
    while (more) {
      more = co_await self->one_request();
    }
    if (!self->live_)
      co_await self->finish();
  }

 private:
  asio::awaitable<bool> shake_hands() {
    if constexpr (requires { stream_.next_layer().expires_never(); }) {
      beast::error_code failed;
      auto token = asio::redirect_error(asio::use_awaitable, failed);
      beast::get_lowest_layer(stream_).expires_after(room_.settings.read_timeout);
      co_await stream_.async_handshake(asio::ssl::stream_base::server, token);
      co_return !failed;
    }
    co_return true;
  }

  // False: the connection is over.
  asio::awaitable<bool> one_request() {
    beast::error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    beast::http::request_parser<beast::http::string_body> parser;
    parser.header_limit(16384);
    parser.body_limit(boost::none); // checked against the head below
    idle_ = buffer_.size() == 0;
    if (room_.stopping)
      co_return false;
    beast::get_lowest_layer(stream_).expires_after(room_.settings.read_timeout);
    co_await beast::http::async_read_header(stream_, buffer_, parser, token);
    idle_ = false;
    if (failed)
      co_return co_await refuse(failed);
    auto asked = to_request(parser.get().base(), peer_);
    if (room_.served.live && asked.raw_path() == room_.served.live_path &&
        beast::websocket::is_upgrade(parser.get())) {
      const auto head = parser.release();
      co_await upgrade(head, asked);
      co_return false;
    }
    const auto limit = room_.served.body_limit ? room_.served.body_limit(asked)
                                               : std::uint64_t{room_.settings.body_limit};
    parser.body_limit(limit);
    const auto announced = parser.content_length();
    if (announced && *announced > limit) {
      beast::error_code too_large = beast::http::error::body_limit;
      co_return co_await refuse(too_large);
    }
    const bool complete = co_await read_body(parser);
    if (!complete)
      co_return false;
    const auto version = parser.get().version();
    const bool keep = parser.get().keep_alive();
    asked.body = std::move(parser.get().body());
    co_return co_await reply(asked, version, keep);
  }

  template <class Parser>
  asio::awaitable<bool> read_body(Parser& parser) {
    beast::error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    if (beast::iequals(parser.get()[beast::http::field::expect], "100-continue")) {
      beast::http::response<beast::http::empty_body> go_on{beast::http::status::continue_,
                                                           parser.get().version()};
      co_await beast::http::async_write(stream_, go_on, token);
      if (failed)
        co_return false;
    }
    co_await beast::http::async_read(stream_, buffer_, parser, token);
    if (failed)
      co_return co_await refuse(failed);
    co_return true;
  }

  // Takes the request over: it may outlive the connection.
  asio::awaitable<bool> reply(request& asked, unsigned version, bool keep) {
    room_.requests.fetch_add(1, std::memory_order_relaxed);
    const auto executor = stream_.get_executor();
    const bool head_only = asked.verb == verb::head;
    auto job = std::make_shared<answering>(executor, std::move(asked));
    job->done.expires_after(room_.settings.request_timeout);
    beast::get_lowest_layer(stream_).expires_never();
    spawn_handler(executor, job, room_);
    if (!job->answer) {
      beast::error_code woken;
      auto token = asio::redirect_error(asio::use_awaitable, woken);
      co_await job->done.async_wait(token);
    }
    if (!job->answer)
      job->answer = problem_response(503, "timed-out", "The answer did not come in time",
                                     "the request may still take effect");
    keep = keep && !room_.stopping;
    auto out = to_beast(std::move(*job->answer), version, keep, head_only);
    const bool written = co_await write(out);
    const bool more = written && keep;
    co_return more;
  }

  asio::awaitable<bool> write(beast_response& out) {
    beast::error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    beast::get_lowest_layer(stream_).expires_after(room_.settings.read_timeout);
    co_await beast::http::async_write(stream_, out, token);
    co_return !failed;
  }

  // Says why a request cannot be read, where that can be said; the connection is over then.
  asio::awaitable<bool> refuse(beast::error_code why) {
    using http_error = beast::http::error;
    response out;
    if (why == http_error::body_limit)
      out = problem_response(413, "too-large", "The body is too large",
                             "send less, or sign in to send more");
    else if (why == http_error::header_limit)
      out = problem_response(431, "too-large", "The header is too large", "send fewer headers");
    else if (why == http_error::end_of_stream || why == beast::error::timeout ||
             why == http_error::partial_message || why.category() != http_category())
      co_return false;
    else
      out = problem_response(400, "malformed", "This is no HTTP request", "see RFC 9112");
    auto said = to_beast(std::move(out), 11, false, false);
    (void)co_await write(said);
    // Lets the peer read the answer before unread bytes of his reset the connection.
    beast::error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    beast::get_lowest_layer(stream_).socket().shutdown(asio::ip::tcp::socket::shutdown_send,
                                                       failed);
    char rest[4096];
    beast::get_lowest_layer(stream_).expires_after(std::chrono::seconds{2});
    for (int i = 0; i < 4096 && !failed; ++i)
      co_await beast::get_lowest_layer(stream_).async_read_some(asio::buffer(rest), token);
    co_return false;
  }

  static const boost::system::error_category& http_category() {
    return beast::http::make_error_code(beast::http::error::bad_method).category();
  }

  asio::awaitable<void> upgrade(const beast::http::request<beast::http::string_body>& head,
                                const request& asked) {
    beast::get_lowest_layer(stream_).expires_never();
    auto socket = std::make_shared<stream_websocket<Stream>>(std::move(stream_));
    live_ = socket;
    const bool accepted = co_await socket->accept(head);
    if (accepted)
      co_await room_.served.live(socket, asked);
    socket->abort();
  }

  asio::awaitable<void> finish() {
    beast::error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    if constexpr (requires { stream_.next_layer().expires_never(); }) {
      beast::get_lowest_layer(stream_).expires_after(std::chrono::seconds{1});
      co_await stream_.async_shutdown(token);
    }
    beast::get_lowest_layer(stream_).socket().shutdown(asio::ip::tcp::socket::shutdown_both,
                                                       failed);
    co_return;
  }

  Stream stream_;
  asio::ip::address peer_;
  beast::flat_buffer buffer_{1 << 16 << 10};
  bool idle_ = true;
  std::shared_ptr<endable_websocket> live_;
};

template <class Stream>
void serve_stream(Stream stream, asio::ip::address peer, connection_room& room) {
  const auto executor = stream.get_executor();
  auto self = std::make_shared<stream_connection<Stream>>(std::move(stream), std::move(peer), room);
  asio::co_spawn(executor, stream_connection<Stream>::run(self), [self](std::exception_ptr) {});
}

} // namespace uzel::http
