// The subcommands of uzel-load, and what they have in common.
#pragma once

#include "bench/load/address_ledger.hpp"
#include "bench/load/engine.hpp"
#include "bench/load/report.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace uzel::load {

// Exit codes; documented in docs/operations/benchmarking.md.
enum class exit_code : int { good = 0, wrong = 1, usage = 2 };

// The options that every client has.
struct run_options {
  std::uint32_t address = 0; // of the server
  std::string server = "127.0.0.1";
  std::uint32_t window = 0; // 0 = 64 in a closed loop, 4096 in an open one
  double rate = 0;
  double seconds = 10;
  double warmup = 0;
  double timeout = 0; // 0 = 3, in a storm 2
  unsigned retries = 0;
  std::uint64_t seed = 0;
  bool json = false;
  watched watch;
};

// What both protocols have: who was given which address.
struct address_files {
  std::string save;
  std::string expect;
};
void add_address_options(CLI::App& command, address_files& files);

// Where each command puts what is to be run after parsing; returns the exit code.
using chosen = std::function<exit_code()>;

void add_radius_command(CLI::App& app, chosen& run);
void add_dhcp_command(CLI::App& app, chosen& run);
void add_echo_command(CLI::App& app, chosen& run);

void add_run_options(CLI::App& command, run_options& o);
// Fills in what depends on other options. False with a sentence when they make no sense.
bool settle(run_options& o, std::string& why);
retry_rule retries_of(const run_options& o);
pace pace_of(const run_options& o);
// Everybody at once: no limit but the time, and retries until it is over.
void make_storm(run_options& o, std::uint32_t subscribers);
exit_code fail(const std::string& why);

// Runs the plan and fills in all that is measured around it.
findings measure(engine& by, plan& what, const pace& how, const run_options& o);
// Does something for everybody that is not measured; what is not answered is asked for again.
// False with a sentence when it failed for one.
bool prepare(engine& by, std::vector<std::uint8_t> kinds, std::uint32_t subscribers,
             std::string& why);
// Adds what the ledger knows, writes the file that was asked for, prints; the exit code of the run.
exit_code conclude(findings& f, const address_ledger& addresses, const run_options& o);

} // namespace uzel::load
