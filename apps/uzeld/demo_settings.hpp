// The settings of the demo: loopback only, everything under one folder.
#pragma once

#include "config/load.hpp"

#include <string>

namespace uzel {

// Replaces what the file and the environment leave at its default; what they set stays.
void apply_demo(config::loaded& loaded, const std::string& folder);

} // namespace uzel
