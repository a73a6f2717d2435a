// The daemon: builds every part in order, serves, and takes the parts down in reverse.
#pragma once

#include "actors/address_space.hpp"
#include "actors/clock.hpp"
#include "actors/desk_picture.hpp"
#include "actors/events.hpp"
#include "actors/storage.hpp"
#include "actors/trace_ring.hpp"
#include "apps/uzeld/keys.hpp"
#include "apps/uzeld/store_start.hpp"
#include "config/load.hpp"
#include "net/bridge/answer_fork.hpp"
#include "net/dhcp/dhcp_server.hpp"
#include "net/radius/dynauth_client.hpp"
#include "net/radius/radius_server.hpp"
#include "storage/behind_alarm.hpp"
#include "storage/journal_log.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace uzel {

struct daemon_options {
  bool demo = false;
  std::string data; // demo: where everything lives
};

// Lives once per process, on the main thread.
class daemon {
 public:
  daemon(config::settings settings, daemon_options options);
  ~daemon();
  daemon(const daemon&) = delete;
  daemon& operator=(const daemon&) = delete;

  // Everything up to «ready». False: the reason is logged. While a database server is away it
  // waits: `wait` returns after the pause, or false when the daemon shall not start any more.
  [[nodiscard]] bool start(const std::function<bool(duration pause)>& wait);
  // New settings that take effect at once (SIGHUP).
  void reload(const config::settings& wanted);
  // Deletes journal segments that are old enough and in the database, and tells when that lags
  // behind; call every few seconds.
  void tidy();
  // Drains and stops in order. The process ends afterwards without unwinding the actors.
  void stop();

 private:
  class gate_opener;
  class front_desk; // the HTTP side

  bool open_keys();
  bool open_front();
  bool open_database(const std::function<bool(duration pause)>& wait);
  void spawn_actors();
  void spawn_spaces();
  void spawn_storage();
  void serve();
  void redo_effects();
  bool open_network();
  bool open_dhcp();
  void start_network();
  void release_answers(journal_number synced);
  void look_after_projection();

  config::settings settings_;
  daemon_options options_;
  process_keys keys_;
  std::unique_ptr<opened_store> store_;
  std::optional<ruled_time> time_;
  std::optional<desk_picture> picture_;
  std::optional<storage::sync_signal> signal_;
  std::optional<storage::sync_signal> committed_; // the same for the database's commits
  storage::behind_alarm behind_;
  std::optional<storage::journal_log> log_;
  std::unique_ptr<storage::projector> projector_;
  std::unique_ptr<storage::history_keeper> keeper_;
  std::optional<trace_ring> traces_;
  std::unique_ptr<net::radius_server> radius_;
  std::unique_ptr<net::dhcp_server> dhcp_; // null: off
  std::unique_ptr<net::dynauth_client> dynauth_;
  std::optional<net::answer_fork> answers_;
  std::unique_ptr<gate_opener> gate_opener_;
  std::unique_ptr<front_desk> front_;
  std::atomic<std::uint64_t> next_account_{1}, next_binding_{1}, next_session_{1};
  event_backlog backlog_;
  invariant_counters invariants_;
  invariant_watch watch_{invariants_};
  storage_parts parts_;
  wiring wires_;
  std::unique_ptr<caf::actor_system_config> actor_config_;
  std::unique_ptr<caf::actor_system> actors_;
  std::unique_ptr<event_feed> feed_;
};

} // namespace uzel
