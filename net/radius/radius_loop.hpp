// The thread of the RADIUS server: see radius_server.hpp. Everything here runs on that one thread
// unless it says otherwise.
#pragma once

#include "net/bridge/answer_queue.hpp"
#include "net/radius/radius_server.hpp"
#include "net/radius/reply.hpp"
#include "net/radius/request_table.hpp"
#include "net/udp/batch_socket.hpp"

#include <deque>
#include <queue>
#include <thread>

namespace uzel::net {

class radius_server::loop {
 public:
  loop(const config::radius_settings& settings, radius::seal_key class_key);
  ~loop();

  [[nodiscard]] result<void> listen(std::string& reason);
  void start(radius_neighbours neighbours);
  void stop(duration grace); // from another thread

  answer_queue answers; // thread-safe
  radius_counters counters;
  std::uint16_t port(bool accounting) const;

 private:
  enum class service : std::uint8_t { login, accounting };
  struct listener {
    service what;
    batch_socket socket;
  };
  struct reject {
    instant at;
    std::uint32_t slot;
    std::uint64_t generation;
    journal_number rests_on;
  };
  // An answer that waits for the journal; the one that rests on the lowest number comes first.
  struct unsynced {
    journal_number rests_on;
    std::uint32_t slot;
    std::uint64_t generation;
    bool operator>(const unsynced& other) const { return rests_on > other.rests_on; }
  };

  void run();
  int wait_time() const;
  void receive(std::uint32_t socket);
  void take_datagram(std::uint32_t socket, const datagram& d);
  void take_packet(std::uint32_t socket, const datagram& d, const radius::packet_view& packet,
                   std::shared_ptr<const radius_client> from);
  void ask_directory(std::uint32_t slot, const radius::packet_view& packet);
  void ask_nas(std::uint32_t slot, const radius::packet_view& packet);
  void count_drop(admission_verdict v) { count(counters.datagrams[static_cast<std::size_t>(v)]); }
  void refresh_clients();

  void take_answers();
  void write_answer(const login_answered& a);
  void write_recorded(const usage_recorded& r);
  void keep_reply(std::uint32_t slot, const radius::result<radius::octets>& bytes);
  void release(std::uint32_t slot, std::uint64_t generation, journal_number rests_on);
  void release_due();
  void send_reply(std::uint32_t slot);

  config::radius_settings settings_;
  radius::seal_key class_key_;
  radius_neighbours neighbours_;
  std::vector<listener> listeners_;
  request_table requests_;
  rate_limiter limiter_;
  boost::unordered_flat_map<std::uint64_t, client_habits> habits_; // by client id
  std::shared_ptr<const client_table> clients_;
  std::shared_ptr<const catalogue> desk_;
  radius::packet_buffer buffer_{};
  radius::packet_writer writer_{buffer_};
  std::uint16_t salt_ = 0;
  instant now_;
  std::deque<reject> rejects_; // in order of time: the delay is the same for all
  std::priority_queue<unsynced, std::vector<unsynced>, std::greater<>> unsynced_;
  std::vector<login_answered> fresh_logins_;
  std::vector<usage_recorded> fresh_usages_;
  int epoll_ = -1;
  std::atomic<bool> stopping_{false};
  std::atomic<std::int64_t> grace_us_{0};
  std::thread thread_;
};

} // namespace uzel::net
