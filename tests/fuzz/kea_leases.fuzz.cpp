// links: uzel_uzelctl_parts
// Whatever a file of leases holds, every row is a lease or a problem with its line.
#include "apps/uzelctl/import_kea_leases.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace uzel;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  ctl::kea_leases leases;
  ctl::read_kea_leases(text, "f", leases);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  if (leases.by_address.size() + leases.problems.size() > lines)
    std::abort();
  for (const auto& [address, lease] : leases.by_address)
    if (!address || lease.line < 2 || lease.line > lines)
      std::abort();
  return 0;
}
