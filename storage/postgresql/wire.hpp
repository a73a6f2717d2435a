// One connection to a PostgreSQL server whose every call ends by a deadline: a server that stands
// still, or a network that swallows packets, holds nobody longer.
#pragma once

#include "storage/database.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

struct pg_conn;
struct pg_result;

namespace uzel::storage::postgresql {

using steady = std::chrono::steady_clock;

struct result_freer {
  void operator()(pg_result* r) const;
};
using result_handle = std::unique_ptr<pg_result, result_freer>;
using result_sink = std::function<void(const pg_result&)>;

// Belongs to one thread, but for interrupt(). After a lost connection or a passed deadline it is
// closed.
class wire {
 public:
  wire();
  ~wire();
  wire(const wire&) = delete;
  wire& operator=(const wire&) = delete;

  // Looking up a host's name obeys the resolver's own limits instead of the deadline.
  database_result<> open(const std::string& url, steady::time_point until);
  bool is_open() const { return connection_ != nullptr; }
  // Notices that the server hung up while nobody asked it anything.
  bool is_alive();
  void close() noexcept;
  // For libpq's functions that send; null when closed.
  pg_conn* raw() const { return connection_; }
  // After a send: shows every result that is no error; the first error is returned when the server
  // has finished. timed_out when the deadline passed or somebody interrupted.
  database_result<> collect(std::string_view doing, steady::time_point until,
                            const result_sink& sink);
  // Ends open() or collect() if one of them runs; from any thread.
  void interrupt() noexcept;

 private:
  enum class waited : std::uint8_t { ready, late, interrupted, broken };
  waited wait(short events, steady::time_point until);
  waited until_result(steady::time_point until);
  database_error ended(waited why, std::string_view doing);
  void running(bool now);

  pg_conn* connection_ = nullptr;
  bool hung_up_ = false;
  int wake_ = -1; // an eventfd
  std::mutex guard_;
  bool running_ = false;
};

} // namespace uzel::storage::postgresql
