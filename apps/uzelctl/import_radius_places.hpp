// Clients, pools and addresses in use of a FreeRADIUS database.
#pragma once

#include "apps/uzelctl/import_plan.hpp"
#include "apps/uzelctl/import_radius_tables.hpp"

#include <vector>

namespace uzel::ctl {

void plan_clients(const std::vector<radius_nas>& rows, moving_plan& into);
// A pool for each run of addresses without a gap; `rows` by pool and address.
void plan_pools(const std::vector<radius_pool_row>& rows, moving_plan& into);
// Addresses that accounts of the plan have at this moment, by their leases and open sessions.
void plan_leases(const radius_tables& from, instant now, moving_plan& into);

} // namespace uzel::ctl
