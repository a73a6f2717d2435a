// What the daemon tells of itself: why a login was decided so, the clock, alarms, NASes.
#include "apps/uzelctl/lookup.hpp"
#include "apps/uzelctl/show.hpp"
#include "apps/uzelctl/text_table.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"

#include <iostream>

namespace uzel::ctl {
namespace {

struct nothing {};

struct explain_arguments {
  std::string who;
  std::string as;
};

std::string kind_of(const explain_arguments& given) {
  if (!given.as.empty())
    return given.as;
  if (given.who.starts_with("id:"))
    return "account";
  if (parse_ipv4(given.who))
    return "address";
  return parse_mac(given.who) ? "mac" : "login";
}

// One decided login: a head line, then a line per step.
void print_trace(const json& trace) {
  std::string head = trace.text_of("time") + "  " + trace.text_of("login");
  for (const auto* name : {"mac", "nas"})
    if (const auto text = trace.text_of(name); !text.empty())
      head += "  " + text;
  head += "  " + tr(trace.text_of("verdict"));
  if (const auto why = trace.text_of("why"); !why.empty() && why != "none")
    head += " (" + why + ")";
  if (const auto address = trace.text_of("address"); !address.empty())
    head += "  " + address;
  std::cout << printable(head) << '\n';
  const auto* steps = trace.find("steps");
  for (const auto& step : steps ? steps->items : std::vector<json>{}) {
    auto time = step.text_of("microseconds");
    time.insert(0, time.size() < 8 ? 8 - time.size() : 0, ' ');
    std::cout << time << ' ' << tr("us") << "  " << printable(step.text_of("text")) << '\n';
  }
}

outcome<> explain(context& ctx, const explain_arguments& given) {
  api server{ctx};
  auto kind = kind_of(given);
  auto value = given.who;
  if (kind == "account") {
    const auto id = find_account(server, given.who);
    if (!id)
      return id.error();
    value = std::to_string(*id);
  }
  const auto found =
    server.get("/explain", {{kind, value}, {"lang", spoken() == language::russian ? "ru" : "en"}});
  if (!found)
    return found.error();
  const auto* items = found->find("items");
  if (ctx.json)
    std::cout << to_text(*found) << '\n';
  if (!items || items->items.empty())
    return failure{exit_code::not_found, say("no recent login of {} is remembered", given.who)};
  if (!ctx.json)
    for (std::size_t i = 0; i < items->items.size(); ++i) {
      std::cout << (i ? "\n" : "");
      print_trace(items->items[i]);
    }
  return {};
}

outcome<> show_clock(context& ctx, const nothing&) {
  api server{ctx};
  const auto clock = server.get("/clock");
  if (!clock)
    return clock.error();
  show_object(ctx, *clock);
  return {};
}

outcome<> confirm_clock(context& ctx, const nothing&) {
  api server{ctx};
  const auto clock = server.call("POST", "/clock/confirm");
  if (!clock)
    return clock.error();
  show_object(ctx, *clock);
  return {};
}

outcome<> list_items(context& ctx, const std::string& path) {
  api server{ctx};
  const auto rows = server.get(path);
  if (!rows)
    return rows.error();
  const auto* items = rows->find("items");
  show_list(ctx, {items ? items->items : std::vector<json>{}, false}, {});
  return {};
}

outcome<> list_alarms(context& ctx, const nothing&) {
  return list_items(ctx, "/alarms");
}

outcome<> list_heard(context& ctx, const nothing&) {
  return list_items(ctx, "/nases/live");
}

} // namespace

void add_daemon_commands(CLI::App& app, context& ctx) {
  auto& none = ctx.hold<nothing>();
  auto& given = ctx.hold<explain_arguments>();
  auto& asked =
    add_command(app, "explain", "Tell why logins were decided as they were", ctx, given, explain);
  asked.add_option("who", given.who, tr("Login, MAC address, IPv4 address, or id:N of an account"))
    ->required();
  asked.add_option("--as", given.as, tr("What it is, when it could be several things"))
    ->check(CLI::IsMember({"login", "mac", "address", "account"}));
  auto& clock = add_group(app, "clock", "The time that expiry goes by");
  add_command(clock, "show", "Tell the time and whether expiry is held", ctx, none, show_clock);
  add_command(clock, "confirm", "Confirm that the clock is right", ctx, none, confirm_clock);
  add_command(app, "alarms", "List the latest alarms", ctx, none, list_alarms);
  add_command(app, "heard", "List NASes as they were heard", ctx, none, list_heard);
}

} // namespace uzel::ctl
