#include "config/load.hpp"

#include "config/setting.hpp"
#include "config/toml.hpp"
#include "config/words.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace uzel::config {
namespace {

// A configuration is some kilobytes; this only keeps a wrong path (a database, /dev/zero) from
// being swallowed.
constexpr std::size_t max_file_size = 1u << 20;

std::string not_a_setting(std::string_view what, const std::string& near) {
  return near.empty() ? fmt::format("is no {}", what)
                      : fmt::format("is no {}; did you mean {}?", what, near);
}

std::vector<std::string> names_of(std::string setting::*member) {
  std::vector<std::string> names;
  for (const section& part : all_sections())
    for (const setting& each : part.settings)
      names.push_back(each.*member);
  return names;
}

bool is_section(std::string_view name) {
  for (const section& part : all_sections())
    if (part.name == name)
      return true;
  return false;
}

// A key of the file as the setting wants it: one entry of a table whose keys are free, or the plain
// value.
raw_value value_for(const setting& target, const toml_entry& entry) {
  const auto* text = std::get_if<std::string>(&entry.value);
  if (!target.is_table || entry.name == target.name || text == nullptr)
    return entry.value;
  return table_entry{entry.name.substr(target.name.size() + 1), *text};
}

void apply_file(const toml_content& content, const std::string& file, loaded& out) {
  for (const toml_entry& entry : content.entries) {
    const std::string where = fmt::format("{}:{}", file, entry.line);
    const setting* target = find_setting(entry.name);
    if (entry.is_table && (is_section(entry.name) || (target && target->is_table)))
      continue;
    if (target == nullptr) {
      out.problems.push_back(
        {where, entry.name,
         not_a_setting("setting", nearest(entry.name, names_of(&setting::name)))});
      continue;
    }
    if (std::string why = target->assign(out.settings, value_for(*target, entry)); !why.empty())
      out.problems.push_back({where, entry.name, std::move(why)});
    else
      out.origins.insert_or_assign(target->name, where);
  }
}

// UZEL_<SECTION>_...: a misspelt override must not be passed over in silence. Other UZEL_ variables
// belong to tools.
bool is_ours(const std::string& variable) {
  for (const section& part : all_sections())
    if (variable.starts_with(environment_name(part.name, "")))
      return true;
  return false;
}

void apply_environment(const environment& env, loaded& out) {
  for (const auto& [variable, text] : env) {
    const setting* target = nullptr;
    for (const section& part : all_sections())
      for (const setting& each : part.settings)
        if (each.environment == variable)
          target = &each;
    if (target != nullptr) {
      if (std::string why = target->assign(out.settings, plain_text{text}); !why.empty())
        out.problems.push_back({variable, target->name, std::move(why)});
      else
        out.origins.insert_or_assign(target->name, variable);
    } else if (is_ours(variable)) {
      out.problems.push_back({variable, "",
                              not_a_setting("override of a setting",
                                            nearest(variable, names_of(&setting::environment)))});
    }
  }
}

// What no single setting can see. The problem is reported where the first named setting was set.
void check_together(loaded& out) {
  const auto refuse = [&](const std::string& name, std::string why) {
    const auto at = out.origins.find(name);
    out.problems.push_back(
      {at == out.origins.end() ? "default" : at->second, name, std::move(why)});
  };
  const settings& all = out.settings;
  if (all.http.tls_certificate.empty() != all.http.tls_key.empty()) {
    const bool lone_key = all.http.tls_certificate.empty();
    refuse(lone_key ? "http.tls_key" : "http.tls_certificate",
           "a certificate and its key must be given together");
  }
  if (all.store.journal_max_bytes / 2 < all.store.journal_segment_bytes)
    refuse("store.journal_max_bytes", "must be at least twice store.journal_segment_bytes");
  for (const std::string& each : all.radius.auth_listen)
    for (const std::string& other : all.radius.acct_listen)
      if (each == other)
        refuse("radius.acct_listen", in_quotes(each) + " is in radius.auth_listen too");
}

} // namespace

std::string describe(const problem& p) {
  if (p.setting.empty())
    return fmt::format("{}: {}", p.where, p.reason);
  return fmt::format("{}: {}: {}", p.where, p.setting, p.reason);
}

environment process_environment() {
  environment found;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry{*at};
    const auto sign = entry.find('=');
    if (entry.starts_with("UZEL_") && sign != std::string_view::npos)
      found.emplace_back(entry.substr(0, sign), entry.substr(sign + 1));
  }
  return found;
}

loaded load_text(std::string_view toml, const std::string& file, const environment& env) {
  loaded out;
  const toml_content content = read_toml(toml);
  if (content.error.empty())
    apply_file(content, file, out);
  else
    out.problems.push_back({fmt::format("{}:{}", file, content.error_line), "", content.error});
  apply_environment(env, out);
  check_together(out);
  return out;
}

loaded load(const std::string& path, const environment& env) {
  if (path.empty())
    return load_text("", "", env);
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  std::ifstream in{path, std::ios::binary};
  if (error || !in || size > max_file_size) {
    loaded out = load_text("", path, env);
    const std::string why = error || !in ? "cannot be read" + (error ? ": " + error.message() : "")
                                         : "is larger than 1 MiB";
    out.problems.insert(out.problems.begin(), {path, "", why});
    return out;
  }
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  return load_text(text, path, env);
}

difference compare(const settings& running, const settings& wanted) {
  difference out;
  for (const section& part : all_sections())
    for (const setting& each : part.settings)
      if (!each.same(running, wanted))
        (each.when == reload::yes ? out.applied : out.needs_restart).push_back(each.name);
  return out;
}

settings reloaded(const settings& running, const settings& wanted) {
  settings out = running;
  for (const section& part : all_sections())
    for (const setting& each : part.settings)
      if (each.when == reload::yes)
        each.copy(out, wanted);
  return out;
}

} // namespace uzel::config
