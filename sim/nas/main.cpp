// uzel-sim-nas: a NAS whose subscribers live their lives, with faults on request.
#include "sim/nas/nas.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>

namespace {

volatile std::sig_atomic_t stop_asked = 0;

void ask_stop(int) {
  stop_asked = 1;
}

} // namespace

int main(int argc, char** argv) {
  sim::options o;
  CLI::App app{
    "A simulated NAS: logs subscribers in and out over RADIUS and answers Disconnect-Requests."};
  app.add_option("--server", o.server, "Address of the RADIUS server")->capture_default_str();
  app.add_option("--auth-port", o.auth_port, "Port for logins")->capture_default_str();
  app.add_option("--acct-port", o.acct_port, "Port for accounting")->capture_default_str();
  app.add_option("--dynauth-port", o.dynauth_port, "Our port for Disconnect-Requests")
    ->capture_default_str();
  app.add_option("--secret", o.secret, "Shared secret")->capture_default_str();
  app.add_option("--name", o.name, "NAS-Identifier")->capture_default_str();
  app
    .add_option("--login-prefix", o.login_prefix,
                "Logins are PREFIX1, PREFIX2, ...; the password is the login")
    ->capture_default_str();
  app.add_option("--subscribers", o.subscribers, "How many there are")
    ->capture_default_str()
    ->check(CLI::Range(1, 65535));
  app.add_option("--rate", o.logins_per_second, "Logins per second")->capture_default_str();
  app.add_option("--session", o.session_seconds, "Mean length of a session, seconds")
    ->capture_default_str();
  app.add_option("--interim", o.interim_seconds, "Between interim updates, seconds")
    ->capture_default_str();
  app.add_option("--run", o.run_seconds, "Stop after so many seconds (0 = until asked)")
    ->capture_default_str();
  app.add_option("--seed", o.seed, "Of the random generator (0 = from the clock)");
  const auto share = CLI::Range(0.0, 1.0);
  app.add_option("--wrong-password", o.wrong_password, "Share of logins")
    ->capture_default_str()
    ->check(share);
  app.add_option("--duplicate", o.duplicate, "Share of requests sent twice")
    ->capture_default_str()
    ->check(share);
  app.add_option("--lose", o.lose, "Share of requests lost at first")
    ->capture_default_str()
    ->check(share);
  app.add_option("--reorder", o.reorder, "Share of sessions with an interim after the Stop")
    ->capture_default_str()
    ->check(share);
  app.add_option("--forget-stop", o.forget_stop, "Share of sessions without a Stop")
    ->capture_default_str()
    ->check(share);
  CLI11_PARSE(app, argc, argv);

  if (o.seed == 0)
    o.seed = std::random_device{}();
  std::signal(SIGINT, ask_stop);
  std::signal(SIGTERM, ask_stop);
  sim::nas nas{o};
  std::string why;
  if (!nas.open(why)) {
    std::cerr << "uzel-sim-nas: " << why << '\n';
    return 1;
  }
  std::cout << "seed " << o.seed << std::endl;
  nas.run(stop_asked);
  const auto& t = nas.seen();
  std::cout << "accepts " << t.accepts << ", rejects " << t.rejects << ", accounting answers "
            << t.responses << ", retries " << t.retries << ", unanswered " << t.unanswered
            << ", forged " << t.forged << ", disconnected " << t.disconnects
            << ", address conflicts " << t.address_conflicts << '\n';
  return t.forged == 0 && t.address_conflicts == 0 ? 0 : 2;
}
