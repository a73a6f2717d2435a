// JSON as the API speaks it. Numbers keep their spelling, so that nothing is lost on the way to the
// screen.
#pragma once

#include "domain/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uzel::ctl {

// One value; objects keep the order of their members.
struct json {
  enum class type : std::uint8_t { null, boolean, number, text, array, object };

  type kind = type::null;
  bool truth = false;
  std::string text; // of texts, and numbers as they are spelled
  std::vector<json> items;
  std::vector<std::pair<std::string, json>> members;

  static json of(std::string_view s);
  static json of(bool b);
  static json of(std::uint64_t n);
  static json of(std::int64_t n);
  static json object();
  static json array();

  // The member of that name, or null.
  const json* find(std::string_view name) const;
  // Appends a member; objects only.
  json& set(std::string_view name, json value);
  // The member's text or number, empty when there is none.
  std::string text_of(std::string_view name) const;
  bool is_object() const { return kind == type::object; }
  bool is_array() const { return kind == type::array; }
  bool operator==(const json&) const = default;
};

// invalid_input for what is no JSON.
[[nodiscard]] result<json> parse_json(std::string_view text);

// On one line, or with members on lines of their own.
std::string to_text(const json& value, bool indented = false);
void append_quoted(std::string& out, std::string_view text);

} // namespace uzel::ctl
