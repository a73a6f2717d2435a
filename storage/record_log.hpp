// What actors know of the journal: append, and how far it is synced.
#pragma once

#include "storage/record.hpp"

namespace uzel::storage {

// Thread-safe. In the daemon it is the journal; in tests a vector.
class record_log {
 public:
  virtual ~record_log() = default;

  // Numbers the records of the group consecutively and at once, writes them as one unit later, and
  // returns the LAST number. The caller puts the numbers into its own state after success. Errors:
  // errc::store_full, overloaded, unavailable: then nothing was appended and the change must not
  // happen.
  virtual result<journal_number> append(instant now, std::span<const record> group) = 0;
  virtual journal_number synced() const noexcept = 0;

  result<journal_number> append(instant now, const record& one) {
    return append(now, std::span{&one, 1});
  }
};

} // namespace uzel::storage
