// Journal records as events that a person or a program can read.
#pragma once

#include "actors/api/events.hpp"
#include "storage/record.hpp"

namespace uzel {

// Fields follow the entity's table; secrets stay out.
event to_event(const storage::numbered_record& record, std::uint32_t epoch);
event to_event(const login_happened& login, std::uint64_t volatile_number);
event to_event(const alarm_raised& alarm, std::uint64_t volatile_number);

} // namespace uzel
