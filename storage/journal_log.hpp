// The record_log of the daemon: records as the journal's bytes.
#pragma once

#include "storage/journal/journal.hpp"
#include "storage/record_log.hpp"

namespace uzel::storage {

// Thread-safe; encodes on the caller's thread into a buffer of that thread. The journal outlives
// it.
class journal_log final : public record_log {
 public:
  explicit journal_log(journal& under) : under_{under} {}

  using record_log::append;
  result<journal_number> append(instant now, std::span<const record> group) override;
  journal_number synced() const noexcept override { return under_.synced(); }

 private:
  journal& under_;
};

} // namespace uzel::storage
