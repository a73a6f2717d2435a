// Options as operators write them:
//
//   dns=10.0.0.1,10.0.0.2; routes=0.0.0.0/0 via 10.0.0.1; 43=hex:010401020304; 66="tftp.example"
//
// Entries are separated by semicolons or line ends, an option is a name or a number, and a ! before
// it sends the option also to clients that do not ask for it.
#pragma once

#include "domain/result.hpp"
#include "protocols/dhcp4/option_set.hpp"

#include <string>
#include <string_view>

namespace uzel::dhcp4 {

inline constexpr std::size_t max_option_text = 8192;

// The options of the text, or which option is wrong (as it was written) and why. What the server
// reckons itself, such as the lease time, is refused.
[[nodiscard]] boost::system::result<option_set, violation> parse_option_text(std::string_view text);

// The text of a set, by code: it reads back as the same set.
std::string option_text(const option_set& options);

} // namespace uzel::dhcp4
