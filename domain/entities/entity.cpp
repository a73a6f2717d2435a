#include "domain/entities/entity.hpp"

#include "domain/address_list.hpp"
#include "domain/entities/codec.hpp"
#include "domain/entities/desk.hpp"
#include "domain/entities/live.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

namespace uzel {
namespace {

// What generic code must know of an entity's type.
struct kind_of_object {
  const entity* table;
  row (*defaults)();
  violations (*check)(const row& r);
};

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 127; });
}

bool is_one_word(std::string_view text) {
  return is_printable(text) && text.find(' ') == std::string_view::npos;
}

void check_network(const network& n, violations& out) {
  constexpr std::uint8_t shortest = 8;
  if (n.prefix.length < shortest)
    out.push_back({"prefix", "must have a length from 8 to 32"});
  else if (n.router && !n.prefix.contains(n.router))
    out.push_back({"router", "must lie in the prefix"});
  if (!parse_address_list(n.dns))
    out.push_back({"dns", "must be IPv4 addresses separated by commas, such as 10.0.0.1,10.0.0.2"});
  if (!is_one_word(n.link))
    out.push_back({"link", "must be printable ASCII without spaces"});
  if (!is_one_word(n.interface) || n.interface.find('/') != std::string::npos)
    out.push_back({"interface", "must be the name of an interface: no spaces and no slash"});
  if (!is_printable(n.boot_file))
    out.push_back({"boot_file", "must be printable ASCII"});
}

template <class T>
void check_between(const T& object, violations& out) {
  if constexpr (std::is_same_v<T, pool>) {
    if (object.last < object.first)
      out.push_back({"last", "must not lie before first"});
    else if (object.last.value - object.first.value >= (1u << 24))
      out.push_back({"last", "must be less than 16777216 addresses after first"});
  } else if constexpr (std::is_same_v<T, network>) {
    check_network(object, out);
  } else if constexpr (std::is_same_v<T, device>) {
    if (object.id != 0 && object.uplink_device_id == object.id)
      out.push_back({"uplink_device_id", "must be another device"});
  } else if constexpr (std::is_same_v<T, port>) {
    if (object.child_device_id != 0 && object.child_device_id == object.device_id)
      out.push_back({"child_device_id", "must be another device"});
  }
}

template <class T>
violations check(const row& r) {
  const auto& fields = entity_of<T>().fields;
  if (r.size() != fields.size())
    return {{"", "must have " + std::to_string(fields.size()) + " fields"}};
  T object{};
  auto out = from_row(r, object);
  if (out.empty())
    check_between(object, out);
  return out;
}

template <class T>
kind_of_object known() {
  return {&entity_of<T>(), [] { return to_row(T{}); }, check<T>};
}

const auto& kinds() {
  static const std::array table{known<routing_domain>(),
                                known<client>(),
                                known<nas>(),
                                known<device>(),
                                known<port>(),
                                known<service>(),
                                known<pool>(),
                                known<network>(),
                                known<subscriber_options>(),
                                known<staff>(),
                                known<account_state>(),
                                known<access_row>(),
                                known<static_address_row>(),
                                known<subscription_row>(),
                                known<binding>(),
                                known<session>(),
                                known<address_use>(),
                                known<nas_state>()};
  return table;
}

const kind_of_object* kind_of(const entity& e) {
  for (const auto& k : kinds())
    if (k.table == &e)
      return &k;
  return nullptr;
}

} // namespace

const field* entity::find(std::string_view field_name) const {
  const auto at = index_of(field_name);
  return at == fields.size() ? nullptr : &fields[at];
}

std::size_t entity::index_of(std::string_view field_name) const {
  std::size_t i = 0;
  while (i < fields.size() && fields[i].name != field_name)
    ++i;
  return i;
}

std::span<const entity* const> all_entities() {
  static const auto tables = [] {
    std::array<const entity*, std::tuple_size_v<std::remove_cvref_t<decltype(kinds())>>> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = kinds()[i].table;
    return out;
  }();
  return tables;
}

const entity* find_entity(std::string_view name_or_plural) {
  for (const auto* e : all_entities())
    if (e->name == name_or_plural || e->plural == name_or_plural)
      return e;
  return nullptr;
}

row default_row(const entity& e) {
  const auto* kind = kind_of(e);
  return kind ? kind->defaults() : row{};
}

violations check_row(const entity& e, const row& r) {
  const auto* kind = kind_of(e);
  return kind ? kind->check(r) : violations{{"", "is no entity"}};
}

} // namespace uzel
