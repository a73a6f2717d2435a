// Accounts that are there already, with what a move-in compares.
#pragma once

#include "apps/uzelctl/api.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace uzel::ctl {

struct known_account {
  std::uint64_t id = 0;
  std::string status;
  std::uint64_t service = 0; // 0 = no current subscription
  std::string ends;
};

struct known_accounts {
  std::unordered_map<std::string, known_account> by_number;
  // Owners by "login bob", "mac 00:…", "address 10.0.0.1".
  std::unordered_map<std::string, std::uint64_t> keys;
};

// Reads them all, page by page.
[[nodiscard]] outcome<known_accounts> fetch_known_accounts(api& server);

} // namespace uzel::ctl
