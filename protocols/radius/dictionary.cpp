#include "protocols/radius/dictionary.hpp"

#include <algorithm>
#include <array>

namespace uzel::radius {
namespace {

struct type_name {
  std::string_view name;
  value_type type;
};

constexpr std::array type_names{
  type_name{"string", value_type::text},
  type_name{"text", value_type::text},
  type_name{"octets", value_type::raw},
  type_name{"ipaddr", value_type::ipaddr},
  type_name{"integer", value_type::integer},
  type_name{"uint32", value_type::integer},
  type_name{"date", value_type::date},
  type_name{"ifid", value_type::ifid},
  type_name{"ipv6addr", value_type::ipv6addr},
  type_name{"ipv6prefix", value_type::ipv6prefix},
  type_name{"byte", value_type::byte},
  type_name{"short", value_type::short_},
  type_name{"ether", value_type::ether},
  type_name{"tlv", value_type::tlv},
  type_name{"integer64", value_type::integer64},
  type_name{"signed", value_type::signed_},
  type_name{"ipv4prefix", value_type::ipv4prefix},
  type_name{"combo-ip", value_type::combo_ip},
  type_name{"abinary", value_type::abinary},
  type_name{"vsa", value_type::vsa},
};

} // namespace

std::optional<value_type> value_type_of(std::string_view name) noexcept {
  const auto found = std::ranges::find(type_names, name, &type_name::name);
  return found == type_names.end() ? std::nullopt : std::optional{found->type};
}

std::string dictionary_fault::text() const {
  return file + ":" + std::to_string(line) + ": " + reason;
}

std::string folded(std::string_view name) {
  std::string out{name};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

const attribute_definition* dictionary::find(std::string_view name) const {
  const auto found = attribute_by_name_.find(folded(name));
  return found == attribute_by_name_.end() ? nullptr : &attributes_[found->second];
}

const attribute_definition* dictionary::find(std::uint32_t vendor, std::uint32_t type) const {
  const auto found = attribute_by_number_.find({vendor, {type}});
  return found == attribute_by_number_.end() ? nullptr : &attributes_[found->second];
}

const vendor_definition* dictionary::find_vendor(std::string_view name) const {
  const auto found = vendor_by_name_.find(folded(name));
  return found == vendor_by_name_.end() ? nullptr : &vendors_[found->second];
}

const vendor_definition* dictionary::find_vendor(std::uint32_t number) const {
  const auto found = vendor_by_number_.find(number);
  return found == vendor_by_number_.end() ? nullptr : &vendors_[found->second];
}

std::optional<std::uint64_t> dictionary::value_of(const attribute_definition& a,
                                                  std::string_view name) const {
  const auto names = values_.find(folded(a.name));
  if (names == values_.end())
    return std::nullopt;
  const auto found = names->second.by_name.find(folded(name));
  return found == names->second.by_name.end() ? std::nullopt : std::optional{found->second};
}

std::string_view dictionary::name_of(const attribute_definition& a, std::uint64_t value) const {
  const auto names = values_.find(folded(a.name));
  if (names == values_.end())
    return {};
  const auto found = names->second.by_number.find(value);
  return found == names->second.by_number.end() ? std::string_view{} : found->second;
}

} // namespace uzel::radius
