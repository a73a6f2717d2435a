// From a TOML file and the environment to settings, with everything that is wrong reported at once.
#pragma once

#include "config/settings.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uzel::config {

// Environment variables; those that begin with UZEL_<SECTION>_ override the file.
using environment = std::vector<std::pair<std::string, std::string>>;

// One thing that is wrong: where it stands ("/etc/uzel/uzeld.toml:12", "UZEL_HTTP_LISTEN"), which
// setting, and why.
struct problem {
  std::string where;
  std::string setting; // empty when the file as a whole cannot be read
  std::string reason;
  bool operator==(const problem&) const = default;
};

// "where: setting: reason", one line for people.
std::string describe(const problem& p);

// The outcome of reading: settings are complete and usable only when there are no problems.
struct loaded {
  config::settings settings;
  std::vector<problem> problems;
  std::map<std::string, std::string, std::less<>>
    origins; // setting -> where it was set; absent = default
  bool ok() const { return problems.empty(); }
};

// The UZEL_* variables of this process.
environment process_environment();

// Reads the file (an empty path = no file) and applies the environment over it.
[[nodiscard]] loaded load(const std::string& path, const environment& env = {});

// The same for text that is already in memory; `file` is the name that problems carry.
[[nodiscard]] loaded load_text(std::string_view toml, const std::string& file,
                               const environment& env = {});

// What a reload would do: names of settings that differ, by whether they take effect at once or at
// the next start.
struct difference {
  std::vector<std::string> applied;
  std::vector<std::string> needs_restart;
  bool operator==(const difference&) const = default;
};
[[nodiscard]] difference compare(const settings& running, const settings& wanted);

// `running` with every reloadable setting taken from `wanted`: what a component is given at SIGHUP.
[[nodiscard]] settings reloaded(const settings& running, const settings& wanted);

// What --print-config shows: a TOML file of the effective values, each with a comment that says
// where it comes from.
std::string render_effective(const loaded& what);

// The reference page of the manual: every setting with type, default, bounds, environment name and
// meaning.
std::string render_reference();

} // namespace uzel::config
