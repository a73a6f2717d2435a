#include "domain/entities/declare.hpp"

namespace uzel::declare {

std::string wrong_number(const value& v, std::int64_t minimum, std::int64_t maximum) {
  if (v.kind != value::kind_type::integer)
    return "must be a whole number";
  if (v.number >= minimum && v.number <= maximum)
    return {};
  if (maximum == any)
    return "must be at least " + std::to_string(minimum);
  return "must be from " + std::to_string(minimum) + " to " + std::to_string(maximum);
}

std::string wrong_text(const value& v, std::int64_t minimum, std::int64_t maximum) {
  if (v.is_null() && minimum == 0)
    return {};
  if (v.kind != value::kind_type::text)
    return "must be a text";
  const auto length = static_cast<std::int64_t>(v.text.size());
  if (minimum > 0 && length == 0)
    return "must not be empty";
  if (length < minimum)
    return "must have at least " + std::to_string(minimum) + " bytes";
  if (length > maximum)
    return "must have at most " + std::to_string(maximum) + " bytes";
  return {};
}

std::string wrong_login(const value& v, std::int64_t minimum, std::int64_t maximum) {
  if (auto problem = wrong_text(v, minimum, maximum); !problem.empty())
    return problem;
  const auto bad = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 127 || (c >= 'A' && c <= 'Z');
  };
  if (std::any_of(v.text.begin(), v.text.end(), bad))
    return "must have no spaces, control or capital letters";
  return {};
}

std::string wrong_permissions(const value& v) {
  if (auto problem = wrong_text(v, 0, 4096); !problem.empty())
    return problem;
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' ||
           c == ' ' || c == '*' || c == ':';
  };
  if (!std::all_of(v.text.begin(), v.text.end(), fits))
    return "must be permission names separated by spaces, or *";
  return {};
}

std::string wrong_choice(const value& v, std::span<const choice> choices, std::int64_t& number) {
  if (v.kind == value::kind_type::text)
    for (const auto& c : choices)
      if (c.name == v.text) {
        number = c.number;
        return {};
      }
  std::string out = "must be one of";
  for (const auto& c : choices)
    (out += &c == choices.data() ? " " : ", ") += c.name;
  return out;
}

std::string wrong_ipv4(const value& v, bool optional, ipv4& out) {
  if (v.is_null() && optional)
    return {};
  if (v.kind != value::kind_type::text)
    return "must be an IPv4 address as a text";
  const auto address = parse_ipv4(v.text);
  if (!address || (!optional && !*address))
    return "must be an IPv4 address such as 10.0.0.1";
  out = *address;
  return {};
}

std::string wrong_prefix(const value& v, prefix4& out) {
  if (v.kind == value::kind_type::text)
    if (const auto prefix = parse_prefix4(v.text)) {
      out = *prefix;
      return {};
    }
  return "must be a network such as 10.0.0.0/24, without bits below its length";
}

std::string wrong_mac(const value& v, bool optional, mac_address& out) {
  if (v.is_null() && optional)
    return {};
  if (v.kind != value::kind_type::text)
    return "must be a MAC address as a text";
  if (v.text.empty() && optional)
    return {};
  const auto mac = parse_mac(v.text);
  if (!mac || (!optional && !*mac))
    return "must be a MAC address such as 00:1b:21:aa:bb:cc";
  out = *mac;
  return {};
}

value choice_value(std::span<const choice> choices, std::int64_t number) {
  for (const auto& c : choices)
    if (c.number == number)
      return value{std::string{c.name}};
  return {};
}

} // namespace uzel::declare
