// Rules that several settings share; each returns why a value will not do, or an empty string.
#pragma once

#include "config/setting.hpp"

namespace uzel::config {

// "127.0.0.1:1812" or "[::1]:1812": a literal address and a port from 1 to 65535.
std::string why_no_endpoint(const std::string& text);

// 1 to 16 different endpoints.
std::string why_no_listeners(const std::vector<std::string>& list);

// None, or as above.
std::string why_no_listeners_or_none(const std::vector<std::string>& list);

// The ways in which a DHCP client is recognised: at least one, none twice.
std::string why_no_identities(const std::vector<std::string>& list);

// Up to 64 different interface names (1 to 15 octets each).
std::string why_no_interfaces(const std::vector<std::string>& list);

// A path: not empty, no zero byte.
std::string why_no_path(const std::string& text);

inline constexpr checked<std::vector<std::string>> listeners{why_no_listeners,
                                                             "1 to 16 of address:port"};
inline constexpr checked<std::vector<std::string>> listeners_or_none{why_no_listeners_or_none,
                                                                     "up to 16 of address:port"};
inline constexpr checked<std::vector<std::string>> identities{why_no_identities,
                                                              "option82, mac, client-id"};
inline constexpr checked<std::vector<std::string>> interfaces{why_no_interfaces,
                                                              "up to 64 interfaces"};
inline constexpr checked<std::string> path{why_no_path, "not empty"};

} // namespace uzel::config
