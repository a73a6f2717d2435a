// The workers behind the storage actor; each blocks its own thread, never the scheduler's.
#pragma once

#include "actors/storage.hpp"

namespace uzel {

using desk_worker_actor = caf::typed_actor<caf::replies_to<desk_create>::with<desk_settled>,
                                           caf::replies_to<desk_change>::with<desk_settled>,
                                           caf::replies_to<desk_remove>::with<desk_settled>>;
using read_worker_actor = caf::typed_actor<
  caf::replies_to<show_row>::with<row_shown>, caf::replies_to<list_rows>::with<rows_listed>,
  caf::replies_to<find_holder>::with<rows_listed>, caf::replies_to<show_store>::with<store_shown>>;

// Spawn both with caf::detached.
desk_worker_actor::behavior_type desk_worker(desk_worker_actor::pointer self, wiring* wires,
                                             storage_parts* parts, storage_openers openers);
read_worker_actor::behavior_type read_worker(read_worker_actor::pointer self, wiring* wires,
                                             storage_parts* parts, storage_openers openers);

} // namespace uzel
