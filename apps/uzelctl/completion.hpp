// Shell completion, generated from the tree of commands.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace uzel::ctl {

struct completion_word {
  std::string text;
  std::string doc;
};

struct completion_option {
  std::vector<std::string> names; // "--url", "-c"
  std::string doc;
  bool takes_value = false;
  std::vector<std::string> choices; // of the value, when there are few
};

// One command with what may follow it.
struct completion_node {
  std::string path; // "account access add"; empty = uzelctl itself
  std::vector<completion_word> commands;
  std::vector<completion_option> options;
  std::vector<std::string> choices; // of its positional arguments
};

// The whole tree, each command before those below it. Global options stand at the top only.
std::vector<completion_node> completion_tree(const CLI::App& app);

// The script for bash, zsh or fish; empty for other shells.
std::string completion_script(const CLI::App& app, std::string_view shell);

} // namespace uzel::ctl
