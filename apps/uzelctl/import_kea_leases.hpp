// Leases of Kea's memfile (kea-leases4.csv): a log of rows, the last one of an address counts.
#pragma once

#include "apps/uzelctl/import_plan.hpp"
#include "domain/instant.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::ctl {

// Values of the column state: Kea's Lease::STATE_*.
enum class kea_lease_state : std::uint8_t { current = 0, declined = 1, expired = 2, released = 3 };

struct kea_lease {
  std::uint32_t line = 0;
  mac_address mac; // 0 = the client showed none
  instant expires; // 0 = never
  kea_lease_state state = kea_lease_state::current;
  bool operator==(const kea_lease&) const = default;
};

struct kea_leases {
  std::map<ipv4, kea_lease> by_address;
  std::vector<moving_problem> problems; // rows that cannot be read, by line
};

// Adds the rows of one file; `name` is how problems call it. Files are read oldest first
// (kea-leases4.csv.2, then kea-leases4.csv).
void read_kea_leases(std::string_view text, const std::string& name, kea_leases& into);

} // namespace uzel::ctl
