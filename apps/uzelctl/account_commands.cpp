// Accounts themselves; what hangs on them is in account_parts.cpp.
#include "apps/uzelctl/account_commands.hpp"

#include "apps/uzelctl/account_import.hpp"
#include "apps/uzelctl/entity_commands.hpp"
#include "apps/uzelctl/lookup.hpp"
#include "apps/uzelctl/secrets.hpp"
#include "apps/uzelctl/show.hpp"
#include "domain/entities/live.hpp"

#include <iostream>

namespace uzel::ctl {
namespace {

struct which_account {
  std::string who;
};

struct new_account {
  std::string number;
  std::string login;
  std::string mac;
  std::string address;
  std::string service;
  std::string until;
  std::string status;
  std::string session_limit;
  secret_source password;
  bool without_password = false;
};

struct account_fields {
  std::string who;
  std::vector<std::string> fields;
};

struct new_password {
  std::string who;
  secret_source password;
  bool none = false;
};

outcome<> show(context& ctx, const which_account& given) {
  api server{ctx};
  const auto id = find_account(server, given.who);
  if (!id)
    return id.error();
  const auto found = server.get(account_path(*id));
  if (!found)
    return found.error();
  show_object(ctx, *found, {"commit", "record", "subscription.account_id", "subscription.record"});
  return {};
}

// The members of a new account that are plain fields.
outcome<json> body_of(api& server, const new_account& given) {
  auto out = json::object();
  out.set("number", json::of(std::string_view{given.number}));
  const auto text = [&](std::string_view name, const std::string& value) {
    if (!value.empty())
      out.set(name, json::of(std::string_view{value}));
  };
  text("login", given.login);
  text("mac", given.mac);
  text("address", given.address);
  text("status", given.status);
  std::uint64_t limit = 0;
  if (read_number(given.session_limit, limit))
    out.set("session_limit", json::of(limit));
  if (!given.service.empty()) {
    const auto id = find_id(server, *find_entity("service"), given.service);
    if (!id)
      return id.error();
    out.set("service_id", json::of(std::uint64_t{*id}));
  }
  if (!given.until.empty()) {
    const auto until = read_time(given.until);
    if (!until)
      return until.error();
    out.set("service_ends", json::of(std::string_view{*until}));
  }
  return out;
}

void show_with_password(const context& ctx, std::string sentence, json answer,
                        const given_secret& password) {
  if (password.generated) {
    answer.set("password", json::of(std::string_view{password.text}));
    sentence.append("\n").append(tr("password")).append(": ").append(password.text);
  }
  show_done(ctx, sentence, answer);
}

outcome<> create(context& ctx, const new_account& given) {
  api server{ctx};
  auto body = body_of(server, given);
  if (!body)
    return body.error();
  given_secret password;
  if (!given.login.empty() && !given.without_password) {
    auto taken = take_secret(given.password, "Password", true);
    if (!taken)
      return taken.error();
    password = std::move(*taken);
    body->set("password", json::of(std::string_view{password.text}));
  }
  auto made = server.send("POST", "/accounts", *body);
  if (!made)
    return made.error();
  const auto sentence = say("account {} was created (id {})", given.number, made->text_of("id"));
  show_with_password(ctx, sentence, std::move(*made), password);
  return {};
}

outcome<json> change(api& server, const std::string& who, const json& body) {
  const auto id = find_account(server, who);
  if (!id)
    return id.error();
  return server.send("PATCH", account_path(*id), body);
}

outcome<> set(context& ctx, const account_fields& given) {
  api server{ctx};
  auto body = json::object();
  for (const auto& text : given.fields) {
    const auto pair = split_pair(text);
    if (!pair)
      return pair.error();
    const auto* f = entity_of<account_state>().find(pair->first);
    if (!f || f->has(trait_read_only) || f->type == field_type::secret)
      return failure{exit_code::usage,
                     say("{} is no field of {}; there are: {}", pair->first, "account",
                         "number, status, credit_limit, session_limit")};
    auto value = to_json(server, *f, pair->second);
    if (!value)
      return value.error();
    body.set(pair->first, std::move(*value));
  }
  const auto changed = change(server, given.who, body);
  if (!changed)
    return changed.error();
  show_done(ctx, say("account {} was changed", changed->text_of("number")), *changed);
  return {};
}

outcome<> set_status(context& ctx, const std::string& who, std::string_view status,
                     std::string_view sentence) {
  api server{ctx};
  const auto changed = change(server, who, json::object().set("status", json::of(status)));
  if (!changed)
    return changed.error();
  show_done(ctx, say(sentence, changed->text_of("number")), *changed);
  return {};
}

outcome<> disable(context& ctx, const which_account& given) {
  return set_status(ctx, given.who, "disabled", "account {} is disabled");
}

outcome<> enable(context& ctx, const which_account& given) {
  return set_status(ctx, given.who, "active", "account {} is active");
}

outcome<> close(context& ctx, const which_account& given) {
  return set_status(ctx, given.who, "closed", "account {} is closed");
}

outcome<> set_password(context& ctx, const new_password& given) {
  given_secret password;
  if (!given.none) {
    auto taken = take_secret(given.password, "Password", true);
    if (!taken)
      return taken.error();
    password = std::move(*taken);
  }
  api server{ctx};
  auto changed = change(server, given.who,
                        json::object().set("password", json::of(std::string_view{password.text})));
  if (!changed)
    return changed.error();
  const auto sentence =
    say(given.none ? "account {} has no password any more" : "account {} has a new password",
        changed->text_of("number"));
  show_with_password(ctx, sentence, std::move(*changed), password);
  return {};
}

void add_secret_options(CLI::App& command, secret_source& from) {
  command.add_option("--password-file", from.file,
                     tr("File whose first line is the secret; - is standard input"));
  command.add_flag("--prompt", from.prompt, tr("Ask for it without an echo"));
  command.add_flag("--generate", from.generate,
                   tr("Make it up and print it (this is the default)"));
}

void add_create(CLI::App& group, context& ctx) {
  auto& given = ctx.hold<new_account>();
  auto& command = add_command(group, "create", "Create an account", ctx, given, create);
  command.add_option("number", given.number, tr("Number of the account"))->required();
  command.add_option("--login", given.login, tr("PPP login"));
  command.add_option("--mac", given.mac, tr("A device's MAC address"));
  command.add_option("--address", given.address, tr("A static address"));
  command.add_option("--service", given.service, tr("Service to subscribe to at once: name or id"));
  command.add_option("--until", given.until, tr("When that subscription ends; else never"));
  command.add_option("--status", given.status, tr("active or disabled"))
    ->check(CLI::IsMember({"active", "disabled"}));
  command.add_option("--session-limit", given.session_limit, tr("How many may be online at once"))
    ->check(CLI::Range(0, 1000));
  command.add_flag("--no-password", given.without_password,
                   tr("Login by password is not possible"));
  add_secret_options(command, given.password);
}

} // namespace

std::string account_path(std::uint64_t id) {
  return "/accounts/" + std::to_string(id);
}

CLI::Option& add_who(CLI::App& command, std::string& who) {
  return *command
            .add_option("who", who, tr("Number, login or MAC address of the account, or id:N"))
            ->required();
}

void add_account_commands(CLI::App& app, context& ctx) {
  auto& group = add_group(app, "account", "Subscribers' accounts");
  add_list_command(group, ctx, entity_of<account_state>());
  const auto plain = [&](const char* name, std::string_view english,
                         outcome<> (*what)(context&, const which_account&)) {
    auto& given = ctx.hold<which_account>();
    add_who(add_command(group, name, english, ctx, given, what), given.who);
  };
  plain("show", "Show an account with all that hangs on it", show);
  add_create(group, ctx);
  auto& fields = ctx.hold<account_fields>();
  auto& setting = add_command(group, "set", "Change fields of an account", ctx, fields, set);
  add_who(setting, fields.who);
  setting
    .add_option("fields", fields.fields,
                tr("name=value: number, status, credit_limit, session_limit"))
    ->required();
  plain("disable", "Let the subscriber use nothing any more", disable);
  plain("enable", "Let the subscriber use his services again", enable);
  plain("close", "Close an account for good", close);
  auto& secret = ctx.hold<new_password>();
  auto& password =
    add_command(group, "password", "Give an account a new password", ctx, secret, set_password);
  add_who(password, secret.who);
  add_secret_options(password, secret.password);
  password.add_flag("--none", secret.none, tr("Login by password is not possible any more"));
  add_account_part_commands(group, ctx);
  add_import_command(group, ctx);
}

} // namespace uzel::ctl
