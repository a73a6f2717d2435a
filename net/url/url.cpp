#include "net/url/url.hpp"

namespace uzel::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

} // namespace

result<std::string> decode_percent(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
      continue;
    }
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low < 0)
      return errc::invalid_input;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

result<std::vector<std::string>> split_path(std::string_view path) {
  if (path.empty() || path.front() != '/')
    return errc::invalid_input;
  path.remove_prefix(1);
  std::vector<std::string> out;
  for (;;) {
    const auto slash = path.find('/');
    auto segment = decode_percent(path.substr(0, slash), false);
    if (!segment)
      return segment.error();
    out.push_back(std::move(*segment));
    if (slash == std::string_view::npos)
      return out;
    path.remove_prefix(slash + 1);
  }
}

result<query_map> query_map::parse(std::string_view query) {
  query_map out;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto part = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (part.empty())
      continue;
    const auto equals = part.find('=');
    auto name = decode_percent(part.substr(0, equals), true);
    auto text = decode_percent(
      equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1), true);
    if (!name || !text || out.pairs_.size() == max_query_names || out.find(*name))
      return errc::invalid_input;
    out.pairs_.emplace_back(std::move(*name), std::move(*text));
  }
  return out;
}

const std::string* query_map::find(std::string_view name) const {
  for (const auto& [key, text] : pairs_)
    if (key == name)
      return &text;
  return nullptr;
}

} // namespace uzel::http
