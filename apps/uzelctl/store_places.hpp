// Which store a command is about: that of the daemon's settings, of a demo's folder, or a database
// named by its URL.
#pragma once

#include "apps/uzelctl/context.hpp"
#include "config/settings.hpp"

#include <cstdint>
#include <string>

namespace uzel::ctl {

struct store_places {
  std::string config;
  std::string data;
  std::string url; // instead of the one in the settings
};

struct named_store {
  config::store_settings settings;
  bool has_journal = true; // false for a database that was named alone
};

enum class absent_file : std::uint8_t { refused, allowed };

void add_places(CLI::App& command, store_places& given);
// Errors: usage when the settings or the URL cannot be used, not_found when the file of a SQLite
// store is not there: opening it would make an empty one.
[[nodiscard]] outcome<named_store> find_store(const store_places& given,
                                              absent_file absent = absent_file::refused);
// The same URL, or usage: unknown drivers, and passwords that other users of the machine would see.
[[nodiscard]] outcome<std::string> checked_url(const std::string& url);

// Whether a process holds the lock of the store's journal.
bool is_in_use(const named_store& store);
// unavailable when it is.
[[nodiscard]] outcome<> require_unused(const named_store& store);

} // namespace uzel::ctl
