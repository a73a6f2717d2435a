// uzelctl: the operator's tool. Puts the commands together, runs the chosen one, tells how it
// ended.
#include "apps/uzelctl/context.hpp"
#include "apps/uzelctl/words.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace {

using uzel::ctl::exit_code;

// Before the tree is built: --lang, then the environment as other programs read it.
std::string wanted_language(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument{argv[i]};
    if (argument.starts_with("--lang="))
      return std::string{argument.substr(7)};
    if (argument == "--lang" && i + 1 < argc)
      return argv[i + 1];
  }
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const char* value = std::getenv(name); value && *value)
      return value;
  return "en";
}

int tell(const uzel::ctl::failure& why) {
  for (std::size_t i = 0; i < why.lines.size(); ++i)
    std::cerr << (i == 0 ? "uzelctl: " : "") << why.lines[i] << '\n';
  return static_cast<int>(why.code);
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  uzel::ctl::speak(wanted_language(argc, argv));
  uzel::ctl::context ctx;
  CLI::App app{uzel::ctl::tr("Serves the operator of Uzel at the command line."), "uzelctl"};
  uzel::ctl::add_global_options(app, ctx);
  uzel::ctl::add_all_commands(app, ctx);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const auto code = app.exit(e) == 0 ? exit_code::ok : exit_code::usage;
    return static_cast<int>(code);
  }
  const auto done = ctx.run();
  std::cout.flush();
  return done ? static_cast<int>(exit_code::ok) : tell(done.error());
}
