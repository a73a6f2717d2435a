// A WebSocket over any stream; included by connection_impl.hpp only.
#pragma once

#include "net/http/websocket.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>

namespace uzel::http {

// What the server's end needs besides what the owner has.
class endable_websocket : public websocket {
 public:
  // The server stops: pending calls of the owner end.
  virtual void end() = 0;
};

template <class Stream>
class stream_websocket final : public endable_websocket {
 public:
  explicit stream_websocket(Stream stream) : ws_{std::move(stream)} {}

  // Answers the upgrade request; false when that fails.
  boost::asio::awaitable<bool>
  accept(const boost::beast::http::request<boost::beast::http::string_body>& head) {
    namespace websockets = boost::beast::websocket;
    boost::beast::error_code failed;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
    ws_.set_option(websockets::stream_base::timeout::suggested(boost::beast::role_type::server));
    ws_.read_message_max(65536);
    co_await ws_.async_accept(head, token);
    open_ = !failed;
    co_return open_;
  }

  boost::asio::awaitable<bool> send(const std::string& text) override {
    if (!open_)
      co_return false;
    boost::beast::error_code failed;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
    ws_.text(true);
    co_await ws_.async_write(boost::asio::buffer(text), token);
    open_ = open_ && !failed;
    co_return open_;
  }

  boost::asio::awaitable<std::optional<std::string>> receive() override {
    if (!open_)
      co_return std::nullopt;
    boost::beast::error_code failed;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
    boost::beast::flat_buffer buffer;
    co_await ws_.async_read(buffer, token);
    if (failed) {
      open_ = false;
      co_return std::nullopt;
    }
    co_return boost::beast::buffers_to_string(buffer.data());
  }

  boost::asio::awaitable<void> close(std::uint16_t code, const std::string& reason) override {
    if (!open_)
      co_return;
    open_ = false;
    boost::beast::error_code failed;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
    boost::beast::websocket::close_reason why{code};
    why.reason.assign(reason.data(), std::min<std::size_t>(reason.size(), 123));
    co_await ws_.async_close(why, token);
  }

  void abort() override {
    open_ = false;
    boost::beast::get_lowest_layer(ws_).close();
  }
  void end() override { abort(); }

 private:
  boost::beast::websocket::stream<Stream> ws_;
  bool open_ = false;
};

} // namespace uzel::http
