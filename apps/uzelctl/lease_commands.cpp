// Leases of the DHCP server: bindings in use without a session of a NAS.
#include "apps/uzelctl/lookup.hpp"
#include "apps/uzelctl/show.hpp"
#include "domain/entities/codec.hpp"
#include "domain/entities/live.hpp"

#include <chrono>

namespace uzel::ctl {
namespace {

struct lease_filters {
  std::string account;
  std::string mac;
  std::string address;
  std::string pool;
  bool quarantined = false;
  bool all = false;
  std::size_t limit = 100;
};

struct lease_arguments {
  std::string address;
  std::string domain;
  std::uint32_t hours = 24;
};

const std::vector<std::string> lease_columns{"address",   "account_id", "mac",  "pool_id",
                                             "device_id", "port_id",    "vlan", "since",
                                             "until",     "last_seen"};
const std::vector<std::string> quarantine_columns{"address", "pool_id", "account_id",
                                                  "fixed",   "since",   "until"};

outcome<query> filters_of(api& server, const lease_filters& given) {
  query ask{{"state", given.quarantined ? "quarantined" : "bound"}, {"sort", "address"}};
  if (!given.quarantined)
    ask.emplace_back("session_id", "0");
  if (!given.account.empty()) {
    const auto id = find_account(server, given.account);
    if (!id)
      return id.error();
    ask.emplace_back("account_id", std::to_string(*id));
  }
  if (!given.pool.empty()) {
    const auto id = find_id(server, *find_entity("pool"), given.pool);
    if (!id)
      return id.error();
    ask.emplace_back("pool_id", std::to_string(*id));
  }
  if (!given.mac.empty())
    ask.emplace_back("mac", given.mac);
  if (!given.address.empty())
    ask.emplace_back("address", given.address);
  return ask;
}

outcome<> list(context& ctx, const lease_filters& given) {
  api server{ctx};
  const auto ask = filters_of(server, given);
  if (!ask)
    return ask.error();
  const auto rows = server.list(path_of(entity_of<binding>()), *ask, given.all ? 0 : given.limit);
  if (!rows)
    return rows.error();
  show_list(ctx, *rows, given.quarantined ? quarantine_columns : lease_columns);
  return {};
}

outcome<std::uint64_t> domain_of(api& server, const lease_arguments& given) {
  if (given.domain.empty())
    return std::uint64_t{1};
  return find_id(server, *find_entity("routing_domain"), given.domain);
}

outcome<json> find_binding(api& server, const lease_arguments& given) {
  const auto domain = domain_of(server, given);
  if (!domain)
    return domain.error();
  const auto found =
    server.get(path_of(entity_of<binding>()),
               {{"address", given.address}, {"routing_domain_id", std::to_string(*domain)}});
  if (!found)
    return found.error();
  const auto* items = found->find("items");
  if (!items || items->items.empty())
    return failure{exit_code::not_found, say("nobody holds {}", given.address)};
  return items->items.front();
}

outcome<> show(context& ctx, const lease_arguments& given) {
  api server{ctx};
  const auto found = find_binding(server, given);
  if (!found)
    return found.error();
  show_object(ctx, *found);
  return {};
}

outcome<> release(context& ctx, const lease_arguments& given) {
  api server{ctx};
  const auto found = find_binding(server, given);
  if (!found)
    return found.error();
  if (const auto session = found->text_of("session_id"); !session.empty() && session != "0")
    return failure{exit_code::refused,
                   say("{} is used by session {}, which is no lease: see uzelctl binding remove",
                       given.address, session)};
  if (found->text_of("state") == "quarantined")
    return failure{exit_code::refused,
                   say("{} is in quarantine: see uzelctl lease unquarantine", given.address)};
  const auto done =
    server.call("DELETE", path_of(entity_of<binding>()) + "/" + found->text_of("id"));
  if (!done)
    return done.error();
  show_done(ctx, say("{} is free", given.address), *done);
  return {};
}

outcome<json> send_quarantine(api& server, const lease_arguments& given, const std::string& until) {
  const auto domain = domain_of(server, given);
  if (!domain)
    return domain.error();
  auto body = json::object();
  body.set("address", json::of(std::string_view{given.address}));
  body.set("routing_domain_id", json::of(std::uint64_t{*domain}));
  if (!until.empty())
    body.set("until", json::of(std::string_view{until}));
  return server.send("POST", path_of(entity_of<binding>()) + "/quarantine", body);
}

outcome<> quarantine(context& ctx, const lease_arguments& given) {
  const auto end = std::chrono::system_clock::now() + std::chrono::hours{given.hours};
  const auto until = render_instant(instant::from_unix(std::chrono::system_clock::to_time_t(end)));
  api server{ctx};
  const auto done = send_quarantine(server, given, until);
  if (!done)
    return done.error();
  show_done(ctx, say("{} is out of use until {}", given.address, until), *done);
  return {};
}

outcome<> unquarantine(context& ctx, const lease_arguments& given) {
  api server{ctx};
  const auto done = send_quarantine(server, given, {});
  if (!done)
    return done.error();
  show_done(ctx, say("{} may be given out again", given.address), *done);
  return {};
}

void add_with_address(CLI::App& group, context& ctx, const char* name, std::string_view english,
                      outcome<> (*what)(context&, const lease_arguments&)) {
  auto& given = ctx.hold<lease_arguments>();
  auto& command = add_command(group, name, english, ctx, given, what);
  command.add_option("address", given.address, tr("The address"))->required();
  command.add_option("--routing-domain", given.domain,
                     tr("The address space; else the default one"));
  constexpr std::uint32_t ten_years = 87'600;
  if (what == quarantine)
    command.add_option("--hours", given.hours, tr("For how long; else a day"))
      ->check(CLI::Range(std::uint32_t{1}, ten_years));
}

void add_list(CLI::App& group, context& ctx) {
  auto& given = ctx.hold<lease_filters>();
  auto& command = add_command(group, "list", "List them", ctx, given, list);
  command.add_option("--account", given.account,
                     tr("Number, login or MAC address of the account, or id:N"));
  command.add_option("--mac", given.mac, tr("Only for this device"));
  command.add_option("--address", given.address, tr("The address"));
  command.add_option("--pool", given.pool, tr("Only of this pool: name or id"));
  command.add_flag("--quarantined", given.quarantined, tr("Addresses in quarantine instead"));
  command.add_option("--limit", given.limit, tr("At most so many rows"))
    ->check(CLI::Range(std::size_t{1}, std::size_t{10'000'000}));
  command.add_flag("--all", given.all, tr("All rows"));
}

} // namespace

void add_lease_commands(CLI::App& app, context& ctx) {
  auto& leases = add_group(app, "lease", "Leases of the DHCP server");
  add_list(leases, ctx);
  add_with_address(leases, ctx, "show", "Show who holds an address", show);
  add_with_address(leases, ctx, "release", "End a lease and free its address", release);
  add_with_address(leases, ctx, "quarantine", "Put a free address out of use", quarantine);
  add_with_address(leases, ctx, "unquarantine", "Put an address back into use", unquarantine);
}

} // namespace uzel::ctl
