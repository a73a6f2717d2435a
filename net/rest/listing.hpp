// ?limit&cursor&sort&order&q and filters: questions about rows of any entity.
#pragma once

#include "net/bridge/problem.hpp"
#include "net/rest/neighbours.hpp"
#include "net/rest/operation.hpp"

#include <string_view>

namespace uzel::rest {

// The question that a query asks; everything wrong with it is added.
list_rows to_question(const entity& e, const call& c, violations& wrong);
// {"items":[…],"next_cursor":"…" or null}
std::string page_of(const entity& e, const rows_listed& page);
// Parameters for OpenAPI.
std::vector<query_parameter> list_parameters(const entity& e);

// "routing_domains" -> "/api/v1/routing-domains".
std::string path_of(const entity& e);
// "clients" + ".read"
operation list_operation(const rest_neighbours& n, const entity& e, permission needs);
operation show_operation(const rest_neighbours& n, const entity& e, permission needs);

// One row of the database, as the API's error when there is none.
boost::asio::awaitable<net::answer<row>> fetch_row(const rest_neighbours& n, const entity& e,
                                                   std::uint64_t id, journal_number at_least);

} // namespace uzel::rest
