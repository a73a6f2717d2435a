#include "protocols/dhcp4/domain_names.hpp"

#include <algorithm>

namespace uzel::dhcp4 {
namespace {

constexpr std::size_t max_label = 63;
constexpr std::size_t max_name = 253;

bool is_label_octet(std::uint8_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// Reads the name at `at` and moves `at` behind it.
bool read_name(octets value, std::size_t& at, std::string& out) {
  std::size_t from = at;
  bool jumped = false;
  std::size_t limit = at; // pointers lead before this
  std::string name;
  for (;;) {
    if (from >= value.size())
      return false;
    const std::uint8_t length = value[from++];
    if (length >= 0xc0) {
      if (from >= value.size())
        return false;
      const std::size_t target = std::size_t{length & 0x3fu} << 8 | value[from++];
      if (target >= limit)
        return false;
      if (!jumped)
        at = from;
      jumped = true;
      limit = from = target;
      continue;
    }
    if (length == 0)
      break;
    if (length > max_label || value.size() - from < length)
      return false;
    const auto label = value.subspan(from, length);
    if (!std::ranges::all_of(label, is_label_octet))
      return false;
    if (!name.empty())
      name += '.';
    name.append(label.begin(), label.end());
    if (name.size() > max_name)
      return false;
    from += length;
  }
  if (!jumped)
    at = from;
  if (name.empty())
    return false;
  if (!out.empty())
    out += ',';
  out += name;
  return true;
}

} // namespace

std::optional<std::string> domain_names(octets value) {
  std::string out;
  std::size_t at = 0;
  while (at < value.size())
    // Pointers repeat long names cheaply: a value in words is bounded too.
    if (out.size() > 8192 || !read_name(value, at, out))
      return {};
  if (out.empty())
    return {};
  return out;
}

bool append_domain_name(std::string_view name, std::vector<std::uint8_t>& out) {
  if (name.ends_with('.'))
    name.remove_suffix(1);
  if (name.empty() || name.size() > max_name)
    return false;
  for (;;) {
    const auto label = name.substr(0, name.find('.'));
    if (label.empty() || label.size() > max_label || !std::ranges::all_of(label, [](char c) {
          return is_label_octet(static_cast<std::uint8_t>(c));
        }))
      return false;
    out.push_back(static_cast<std::uint8_t>(label.size()));
    out.insert(out.end(), label.begin(), label.end());
    if (label.size() == name.size())
      break;
    name.remove_prefix(label.size() + 1);
  }
  out.push_back(0);
  return true;
}

} // namespace uzel::dhcp4
