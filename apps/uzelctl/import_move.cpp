#include "apps/uzelctl/import_move.hpp"

namespace uzel::ctl {
namespace {

// Lists come from the database, which follows behind the journal: an earlier run must be seen.
outcome<> wait_for_lists(api& server) {
  const auto store = server.get("/store");
  if (!store)
    return store.error();
  const query whole{{"limit", "1"}, {"at_least", store->text_of("synced")}};
  constexpr unsigned most_tries = 60; // the server waits two seconds in each
  for (unsigned tries = 1;; ++tries) {
    const auto page = server.get("/accounts", whole);
    if (page)
      return {};
    if (tries == most_tries || page.error().code != exit_code::unavailable)
      return page.error();
  }
}

outcome<> bring_about(api& server, const moving_plan& plan, const moving_options& how,
                      import_report& report) {
  if (const auto ready = wait_for_lists(server); !ready)
    return ready;
  const auto rows = move_rows(server, plan.rows, how, report);
  if (!rows)
    return rows.error();
  const auto accounts = move_accounts(server, plan.accounts, *rows, how, report);
  if (!accounts)
    return accounts.error();
  return move_leases(server, plan.leases, *accounts, how, report);
}

} // namespace

void add_moving_options(CLI::App& command, moving_options& given) {
  command.add_flag("--dry-run", given.dry_run, tr("Only tell what would be done"));
  command.add_option("--report", given.report,
                     tr("File for the list of what could not be taken as it was"));
}

outcome<> move_in(context& ctx, const moving_plan& plan, const moving_options& how) {
  import_report report;
  report.add(plan.problems);
  for (const auto& n : plan.notes)
    report.note(n);
  api server{ctx};
  const auto done = bring_about(server, plan, how, report);
  const auto shown = report.show(ctx, how.dry_run, how.report);
  return done ? shown : done;
}

} // namespace uzel::ctl
