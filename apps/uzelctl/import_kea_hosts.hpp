// Kea's host reservations as accounts.
#pragma once

#include "apps/uzelctl/import_plan.hpp"

#include <string>
#include <vector>

namespace uzel::ctl {

// An account for each reservation by hardware address or client identifier, with the reserved
// address as its own; `where` is how problems call the place.
void plan_hosts(const std::vector<json>& reservations, const std::string& where,
                const std::string& service, moving_plan& into);

} // namespace uzel::ctl
