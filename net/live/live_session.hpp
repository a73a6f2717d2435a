// One reader of the live view on the event loop.
#pragma once

#include "net/http/websocket.hpp"
#include "net/live/live_messages.hpp"
#include "net/live/live_readers.hpp"
#include "net/rest/neighbours.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace uzel::live {

class live_session : public std::enable_shared_from_this<live_session> {
 public:
  // `still_allowed` is asked now and then: tokens expire.
  live_session(const rest::rest_neighbours& n, live_readers& readers,
               std::shared_ptr<http::websocket> socket, boost::asio::any_io_executor on,
               std::function<bool()> still_allowed);
  ~live_session();
  live_session(const live_session&) = delete;
  live_session& operator=(const live_session&) = delete;

  boost::asio::awaitable<void> run(std::optional<live_cursor> from);

 private:
  using awaitable_ok = boost::asio::awaitable<bool>; // false: the reader is gone or dropped

  void woken();
  static boost::asio::awaitable<void> listen(std::shared_ptr<live_session> self);
  awaitable_ok snapshot(std::uint32_t epoch);
  awaitable_ok sessions_of(const directory_actor& shard, std::uint32_t epoch);
  awaitable_ok bindings_of(routing_domain_id domain, std::uint32_t epoch);
  awaitable_ok send(const std::string& text);
  boost::asio::awaitable<void> follow();
  awaitable_ok send_batch(const live_queue::batch& batch);
  boost::asio::awaitable<void> say_dropped();

  const rest::rest_neighbours& n_;
  live_readers& readers_;
  std::shared_ptr<http::websocket> socket_;
  boost::asio::any_io_executor executor_;
  std::function<bool()> still_allowed_;
  std::shared_ptr<live_queue> queue_;
  boost::asio::steady_timer wake_;
  boost::asio::steady_timer patience_; // until a dropped reader that reads nothing is cut off
  bool gone_ = false;
  bool cutting_ = false;
  live_cursor cursor_; // everything up to here was sent
  std::uint64_t sessions_ = 0;
  std::uint64_t bindings_ = 0;
};

} // namespace uzel::live
