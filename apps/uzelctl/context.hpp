// What every command is given: how to reach the server, how to show answers, and where its own
// arguments live.
#pragma once

#include "apps/uzelctl/failure.hpp"
#include "apps/uzelctl/words.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::ctl {

// The global options, and the command that was chosen. Outlives the parser.
class context {
 public:
  std::string url = "http://127.0.0.1:8080";
  std::string token;
  std::string ca_file;
  unsigned timeout = 60; // seconds for one answer
  std::string lang;      // read before the tree is built, because the tree's own words depend on it
  bool json = false;
  std::function<outcome<>()> run;

  // A place for the arguments of one command.
  template <class Arguments>
  Arguments& hold() {
    auto kept = std::make_unique<held_value<Arguments>>();
    auto& out = kept->value;
    held_.push_back(std::move(kept));
    return out;
  }

 private:
  struct held {
    virtual ~held() = default;
  };
  template <class T>
  struct held_value : held {
    T value;
  };
  std::vector<std::unique_ptr<held>> held_;
};

// Adds a command group: one of its subcommands must be given.
inline CLI::App& add_group(CLI::App& above, const std::string& name, std::string_view english) {
  auto* out = above.add_subcommand(name, tr(english));
  out->require_subcommand(1);
  return *out;
}

// Adds a command; `what` is called with its arguments when it was chosen.
template <class Arguments>
CLI::App& add_command(CLI::App& above, const std::string& name, std::string_view english,
                      context& ctx, Arguments& arguments,
                      outcome<> (*what)(context&, const Arguments&)) {
  auto* out = above.add_subcommand(name, tr(english));
  out->callback([&ctx, &arguments, what] {
    ctx.run = [&ctx, &arguments, what] { return what(ctx, arguments); };
  });
  return *out;
}

// What the commands of each subject add to the tree.
void add_sign_in_commands(CLI::App& app, context& ctx);
void add_account_commands(CLI::App& app, context& ctx);
void add_entity_commands(CLI::App& app, context& ctx);
void add_network_commands(CLI::App& app, context& ctx);
void add_lease_commands(CLI::App& app, context& ctx);
void add_daemon_commands(CLI::App& app, context& ctx);
void add_store_commands(CLI::App& app, context& ctx);
void add_packet_commands(CLI::App& app, context& ctx);
void add_import_commands(CLI::App& app, context& ctx);
void add_completion_command(CLI::App& app, context& ctx);

// Everything of uzelctl, as main() and the tests use it.
void add_global_options(CLI::App& app, context& ctx);
void add_all_commands(CLI::App& app, context& ctx);

} // namespace uzel::ctl
