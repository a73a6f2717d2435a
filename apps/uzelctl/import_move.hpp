// Brings a plan about over the HTTP API. What is there already is found again by name, number or
// address, so that a second run changes nothing.
#pragma once

#include "apps/uzelctl/api.hpp"
#include "apps/uzelctl/import_plan.hpp"
#include "apps/uzelctl/import_report.hpp"

#include <map>
#include <string>
#include <unordered_map>

namespace uzel::ctl {

struct moving_options {
  bool dry_run = false;
  std::string report; // file for every problem, empty = none
};

void add_moving_options(CLI::App& command, moving_options& given);

// Ids of what is there, or was made, by entity and name; 0 = a dry run would make it.
using row_ids = std::map<std::pair<std::string, std::string>, std::uint64_t>;
// Ids of accounts by "number 17" and "mac 00:11:22:33:44:55"; 0 = made just now, or a dry run
// would.
using account_ids = std::unordered_map<std::string, std::uint64_t>;

// import_rows.cpp: rows of the desk are made when nobody has their name, and else left as they are.
[[nodiscard]] outcome<row_ids> move_rows(api& server, const std::vector<moved_row>& rows,
                                         const moving_options& how, import_report& report);
// import_accounts.cpp: new ones in chunks; of known ones status, service and its end are set, and
// addresses and devices that they lack are added.
[[nodiscard]] outcome<account_ids> move_accounts(api& server,
                                                 const std::vector<moved_account>& accounts,
                                                 const row_ids& rows, const moving_options& how,
                                                 import_report& report);
// import_leases.cpp
[[nodiscard]] outcome<> move_leases(api& server, const std::vector<moved_lease>& leases,
                                    const account_ids& accounts, const moving_options& how,
                                    import_report& report);

// All of it, and the report is shown, also of what was done before something failed.
[[nodiscard]] outcome<> move_in(context& ctx, const moving_plan& plan, const moving_options& how);

} // namespace uzel::ctl
