// What bench adds to the tree of commands.
#pragma once

#include "apps/uzelctl/context.hpp"

namespace uzel::ctl {

void add_bench_commands(CLI::App& app, context& ctx);

} // namespace uzel::ctl
