// links: uzel_storage uzel_domain
// Journal payloads of every kind: what decodes must encode to the same bytes.
#include "storage/record.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  const std::span payload{data + 1, size - 1};
  const auto decoded = uzel::storage::decode(data[0], payload, uzel::journal_number{7});
  if (!decoded)
    return 0;
  std::vector<std::uint8_t> again;
  uzel::storage::encode(*decoded, again);
  if (!std::equal(again.begin(), again.end(), payload.begin(), payload.end()))
    std::abort();
  return 0;
}
