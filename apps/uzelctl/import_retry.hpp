// Requests with many rows, and what the server says of single ones.
#pragma once

#include "apps/uzelctl/api.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace uzel::ctl {

struct refused_row {
  std::size_t index = 0;
  std::string problem;
  bool operator==(const refused_row&) const = default;
};

// "rows[7].mac: must be …" is row 7 with "mac: must be …"; nothing for lines about something else.
std::optional<refused_row> row_named_in(const std::string& line);

// A reason that passes: a pool that was just made opens a moment later.
bool is_passing(const std::string& reason);
inline constexpr unsigned most_tries = 20;
void wait_a_moment();

// Sends it again, for a few seconds, while a range is being opened or the server has no time.
[[nodiscard]] outcome<json> post_patiently(api& server, const std::string& path,
                                           const std::string& body,
                                           const std::string& content_type);

} // namespace uzel::ctl
