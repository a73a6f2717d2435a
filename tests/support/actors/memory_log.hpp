// A record_log in memory: appends are numbered at once and count as synced when the test says so.
#pragma once

#include "storage/record_log.hpp"

#include <vector>

namespace uzel::test {

class memory_log : public storage::record_log {
 public:
  using storage::record_log::append;
  result<journal_number> append(instant now, std::span<const storage::record> group) override {
    if (refuse != errc::ok)
      return refuse;
    for (const auto& what : group)
      records.push_back({journal_number{records.size() + 1}, now, what});
    if (sync_at_once)
      synced_number = journal_number{records.size()};
    return journal_number{records.size()};
  }
  journal_number synced() const noexcept override { return synced_number; }

  // What a crash leaves: everything after the last sync is gone.
  void power_cut() { records.resize(synced_number.value); }

  std::vector<storage::numbered_record> records;
  journal_number synced_number;
  bool sync_at_once = true;
  errc refuse = errc::ok;
};

} // namespace uzel::test
