// The DHCPv4 server: one thread owns sockets, requests and replies. It reads a batch, decides whose
// packets are worth work, and sends messages to the actors; answers come back through the
// answer_gate, wait until what they rest on is synced, and leave in batches.
#pragma once

#include "actors/api/interfaces.hpp"
#include "actors/api/ports.hpp"
#include "config/settings.hpp"
#include "net/dhcp/dhcp_counters.hpp"
#include "net/dhcp/lease_reply.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace uzel::net {

// What the server reaches.
struct dhcp_neighbours {
  std::vector<directory_actor> directory;
  std::function<address_space_actor(routing_domain_id)> space; // null: no such domain
  catalogue_source* desk = nullptr;
  time_source* time = nullptr;
  std::function<void(std::string id, std::string subject, std::string text)> alarm;
};

class dhcp_server final : public answer_gate {
 public:
  // Opens the sockets; errors name the address or interface and the reason.
  [[nodiscard]] static result<std::unique_ptr<dhcp_server>>
  open(const config::dhcp_settings& settings, std::string& reason, const dhcp_ports& ports = {});
  ~dhcp_server() override;
  dhcp_server(const dhcp_server&) = delete;
  dhcp_server& operator=(const dhcp_server&) = delete;

  // Serves from here on; the neighbours outlive stop().
  void start(dhcp_neighbours neighbours);
  // Reads no more requests, waits up to `grace` for answers that are under way, ends the thread.
  void stop(duration grace);

  void answer(const login_answered& a) override;
  void recorded(const usage_recorded&) override {} // leases have no accounting
  // The journal is synced up to here: what rests on it may leave.
  void synced(journal_number up_to);

  const dhcp_counters& counters() const;
  // The port that the first socket got.
  std::uint16_t port() const;

 private:
  class loop;
  explicit dhcp_server(std::unique_ptr<loop> l);
  std::unique_ptr<loop> loop_;
};

} // namespace uzel::net
