// Text as people write and misspell it: quoting, splitting, the nearest of known names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace uzel::config {

// A TOML basic string (TOML 1.0, section "String"); bytes that are no printable ASCII are kept when
// they are UTF-8.
std::string in_quotes(std::string_view text);

// The parts between separators without surrounding blanks; an empty text has no parts.
std::vector<std::string> split(std::string_view text, char separator);

std::string upper_case(std::string_view text);

// The known name that a typing person most likely meant, or an empty string when none is near.
std::string nearest(std::string_view typed, const std::vector<std::string>& known);

} // namespace uzel::config
