// links: uzel_protocols_dhcp4 uzel_domain
// Text of options: what is accepted is written back and read as the same set; what is not has a
// reason.
#include "protocols/dhcp4/option_text.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace uzel::dhcp4;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto options = parse_option_text(text);
  if (!options) {
    if (options.error().problem.empty())
      std::abort();
    return 0;
  }
  const auto shown = option_text(*options);
  // Octets in hex may be twice as long as the text that named them.
  if (shown.size() > max_option_text)
    return 0;
  const auto again = parse_option_text(shown);
  if (!again || !(*again == *options))
    std::abort();
  return 0;
}
