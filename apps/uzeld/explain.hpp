// Decision traces as the API tells them.
#pragma once

#include "actors/trace_ring.hpp"
#include "net/rest/explain.hpp"

#include <vector>

namespace uzel {

std::vector<rest::trace_report> explain(const trace_ring& traces, const rest::trace_query& asked);

} // namespace uzel
