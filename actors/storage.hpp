// The storage actor: answers what HTTP asks of the database, without ever blocking the scheduler. A
// front hands each question to a worker with a thread of its own: one worker edits the desk, some
// read.
#pragma once

#include "actors/desk_picture.hpp"
#include "actors/wiring.hpp"
#include "storage/store.hpp"
#include "storage/sync_signal.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace uzel {

// What the workers share; outlives the actors.
struct storage_parts {
  storage::projector* projector = nullptr;
  storage::sync_signal* signal = nullptr;
  storage::journal* journal = nullptr;
  desk_picture* picture = nullptr;
  std::function<storage::store_result<storage::store_report>(std::uint32_t parked_limit)> report;
  // A routing domain appeared: its address space must exist before anybody is told.
  std::function<void(routing_domain_id)> open_domain;
  std::atomic<std::uint32_t> waiting{0}; // questions handed to workers and not answered yet
};

// Opens one connection; called by each worker on its own thread.
struct storage_openers {
  std::function<storage::store_result<std::unique_ptr<storage::desk>>()> desk;
  std::function<storage::store_result<std::unique_ptr<storage::reader>>()> reader;
};

// The front. Beyond settings.desk_queue questions it answers overloaded.
storage_actor::behavior_type storage_front(storage_actor::pointer self, wiring* wires,
                                           storage_parts* parts, storage_openers openers,
                                           config::store_settings settings);

} // namespace uzel
