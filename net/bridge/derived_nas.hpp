// Ids for NASes and relays that have no row at the desk.
#pragma once

#include "domain/id.hpp"

#include <string>
#include <string_view>

namespace uzel::net {

// "7/bras-1": a NAS is named within its client.
std::string nas_key(std::uint64_t client, std::string_view name);
// The id of a NAS that has no row at the desk: stable over restarts.
nas_id derived_nas_id(client_id client, std::string_view name);

} // namespace uzel::net
