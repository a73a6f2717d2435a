// Paths and queries of RFC 3986 as plain texts.
#pragma once

#include "domain/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uzel::http {

// Percent-decodes; '+' means a space only in queries. invalid_input for a bad escape.
[[nodiscard]] result<std::string> decode_percent(std::string_view text, bool plus_is_space);

// The segments between slashes, decoded; a leading slash is required, one at the end is an empty
// segment. invalid_input for a bad escape or a path without a leading slash.
[[nodiscard]] result<std::vector<std::string>> split_path(std::string_view path);

// More names than any operation takes; each is compared with those before it.
inline constexpr std::size_t max_query_names = 64;

// Names and values of a query in their order.
class query_map {
 public:
  // invalid_input for a bad escape, a name that stands twice, or too many of them.
  [[nodiscard]] static result<query_map> parse(std::string_view query);

  // The value, or null when the name is not there.
  const std::string* find(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

} // namespace uzel::http
