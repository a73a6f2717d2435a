// How the store stands, for people: numbers of journal and database, parked records.
#pragma once

#include "actors/storage.hpp"

namespace uzel {

// What is known without asking the database; never waits.
store_shown stand_of_journal(const storage_parts& parts, instant now);
// The same with the parked records; asks the database, and says so when that is away.
caf::result<store_shown> stand_of_store(const storage_parts& parts, instant now,
                                        std::uint32_t parked_limit);

} // namespace uzel
