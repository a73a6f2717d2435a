// How single values are read from a file or the environment and written back, by C++ type.
#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace uzel::config {

// Text from the environment: its meaning depends on the type of the setting.
struct plain_text {
  std::string text;
};
// One key of a table whose keys are free, such as [log.levels].
struct table_entry {
  std::string key;
  std::string text;
};
// A value of a kind that no setting has, in words ("a date").
struct foreign_value {
  std::string what;
};

// A value as it stood in the source, before the setting says what it must be.
using raw_value = std::variant<bool, std::int64_t, std::string, std::vector<std::string>,
                               plain_text, table_entry, foreign_value>;

// Reads `from` into `to`. Returns why it cannot be, or an empty string. `to` is unchanged on
// failure.
std::string read_value(const raw_value& from, bool& to);
std::string read_value(const raw_value& from, std::uint16_t& to);
std::string read_value(const raw_value& from, std::uint32_t& to);
std::string read_value(const raw_value& from, byte_count& to); // "64MiB", or a number of bytes
std::string read_value(const raw_value& from, seconds& to);    // "10s", "5m", "1h", "2d"
std::string read_value(const raw_value& from, milliseconds& to);
std::string read_value(const raw_value& from, std::string& to);
std::string read_value(const raw_value& from, std::vector<std::string>& to);
std::string read_value(const raw_value& from, std::map<std::string, log::level>& to);
std::string read_value(const raw_value& from, log::level& to);
std::string read_value(const raw_value& from, log_format& to);
std::string read_value(const raw_value& from, config::durability& to);

// Writes a value as a TOML literal that read_value() accepts.
std::string print_value(bool value);
std::string print_value(std::uint16_t value);
std::string print_value(std::uint32_t value);
std::string print_value(byte_count value);
std::string print_value(seconds value);
std::string print_value(milliseconds value);
std::string print_value(const std::string& value);
std::string print_value(const std::vector<std::string>& value);
std::string print_value(const std::map<std::string, log::level>& value);
std::string print_value(log::level value);
std::string print_value(log_format value);
std::string print_value(config::durability value);

// What the manual calls the type.
std::string type_name(const bool*);
std::string type_name(const std::uint16_t*);
std::string type_name(const std::uint32_t*);
std::string type_name(const byte_count*);
std::string type_name(const seconds*);
std::string type_name(const milliseconds*);
std::string type_name(const std::string*);
std::string type_name(const std::vector<std::string>*);
std::string type_name(const std::map<std::string, log::level>*);
std::string type_name(const log::level*);
std::string type_name(const log_format*);
std::string type_name(const config::durability*);

} // namespace uzel::config
