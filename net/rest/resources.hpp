// The operations, by subject. Each function declares what its file implements; `n` must outlive
// them.
#pragma once

#include "net/rest/operation.hpp"

namespace uzel::http {
class password_pool;
}

namespace uzel::rest {

struct rest_neighbours;

// Create, show, list, change and remove for each entity of the desk.
std::vector<operation> desk_operations(const rest_neighbours& n, http::password_pool& passwords);
// Lists of what actors write.
std::vector<operation> live_lists(const rest_neighbours& n);
std::vector<operation> account_operations(const rest_neighbours& n);
std::vector<operation> account_part_operations(const rest_neighbours& n);
std::vector<operation> import_operations(const rest_neighbours& n);
// Addresses kept for who has them from another server.
std::vector<operation> keeping_operations(const rest_neighbours& n);
// Sessions, bindings, history.
std::vector<operation> network_operations(const rest_neighbours& n);
// Store, clock, alarms, explanations.
std::vector<operation> daemon_operations(const rest_neighbours& n);

// The OpenAPI 3.1 page of all operations.
std::string openapi_of(const std::vector<operation>& all);

} // namespace uzel::rest
