// store copy and compare, backup and restore.
#include "apps/uzelctl/store_moves.hpp"

#include "apps/uzelctl/database_reading.hpp"
#include "apps/uzelctl/file_store_backup.hpp"
#include "apps/uzelctl/show.hpp"
#include "apps/uzelctl/store_backup.hpp"
#include "apps/uzelctl/store_check.hpp"
#include "apps/uzelctl/text_table.hpp"
#include "storage/copy.hpp"
#include "storage/journal/scan.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

namespace uzel::ctl {
namespace {

constexpr std::size_t differences_shown = 50;

struct copy_arguments {
  std::string from;
  std::string to;
  store_places places; // of the settings that name the journal
  bool online = false;
};

struct backup_arguments {
  std::string folder;
  store_places places;
  bool replace = false;
};

std::string table_of(const std::vector<storage::table_sum>& sums) {
  text_table out{{tr("table"), tr("rows"), tr("digest")}, {}};
  const auto all = to_json(sums);
  for (const auto& sum : all.items)
    out.rows.push_back({sum.text_of("table"), sum.text_of("rows"), sum.text_of("digest")});
  return render(out);
}

// The journal that the settings name tells whether a daemon works on the database of that URL.
outcome<> require_offline(const store_places& places, const std::string& url) {
  auto store = find_store(places, absent_file::allowed);
  if (!store && !places.config.empty())
    return store.error();
  if (!store || !is_in_use(*store))
    return {};
  const bool same = store->settings.url == url;
  store->settings.url = url;
  const auto database = storage::inspect_store(store->settings, 0);
  const auto chain = storage::read_chain(store->settings.journal_directory);
  const bool its_journal = database && chain && !chain->segments.empty() &&
                           chain->segments.back().header.identity == database->identity;
  return same || its_journal ? require_unused(*store) : outcome<>{};
}

// A line per table when a person waits.
storage::copy_progress progress_for(const context& ctx) {
  if (ctx.json)
    return {};
  return [](const std::string& table, std::uint64_t rows) {
    constexpr std::uint64_t between_lines = 100'000;
    if (rows % between_lines == 0)
      std::cerr << table << ": " << rows << '\n';
  };
}

outcome<> copy(context& ctx, const copy_arguments& given) {
  storage::copy_request how;
  for (const auto* url : {&given.from, &given.to})
    if (const auto checked = checked_url(*url); !checked)
      return checked.error();
  how.from = given.from;
  how.to = given.to;
  store_places source = given.places;
  source.url = how.from; // its file must be there
  if (const auto found = find_store(source); !found)
    return found.error();
  if (!given.online)
    if (const auto offline = require_offline(given.places, how.from); !offline)
      return offline.error();
  how.source_may_move = given.online;
  how.progress = progress_for(ctx);
  const auto done = storage::copy_store(how);
  if (!done)
    return failure_of(done.error());
  config::store_settings target;
  target.url = how.to;
  if (const std::filesystem::path file{target.sqlite_path()}; !file.empty())
    give_to_owner_of(file, std::filesystem::absolute(file).parent_path());
  if (ctx.json)
    std::cout << to_text(to_json(*done)) << '\n';
  else
    std::cout << table_of(*done)
              << say("every table arrived value by value; start the daemon with store.url = {} and "
                     "its present journal",
                     how.to)
              << '\n';
  return {};
}

outcome<> compare(context& ctx, const copy_arguments& given) {
  for (const auto* url : {&given.from, &given.to}) {
    store_places one;
    one.url = *url;
    if (const auto found = find_store(one); !found)
      return found.error();
  }
  const auto found = storage::compare_stores(given.from, given.to, differences_shown);
  if (!found)
    return failure_of(found.error());
  std::vector<std::string> lines;
  std::vector<storage::table_sum> sums;
  for (const auto& table : *found) {
    sums.push_back(table.left);
    lines.insert(lines.end(), table.differences.begin(), table.differences.end());
  }
  if (ctx.json)
    std::cout << to_text(to_json(sums)) << '\n';
  else if (lines.empty())
    std::cout << table_of(sums) << tr("both hold the same") << '\n';
  if (lines.empty())
    return {};
  std::transform(lines.begin(), lines.end(), lines.begin(), [](auto& l) { return printable(l); });
  lines.insert(lines.begin(), tr("they differ"));
  return failure{exit_code::damaged, std::move(lines)};
}

outcome<> backup(context& ctx, const backup_arguments& given) {
  const auto store = find_store(given.places);
  if (!store)
    return store.error();
  const auto done = backup_store(store->settings, given.folder);
  if (!done)
    return done.error();
  if (ctx.json)
    std::cout << to_text(to_json(*done)) << '\n';
  else
    std::cout << table_of(done->tables)
              << say("the database of {} with records up to {} is in {}; the master key and the "
                     "journal are not",
                     done->store, done->applied, given.folder)
              << '\n';
  return {};
}

outcome<> restore(context& ctx, const backup_arguments& given) {
  const auto store = find_store(given.places, absent_file::allowed);
  if (!store)
    return store.error();
  const auto done = restore_store(*store, given.folder, given.replace);
  if (!done)
    return done.error();
  if (!done->set_aside.empty())
    std::cerr << say("the former database is {} now", done->set_aside.string()) << '\n';
  const auto found = verify_store(*store);
  if (!found)
    return found.error();
  std::cout << (ctx.json ? to_text(to_json(*found)) + "\n" : render(*found));
  if (found->damage.empty())
    return {};
  return failure{exit_code::damaged,
                 tr("the database came back as it was; what does not fit is told above, and "
                    "store adopt begins a new epoch without the journal")};
}

} // namespace

void add_store_moves(CLI::App& group, context& ctx) {
  auto& copied = ctx.hold<copy_arguments>();
  auto& copying =
    add_command(group, "copy", "Move a whole store into another database", ctx, copied, copy);
  copying.add_option("from", copied.from, tr("URL of the store that is there"))->required();
  copying.add_option("to", copied.to, tr("URL of an empty database"))->required();
  copying.add_option("-c,--config", copied.places.config,
                     tr("Settings of the daemon; else /etc/uzel/uzeld.toml if it is there"));
  copying.add_flag("--online", copied.online,
                   tr("Copy one moment of a store that a daemon works on"));
  auto& held = ctx.hold<copy_arguments>();
  auto& comparing =
    add_command(group, "compare", "Tell where two databases differ", ctx, held, compare);
  comparing.add_option("left", held.from, tr("URL of a store"))->required();
  comparing.add_option("right", held.to, tr("URL of another store"))->required();
  auto& saved = ctx.hold<backup_arguments>();
  auto& saving = add_command(group, "backup",
                             "Write the database into a folder while the daemon "
                             "works",
                             ctx, saved, backup);
  saving.add_option("folder", saved.folder, tr("A new folder"))->required();
  add_places(saving, saved.places);
  auto& back = ctx.hold<backup_arguments>();
  auto& restoring =
    add_command(group, "restore", "Put a backup in the database's place", ctx, back, restore);
  restoring.add_option("folder", back.folder, tr("Folder of a backup"))->required();
  add_places(restoring, back.places);
  restoring.add_flag("--replace", back.replace, tr("Replace the database that is there"));
}

} // namespace uzel::ctl
