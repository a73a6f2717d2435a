#include "config/rules.hpp"

#include "config/words.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <set>

namespace uzel::config {
namespace {

bool is_address(std::string host) {
  in6_addr space{};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &space) == 1;
  return inet_pton(AF_INET, host.c_str(), &space) == 1;
}

bool is_port(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value >= 1 && value <= 65535;
}

} // namespace

std::string why_no_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos)
    return in_quotes(text) + " has no port: write it as \"127.0.0.1:1812\" or \"[::1]:1812\"";
  if (text.find('\0') != std::string::npos || !is_address(text.substr(0, colon)))
    return in_quotes(text) + " does not begin with a literal address (IPv4, or IPv6 in brackets)";
  if (!is_port(std::string_view{text}.substr(colon + 1)))
    return in_quotes(text) + " does not end with a port from 1 to 65535";
  return {};
}

std::string why_no_listeners(const std::vector<std::string>& list) {
  if (list.empty() || list.size() > 16)
    return "must name 1 to 16 addresses, names " + std::to_string(list.size());
  std::set<std::string> seen;
  for (const std::string& each : list) {
    if (std::string why = why_no_endpoint(each); !why.empty())
      return why;
    if (!seen.insert(each).second)
      return in_quotes(each) + " is listed twice";
  }
  return {};
}

std::string why_no_listeners_or_none(const std::vector<std::string>& list) {
  return list.empty() ? std::string{} : why_no_listeners(list);
}

std::string why_no_identities(const std::vector<std::string>& list) {
  if (list.empty())
    return "must name at least one of option82, mac and client-id";
  std::set<std::string> seen;
  for (const std::string& each : list) {
    if (each != "option82" && each != "mac" && each != "client-id")
      return in_quotes(each) + " is none of option82, mac and client-id";
    if (!seen.insert(each).second)
      return in_quotes(each) + " is listed twice";
  }
  return {};
}

std::string why_no_interfaces(const std::vector<std::string>& list) {
  if (list.size() > 64)
    return "must name at most 64 interfaces, names " + std::to_string(list.size());
  std::set<std::string> seen;
  for (const std::string& each : list) {
    if (each.empty() || each.size() > 15 ||
        each.find_first_of({"/ \t\n\0", 5}) != std::string::npos)
      return in_quotes(each) + " is no name of an interface (1 to 15 octets, no spaces)";
    if (!seen.insert(each).second)
      return in_quotes(each) + " is listed twice";
  }
  return {};
}

std::string why_no_path(const std::string& text) {
  if (text.empty())
    return "must not be empty";
  return text.find('\0') == std::string::npos ? std::string{} : "must not contain a zero byte";
}

} // namespace uzel::config
