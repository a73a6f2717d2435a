// Rows of a CSV text with their lines, by libcsv.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::ctl {

struct csv_row {
  std::uint32_t line = 0; // where it begins, from 1
  std::vector<std::string> cells;
};

// Where a text stops being CSV.
struct csv_stop {
  std::uint32_t line = 0; // 0: it did not
  std::string reason;
};

// Shows every row that is not empty; cells may be moved from. Unquoted cells lose the spaces around
// them, quoted ones may hold separators and line ends.
csv_stop for_each_csv_row(std::string_view text, char delimiter,
                          const std::function<void(csv_row&)>& take);

} // namespace uzel::ctl
