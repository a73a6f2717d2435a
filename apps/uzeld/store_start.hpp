// The store's part of the start: open the database, open the journal that belongs to it, replay the
// tail.
#pragma once

#include "domain/boot_image.hpp"
#include "storage/store.hpp"

#include <functional>
#include <memory>
#include <mutex>

namespace uzel {

// The opened store and the live state it gave.
struct opened_store {
  std::unique_ptr<storage::store> database;
  std::unique_ptr<storage::journal> journal;
  boot_image image;
  bool fresh = false; // nothing was ever written
  std::mutex report;  // the database's own connection answers reports, one at a time
};

// Errors name both numbers when journal and database do not belong together.
[[nodiscard]] storage::store_result<std::unique_ptr<opened_store>>
open_store(const config::store_settings& settings, storage::failure_handler on_failure);

// Told why the database cannot be reached; returns after the pause, false when nobody waits any
// more.
using store_patience = std::function<bool(const std::string& why, duration pause)>;

// The same, but while a database server cannot be reached it is tried again and again.
[[nodiscard]] storage::store_result<std::unique_ptr<opened_store>>
await_store(const config::store_settings& settings, const storage::failure_handler& on_failure,
            const store_patience& wait);

} // namespace uzel
