// The RADIUS listeners: one thread owns sockets, requests and replies. It reads a batch, checks,
// decodes and sends messages to the actors; answers come back through the answer_gate, wait until
// what they rest on is synced, and leave in batches from the address that was asked.
#pragma once

#include "actors/api/interfaces.hpp"
#include "actors/api/ports.hpp"
#include "config/settings.hpp"
#include "net/radius/counters.hpp"
#include "protocols/radius/digest.hpp"

#include <functional>
#include <memory>
#include <string>

namespace uzel::net {

// What the server reaches.
struct radius_neighbours {
  std::vector<directory_actor> directory;
  // The NAS, or who will start it.
  std::function<nas_actor(nas_id)> nas_at;
  catalogue_source* desk = nullptr;
  time_source* time = nullptr;
  client_table::open_secret open_secret;
  std::function<void(std::string id, std::string subject, std::string text)> alarm;
};

class radius_server final : public answer_gate {
 public:
  // Opens the sockets; errors name the address and the reason.
  [[nodiscard]] static result<std::unique_ptr<radius_server>>
  open(const config::radius_settings& settings, radius::seal_key class_key, std::string& reason);
  ~radius_server() override;
  radius_server(const radius_server&) = delete;
  radius_server& operator=(const radius_server&) = delete;

  // Serves from here on; the neighbours outlive stop().
  void start(radius_neighbours neighbours);
  // Reads no more requests, waits up to `grace` for answers that are under way, ends the thread.
  void stop(duration grace);

  void answer(const login_answered& a) override;
  void recorded(const usage_recorded& r) override;
  // The journal is synced up to here: what rests on it may leave.
  void synced(journal_number up_to);

  const radius_counters& counters() const;
  // The port that the first auth or acct socket got.
  std::uint16_t auth_port() const;
  std::uint16_t acct_port() const;

 private:
  class loop;
  explicit radius_server(std::unique_ptr<loop> l);
  std::unique_ptr<loop> loop_;
};

} // namespace uzel::net
