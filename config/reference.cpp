#include "config/load.hpp"
#include "config/setting.hpp"

#include <fmt/format.h>

namespace uzel::config {
namespace {

constexpr std::string_view introduction = R"(# Configuration

`uzeld` reads one TOML file (`uzeld --config FILE`). It says how the process runs; clients, pools, services and
accounts live in the store and are changed through the API or `uzelctl`.

- Every setting has a default, so an empty file is a valid one. Unknown names and bad values stop the start: all of
  them are listed, each with file, line and reason. `uzeld --check-config` only checks, `uzeld --print-config` shows
  the values in effect and where each comes from.
- The environment overrides the file: lists are separated by commas, tables are written as `radius=debug,http=warn`.
- A time is a number with `ms`, `s`, `m`, `h` or `d`; a size is one with `B`, `KiB`, `MiB`, `GiB` or `TiB`.
- At SIGHUP the file is read again. Settings marked *at reload* take effect then; of the others the log says that they
  wait for a restart.

This page is generated from the declarations in `config/section_*.cpp`.
)";

std::string entry(const setting& of, const settings& defaults) {
  std::string out = fmt::format("### `{}`\n\n{}\n\n- type: {}; default: `{}`", of.name, of.doc,
                                of.type, of.print(defaults));
  if (!of.bounds.empty())
    out += fmt::format("; allowed: {}", of.bounds);
  out += fmt::format("\n- environment: `{}`; a change takes effect {}\n", of.environment,
                     of.when == reload::yes ? "at reload" : "at restart");
  return out;
}

} // namespace

std::string render_reference() {
  std::string out{introduction};
  const settings defaults;
  for (const section& part : all_sections()) {
    out += fmt::format("\n## [{}]\n\n{}\n", part.name, part.doc);
    for (const setting& each : part.settings)
      out.append("\n").append(entry(each, defaults));
  }
  return out;
}

std::string render_effective(const loaded& what) {
  std::string out;
  for (const section& part : all_sections()) {
    out += fmt::format("{}[{}]\n", out.empty() ? "" : "\n", part.name);
    for (const setting& each : part.settings) {
      const auto origin = what.origins.find(each.name);
      const std::string key = each.name.substr(part.name.size() + 1);
      // A name from the outside must not break out of its comment.
      std::string from = origin == what.origins.end() ? "default" : origin->second;
      for (char& c : from)
        if (static_cast<unsigned char>(c) < 0x20)
          c = '?';
      out += fmt::format("{} = {} # {}\n", key, each.print(what.settings), from);
    }
  }
  return out;
}

} // namespace uzel::config
