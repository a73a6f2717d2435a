// Between the rows of a CSV file and the API's import of accounts.
#pragma once

#include "apps/uzelctl/context.hpp"
#include "apps/uzelctl/csv_accounts.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace uzel::ctl {

using service_ids = std::map<std::string, std::uint64_t>; // by name

// One JSON object per line, in the order of rows. Services that nobody sells are told.
std::string import_lines(const std::vector<csv_account>& rows, const service_ids& services,
                         std::vector<csv_problem>& problems);

// The server counts rows; people count lines: "rows[7].mac: …" becomes "line 9: mac: …".
std::string with_line(const std::string& violation, const std::vector<csv_account>& rows);

void add_import_command(CLI::App& group, context& ctx);

} // namespace uzel::ctl
