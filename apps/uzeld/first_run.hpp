// What a new store gets before anybody has logged in: an administrator, and in the demo a small
// network.
#pragma once

#include "actors/wiring.hpp"
#include "apps/uzeld/keys.hpp"
#include "storage/store.hpp"

#include <functional>
#include <string>

namespace uzel {

// Hashes a person's password (argon2id).
using password_hasher = std::function<std::string(std::string_view)>;

// The administrator of a store that has no staff yet.
struct first_admin {
  std::string login;
  std::string password; // empty: there is staff already
};
[[nodiscard]] storage::store_result<first_admin>
ensure_admin(storage::store& store, const password_hasher& hash, instant now);

// The demo's desk: client 127.0.0.1 with secret testing123, services, pools. Does nothing when
// there are clients.
[[nodiscard]] storage::store_result<> seed_demo_desk(storage::store& store,
                                                     const process_keys& keys, instant now);

// The demo's subscribers demo1 .. demo100, through the directory as the API would. Errors in words;
// empty = done.
std::string seed_demo_accounts(caf::actor_system& system, const wiring& wires, instant now);

} // namespace uzel
