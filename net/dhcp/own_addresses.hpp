// The IPv4 addresses of this machine.
#pragma once

#include "domain/ipv4.hpp"

#include <vector>

namespace uzel::net {

// Sorted; empty when the system does not say.
std::vector<ipv4> read_own_addresses();

} // namespace uzel::net
