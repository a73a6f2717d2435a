// bench radius|dhcp|echo: hands over to uzel-load, which is installed beside this program.
#include "apps/uzelctl/bench_commands.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <unistd.h>

namespace uzel::ctl {
namespace {

struct bench_arguments {
  std::string protocol;
  const CLI::App* command = nullptr; // what it did not understand are options of uzel-load
};

std::string load_program() {
  if (const char* named = std::getenv("UZEL_LOAD"); named && *named)
    return named;
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path() / "uzel-load";
}

// Comes back only when the program cannot be run: its exit code is ours.
outcome<> run_load(context&, const bench_arguments& given) {
  const auto program = load_program();
  std::vector<std::string> words{program, given.protocol};
  for (auto& word : given.command->remaining())
    words.push_back(std::move(word));
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::cout.flush();
  ::execv(program.c_str(), arguments.data());
  return failure{exit_code::usage, say("{} cannot be run: {}", program, std::strerror(errno))};
}

} // namespace

void add_bench_commands(CLI::App& app, context& ctx) {
  auto& group = add_group(app, "bench", "Load a server and verify every answer");
  const auto add = [&](const char* protocol, std::string_view english) {
    auto& given = ctx.hold<bench_arguments>();
    given.protocol = protocol;
    auto& command = add_command(group, protocol, english, ctx, given, run_load);
    given.command = &command;
    // Everything that follows is uzel-load's, --help and --json too.
    command.prefix_command();
    command.fallthrough(false);
    command.set_help_flag();
  };
  add("radius", "Logins and accounting of many subscribers; the options are those of uzel-load");
  add("dhcp", "Leases of many clients; the options are those of uzel-load");
  add("echo", "The limit of machine and network; the options are those of uzel-load");
}

} // namespace uzel::ctl
