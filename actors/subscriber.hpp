// One account in use (or one guest): answers its logins, keeps its sessions, serialises its
// changes.
#pragma once

#include "actors/wiring.hpp"

namespace uzel {

// Starts the actor of `known.account` with everything that is known of it: the account (only the id
// for a guest), its bindings that are not free, its open sessions and those closed lately (a Stop
// may be repeated). Only the account's directory shard calls this and keeps the handle; it is
// let go of when it is ready to sleep. It has its first turn on the worker `near`, where all that
// is known of it was just unpacked. `wires` must outlive it.
subscriber_actor spawn_subscriber(caf::execution_unit& near, wiring& wires, account_shown known);

} // namespace uzel
