// Whom the API asks: filled by the composition root before the server starts, unchanged afterwards.
#pragma once

#include "actors/api/interfaces.hpp"
#include "actors/api/ports.hpp"
#include "net/rest/explain.hpp"
#include "net/rest/progress.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::rest {

struct rest_neighbours {
  caf::actor_system* system = nullptr;
  std::vector<directory_actor> directory; // shards, in the order of wiring
  std::function<address_space_actor(routing_domain_id)> space;
  nas_router_actor nases;
  storage_actor storage;
  clock_actor clock;
  events_actor events;
  time_source* time = nullptr;
  catalogue_source* desk = nullptr;

  // A secret field of a desk row as the store keeps it: ("client", "secret", cleartext).
  std::function<result<std::string>(std::string_view entity, std::string_view field,
                                    std::string_view cleartext)>
    seal_secret;
  // The latest login decisions that fit, newest first. Any thread.
  std::function<std::vector<trace_report>(const trace_query&)> explain;
  progress synced;  // what an answer waits for
  progress applied; // what lists come from

  duration limit = seconds{10};         // for each question to an actor
  duration import_limit = seconds{120}; // for an import
  duration follow_limit = seconds{2};   // for the lists to follow the caller's own change

  const directory_actor& shard_of(account_id who) const {
    return directory[std::hash<account_id>{}(who) % directory.size()];
  }
};

} // namespace uzel::rest
