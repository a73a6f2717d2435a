// Inside the server: a connection as its list keeps it, and how the two kinds are made.
#pragma once

#include "config/settings.hpp"
#include "net/http/site.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include <atomic>
#include <cstdint>
#include <list>

namespace uzel::http {

class connection;

// What all connections share; belongs to the event loop's thread, counters may be read by any.
struct connection_room {
  config::http_settings settings;
  site served;
  boost::asio::ssl::context* tls = nullptr; // null = plain
  bool stopping = false;
  std::list<connection*> open;
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> turned_away{0};
  std::atomic<std::uint64_t> requests{0};
};

// In the room's list while it lives.
class connection {
 public:
  explicit connection(connection_room& room) : room_{room} {
    at_ = room.open.insert(room.open.end(), this);
    room.connections.fetch_add(1);
  }
  virtual ~connection() {
    room_.open.erase(at_);
    room_.connections.fetch_sub(1);
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  // The server stops: a connection that waits for a request ends now, others after their answer.
  virtual void wind_down() = 0;
  // Ends now.
  virtual void cut() = 0;

 protected:
  connection_room& room_;

 private:
  std::list<connection*>::iterator at_;
};

// Serve the socket until it ends; each is a translation unit of its own.
void serve_plain(boost::asio::ip::tcp::socket socket, connection_room& room);
void serve_tls(boost::asio::ip::tcp::socket socket, connection_room& room);

} // namespace uzel::http
