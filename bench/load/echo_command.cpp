// uzel-load echo: what the machine and the generator can do without any work in between.
#include "bench/load/commands.hpp"
#include "bench/load/echo.hpp"

#include <map>
#include <memory>

namespace uzel::load {
namespace {

struct arguments {
  std::string mode;
  std::uint16_t port = 7000;
  std::size_t size = 128;
  unsigned sockets = 8;
  echo_server_options serve;
  run_options run;
};

exit_code run(arguments& a) {
  std::string why;
  if (!settle(a.run, why))
    return fail(why);
  if (a.mode == "serve") {
    a.serve.listen = {a.run.address, a.port};
    return serve_echo(a.serve, why) ? exit_code::good : fail(why);
  }
  echo_protocol protocol{a.size};
  engine by{protocol, retries_of(a.run), a.run.seed};
  engine::group g;
  g.from.assign(a.sockets, {});
  g.to = {a.run.address, a.port};
  g.slots = a.run.window;
  if (!by.open({g}, why))
    return fail(why);
  // Nobody is anybody here: as many as there is room for.
  chain_plan what{{0}, a.run.window, 0};
  auto found = measure(by, what, pace_of(a.run), a.run);
  found.protocol = "echo";
  found.mode = "client";
  found.subscribers = a.run.window;
  return conclude(found, address_ledger{0}, a.run);
}

} // namespace

void add_echo_command(CLI::App& app, chosen& chosen_run) {
  auto& c = *app.add_subcommand("echo", "The limit of machine and generator");
  const auto a = std::make_shared<arguments>();
  c.add_option("mode", a->mode, "serve: answer; client: load such a server")
    ->required()
    ->check(CLI::IsMember({"serve", "client"}));
  c.add_option("--port", a->port, "Port of the server")->capture_default_str();
  c.add_option("--size", a->size, "client: octets of a datagram")
    ->capture_default_str()
    ->check(CLI::Range(12, 512));
  c.add_option("--sockets", a->sockets, "client: source ports")
    ->capture_default_str()
    ->check(CLI::Range(1, 1000));
  const std::map<std::string, answer_as> kinds{
    {"echo", answer_as::echo}, {"radius", answer_as::radius}, {"dhcp", answer_as::dhcp}};
  c.add_option("--as", a->serve.as, "serve: send it back, or answer without knowing anything")
    ->transform(CLI::CheckedTransformer(kinds));
  a->serve.secret = "testing123";
  c.add_option("--secret", a->serve.secret, "serve: the shared secret of RADIUS")
    ->capture_default_str();
  c.add_option("--spoil", a->serve.spoil, "serve: one of so many answers is wrong");
  c.add_option("--twice", a->serve.twice, "serve: one of so many addresses is given twice");
  add_run_options(c, a->run);
  c.callback([a, &chosen_run] { chosen_run = [a] { return run(*a); }; });
}

} // namespace uzel::load
