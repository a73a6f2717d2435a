// The parts of load_boot(): one sorted scan per table.
#pragma once

#include "domain/boot_image.hpp"
#include "storage/database.hpp"

namespace uzel::storage {

// All accounts with their accesses, static addresses and current subscriptions.
[[nodiscard]] database_result<> read_accounts(connection& db, boot_image& out);
[[nodiscard]] database_result<> read_bindings(connection& db, boot_image& out);
// Open sessions, and those that ended lately: a Stop whose answer was lost comes once more.
[[nodiscard]] database_result<> read_sessions(connection& db, boot_image& out);
// Whether a session is open, or ended so lately that its packets may still come.
bool may_be_heard_of(const session& s, instant now);
[[nodiscard]] database_result<> read_nases(connection& db, boot_image& out);
// The desk's tables that live work reads.
[[nodiscard]] database_result<> read_catalogue(connection& db, boot_image& out);

} // namespace uzel::storage
