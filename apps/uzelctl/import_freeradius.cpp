// uzelctl import freeradius: reads a FreeRADIUS database, plans, moves.
#include "apps/uzelctl/import_commands.hpp"
#include "apps/uzelctl/import_move.hpp"
#include "apps/uzelctl/import_radius_places.hpp"

#include <chrono>

namespace uzel::ctl {
namespace {

struct freeradius_arguments {
  std::string url;
  radius_terms terms;
  moving_options how;
};

instant present() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return instant{std::chrono::duration_cast<duration>(now).count()};
}

outcome<> import_freeradius(context& ctx, const freeradius_arguments& given) {
  const auto tables = read_radius_tables(given.url);
  if (!tables)
    return tables.error();
  auto terms = given.terms;
  terms.now = present();
  return move_in(ctx, plan_of(*tables, terms), given.how);
}

} // namespace

moving_plan plan_of(const radius_tables& tables, const radius_terms& terms) {
  moving_plan out;
  plan_clients(tables.clients, out);
  plan_pools(tables.pool_rows, out);
  radius_reader reader{tables.groups, terms, out};
  for (const auto& [name, user] : tables.users)
    reader.take(user);
  reader.finish();
  plan_leases(tables, terms.now, out);
  for (const auto& table : tables.missing)
    out.notes.push_back(say("there is no table {}", table));
  return out;
}

void add_freeradius_command(CLI::App& group, context& ctx) {
  auto& given = ctx.hold<freeradius_arguments>();
  auto& command = add_command(group, "freeradius", "Move in from a FreeRADIUS SQL database", ctx,
                              given, import_freeradius);
  command.add_option("database", given.url, tr("postgresql://USER@HOST/DATABASE"))->required();
  command.add_option("--service", given.terms.service,
                     tr("Service of users whose speed nothing says"));
  command
    .add_option("--session-limit", given.terms.session_limit,
                tr("Session limit of users without Simultaneous-Use"))
    ->check(CLI::Range(1u, 1000u));
  add_moving_options(command, given.how);
}

} // namespace uzel::ctl
