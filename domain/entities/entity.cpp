#include "domain/entities/entity.hpp"

#include "domain/entities/codec.hpp"
#include "domain/entities/desk.hpp"
#include "domain/entities/live.hpp"

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

template <class T>
void check_between(const T& object, violations& out) {
  if constexpr (std::is_same_v<T, pool>) {
    if (object.last < object.first)
      out.push_back({"last", "must not lie before first"});
    else if (object.last.value - object.first.value >= (1u << 24))
      out.push_back({"last", "must be less than 16777216 addresses after first"});
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
