// What every actor may reach: handles of the others and the ports to the world outside. Filled once
// while the daemon (or a test) is built, before the first message that would use it; actors hold a
// reference and never change it.
#pragma once

#include "actors/api/interfaces.hpp"
#include "actors/api/ports.hpp"
#include "config/settings.hpp"
#include "storage/record_log.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace uzel::proof {
class master_key;
}

namespace uzel {

// Address spaces by routing domain. The supervisor adds one when a domain appears; readers never
// wait.
class space_table {
 public:
  address_space_actor of(routing_domain_id domain) const {
    const auto rows = rows_.load();
    for (const auto& [id, handle] : *rows)
      if (id == domain)
        return handle;
    return {};
  }
  void add(routing_domain_id domain, address_space_actor handle) {
    auto rows = std::make_shared<row_list>(*rows_.load());
    rows->emplace_back(domain, std::move(handle));
    rows_.store(std::move(rows));
  }
  void clear() { rows_.store(std::make_shared<row_list>()); }

 private:
  using row_list = std::vector<std::pair<routing_domain_id, address_space_actor>>;
  std::atomic<std::shared_ptr<const row_list>> rows_{std::make_shared<row_list>()};
};

struct wiring {
  // Handles.
  std::vector<directory_actor> directory; // one per shard, never empty once built
  space_table spaces;
  nas_router_actor nases;
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

  // The shard that owns an account (or a guest).
  const directory_actor& shard_of(account_id who) const {
    return directory[std::hash<account_id>{}(who) % directory.size()];
  }
};

} // namespace uzel
