// What every actor may reach: handles of the others and the ports to the world outside. Filled once
// while the daemon (or a test) is built, before the first message that would use it; actors hold a
// reference and never change it.
#pragma once

#include "actors/api/interfaces.hpp"
#include "actors/api/ports.hpp"
#include "actors/handle_table.hpp"
#include "config/settings.hpp"
#include "storage/record_log.hpp"

#include <atomic>
#include <functional>
#include <vector>

namespace uzel::proof {
class master_key;
}

namespace uzel {

struct wiring {
  // Handles.
  std::vector<directory_actor> directory; // one per shard, never empty once built
  handle_table<routing_domain_id, address_space_actor> spaces; // the supervisor adds
  nas_router_actor nases;
  handle_table<nas_id, nas_actor> heard_nases; // the router adds
  events_actor events;
  clock_actor clock;
  storage_actor storage;

  // Ports; they outlive the actors.
  storage::record_log* log = nullptr;
  answer_gate* answers = nullptr;
  dynauth_link* dynauth = nullptr;
  time_source* time = nullptr;
  catalogue_source* desk = nullptr;
  trace_sink* traces = nullptr;
  // How many watch the live view; null = somebody may.
  const std::atomic<std::uint32_t>* watchers = nullptr;
  const proof::master_key* master_key = nullptr;
  // The next binding id that was never given; the start sets it, pools count it up.
  std::atomic<std::uint64_t>* next_binding = nullptr;

  // Ids never given before; one generator per process.
  std::atomic<std::uint64_t>* next_account = nullptr;
  std::atomic<std::uint64_t>* next_session = nullptr;
  // Live state is lost: the process must end and replay the journal. Called on an actor's thread;
  // unset = std::terminate.
  std::function<void(const std::string&)> fatal;

  config::actor_settings settings;

  // Logins are told to nobody while nobody watches.
  bool is_watched() const {
    return events && (!watchers || watchers->load(std::memory_order_relaxed) != 0);
  }

  // A NAS; the router stands for one that was not heard yet, and starts it.
  nas_actor nas_at(nas_id which) const {
    auto found = heard_nases.of(which);
    return found ? found : nases;
  }

  // The shard that owns an account (or a guest).
  const directory_actor& shard_of(account_id who) const {
    return directory[std::hash<account_id>{}(who) % directory.size()];
  }
};

} // namespace uzel
