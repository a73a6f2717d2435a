// The people's side of the daemon: HTTP, the API, the live view, metrics, the first administrator.
#pragma once

#include "apps/uzeld/daemon.hpp"

namespace uzel {

// What the front desk reaches once the actors live.
struct front_neighbours {
  caf::actor_system* actors = nullptr;
  wiring* wires = nullptr;
  storage::sync_signal* durable = nullptr; // what an answer waits for: the journal or the database
  storage::sync_signal* applied = nullptr; // what lists come from: the database
  trace_ring* traces = nullptr;
  net::radius_server* radius = nullptr;
  net::dhcp_server* dhcp = nullptr; // off
  net::dynauth_client* dynauth = nullptr;
  opened_store* store = nullptr;
  storage::projector* projector = nullptr;
  const storage::behind_alarm* behind = nullptr;
  desk_picture* picture = nullptr;
  const ruled_time* time = nullptr;
  const invariant_counters* invariants = nullptr;
  const event_backlog* backlog = nullptr;
  const storage::history_keeper* keeper = nullptr;
};

class daemon::front_desk {
 public:
  front_desk(const config::settings& settings, const daemon_options& options,
             const process_keys& keys);
  ~front_desk();

  // Opens the sockets and says there that the daemon starts. False: the reason is logged.
  [[nodiscard]] bool open();
  // What /readyz says that the daemon waits for.
  void wait_for(const std::string& part, const std::string& why);
  void waits_no_more(const std::string& part);
  // A new store gets its administrator, and in the demo its desk. False: the reason is logged.
  [[nodiscard]] bool prepare_store(opened_store& store, instant now);
  live_gate& live();
  void connect(front_neighbours neighbours);
  // Serves; in the demo the subscribers are made first. False: the reason is logged.
  [[nodiscard]] bool start_serving();
  void stop();

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace uzel
