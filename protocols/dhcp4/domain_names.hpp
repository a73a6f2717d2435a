// Lists of domain names in the wire form of DNS (RFC 1035 section 3.1 and 4.1.4, RFC 3397).
#pragma once

#include "protocols/dhcp4/options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::dhcp4 {

// "a.example,b.example"; nothing when the octets are no such list or a label is no host name.
// Pointers may only lead backwards, so that reading ends.
std::optional<std::string> domain_names(octets value);

// Appends one name without compression; false when it is none.
[[nodiscard]] bool append_domain_name(std::string_view name, std::vector<std::uint8_t>& out);

} // namespace uzel::dhcp4
