// Accounts from a CSV file (RFC 4180, also with semicolons as Russian spreadsheets write it): every
// row that is wrong is told with its line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::ctl {

// One account as its row says it; values are checked and in normal form.
struct csv_account {
  std::uint32_t line = 0; // where the row begins, from 1
  std::string number;     // the login when the row has none
  std::string login;
  std::string password;
  std::vector<std::string> macs;      // several are separated by spaces
  std::vector<std::string> addresses; // static ones, likewise
  std::string service;                // name or id
  std::string status;                 // empty = active
  std::optional<std::uint32_t> session_limit;
  bool operator==(const csv_account&) const = default;
};

// What is wrong and where; line 0 is the file as a whole.
struct csv_problem {
  std::uint32_t line = 0;
  std::string column; // empty: the row as a whole
  std::string reason;
  bool operator==(const csv_problem&) const = default;
};

struct csv_accounts {
  std::vector<csv_account> rows;
  std::vector<csv_problem> problems; // in the order of lines; not empty: import nothing
};

// Columns: login, password, number, mac, service, static_address, status, session_limit; the first
// line names those that are there, in any order.
[[nodiscard]] csv_accounts read_csv_accounts(std::string_view file);

// "line 3: mac: …"
std::string describe(const csv_problem& problem);

} // namespace uzel::ctl
