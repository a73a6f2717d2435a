// What the commands about accounts share.
#pragma once

#include "apps/uzelctl/context.hpp"

#include <cstdint>
#include <string>

namespace uzel::ctl {

// "/accounts/7"
std::string account_path(std::uint64_t id);

// The argument that names an account.
CLI::Option& add_who(CLI::App& command, std::string& who);

// access, address, subscribe, unsubscribe.
void add_account_part_commands(CLI::App& group, context& ctx);

} // namespace uzel::ctl
