#include "config/log.hpp"
#include "config/rules.hpp"
#include "config/words.hpp"

namespace uzel::config {
namespace {

using namespace std::chrono_literals;

std::string why_no_levels(const std::map<std::string, log::level>& levels) {
  const auto names = log::component_names();
  for (const auto& [name, level] : levels) {
    if (log::find_component(name) == nullptr) {
      const std::string near = nearest(name, {names.begin(), names.end()});
      return in_quotes(name) + " is no component of the log" +
             (near.empty() ? std::string{} : "; did you mean " + in_quotes(near) + "?");
    }
  }
  return {};
}

constexpr checked<std::map<std::string, log::level>> component_levels{why_no_levels,
                                                                      "component = level"};

} // namespace

section clock_section() {
  using s = clock_settings;
  const declare in{"clock", &settings::clock};
  return {
    "clock",
    "How far the system clock may jump before expiry and charges are held until a person confirms.",
    {
      in("max_step", &s::max_step, range{1s, 86400s}, reload::restart,
         "Largest jump while the daemon runs."),
      in("max_gap", &s::max_gap, range{60s, 31536000s}, reload::restart,
         "Largest distance from the last journal record at start."),
    }};
}

section log_section() {
  using s = log_settings;
  const declare in{"log", &settings::log};
  return {
    "log",
    "The log. Each line has a component, a stable event id and a sentence.",
    {
      in("format", &s::format, anything{}, reload::yes,
         "Lines for people, or one JSON object each."),
      in("level", &s::level, anything{}, reload::yes, "The level of components that have no own."),
      in("levels", &s::levels, component_levels, reload::yes,
         "Levels of single components, as `[log.levels]` with lines such as `radius = \"debug\"`."),
      in("file", &s::file, anything{}, reload::yes,
         "File to append to, opened anew at SIGHUP; empty means standard error."),
    }};
}

section secrets_section() {
  using s = secrets_settings;
  const declare in{"secrets", &settings::secrets};
  return {"secrets",
          "Files that hold keys. Keys never stand in the configuration itself.",
          {
            in("master_key_file", &s::master_key_file, path, reload::restart,
               "Key that seals stored passwords and RADIUS secrets. Without it they are lost: keep "
               "a copy."),
            in("token_key_file", &s::token_key_file, path, reload::restart,
               "Key that signs sign-in tokens. A new key signs everybody out."),
          }};
}

} // namespace uzel::config
