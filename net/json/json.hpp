// JSON as plain values: read by simdjson behind this header, written by an own small writer.
#pragma once

#include "domain/result.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uzel::rest {

// One JSON value (RFC 8259). Objects keep the order of their members, and repeated names.
struct json {
  enum class type : std::uint8_t { null, boolean, integer, real, text, array, object };

  type kind = type::null;
  std::int64_t number = 0; // boolean: 0 or 1
  std::string text;
  std::vector<json> items;
  std::vector<std::pair<std::string, json>> members;

  // The first member of that name, or null.
  const json* find(std::string_view name) const;
  bool is_null() const { return kind == type::null; }
  bool operator==(const json&) const = default;
};

// Deeper documents are refused.
inline constexpr std::size_t max_json_depth = 32;

// One document. Numbers that are no 64-bit integers become `real` without a value: nothing here
// takes one. invalid_input for what is no JSON or no UTF-8.
[[nodiscard]] result<json> parse_json(std::string_view text);

// The elements of one array, or the lines of JSON lines (RFC 7464 without the separator), one at a
// time, so that large imports never stand in memory as a tree. `take` returns false to stop.
// invalid_input as above; elements before the bad one have been taken then.
[[nodiscard]] result<> for_each_json(std::string_view text,
                                     const std::function<bool(const json&)>& take);

// Writes a document into a text. Calls must make sense: a key before each value of an object.
class json_writer {
 public:
  explicit json_writer(std::string& out) : out_{out} {}

  json_writer& begin_object();
  json_writer& end_object();
  json_writer& begin_array();
  json_writer& end_array();
  json_writer& key(std::string_view name);
  json_writer& null();
  json_writer& boolean(bool b);
  json_writer& number(std::int64_t n);
  json_writer& number(std::uint64_t n);
  // Bytes that are no UTF-8 become U+FFFD: the answer is always valid JSON.
  json_writer& text(std::string_view s);
  // A value that is JSON already.
  json_writer& raw(std::string_view s);

  json_writer& member(std::string_view name, std::string_view s) { return key(name).text(s); }
  json_writer& member(std::string_view name, const char* s) { return key(name).text(s); }
  json_writer& member(std::string_view name, bool b) { return key(name).boolean(b); }
  json_writer& member(std::string_view name, std::uint64_t n) { return key(name).number(n); }
  json_writer& member(std::string_view name, std::int64_t n) { return key(name).number(n); }
  json_writer& member(std::string_view name, std::uint32_t n) {
    return key(name).number(std::uint64_t{n});
  }

 private:
  void separate();

  std::string& out_;
  bool first_ = true; // nothing stands yet in the innermost container, or a key was just written
};

} // namespace uzel::rest
