// store status asks the daemon; verify and adopt read the files while none runs.
#include "apps/uzelctl/api.hpp"
#include "apps/uzelctl/show.hpp"
#include "apps/uzelctl/store_check.hpp"
#include "config/load.hpp"

#include <filesystem>
#include <iostream>

namespace uzel::ctl {
namespace {

struct nothing {};

struct store_arguments {
  std::string config;
  std::string data;
  bool yes = false;
};

constexpr const char* usual_config = "/etc/uzel/uzeld.toml";

// The [store] section that the daemon would use.
outcome<config::store_settings> settings_of(const store_arguments& given) {
  auto path = given.config;
  std::error_code ignored;
  if (path.empty() && given.data.empty() && std::filesystem::exists(usual_config, ignored))
    path = usual_config;
  auto loaded = config::load(path, config::process_environment());
  if (!loaded.ok()) {
    failure out{exit_code::usage, tr("the configuration cannot be used")};
    for (const auto& p : loaded.problems)
      out.lines.push_back("  " + config::describe(p));
    return out;
  }
  auto& store = loaded.settings.store;
  if (!given.data.empty()) {
    store.url = "sqlite:" + given.data + "/uzel.db";
    store.journal_directory = given.data + "/journal";
  }
  // Opening a database that is not there would make an empty one.
  if (const auto file = store.sqlite_path();
      !file.empty() && !std::filesystem::exists(file, ignored))
    return failure{exit_code::not_found, say("there is no database {}", file)};
  return store;
}

outcome<> status(context& ctx, const nothing&) {
  api server{ctx};
  const auto store = server.get("/store");
  if (!store)
    return store.error();
  show_object(ctx, *store);
  return {};
}

outcome<> verify(context& ctx, const store_arguments& given) {
  const auto settings = settings_of(given);
  if (!settings)
    return settings.error();
  const auto found = verify_store(*settings);
  if (!found)
    return found.error();
  std::cout << (ctx.json ? to_text(to_json(*found)) + "\n" : render(*found));
  if (found->damage.empty())
    return {};
  return failure{exit_code::damaged,
                 say("the store is damaged; problems: {}", found->damage.size())};
}

json to_json(const adoption& plan) {
  const auto before = storage::to_string(plan.before);
  const auto after = storage::to_string(plan.after);
  auto out = json::object();
  out.set("before", json::of(std::string_view{before}))
    .set("after", json::of(std::string_view{after}))
    .set("next", json::of(plan.next.value))
    .set("left_out", json::of(plan.left_out));
  return out;
}

outcome<> adopt(context& ctx, const store_arguments& given) {
  const auto settings = settings_of(given);
  if (!settings)
    return settings.error();
  const auto plan = given.yes ? adopt_store(*settings) : plan_adoption(*settings);
  if (!plan)
    return plan.error();
  const auto lost = plan->left_out == 0
                      ? std::string{}
                      : "\n" + say("journal records that the database never applied: {}; they stay "
                                   "in the folder that the segments are set aside in",
                                   plan->left_out);
  if (given.yes) {
    show_done(ctx,
              say("the store is now {}; its next record is {}", storage::to_string(plan->after),
                  plan->next.value) +
                lost,
              to_json(*plan));
    return {};
  }
  show_done(ctx,
            say("this would make the store {} and begin an empty journal with record {}",
                storage::to_string(plan->after), plan->next.value) +
              lost,
            to_json(*plan));
  return failure{exit_code::usage, tr("nothing was changed: add --yes to do it")};
}

void add_places(CLI::App& command, store_arguments& given) {
  command.add_option("-c,--config", given.config,
                     tr("Settings of the daemon; else /etc/uzel/uzeld.toml if it is there"));
  command.add_option("--data", given.data, tr("Folder of a demo's store"));
}

} // namespace

void add_store_commands(CLI::App& app, context& ctx) {
  auto& group = add_group(app, "store", "Journal and database");
  auto& none = ctx.hold<nothing>();
  add_command(group, "status", "Ask the daemon how its store stands", ctx, none, status);
  auto& seen = ctx.hold<store_arguments>();
  add_places(add_command(group, "verify", "Check a store that no daemon uses", ctx, seen, verify),
             seen);
  auto& taken = ctx.hold<store_arguments>();
  auto& adopting =
    add_command(group, "adopt", "Begin a new epoch: the database goes on without its old journal",
                ctx, taken, adopt);
  add_places(adopting, taken);
  adopting.add_flag("--yes", taken.yes, tr("Do it"));
}

} // namespace uzel::ctl
