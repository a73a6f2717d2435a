// A TOML text as a flat list of dotted names; the only door to the TOML library.
#pragma once

#include "config/values.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace uzel::config {

// One key of the file. A table without keys appears too, as a foreign value, so that a misspelt one
// is noticed.
struct toml_entry {
  std::string name;
  raw_value value;
  unsigned line = 0;
  bool is_table = false;
};

// The keys in the order of the file, or why and where it is no TOML.
struct toml_content {
  std::vector<toml_entry> entries;
  std::string error; // empty = well-formed
  unsigned error_line = 0;
};

toml_content read_toml(std::string_view text);

} // namespace uzel::config
