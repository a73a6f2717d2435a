// The thread of the DHCP server: see dhcp_server.hpp. Everything here runs on that one thread
// unless it says otherwise.
#pragma once

#include "net/bridge/answer_queue.hpp"
#include "net/dhcp/address_probe.hpp"
#include "net/dhcp/dhcp_server.hpp"
#include "net/dhcp/frame_socket.hpp"
#include "net/dhcp/lease_requests.hpp"
#include "net/dhcp/limits.hpp"

#include <deque>
#include <optional>
#include <queue>
#include <thread>

namespace uzel::net {

class dhcp_server::loop {
 public:
  loop(const config::dhcp_settings& settings, const dhcp_ports& ports);
  ~loop();

  [[nodiscard]] result<void> listen(std::string& reason);
  void start(dhcp_neighbours neighbours);
  void stop(duration grace); // from another thread

  answer_queue answers; // thread-safe
  dhcp_counters counters;
  std::uint16_t port() const;

 private:
  struct listener {
    std::string interface; // empty: the common socket of relays and renewing clients
    batch_socket socket;
    std::optional<frame_socket> frames;
  };
  // An answer that waits for the journal; the one that rests on the lowest number comes first.
  struct unsynced {
    journal_number rests_on;
    std::uint32_t slot;
    std::uint64_t generation;
    bool operator>(const unsynced& other) const { return rests_on > other.rests_on; }
  };
  struct pinging {
    instant until;
    std::uint32_t slot;
    std::uint64_t generation;
  };

  result<void> add_listener(batch_socket socket, std::string interface, std::string& reason);
  result<void> listen_directly(const std::string& interface, std::string& reason);
  void run();
  int wait_time() const;
  void refresh_desk();
  void refresh_own_addresses();
  void receive(std::uint32_t socket);
  void take_datagram(std::uint32_t socket, const datagram& d);
  dhcp_verdict take_packet(std::uint32_t socket, const datagram& d,
                           const dhcp4::packet_view& packet, dhcp_question& q);
  bool within_rates(const dhcp4::packet_view& packet, const dhcp_question& q, dhcp_verdict& why);
  bool fits_port(const dhcp_question& q);
  dhcp_verdict ask(std::uint32_t socket, const datagram& d, const dhcp4::packet_view& packet,
                   dhcp_question& q);
  dhcp_verdict end(const dhcp_question& q);
  dhcp_verdict inform(std::uint32_t socket, const datagram& d, const dhcp4::packet_view& packet,
                      const dhcp_question& q);
  void tell_dropped(std::uint32_t socket, const datagram& d, const dhcp4::packet_view& packet,
                    const dhcp_question& q, dhcp_verdict why);
  void alarm(std::string_view id, std::string subject, std::string text);

  void take_answers();
  void write_answer(const login_answered& a);
  void keep_reply(lease_slot& s, dhcp4::message_type type, const dhcp4::packet_view& request,
                  const dhcp4::result<dhcp4::written_reply>& written);
  bool wants_ping(const lease_slot& s, const login_answered& a) const;
  void ping(std::uint32_t slot);
  void take_pings();
  void send_end(const lease_slot& s);
  void release(std::uint32_t slot, std::uint64_t generation);
  void release_due();
  void forget_ended();
  void send_reply(std::uint32_t slot);
  void flush();

  config::dhcp_settings settings_;
  dhcp_ports ports_;
  identity_order order_;
  dhcp_neighbours neighbours_;
  std::vector<listener> listeners_;
  std::optional<address_probe> probe_;
  lease_requests requests_;
  token_table relay_rates_;
  token_table client_rates_;
  token_table ends_; // releases and declines, which no table bounds
  port_guard port_devices_;
  alarm_brake brake_;
  std::optional<relay_table> relays_;
  reply_terms terms_;
  std::uint64_t desk_version_ = 0;
  std::vector<ipv4> own_;
  instant own_read_;
  dhcp4::reply_buffer buffer_{};
  instant now_;
  std::deque<pinging> pings_; // in order of time: the wait is the same for all
  std::priority_queue<unsynced, std::vector<unsynced>, std::greater<>> unsynced_;
  std::vector<login_answered> fresh_;
  std::vector<usage_recorded> no_usages_;
  int epoll_ = -1;
  std::atomic<bool> stopping_{false};
  std::atomic<std::int64_t> grace_us_{0};
  std::thread thread_;
};

} // namespace uzel::net
