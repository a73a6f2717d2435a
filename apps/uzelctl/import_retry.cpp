#include "apps/uzelctl/import_retry.hpp"

#include "apps/uzelctl/lookup.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace uzel::ctl {

bool is_passing(const std::string& reason) {
  return reason.ends_with(": unavailable") || reason.find("being edited") != std::string::npos;
}

void wait_a_moment() {
  std::this_thread::sleep_for(std::chrono::milliseconds{250});
}

std::optional<refused_row> row_named_in(const std::string& line) {
  constexpr std::string_view mark = "rows[";
  const auto at = line.find(mark);
  const auto end = line.find(']', at);
  std::uint64_t index = 0;
  if (at == std::string::npos || end == std::string::npos ||
      !read_number(std::string_view{line}.substr(at + mark.size(), end - at - mark.size()), index))
    return std::nullopt;
  auto rest = line.substr(end + 1);
  if (rest.starts_with('.'))
    rest.erase(0, 1);
  else if (rest.starts_with(": "))
    rest.erase(0, 2);
  return refused_row{static_cast<std::size_t>(index), std::move(rest)};
}

outcome<json> post_patiently(api& server, const std::string& path, const std::string& body,
                             const std::string& content_type) {
  for (unsigned tries = 1;; ++tries) {
    auto done = server.post_text(path, body, content_type);
    if (done || tries == most_tries ||
        std::none_of(done.error().lines.begin(), done.error().lines.end(), is_passing))
      return done;
    wait_a_moment();
  }
}

} // namespace uzel::ctl
