// What a database says of its store, in a transaction that somebody else began.
#pragma once

#include "storage/store.hpp"

namespace uzel::storage {

// store_damaged when the database has no sound identity, as one that no daemon ever used.
[[nodiscard]] store_result<store_report> read_report(connection& db, std::uint32_t parked_limit);

} // namespace uzel::storage
