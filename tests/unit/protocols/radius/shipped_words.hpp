// The dictionaries as they are shipped, read from the source tree.
#pragma once

#include "protocols/radius/dictionary.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace uzel::radius::test {

inline std::optional<dictionary_source> read_shipped(std::string_view name, std::string_view) {
  const std::string path{name};
  std::ifstream in{std::string{UZEL_SOURCE_DIR} + "/dictionaries/" + path};
  if (!in)
    return std::nullopt;
  return dictionary_source{path, {std::istreambuf_iterator<char>{in}, {}}};
}

inline const dictionary& shipped_words() {
  static const auto loaded = dictionary::load({"dictionary"}, read_shipped);
  BOOST_REQUIRE_MESSAGE(loaded.has_value(), loaded.error().text());
  return *loaded;
}

} // namespace uzel::radius::test
