// The only place that knows simdjson.
#include "net/json/json.hpp"

#include <simdjson.h>

namespace uzel::rest {
namespace {

namespace dom = simdjson::dom;

// Every shape that simdjson gives becomes ours; depth is bounded by the parser.
json convert(const dom::element& from) {
  json out;
  switch (from.type()) {
  case dom::element_type::ARRAY: {
    out.kind = json::type::array;
    const dom::array items =
      from.get_array().value_unsafe(); // named: the result that held it is gone after this line
    for (const auto item : items)
      out.items.push_back(convert(item));
    break;
  }
  case dom::element_type::OBJECT: {
    out.kind = json::type::object;
    const dom::object members = from.get_object().value_unsafe();
    for (const auto member : members)
      out.members.emplace_back(std::string{member.key}, convert(member.value));
    break;
  }
  case dom::element_type::INT64:
    out.kind = json::type::integer;
    out.number = from.get_int64().value_unsafe();
    break;
  case dom::element_type::STRING:
    out.kind = json::type::text;
    out.text = std::string{from.get_string().value_unsafe()};
    break;
  case dom::element_type::BOOL:
    out.kind = json::type::boolean;
    out.number = from.get_bool().value_unsafe() ? 1 : 0;
    break;
  case dom::element_type::NULL_VALUE:
    break;
  case dom::element_type::UINT64:
  case dom::element_type::DOUBLE:
    out.kind = json::type::real;
    break;
  }
  return out;
}

constexpr std::size_t whole_document = 0xFFFFFFFF; // simdjson's own bound

result<dom::element> parse(dom::parser& parser, const simdjson::padded_string& padded) {
  if (padded.size() > whole_document ||
      parser.allocate(padded.size(), max_json_depth) != simdjson::SUCCESS)
    return errc::invalid_input;
  dom::element root;
  if (parser.parse(padded).get(root) != simdjson::SUCCESS)
    return errc::invalid_input;
  return root;
}

} // namespace

const json* json::find(std::string_view name) const {
  for (const auto& [key, member] : members)
    if (key == name)
      return &member;
  return nullptr;
}

result<json> parse_json(std::string_view text) {
  dom::parser parser;
  const simdjson::padded_string padded{text};
  const auto root = parse(parser, padded);
  if (!root)
    return root.error();
  return convert(*root);
}

result<> for_each_json(std::string_view text, const std::function<bool(const json&)>& take) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return errc::invalid_input;
  dom::parser parser;
  if (text[first] == '[') {
    const simdjson::padded_string padded{text};
    const auto root = parse(parser, padded);
    if (!root || !root->is_array())
      return errc::invalid_input;
    const dom::array items = root->get_array().value_unsafe();
    for (const auto item : items)
      if (!take(convert(item)))
        break;
    return {};
  }
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos)
      continue;
    const simdjson::padded_string padded{line};
    const auto root = parse(parser, padded);
    if (!root)
      return root.error();
    if (!take(convert(*root)))
      break;
  }
  return {};
}

} // namespace uzel::rest
