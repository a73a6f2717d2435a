// One WebSocket as its owner sees it. All calls on the event loop's thread; one send and one
// receive at a time.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace uzel::http {

class websocket {
 public:
  virtual ~websocket() = default;
  // Sends one text message; false when the peer is gone.
  virtual boost::asio::awaitable<bool> send(const std::string& text) = 0;
  // The next message; nothing when the peer is gone or has closed.
  virtual boost::asio::awaitable<std::optional<std::string>> receive() = 0;
  // Says good-bye with a code of RFC 6455 section 7.4; the reason is cut at 123 bytes.
  virtual boost::asio::awaitable<void> close(std::uint16_t code, const std::string& reason) = 0;
  // Closes the transport at once; pending calls end.
  virtual void abort() = 0;
};

} // namespace uzel::http
