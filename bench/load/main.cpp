// uzel-load: puts RADIUS and DHCP servers under load and verifies every answer.
#include "bench/load/commands.hpp"

#include <curl/curl.h>

#include <csignal>
#include <sys/resource.h>

namespace {

void stop(int) {
  uzel::load::engine::ask_stop();
}

// A storm of 100,000 needs hundreds of sockets, each with its 256 identifiers.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
  raise_file_limit();
  ::curl_global_init(CURL_GLOBAL_DEFAULT);
  CLI::App app{"Puts RADIUS and DHCP servers under load and verifies every answer.", "uzel-load"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "uzel-load 0.1.0");
  uzel::load::chosen run;
  uzel::load::add_radius_command(app, run);
  uzel::load::add_dhcp_command(app, run);
  uzel::load::add_echo_command(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : static_cast<int>(uzel::load::exit_code::usage);
  }
  return static_cast<int>(run());
}
