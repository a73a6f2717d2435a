// Commands about the store: status and parked ask the daemon, the others read the database and the
// journal themselves.
#include "apps/uzelctl/adoption.hpp"
#include "apps/uzelctl/api.hpp"
#include "apps/uzelctl/database_reading.hpp"
#include "apps/uzelctl/show.hpp"
#include "apps/uzelctl/store_check.hpp"
#include "apps/uzelctl/store_facts.hpp"
#include "apps/uzelctl/store_moves.hpp"
#include "storage/schema.hpp"

#include <chrono>
#include <iostream>

namespace uzel::ctl {
namespace {

struct nothing {};

struct place_arguments {
  store_places places;
  bool yes = false;
  std::uint32_t limit = 100;
};

instant wall_clock() {
  return instant{
    std::chrono::duration_cast<duration>(std::chrono::system_clock::now().time_since_epoch())
      .count()};
}

outcome<> status(context& ctx, const nothing&) {
  api server{ctx};
  const auto store = server.get("/store");
  if (!store)
    return store.error();
  show_object(ctx, *store);
  return {};
}

json to_json(const storage::parked_note& note) {
  auto out = json::object();
  out.set("number", json::of(note.number.value))
    .set("key", json::of(std::string_view{note.key}))
    .set("reason", json::of(std::string_view{note.reason}));
  return out;
}

// The daemon's answer, or what the database says when it is named.
outcome<json> parked_records(context& ctx, const place_arguments& given) {
  const auto& places = given.places;
  if (places.config.empty() && places.data.empty() && places.url.empty()) {
    api server{ctx};
    return server.get("/store");
  }
  const auto store = find_store(places);
  if (!store)
    return store.error();
  const auto report = storage::inspect_store(store->settings, given.limit);
  if (!report)
    return failure_of(report.error());
  auto rows = json::array();
  for (const auto& note : report->parked)
    rows.items.push_back(to_json(note));
  auto out = json::object();
  out.set("parked_total", json::of(report->parked_total)).set("parked", std::move(rows));
  return out;
}

outcome<> parked(context& ctx, const place_arguments& given) {
  const auto found = parked_records(ctx, given);
  if (!found)
    return found.error();
  const auto* rows = found->find("parked");
  listed what;
  if (rows)
    what.rows = rows->items;
  what.more = found->text_of("parked_total") != std::to_string(what.rows.size());
  show_list(ctx, what, {"number", "key", "reason"});
  return {};
}

outcome<> migrate(context& ctx, const place_arguments& given) {
  const auto store = find_store(given.places);
  if (!store)
    return store.error();
  if (const auto unused = require_unused(*store); !unused)
    return unused.error();
  const auto db = open_database(store->settings.url, storage::access_mode::read_write);
  if (!db)
    return db.error();
  const auto ran = storage::migrate(**db, storage::all_migrations(), wall_clock());
  if (!ran)
    return failure_of(ran.error());
  auto names = json::array();
  std::string sentence;
  for (const auto& m : *ran) {
    sentence += say("migration {} ran: {}", m.number, m.name) + "\n";
    names.items.push_back(json::of(m.name));
  }
  const auto schema = storage::all_migrations().back().number;
  auto out = json::object();
  out.set("schema", json::of(std::uint64_t{schema})).set("ran", std::move(names));
  show_done(ctx, sentence + say("the database has schema {}", schema), out);
  return {};
}

outcome<> check(context& ctx, const place_arguments& given) {
  const auto store = find_store(given.places);
  if (!store)
    return store.error();
  const auto found = check_store(*store);
  if (!found)
    return found.error();
  std::cout << (ctx.json ? to_text(to_json(*found)) + "\n" : render(*found));
  if (found->damage.empty())
    return {};
  return failure{exit_code::damaged,
                 say("the store is damaged; problems: {}", found->damage.size())};
}

outcome<> verify(context& ctx, const place_arguments& given) {
  const auto store = find_store(given.places);
  if (!store)
    return store.error();
  const auto found = verify_store(*store);
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

outcome<> adopt(context& ctx, const place_arguments& given) {
  const auto store = find_store(given.places);
  if (!store)
    return store.error();
  const auto plan = given.yes ? adopt_store(store->settings) : plan_adoption(store->settings);
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

} // namespace

void add_store_commands(CLI::App& app, context& ctx) {
  auto& group = add_group(app, "store", "Journal and database");
  auto& none = ctx.hold<nothing>();
  add_command(group, "status", "Ask the daemon how its store stands", ctx, none, status);
  const auto add = [&](const char* name, std::string_view english, auto what) -> auto& {
    auto& given = ctx.hold<place_arguments>();
    add_places(add_command(group, name, english, ctx, given, what), given.places);
    return given;
  };
  auto& kept = add("parked", "List the records that the database refused", parked);
  group.get_subcommand("parked")->add_option("--limit", kept.limit, tr("At most so many rows"));
  add("check", "Tell what a store is, and whether its parts fit", check);
  add("verify", "Check everything that must hold of a store", verify);
  add("migrate", "Bring the database up to this version", migrate);
  auto& taken =
    add("adopt", "Begin a new epoch: the database goes on without its old journal", adopt);
  group.get_subcommand("adopt")->add_flag("--yes", taken.yes, tr("Do it"));
  add_store_moves(group, ctx);
}

} // namespace uzel::ctl
