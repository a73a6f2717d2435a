// The words with which entity tables are written: of<T, path to the member>::integer<0, 9>("name",
// traits, doc). Included only by the tables.
#pragma once

#include "domain/entities/entity.hpp"
#include "domain/entities/stored.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

namespace uzel::declare {

inline constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();

// A field with its column.
struct declared {
  field outside;
  stored_column inside;
};

template <std::size_t N>
constexpr std::array<field, N> fields_of(const std::array<declared, N>& table) {
  std::array<field, N> out{};
  for (std::size_t i = 0; i < N; ++i)
    out[i] = table[i].outside;
  return out;
}
template <std::size_t N>
constexpr std::array<stored_column, N> columns_in(const std::array<declared, N>& table) {
  std::array<stored_column, N> out{};
  for (std::size_t i = 0; i < N; ++i)
    out[i] = table[i].inside;
  return out;
}

// Formats and checks of the outside form; an empty answer means «fine». Defined in declare.cpp.
std::string wrong_number(const value& v, std::int64_t minimum, std::int64_t maximum);
std::string wrong_text(const value& v, std::int64_t minimum, std::int64_t maximum);
std::string wrong_login(const value& v, std::int64_t minimum, std::int64_t maximum);
std::string wrong_permissions(const value& v);
std::string wrong_choice(const value& v, std::span<const choice> choices, std::int64_t& number);
std::string wrong_ipv4(const value& v, bool optional, ipv4& out);
std::string wrong_prefix(const value& v, prefix4& out);
std::string wrong_mac(const value& v, bool optional, mac_address& out);
value choice_value(std::span<const choice> choices, std::int64_t number);

constexpr std::int64_t packed(const prefix4& p) {
  return (static_cast<std::int64_t>(p.network.value) << 6) | p.length;
}
constexpr prefix4 unpacked(std::int64_t n) {
  return {ipv4{static_cast<std::uint32_t>(n >> 6)}, static_cast<std::uint8_t>(n & 63)};
}

template <class M>
std::int64_t number_in(const M& m) {
  if constexpr (std::is_same_v<M, prefix4>)
    return packed(m);
  else if constexpr (requires { m.minor; })
    return m.minor;
  else if constexpr (requires { m.us; })
    return m.us;
  else if constexpr (requires { m.value; })
    return static_cast<std::int64_t>(m.value);
  else
    return static_cast<std::int64_t>(m);
}

template <class M>
void put_number(M& m, std::int64_t n) {
  if constexpr (std::is_same_v<M, prefix4>)
    m = unpacked(n);
  else if constexpr (requires { m.minor; })
    m.minor = n;
  else if constexpr (requires { m.us; })
    m.us = n;
  else if constexpr (requires { m.value; })
    m.value = static_cast<decltype(m.value)>(n);
  else
    m = static_cast<M>(n);
}

// The largest number that fits into a member.
template <class M>
constexpr std::int64_t limit_of() {
  if constexpr (std::is_integral_v<M> && !std::is_same_v<M, bool> && sizeof(M) < 8)
    return static_cast<std::int64_t>(std::numeric_limits<M>::max());
  else
    return any;
}

// The member that First, Rest... lead to from a T, and the kinds of fields it can be.
template <class T, auto First, auto... Rest>
struct of {
  template <class X>
  static auto& in(X& object) {
    if constexpr (sizeof...(Rest) == 0)
      return object.*First;
    else
      return path<Rest...>(object.*First);
  }
  template <auto Next, auto... More, class X>
  static auto& path(X& object) {
    if constexpr (sizeof...(More) == 0)
      return object.*Next;
    else
      return path<More...>(object.*Next);
  }
  static const auto& at(const void* object) { return in(*static_cast<const T*>(object)); }
  static auto& at(void* object) { return in(*static_cast<T*>(object)); }
  using member = std::remove_cvref_t<decltype(in(std::declval<T&>()))>;

  static std::int64_t number(const void* object) { return number_in(at(object)); }
  static void set_number(void* object, std::int64_t n) { put_number(at(object), n); }
  static constexpr stored_column number_column() { return {false, number, set_number, nullptr}; }
  template <class M = member>
  static std::string& text_at(void* object) {
    return at(object);
  }
  static constexpr stored_column text_column() { return {true, nullptr, nullptr, text_at<>}; }

  static value read_boolean(const void* object) { return value{number(object) != 0}; }
  static value read_number(const void* object) { return value{number(object)}; }
  static value read_optional(const void* object) {
    return number(object) == 0 ? value{} : value{number(object)};
  }
  template <class M = member>
  static value read_text(const void* object) {
    return value{std::string{at(object)}};
  }
  template <class M = member>
  static value read_shown(const void* object) {
    return value{to_string(at(object))};
  }
  template <class M = member>
  static value read_shown_optional(const void* object) {
    return number(object) == 0 ? value{} : value{to_string(at(object))};
  }

  static std::string write_boolean(void* object, const value& v) {
    if (v.kind != value::kind_type::boolean)
      return "must be true or false";
    set_number(object, v.number);
    return {};
  }
  template <std::int64_t Min, std::int64_t Max>
  static std::string write_number(void* object, const value& v) {
    auto problem = wrong_number(v, Min, std::min(Max, limit_of<member>()));
    if (problem.empty())
      set_number(object, v.number);
    return problem;
  }
  // As write_number, but null means none.
  static std::string write_optional(void* object, const value& v) {
    auto problem = v.is_null() ? std::string{} : wrong_number(v, 0, any);
    if (problem.empty())
      set_number(object, v.number);
    return problem;
  }
  template <std::int64_t Min, std::int64_t Max>
  static std::string write_text(void* object, const value& v) {
    auto problem = wrong_text(v, Min, Max);
    if (problem.empty())
      at(object) = v.text;
    return problem;
  }
  template <std::int64_t Min, std::int64_t Max>
  static std::string write_login(void* object, const value& v) {
    auto problem = wrong_login(v, Min, Max);
    if (problem.empty())
      at(object) = v.text;
    return problem;
  }
  template <class M = member>
  static std::string write_permissions(void* object, const value& v) {
    auto problem = wrong_permissions(v);
    if (problem.empty())
      at(object) = v.text;
    return problem;
  }
  template <const auto& Choices>
  static std::string write_choice(void* object, const value& v) {
    std::int64_t n = 0;
    auto problem = wrong_choice(v, Choices, n);
    if (problem.empty())
      set_number(object, n);
    return problem;
  }
  template <const auto& Choices>
  static value read_choice(const void* object) {
    return choice_value(Choices, number(object));
  }
  template <bool Optional>
  static std::string write_ipv4(void* object, const value& v) {
    uzel::ipv4 address;
    auto problem = wrong_ipv4(v, Optional, address);
    if (problem.empty())
      at(object) = address;
    return problem;
  }
  template <class M = member>
  static std::string write_prefix(void* object, const value& v) {
    uzel::prefix4 prefix;
    auto problem = wrong_prefix(v, prefix);
    if (problem.empty())
      at(object) = prefix;
    return problem;
  }
  template <bool Optional>
  static std::string write_mac(void* object, const value& v) {
    mac_address address;
    auto problem = wrong_mac(v, Optional, address);
    if (problem.empty())
      at(object) = address;
    return problem;
  }

  static constexpr declared boolean(std::string_view name, int traits, std::string_view doc) {
    return {make(name, field_type::boolean, traits, 0, 1, doc, read_boolean, write_boolean),
            number_column()};
  }
  template <std::int64_t Min = 0, std::int64_t Max = any>
  static constexpr declared integer(std::string_view name, int traits, std::string_view doc) {
    return {make(name, field_type::integer, traits, Min, std::min(Max, limit_of<member>()), doc,
                 read_number, write_number<Min, Max>),
            number_column()};
  }
  template <std::int64_t Min = -any, std::int64_t Max = any>
  static constexpr declared money(std::string_view name, int traits, std::string_view doc) {
    return {
      make(name, field_type::money, traits, Min, Max, doc, read_number, write_number<Min, Max>),
      number_column()};
  }
  template <std::int64_t Min, std::int64_t Max>
  static constexpr declared text(std::string_view name, int traits, std::string_view doc) {
    return {make(name, field_type::text, traits, Min, Max, doc, read_text<>, write_text<Min, Max>),
            text_column()};
  }
  template <std::int64_t Min, std::int64_t Max>
  static constexpr declared secret(std::string_view name, int traits, std::string_view doc) {
    return {
      make(name, field_type::secret, traits, Min, Max, doc, read_text<>, write_text<Min, Max>),
      text_column()};
  }
  template <std::int64_t Min, std::int64_t Max>
  static constexpr declared login(std::string_view name, int traits, std::string_view doc) {
    return {
      make(name, field_type::login, traits, Min, Max, doc, read_text<>, write_login<Min, Max>),
      text_column()};
  }
  static constexpr declared permissions(std::string_view name, int traits, std::string_view doc) {
    return {
      make(name, field_type::permissions, traits, 0, 4096, doc, read_text<>, write_permissions<>),
      text_column()};
  }
  template <const auto& Choices>
  static constexpr declared choose(std::string_view name, int traits, std::string_view doc) {
    auto f = make(name, field_type::choice, traits, 0, 0, doc, read_choice<Choices>,
                  write_choice<Choices>);
    f.choices = Choices;
    return {f, number_column()};
  }
  // Required: null and 0.0.0.0 are refused; otherwise they mean none.
  static constexpr declared ipv4(std::string_view name, int traits, std::string_view doc) {
    return {make(name, field_type::ipv4, traits, 0, 0, doc, read_shown_optional<>,
                 (traits & trait_required) != 0 ? write_ipv4<false> : write_ipv4<true>),
            number_column()};
  }
  static constexpr declared prefix(std::string_view name, int traits, std::string_view doc) {
    return {make(name, field_type::prefix4, traits, 0, 0, doc, read_shown<>, write_prefix<>),
            number_column()};
  }
  static constexpr declared mac(std::string_view name, int traits, std::string_view doc) {
    return {make(name, field_type::mac, traits, 0, 0, doc, read_shown_optional<>,
                 (traits & trait_required) != 0 ? write_mac<false> : write_mac<true>),
            number_column()};
  }
  static constexpr declared instant(std::string_view name, int traits, std::string_view doc) {
    return {make(name, field_type::instant, traits, 0, any, doc, read_optional, write_optional),
            number_column()};
  }
  // Required, or with a minimum of 1: it always names something; otherwise null means nothing.
  template <std::int64_t Min = 0>
  static constexpr declared reference(std::string_view name, std::string_view target, int traits,
                                      std::string_view doc) {
    const bool always = Min > 0 || (traits & trait_required) != 0;
    auto f = make(name, field_type::reference, traits, always ? 1 : 0, any, doc, read_optional,
                  always ? write_number<1, any> : write_optional);
    f.target = target;
    return {f, number_column()};
  }

 private:
  static constexpr field make(std::string_view name, field_type type, int traits,
                              std::int64_t minimum, std::int64_t maximum, std::string_view doc,
                              value (*read)(const void*),
                              std::string (*write)(void*, const value&)) {
    return {name, type, static_cast<std::uint16_t>(traits), minimum, maximum, {}, {}, doc,
            read, write};
  }
};

} // namespace uzel::declare
