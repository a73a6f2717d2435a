// client, pool, network, service, device, port, nas and so on: the same five commands for
// everything that people edit, driven by the field tables.
#include "apps/uzelctl/entity_commands.hpp"

#include "apps/uzelctl/lookup.hpp"
#include "apps/uzelctl/secrets.hpp"
#include "apps/uzelctl/show.hpp"

#include <algorithm>
#include <iostream>

namespace uzel::ctl {
namespace {

struct list_arguments {
  const entity* e = nullptr;
  std::vector<std::string> filters;
  std::string search;
  std::string sort;
  std::vector<std::string> columns;
  bool descending = false;
  bool all = false;
  std::size_t limit = 100;
};

struct edit_arguments {
  const entity* e = nullptr;
  std::string what; // id or name
  std::vector<std::string> fields;
  secret_source secret;
};

// The secret of the entity as the API calls it; empty when there is none.
std::string secret_name(const entity& e) {
  for (const auto& f : e.fields)
    if (f.type == field_type::secret)
      return f.name == "password_hash" ? "password" : std::string{f.name};
  return {};
}

failure unknown_field(const entity& e, const std::string& name) {
  std::string known;
  for (const auto& f : e.fields)
    if (!f.has(trait_read_only))
      known.append(known.empty() ? "" : ", ")
        .append(f.type == field_type::secret ? secret_name(e) : std::string{f.name});
  return {exit_code::usage,
          say("{} is no field of {}; there are: {}", name, std::string{e.name}, known)};
}

outcome<json> body_of(api& server, const entity& e, const std::vector<std::string>& fields) {
  auto out = json::object();
  for (const auto& text : fields) {
    const auto pair = split_pair(text);
    if (!pair)
      return pair.error();
    const auto& [name, value] = *pair;
    if (name == secret_name(e)) {
      out.set(name, json::of(value));
      continue;
    }
    const auto* f = e.find(name);
    if (!f || f->has(trait_read_only) || f->type == field_type::secret)
      return unknown_field(e, name);
    auto read = to_json(server, *f, value);
    if (!read)
      return read.error();
    out.set(name, std::move(*read));
  }
  return out;
}

// A secret that the fields do not give is asked for, or made.
outcome<given_secret> add_secret(const edit_arguments& given, bool needed, json& body) {
  const auto name = secret_name(*given.e);
  const bool asked = !given.secret.file.empty() || given.secret.prompt || given.secret.generate;
  if (name.empty() || body.find(name) || (!asked && !needed))
    return given_secret{};
  auto taken = take_secret(given.secret, name == "password" ? "Password" : "Secret", false);
  if (taken)
    body.set(name, json::of(taken->text));
  return taken;
}

void show_edited(const context& ctx, const entity& e, json answer, const given_secret& secret,
                 std::string_view sentence) {
  const auto name = secret_name(e);
  if (secret.generated)
    for (auto& [key, value] : answer.members)
      if (key == name)
        value = json::of(std::string_view{secret.text});
  if (secret.generated && !answer.find(name))
    answer.set(name, json::of(std::string_view{secret.text}));
  auto words = say(sentence, std::string{e.name}, answer.text_of("id"));
  if (secret.generated)
    words.append("\n").append(name).append(": ").append(secret.text);
  show_done(ctx, words, answer);
}

outcome<> list(context& ctx, const list_arguments& given) {
  api server{ctx};
  query ask;
  for (const auto& text : given.filters) {
    auto pair = split_pair(text);
    if (!pair)
      return pair.error();
    ask.push_back(std::move(*pair));
  }
  if (!given.search.empty())
    ask.emplace_back("q", given.search);
  if (!given.sort.empty())
    ask.emplace_back("sort", given.sort);
  if (given.descending)
    ask.emplace_back("order", "desc");
  const auto rows = server.list(path_of(*given.e), ask, given.all ? 0 : given.limit);
  if (!rows)
    return rows.error();
  show_list(ctx, *rows, given.columns.empty() ? columns_of(*given.e) : given.columns);
  return {};
}

outcome<> show(context& ctx, const edit_arguments& given) {
  api server{ctx};
  const auto id = find_id(server, *given.e, given.what);
  if (!id)
    return id.error();
  const auto found = server.get(path_of(*given.e) + "/" + std::to_string(*id));
  if (!found)
    return found.error();
  show_object(ctx, *found);
  return {};
}

outcome<> create(context& ctx, const edit_arguments& given) {
  api server{ctx};
  auto body = body_of(server, *given.e, given.fields);
  if (!body)
    return body.error();
  const auto secret = add_secret(given, true, *body);
  if (!secret)
    return secret.error();
  auto made = server.send("POST", path_of(*given.e), *body);
  if (!made)
    return made.error();
  show_edited(ctx, *given.e, std::move(*made), *secret, "{} {} was created");
  return {};
}

outcome<> set(context& ctx, const edit_arguments& given) {
  api server{ctx};
  auto body = body_of(server, *given.e, given.fields);
  if (!body)
    return body.error();
  const auto secret = add_secret(given, false, *body);
  if (!secret)
    return secret.error();
  if (body->members.empty())
    return failure{exit_code::usage, tr("nothing to change was given: write name=value")};
  const auto id = find_id(server, *given.e, given.what);
  if (!id)
    return id.error();
  auto changed = server.send("PATCH", path_of(*given.e) + "/" + std::to_string(*id), *body);
  if (!changed)
    return changed.error();
  show_edited(ctx, *given.e, std::move(*changed), *secret, "{} {} was changed");
  return {};
}

outcome<> remove(context& ctx, const edit_arguments& given) {
  api server{ctx};
  const auto id = find_id(server, *given.e, given.what);
  if (!id)
    return id.error();
  const auto gone = server.call("DELETE", path_of(*given.e) + "/" + std::to_string(*id));
  if (!gone)
    return gone.error();
  show_done(ctx, say("{} {} was deleted", std::string{given.e->name}, *id),
            json::object().set("id", json::of(std::uint64_t{*id})));
  return {};
}

void add_list_options(CLI::App& command, list_arguments& given) {
  command.add_option("filters", given.filters,
                     tr("name=value; name_from=value and name_to=value for ranges"));
  command.add_option("-q,--search", given.search, tr("Part of any field that is searched"));
  command.add_option("--sort", given.sort, tr("Field to sort by"));
  command.add_flag("--desc", given.descending, tr("Highest first"));
  command.add_option("--columns", given.columns, tr("Fields to show, separated by commas"))
    ->delimiter(',');
  command.add_option("--limit", given.limit, tr("At most so many rows"))
    ->check(CLI::Range(std::size_t{1}, std::size_t{10'000'000}));
  command.add_flag("--all", given.all, tr("All rows"));
}

void add_fields(CLI::App& command, edit_arguments& given, bool needed) {
  std::string footer = tr("Fields:");
  for (const auto& f : given.e->fields)
    if (!f.has(trait_read_only) && f.type != field_type::secret)
      footer.append("\n  ").append(f.name).append("  ").append(f.doc);
  command.footer(footer);
  auto* fields = command.add_option("fields", given.fields, tr("name=value"));
  if (needed)
    fields->required();
  const auto name = secret_name(*given.e);
  if (name.empty())
    return;
  command.add_option("--" + name + "-file", given.secret.file,
                     tr("File whose first line is the secret; - is standard input"));
  command.add_flag("--generate-" + name, given.secret.generate, tr("Make it up and print it"));
  command.add_flag("--prompt-" + name, given.secret.prompt, tr("Ask for it without an echo"));
}

void add_one(CLI::App& app, context& ctx, std::string_view name) {
  const auto* e = find_entity(name);
  if (!e)
    return;
  std::string command{name};
  std::replace(command.begin(), command.end(), '_', '-');
  auto& group = *app.add_subcommand(command, tr(e->doc));
  group.require_subcommand(1);
  add_list_command(group, ctx, *e);
  const auto edit = [&](const char* verb, std::string_view english,
                        outcome<> (*what)(context&, const edit_arguments&)) -> CLI::App& {
    auto& given = ctx.hold<edit_arguments>();
    given.e = e;
    auto& added = add_command(group, verb, english, ctx, given, what);
    if (verb != std::string_view{"create"})
      added
        .add_option("which", given.what,
                    tr(is_of_account(*e) ? "Id of the row, or login or MAC address of the account"
                                         : "Id or name"))
        ->required();
    if (verb == std::string_view{"create"} || verb == std::string_view{"set"})
      add_fields(added, given, verb == std::string_view{"create"});
    return added;
  };
  edit("show", "Show one with all its fields", show);
  edit("create", "Create one", create);
  edit("set", "Change fields of one", set);
  edit("delete", "Delete one", remove);
}

} // namespace

void add_list_command(CLI::App& group, context& ctx, const entity& e) {
  auto& given = ctx.hold<list_arguments>();
  given.e = &e;
  add_list_options(add_command(group, "list", "List them", ctx, given, list), given);
}

void add_entity_commands(CLI::App& app, context& ctx) {
  for (const auto* name : {"client", "nas", "pool", "network", "subscriber_options",
                           "routing_domain", "service", "device", "port", "staff"})
    add_one(app, ctx, name);
}

} // namespace uzel::ctl
