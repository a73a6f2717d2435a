#include "domain/address_list.hpp"

namespace uzel {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

} // namespace

result<std::vector<ipv4>> parse_address_list(std::string_view text) {
  std::vector<ipv4> out;
  if (trimmed(text).empty())
    return out;
  for (;;) {
    const auto comma = text.find(',');
    const auto address = parse_ipv4(trimmed(text.substr(0, comma)));
    if (!address || !*address)
      return errc::invalid_input;
    out.push_back(*address);
    if (comma == std::string_view::npos)
      return out;
    text.remove_prefix(comma + 1);
  }
}

} // namespace uzel
