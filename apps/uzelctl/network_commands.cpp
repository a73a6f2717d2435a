// What is on the network: sessions, bindings, and who had which address when.
#include "apps/uzelctl/entity_commands.hpp"
#include "apps/uzelctl/lookup.hpp"
#include "apps/uzelctl/show.hpp"
#include "domain/entities/codec.hpp"
#include "domain/entities/live.hpp"

#include <chrono>

namespace uzel::ctl {
namespace {

struct one_row {
  std::uint64_t id = 0;
  bool force = false;
};

struct holder_arguments {
  std::string address;
  std::string at;
  std::string domain;
};

template <class T>
outcome<> show(context& ctx, const one_row& which) {
  api server{ctx};
  const auto found = server.get(path_of(entity_of<T>()) + "/" + std::to_string(which.id));
  if (!found)
    return found.error();
  show_object(ctx, *found);
  return {};
}

outcome<> disconnect(context& ctx, const one_row& which) {
  api server{ctx};
  const auto path = "/sessions/" + std::to_string(which.id) + "/disconnect";
  const auto done = server.call("POST", path);
  if (!done)
    return done.error();
  const auto said = done->text_of("outcome");
  if (ctx.json || said == "acknowledged") {
    show_done(ctx, say("session {} was disconnected", which.id), *done);
    if (said == "acknowledged")
      return {};
  }
  const auto cause = done->text_of("error_cause");
  return failure{
    exit_code::refused,
    cause.empty() || cause == "0"
      ? say("session {} was not disconnected: {}", which.id, tr(said))
      : say("session {} was not disconnected: {} (Error-Cause {})", which.id, tr(said), cause)};
}

outcome<> remove(context& ctx, const one_row& which) {
  api server{ctx};
  const auto force = which.force ? query{{"force", "true"}} : query{};
  const auto done = server.call("DELETE", "/bindings/" + std::to_string(which.id), force);
  if (!done)
    return done.error();
  show_done(ctx, say("{} is free", done->text_of("address")), *done);
  return {};
}

outcome<std::string> time_or_now(const std::string& text) {
  if (!text.empty())
    return read_time(text);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return render_instant(instant{std::chrono::duration_cast<duration>(now).count()});
}

outcome<> who(context& ctx, const holder_arguments& given) {
  const auto at = time_or_now(given.at);
  if (!at)
    return at.error();
  api server{ctx};
  query ask{{"address", given.address}, {"at", *at}};
  if (!given.domain.empty()) {
    const auto id = find_id(server, *find_entity("routing_domain"), given.domain);
    if (!id)
      return id.error();
    ask.emplace_back("routing_domain_id", std::to_string(*id));
  }
  const auto found = server.get(path_of(entity_of<address_use>()), ask);
  if (!found)
    return found.error();
  const auto* items = found->find("items");
  if (!items || items->items.empty())
    return failure{exit_code::not_found, say("nobody had {} at {}", given.address, *at)};
  show_object(ctx, items->items.front());
  return {};
}

CLI::App& add_with_id(CLI::App& group, context& ctx, const char* name, std::string_view english,
                      outcome<> (*what)(context&, const one_row&)) {
  auto& given = ctx.hold<one_row>();
  auto& command = add_command(group, name, english, ctx, given, what);
  command.add_option("id", given.id, tr("Its id"))->required();
  if (what == remove)
    command.add_flag("--force", given.force,
                     tr("Free it even when the NAS does not end the session"));
  return command;
}

} // namespace

void add_network_commands(CLI::App& app, context& ctx) {
  auto& sessions = add_group(app, "session", "Stays on the network");
  add_list_command(sessions, ctx, entity_of<session>());
  add_with_id(sessions, ctx, "show", "Show one with all its fields", show<session>);
  add_with_id(sessions, ctx, "disconnect", "Ask the NAS to end it", disconnect);
  auto& bindings = add_group(app, "binding", "Addresses and who holds them");
  add_list_command(bindings, ctx, entity_of<binding>());
  add_with_id(bindings, ctx, "show", "Show one with all its fields", show<binding>);
  add_with_id(bindings, ctx, "remove", "Disconnect its session and free the address", remove);
  auto& history = add_group(app, "history", "Who had which address when");
  add_list_command(history, ctx, entity_of<address_use>());
  auto& given = ctx.hold<holder_arguments>();
  auto& asked = add_command(history, "who", "Tell who had an address at a time", ctx, given, who);
  asked.add_option("address", given.address, tr("The address"))->required();
  asked.add_option("--at", given.at, tr("The time (2026-01-31T12:00:00Z); else now"));
  asked.add_option("--routing-domain", given.domain, tr("The address space; else the default one"));
}

} // namespace uzel::ctl
