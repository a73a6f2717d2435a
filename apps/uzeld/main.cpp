// uzeld: access network and money of an operator, in one process.
#include "apps/uzeld/daemon.hpp"
#include "apps/uzeld/demo_settings.hpp"
#include "config/log.hpp"
#include "protocols/proof/legacy_provider.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>

namespace {

struct arguments {
  std::string config;
  uzel::daemon_options daemon;
  bool check = false;
  bool print = false;
  bool reference = false;
};

uzel::config::loaded read_settings(const arguments& args) {
  auto loaded = uzel::config::load(args.config, uzel::config::process_environment());
  if (args.daemon.demo)
    uzel::apply_demo(loaded, args.daemon.data);
  return loaded;
}

int check_config(const uzel::config::loaded& loaded) {
  for (const auto& p : loaded.problems)
    std::cerr << uzel::config::describe(p) << '\n';
  if (!uzel::proof::ms_chap_available())
    std::cerr << "note: MS-CHAP logins are off: " << uzel::proof::ms_chap_off_reason() << '\n';
  if (!loaded.ok())
    return 1;
  std::cout << "the configuration is good\n";
  return 0;
}

bool asks_to_stop(int signal) {
  return signal == SIGINT || signal == SIGTERM;
}

// False when somebody asks the daemon to stop; SIGHUP ends the pause.
bool still_wanted_after(uzel::duration length, const sigset_t& signals) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(length);
  const timespec limit{whole.count(), std::chrono::nanoseconds{length - whole}.count()};
  return !asks_to_stop(sigtimedwait(&signals, nullptr, &limit));
}

// Waits for signals on the main thread; returns when the daemon shall stop.
void attend(uzel::daemon& daemon, const arguments& args, const sigset_t& signals) {
  constexpr timespec look_around{2, 0};
  for (;;) {
    const int signal = sigtimedwait(&signals, nullptr, &look_around);
    if (signal < 0) {
      daemon.tidy();
      continue;
    }
    if (asks_to_stop(signal))
      return;
    const auto wanted = read_settings(args);
    for (const auto& p : wanted.problems)
      uzel::log::config.error("reload-refused", "{}", uzel::config::describe(p));
    if (wanted.ok())
      daemon.reload(wanted.settings);
  }
}

int serve(const arguments& args, const uzel::config::loaded& loaded) {
  if (!loaded.ok())
    return check_config(loaded);
  // Blocked before the first thread starts, so that only the main thread takes them.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int s : {SIGINT, SIGTERM, SIGHUP})
    sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  if (!uzel::log::configure(loaded.settings.log)) {
    std::cerr << loaded.settings.log.file << " cannot be opened\n";
    return 1;
  }
  uzel::daemon daemon{loaded.settings, args.daemon};
  bool wanted = true;
  const bool started = daemon.start(
    [&](uzel::duration length) { return wanted = still_wanted_after(length, signals); });
  if (started)
    attend(daemon, args, signals);
  daemon.stop();
  // The store is closed; unwinding a hundred thousand actors would only delay the end.
  std::_Exit(started || !wanted ? 0 : 1);
}

} // namespace

int main(int argc, char** argv) {
  arguments args;
  CLI::App app{"Uzel: RADIUS, addresses and accounts of an internet provider in one daemon."};
  app.add_option("-c,--config", args.config, "Settings (TOML); without it the defaults hold");
  app.add_flag("--check-config", args.check, "Say what is wrong with the settings and end");
  app.add_flag("--print-config", args.print,
               "Print the effective settings and where they come from");
  app.add_flag("--print-config-reference", args.reference, "Print the manual page of all settings");
  auto* demo =
    app.add_flag("--demo", args.daemon.demo, "Serve a small network on loopback, for a first look");
  app.add_option("--data", args.daemon.data, "Demo: the folder where everything lives")
    ->needs(demo);
  app.set_version_flag("--version", "uzeld 0.1.0");
  CLI11_PARSE(app, argc, argv);
  if (args.daemon.demo && args.daemon.data.empty())
    args.daemon.data = "demo-data";

  if (args.reference) {
    std::cout << uzel::config::render_reference();
    return 0;
  }
  const auto loaded = read_settings(args);
  if (args.print) {
    std::cout << uzel::config::render_effective(loaded);
    return loaded.ok() ? 0 : check_config(loaded);
  }
  return args.check ? check_config(loaded) : serve(args, loaded);
}
