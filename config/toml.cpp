#include "config/toml.hpp"

#include <toml++/toml.h>

#include <algorithm>

namespace uzel::config {
namespace {

raw_value raw_array(const toml::array& from) {
  std::vector<std::string> texts;
  for (const toml::node& each : from) {
    const auto text = each.value_exact<std::string>();
    if (!text)
      return foreign_value{"a list with something else than texts"};
    texts.push_back(*text);
  }
  return texts;
}

raw_value raw(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>())
    return *text;
  if (const auto number = node.value_exact<std::int64_t>())
    return *number;
  if (const auto truth = node.value_exact<bool>())
    return *truth;
  if (const auto* list = node.as_array())
    return raw_array(*list);
  return foreign_value{node.is_floating_point() ? "a number with a fraction" : "a date or time"};
}

// Settings lie at most three names deep; what is deeper is unknown anyway and is named by its first
// names.
constexpr int max_depth = 4;

void flatten(const toml::table& table, const std::string& prefix, int depth,
             std::vector<toml_entry>& out) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string{key.str()};
    const auto line = key.source().begin.line;
    const toml::table* inner = node.as_table();
    if (inner == nullptr) {
      out.push_back({name, raw(node), line, false});
      continue;
    }
    if (inner->empty() || depth == max_depth)
      out.push_back({name, foreign_value{"a table"}, line, true});
    else
      flatten(*inner, name + ".", depth + 1, out);
  }
}

} // namespace

toml_content read_toml(std::string_view text) {
  toml_content content;
  try {
    const toml::table table = toml::parse(text);
    flatten(table, "", 1, content.entries);
  } catch (const toml::parse_error& error) {
    content.error = std::string{error.description()};
    content.error_line = error.source().begin.line;
  }
  std::stable_sort(content.entries.begin(), content.entries.end(),
                   [](const toml_entry& a, const toml_entry& b) { return a.line < b.line; });
  return content;
}

} // namespace uzel::config
