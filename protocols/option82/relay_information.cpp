#include "protocols/option82/relay_information.hpp"

namespace uzel::option82 {
namespace {

using octets = std::span<const std::uint8_t>;

bool take_address(octets value, ipv4& out) {
  if (value.size() != 4)
    return false;
  out = ipv4{value[0], value[1], value[2], value[3]};
  return true;
}

bool take(sub_option code, octets value, relay_information& out) {
  switch (code) {
  case sub_option::circuit_id:
    out.circuit_id = value;
    return true;
  case sub_option::remote_id:
    out.remote_id = value;
    return true;
  case sub_option::subscriber_id:
    out.subscriber_id = value;
    return true;
  case sub_option::link_selection:
    return take_address(value, out.link_selection);
  case sub_option::server_identifier_override:
    return take_address(value, out.server_identifier_override);
  }
  return true;
}

constexpr bool is_known(std::uint8_t code) {
  return code == 1 || code == 2 || code == 5 || code == 6 || code == 11;
}

} // namespace

result<relay_information> parse_relay_information(octets content) {
  relay_information out;
  if (content.empty())
    return errc::invalid_input;
  std::uint32_t seen = 0;
  while (!content.empty()) {
    if (content.size() < 2 || content.size() - 2 < content[1])
      return errc::invalid_input;
    const auto code = content[0];
    const auto value = content.subspan(2, content[1]);
    content = content.subspan(2 + value.size());
    if (!is_known(code))
      continue;
    const auto bit = std::uint32_t{1} << code;
    if ((seen & bit) != 0 || !take(static_cast<sub_option>(code), value, out))
      return errc::invalid_input;
    seen |= bit;
  }
  return out;
}

} // namespace uzel::option82
