#include "apps/uzelctl/account_import.hpp"

#include "apps/uzelctl/lookup.hpp"
#include "apps/uzelctl/secrets.hpp"
#include "apps/uzelctl/show.hpp"

#include <algorithm>

namespace uzel::ctl {
namespace {

// More lines than anybody reads.
constexpr std::size_t most_shown = 1000;

struct import_arguments {
  std::string file;
  bool dry_run = false;
};

json access_of(std::string_view mac) {
  auto out = json::object();
  out.set("kind", json::of(std::string_view{"mac"})).set("mac", json::of(mac));
  return out;
}

void add_service(json& out, const csv_account& row, const service_ids& services,
                 std::vector<csv_problem>& problems) {
  if (row.service.empty())
    return;
  const auto known = services.find(row.service);
  std::uint64_t id = 0;
  if (known != services.end())
    id = known->second;
  else if (!read_number(row.service, id) ||
           std::none_of(services.begin(), services.end(),
                        [id](const auto& s) { return s.second == id; }))
    problems.push_back({row.line, "service", say("there is no service {}", row.service)});
  out.set("service_id", json::of(id));
}

json account_of(const csv_account& row, const service_ids& services,
                std::vector<csv_problem>& problems) {
  auto out = json::object();
  out.set("number", json::of(std::string_view{row.number}));
  const auto text = [&](std::string_view name, const std::string& value) {
    if (!value.empty())
      out.set(name, json::of(std::string_view{value}));
  };
  text("login", row.login);
  text("password", row.password);
  text("status", row.status);
  if (row.session_limit)
    out.set("session_limit", json::of(std::uint64_t{*row.session_limit}));
  if (!row.macs.empty()) {
    auto accesses = json::array();
    for (const auto& mac : row.macs)
      accesses.items.push_back(access_of(mac));
    out.set("accesses", std::move(accesses));
  }
  if (!row.addresses.empty()) {
    auto addresses = json::array();
    for (const auto& address : row.addresses)
      addresses.items.push_back(json::object().set("address", json::of(std::string_view{address})));
    out.set("addresses", std::move(addresses));
  }
  add_service(out, row, services, problems);
  return out;
}

failure failure_of_problems(const std::vector<csv_problem>& problems) {
  failure out{exit_code::refused,
              say("nothing was imported; problems in the file: {}", problems.size())};
  for (std::size_t i = 0; i < problems.size() && i < most_shown; ++i)
    out.lines.push_back("  " + describe(problems[i]));
  if (problems.size() > most_shown)
    out.lines.push_back(say("  ... and {} more", problems.size() - most_shown));
  return out;
}

outcome<service_ids> fetch_services(api& server, const std::vector<csv_account>& rows) {
  service_ids out;
  if (std::all_of(rows.begin(), rows.end(), [](const auto& r) { return r.service.empty(); }))
    return out;
  const auto found = server.list("/services", {}, 0);
  if (!found)
    return found.error();
  for (const auto& service : found->rows) {
    std::uint64_t id = 0;
    if (read_number(service.text_of("id"), id))
      out.emplace(service.text_of("name"), id);
  }
  return out;
}

outcome<> import_file(context& ctx, const import_arguments& given) {
  const auto text = read_input(given.file);
  if (!text)
    return text.error();
  auto accounts = read_csv_accounts(*text);
  if (!accounts.problems.empty())
    return failure_of_problems(accounts.problems);
  api server{ctx};
  const auto services = fetch_services(server, accounts.rows);
  if (!services)
    return services.error();
  auto body = import_lines(accounts.rows, *services, accounts.problems);
  if (!accounts.problems.empty())
    return failure_of_problems(accounts.problems);
  if (given.dry_run) {
    show_done(ctx, say("the file is good: {} accounts; nothing was imported", accounts.rows.size()),
              json::object().set("rows", json::of(std::uint64_t{accounts.rows.size()})));
    return {};
  }
  auto done = server.post_text("/accounts/import", std::move(body), "application/x-ndjson");
  if (!done) {
    auto why = done.error();
    for (auto& line : why.lines)
      line = with_line(line, accounts.rows);
    return why;
  }
  show_done(ctx, say("{} accounts were created", done->text_of("created")), *done);
  return {};
}

} // namespace

std::string import_lines(const std::vector<csv_account>& rows, const service_ids& services,
                         std::vector<csv_problem>& problems) {
  std::string out;
  out.reserve(rows.size() * 128);
  for (const auto& row : rows)
    out.append(to_text(account_of(row, services, problems))).append("\n");
  return out;
}

std::string with_line(const std::string& violation, const std::vector<csv_account>& rows) {
  constexpr std::string_view mark = "rows[";
  const auto at = violation.find(mark);
  const auto end = violation.find(']', at);
  std::uint64_t index = 0;
  if (at == std::string::npos || end == std::string::npos ||
      !read_number(std::string_view{violation}.substr(at + mark.size(), end - at - mark.size()),
                   index) ||
      index >= rows.size())
    return violation;
  auto rest = violation.substr(end + 1);
  if (rest.starts_with('.'))
    rest.erase(0, 1);
  else if (rest.starts_with(": "))
    rest.erase(0, 2);
  return violation.substr(0, at) + say("line {}: ", rows[index].line) + rest;
}

void add_import_command(CLI::App& group, context& ctx) {
  auto& given = ctx.hold<import_arguments>();
  auto& command = add_command(group, "import", "Create many accounts from a CSV file, all or none",
                              ctx, given, import_file);
  command.add_option("file", given.file, tr("The file; - is standard input"))->required();
  command.add_flag("--dry-run", given.dry_run, tr("Only check the file"));
  command.footer(tr("Columns: login, password, number, mac, service, static_address, status, "
                    "session_limit; the first line names those that are there, in any order."));
}

} // namespace uzel::ctl
