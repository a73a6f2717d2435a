// Commands that follow from the field tables alone.
#pragma once

#include "apps/uzelctl/context.hpp"
#include "domain/entities/entity.hpp"

namespace uzel::ctl {

// Adds "list" with filters, order and columns to a group.
void add_list_command(CLI::App& group, context& ctx, const entity& e);

} // namespace uzel::ctl
