// Lists of addresses as people write them: "10.0.0.1, 10.0.0.2".
#pragma once

#include "domain/ipv4.hpp"

#include <string_view>
#include <vector>

namespace uzel {

// The addresses of a text that separates them by commas; spaces around them are nothing, and so is
// an empty text. Errors: invalid_input for a part that is no address, or is 0.0.0.0.
[[nodiscard]] result<std::vector<ipv4>> parse_address_list(std::string_view text);

} // namespace uzel
