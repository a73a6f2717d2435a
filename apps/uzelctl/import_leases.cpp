// Addresses that somebody has there: the pools keep them for him.
#include "apps/uzelctl/import_move.hpp"
#include "apps/uzelctl/import_retry.hpp"
#include "apps/uzelctl/lookup.hpp"
#include "domain/entities/live.hpp"
#include "domain/guest.hpp"

#include <algorithm>

namespace uzel::ctl {
namespace {

constexpr std::size_t rows_per_request = 1000;

std::string line_of(const moved_lease& lease) {
  auto out = json::object();
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty())
      out.set(name, json::of(std::string_view{value}));
  };
  add("address", lease.address);
  add("mac", lease.mac);
  add("number", lease.number);
  add("until", lease.until);
  return to_text(out) + "\n";
}

void refuse(const moved_lease& lease, const std::string& reason, import_report& report) {
  ++report.of("addresses").refused;
  report.add({lease.from, lease.address + ": " + reason});
}

std::uint64_t count_in(const json& answer, std::string_view name) {
  std::uint64_t out = 0;
  (void)read_number(answer.text_of(name), out);
  return out;
}

using lease_rows = std::vector<const moved_lease*>;

// One request; rows whose range is just being opened come back, to be sent again.
outcome<lease_rows> keep_some(api& server, const lease_rows& rows, bool last_try,
                              import_report& report) {
  std::string body;
  for (const auto* lease : rows)
    body += line_of(*lease);
  const auto done = server.post_text("/bindings/keep", body, "application/x-ndjson");
  if (!done)
    return done.error();
  auto& count = report.of("addresses");
  count.created += count_in(*done, "kept");
  count.there += count_in(*done, "known");
  lease_rows again;
  const auto* problems = done->find("problems");
  for (const auto& p : problems ? problems->items : std::vector<json>{}) {
    const auto row = row_named_in(p.text_of("field"));
    if (!row || row->index >= rows.size())
      continue;
    const auto reason = p.text_of("problem");
    if (!last_try && is_passing(reason))
      again.push_back(rows[row->index]);
    else
      refuse(*rows[row->index], reason, report);
  }
  return again;
}

outcome<> keep(api& server, lease_rows rows, import_report& report) {
  for (unsigned tries = 1; !rows.empty(); ++tries) {
    auto again = keep_some(server, rows, tries == most_tries, report);
    if (!again)
      return again.error();
    rows = std::move(*again);
    if (!rows.empty())
      wait_a_moment();
  }
  return {};
}

// Who holds which address, as a dry run finds it.
using held_addresses = std::unordered_map<std::string, std::uint64_t>;

outcome<held_addresses> fetch_held(api& server) {
  held_addresses out;
  auto done = server.each(path_of(entity_of<binding>()), {}, [&](const json& row) {
    if (row.text_of("state") != "free")
      out[row.text_of("address")] = count_in(row, "account_id");
  });
  if (!done)
    return done.error();
  return out;
}

// As the server would decide, as far as that can be told from outside.
void foretell(const moved_lease& lease, const held_addresses& there, const account_ids& accounts,
              import_report& report) {
  const auto mac = parse_mac(lease.mac);
  const auto who =
    accounts.find(lease.number.empty() ? "mac " + lease.mac : "number " + lease.number);
  if (who == accounts.end() && !lease.number.empty())
    return refuse(lease, say("there is no account {}", lease.number), report);
  const auto id = who != accounts.end() ? who->second
                  : mac                 ? guest_of(attachment_key{mac->value}).value
                                        : 0;
  const auto held = there.find(lease.address);
  if (held == there.end())
    ++report.of("addresses").created;
  else if (held->second == id)
    ++report.of("addresses").there;
  else
    refuse(lease, say("it is held by account {}", held->second), report);
}

} // namespace

outcome<> move_leases(api& server, const std::vector<moved_lease>& leases,
                      const account_ids& accounts, const moving_options& how,
                      import_report& report) {
  if (leases.empty())
    return {};
  report.of("addresses");
  if (how.dry_run) {
    const auto there = fetch_held(server);
    if (!there)
      return there.error();
    for (const auto& lease : leases)
      foretell(lease, *there, accounts, report);
    return {};
  }
  lease_rows rows;
  for (const auto& lease : leases) {
    rows.push_back(&lease);
    if (rows.size() < rows_per_request && &lease != &leases.back())
      continue;
    if (const auto done = keep(server, rows, report); !done)
      return done;
    rows.clear();
  }
  return {};
}

} // namespace uzel::ctl
