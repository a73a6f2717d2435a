// The store commands that move whole databases; part of add_store_commands().
#pragma once

#include "apps/uzelctl/context.hpp"

namespace uzel::ctl {

void add_store_moves(CLI::App& group, context& ctx);

} // namespace uzel::ctl
