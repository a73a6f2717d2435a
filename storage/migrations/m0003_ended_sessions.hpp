// Start reads the sessions that ended lately without walking through years of them.
#pragma once

#include <string_view>

namespace uzel::storage::migrations {

inline constexpr std::string_view m0003_ended_sessions = R"sql(
CREATE INDEX sessions_ended ON sessions (ended, flags) WHERE state = 2;
)sql";

} // namespace uzel::storage::migrations
