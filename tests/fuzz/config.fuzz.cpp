// links: uzel_config
// Any bytes as a configuration: no crash, and what was accepted is printed so that it is read back
// the same.
#include "config/load.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto got = uzel::config::load_text(text, "fuzz.toml");
  for (const auto& problem : got.problems)
    if (describe(problem).empty())
      std::abort();
  if (!got.ok())
    return 0;
  const auto again = uzel::config::load_text(render_effective(got), "printed.toml");
  if (!again.ok() || !(again.settings == got.settings))
    std::abort();
  return 0;
}
