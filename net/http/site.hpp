// What a server serves: handlers by kind of work. Called on the event loop's thread only.
#pragma once

#include "net/http/message.hpp"
#include "net/http/websocket.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>

namespace uzel::http {

struct site {
  // Answers everything that is no WebSocket.
  std::function<boost::asio::awaitable<response>(const request&)> answer;
  // How large a body this request may send, judged by its head: strangers may send little.
  std::function<std::uint64_t(const request& head)> body_limit;
  // The WebSocket that this path opens; none: it is answered like any request.
  std::function<boost::asio::awaitable<void>(std::shared_ptr<websocket>, const request&)> live;
  std::string live_path = "/api/v1/live";
};

} // namespace uzel::http
