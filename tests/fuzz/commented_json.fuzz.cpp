// links: uzel_uzelctl_parts
// Whatever a configuration of Kea holds, it is planned or refused with a place inside the text; and
// its JSON without comments is as long as it was.
#include "apps/uzelctl/import_kea_config.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace uzel;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto plain = ctl::plain_json(text);
  if (!plain) {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    const auto& fault = plain.error();
    require(fault.line >= 1 && fault.line <= lines && fault.column >= 1 &&
            fault.column <= size + 1 && !fault.reason.empty());
  } else {
    require(plain->size() == size);
    const auto again = ctl::plain_json(*plain);
    require(again && *again == *plain);
  }
  const auto config = ctl::parse_commented_json(text);
  if (!config)
    return 0;
  ctl::moving_plan plan;
  ctl::plan_kea_config(*config, {}, plan);
  for (const auto& row : plan.rows)
    require(!row.name.empty() && row.fields.is_object());
  return 0;
}
