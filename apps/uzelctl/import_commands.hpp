// The sources that can be moved in from.
#pragma once

#include "apps/uzelctl/context.hpp"
#include "apps/uzelctl/import_radius_tables.hpp"

namespace uzel::ctl {

// What should be here, by what is there.
moving_plan plan_of(const radius_tables& tables, const radius_terms& terms);

void add_freeradius_command(CLI::App& group, context& ctx);
void add_kea_command(CLI::App& group, context& ctx);

} // namespace uzel::ctl
