#include "apps/uzelctl/store_places.hpp"

#include "config/load.hpp"
#include "storage/journal/files.hpp"

#include <filesystem>

namespace uzel::ctl {
namespace {

constexpr const char* usual_config = "/etc/uzel/uzeld.toml";

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

} // namespace

void add_places(CLI::App& command, store_places& given) {
  command.add_option("-c,--config", given.config,
                     tr("Settings of the daemon; else /etc/uzel/uzeld.toml if it is there"));
  command.add_option("--data", given.data, tr("Folder of a demo's store"));
  command.add_option("--store", given.url,
                     tr("URL of a database instead of the one in the settings"));
}

outcome<std::string> checked_url(const std::string& url) {
  const auto loaded = config::load("", {{"UZEL_STORE_URL", url}});
  if (loaded.ok())
    return url;
  return failure{exit_code::usage,
                 say("this is no URL of a store: {}", loaded.problems.front().reason)};
}

outcome<named_store> find_store(const store_places& given, absent_file absent) {
  auto path = given.config;
  if (path.empty() && given.data.empty() && is_there(usual_config))
    path = usual_config;
  auto loaded = config::load(path, config::process_environment());
  if (!loaded.ok()) {
    failure out{exit_code::usage, tr("the configuration cannot be used")};
    for (const auto& p : loaded.problems)
      out.lines.push_back("  " + config::describe(p));
    return out;
  }
  named_store out{std::move(loaded.settings.store), true};
  auto& store = out.settings;
  if (!given.data.empty()) {
    store.url = "sqlite:" + given.data + "/uzel.db";
    store.journal_directory = given.data + "/journal";
  }
  if (!given.url.empty()) {
    auto url = checked_url(given.url);
    if (!url)
      return url.error();
    const bool said_which_journal = !given.config.empty() || !given.data.empty();
    out.has_journal = said_which_journal || *url == store.url;
    store.url = std::move(*url);
  }
  if (const auto file = store.sqlite_path();
      absent == absent_file::refused && !file.empty() && !is_there(file))
    return failure{exit_code::not_found, say("there is no database {}", file)};
  return out;
}

bool is_in_use(const named_store& store) {
  return store.has_journal && is_there(store.settings.journal_directory) &&
         storage::directory_lock::is_held(store.settings.journal_directory);
}

outcome<> require_unused(const named_store& store) {
  if (!is_in_use(store))
    return {};
  return failure{exit_code::unavailable,
                 say("a daemon uses the journal in {}: stop it first, or ask it with "
                     "uzelctl store status",
                     store.settings.journal_directory)};
}

} // namespace uzel::ctl
