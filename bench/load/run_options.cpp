#include "bench/load/commands.hpp"

#include <fmt/format.h>
#include <iostream>
#include <random>

namespace uzel::load {

void add_run_options(CLI::App& command, run_options& o) {
  command.add_option("--server", o.server, "Address of the server")->capture_default_str();
  command.add_option("--window", o.window,
                     "Operations at once (default 64; 4096 with --rate, as a limit)");
  command
    .add_option(
      "--rate", o.rate,
      "Open loop: so many operations per second, whatever the server does; latency counts "
      "from the moment each was due")
    ->check(CLI::PositiveNumber);
  command.add_option("--seconds", o.seconds, "How long to measure; 0 = one pass over everybody")
    ->capture_default_str()
    ->check(CLI::NonNegativeNumber);
  command.add_option("--warmup", o.warmup, "Seconds before measuring")
    ->capture_default_str()
    ->check(CLI::NonNegativeNumber);
  command
    .add_option("--timeout", o.timeout,
                "Seconds until a request is sent again or given up (default 3; 2 in a storm)")
    ->check(CLI::Range(0.01, 60.0));
  command
    .add_option("--retries", o.retries,
                "How often a request is sent again, each wait twice the last one, at most 16 s")
    ->capture_default_str();
  command.add_option("--seed", o.seed, "Of the random numbers (default: from the system)");
  command.add_flag("--json", o.json, "Print one line of JSON instead of a table");
  command.add_option("--server-pid", o.watch.servers,
                     "Process of the server, to report its CPU and memory; may be given again");
  command.add_option("--server-tree", o.watch.trees,
                     "The same for a process with its children, such as a database");
  command.add_option("--metrics", o.watch.metrics_url,
                     "The server's /metrics, to report how often it synced its journal");
}

bool settle(run_options& o, std::string& why) {
  const auto address = parse_address(o.server);
  if (!address) {
    why = fmt::format("{} is no IPv4 address", o.server);
    return false;
  }
  o.address = *address;
  if (o.window == 0)
    o.window = o.rate > 0 ? 4096 : 64;
  if (o.timeout == 0)
    o.timeout = 3;
  if (o.seed == 0)
    o.seed = std::random_device{}();
  return true;
}

retry_rule retries_of(const run_options& o) {
  retry_rule out;
  out.first = static_cast<std::uint64_t>(o.timeout * 1e9);
  out.retries = o.retries;
  return out;
}

pace pace_of(const run_options& o) {
  pace out;
  out.window = o.window;
  out.rate = o.rate;
  out.seconds = o.seconds;
  out.warmup = o.warmup;
  return out;
}

exit_code fail(const std::string& why) {
  std::cerr << "uzel-load: " << why << '\n';
  return exit_code::usage;
}

findings measure(engine& by, plan& what, const pace& how, const run_options& o) {
  findings out;
  const server_watch watch{o.watch};
  const auto cpu = own_cpu_seconds();
  const auto begun = now_ns();
  out.counted = by.run(what, how);
  out.wall_seconds = static_cast<double>(now_ns() - begun) / 1e9;
  out.generator_cpu_seconds = own_cpu_seconds() - cpu;
  out.server = watch.so_far();
  out.window = how.window;
  out.rate = how.rate;
  out.at_once = how.at_once;
  return out;
}

void make_storm(run_options& o, std::uint32_t subscribers) {
  o.window = subscribers;
  o.rate = 0;
  o.retries = 1000; // until the time is over
  if (o.timeout == 0)
    o.timeout = 2;
}

bool prepare(engine& by, std::vector<std::uint8_t> kinds, std::uint32_t subscribers,
             std::string& why) {
  chain_plan everybody{std::move(kinds), subscribers, 1};
  pace gently;
  gently.window = 64;
  retry_rule patiently;
  patiently.retries = 5;
  const auto measured = by.retry_by(patiently);
  const auto done = by.run(everybody, gently);
  by.retry_by(measured);
  if (done.failed == 0 && done.done == subscribers)
    return true;
  why = fmt::format("the preparation worked for {} of {}", done.done, subscribers);
  for (std::size_t i = 1; i < done.faults.size(); ++i)
    if (done.faults[i] != 0)
      why += fmt::format(", {}: {}", fault_names[i], done.faults[i]);
  return false;
}

exit_code conclude(findings& f, const address_ledger& addresses, const run_options& o) {
  f.holders = addresses.holders();
  f.duplicates = addresses.duplicates();
  f.changed = addresses.changed();
  f.examples = addresses.examples();
  std::cout << (o.json ? as_json(f) + "\n" : as_table(f)) << std::flush;
  const bool all = !f.at_once || f.counted.done == f.subscribers;
  return verified(f) && all ? exit_code::good : exit_code::wrong;
}

void add_address_options(CLI::App& command, address_files& files) {
  command.add_option("--save", files.save, "Write who holds which address, one per line");
  command.add_option("--expect", files.expect,
                     "A file of --save: whoever is given another address is counted as changed");
}

} // namespace uzel::load
