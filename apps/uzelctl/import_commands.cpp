#include "apps/uzelctl/import_commands.hpp"

namespace uzel::ctl {

void add_import_commands(CLI::App& app, context& ctx) {
  auto& group = add_group(app, "import", "Move in from another server");
  add_freeradius_command(group, ctx);
  add_kea_command(group, ctx);
}

} // namespace uzel::ctl
