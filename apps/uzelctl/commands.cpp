#include "apps/uzelctl/bench_commands.hpp"
#include "apps/uzelctl/context.hpp"

namespace uzel::ctl {

void add_global_options(CLI::App& app, context& ctx) {
  app.add_option("--url", ctx.url, tr("The server"))->envname("UZEL_URL");
  app.add_option("--token", ctx.token, tr("Token to sign in with; else the one that login stored"))
    ->envname("UZEL_TOKEN");
  app.add_option("--ca", ctx.ca_file, tr("Certificate authorities to trust (PEM)"));
  app.add_option("--timeout", ctx.timeout, tr("Seconds to wait for one answer"))
    ->check(CLI::Range(1u, 3600u));
  app.add_flag("--json", ctx.json, tr("Print JSON"));
  app.add_option("--lang", ctx.lang, tr("Language of what is printed"))
    ->check(CLI::IsMember({"en", "ru"}));
  app.set_version_flag("--version", "uzelctl 0.1.0", tr("Print the version"));
  app.set_help_flag("-h,--help", tr("Print this help"));
  app.require_subcommand(1);
  app.fallthrough();
}

void add_all_commands(CLI::App& app, context& ctx) {
  add_sign_in_commands(app, ctx);
  add_account_commands(app, ctx);
  add_entity_commands(app, ctx);
  add_network_commands(app, ctx);
  add_lease_commands(app, ctx);
  add_daemon_commands(app, ctx);
  add_store_commands(app, ctx);
  add_packet_commands(app, ctx);
  add_bench_commands(app, ctx);
  add_import_commands(app, ctx);
  add_completion_command(app, ctx);
}

} // namespace uzel::ctl
