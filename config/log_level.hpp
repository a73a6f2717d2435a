// How loud a line of the log is; settings and the logger share it.
#pragma once

#include <cstdint>

namespace uzel::log {

// From the most talkative to silence: a component writes the lines at or above its level.
enum class level : std::uint8_t { trace, debug, info, warn, error, off };

} // namespace uzel::log
