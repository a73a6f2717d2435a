// uzelctl import kea: reads Kea's configuration and leases, plans, moves.
#include "apps/uzelctl/import_commands.hpp"
#include "apps/uzelctl/import_kea_config.hpp"
#include "apps/uzelctl/import_move.hpp"
#include "apps/uzelctl/secrets.hpp"

#include <algorithm>
#include <chrono>

namespace uzel::ctl {
namespace {

struct kea_arguments {
  std::string config;
  std::vector<std::string> leases;
  std::string clients = "guests";
  kea_terms terms;
  moving_options how;
};

outcome<> import_kea(context& ctx, const kea_arguments& given) {
  const auto text = read_input(given.config);
  if (!text)
    return text.error();
  const auto config = parse_commented_json(*text);
  if (!config) {
    const auto& fault = config.error();
    return failure{exit_code::usage, say("{}, line {}, column {}: {}", given.config, fault.line,
                                         fault.column, fault.reason)};
  }
  auto terms = given.terms;
  terms.clients = given.clients == "accounts" ? kea_clients::accounts : kea_clients::guests;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  terms.now = instant{std::chrono::duration_cast<duration>(now).count()};
  moving_plan plan;
  plan_kea_config(*config, terms, plan);
  kea_leases leases;
  for (const auto& file : given.leases) {
    const auto rows = read_input(file);
    if (!rows)
      return rows.error();
    read_kea_leases(*rows, file, leases);
  }
  plan_kea_leases(leases, terms, plan);
  if (!plan.accounts.empty())
    plan.rows.insert(plan.rows.begin(),
                     {"service", terms.service,
                      json::object().set("name", json::of(std::string_view{terms.service}))});
  return move_in(ctx, plan, given.how);
}

} // namespace

void add_kea_command(CLI::App& group, context& ctx) {
  auto& given = ctx.hold<kea_arguments>();
  auto& command =
    add_command(group, "kea", "Move in from Kea's DHCPv4 server", ctx, given, import_kea);
  command.add_option("--config", given.config, tr("kea-dhcp4.conf; - is standard input"))
    ->required();
  command.add_option("--leases", given.leases,
                     tr("kea-leases4.csv; several files oldest first (.2, .1, .csv)"));
  command
    .add_option("--clients", given.clients,
                tr("Who has a lease without a reservation: a guest, or an account of his own"))
    ->check(CLI::IsMember({"guests", "accounts"}));
  command.add_option("--service", given.terms.service, tr("Service of the accounts"));
  add_moving_options(command, given.how);
}

} // namespace uzel::ctl
