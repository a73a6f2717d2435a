// links: uzel_protocols_radius uzel_domain
// A dictionary file of an operator; it may include itself under a few other names.
#include "protocols/radius/dictionary.hpp"

#include <cstdlib>

using namespace uzel::radius;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  unsigned loads = 0;
  const std::string text{read_text({data, size})};
  const auto loaded = dictionary::load(
    {"main"}, [&](std::string_view name, std::string_view) -> std::optional<dictionary_source> {
      if (++loads > 8)
        return std::nullopt;
      return dictionary_source{std::string{name}, text};
    });
  if (!loaded) {
    if (loaded.error().text().empty())
      std::abort();
    return 0;
  }
  for (const attribute_definition& a : loaded->attributes()) {
    if (a.oid.empty() || loaded->find(a.name) == nullptr)
      std::abort();
    if (a.oid.size() == 1 && loaded->find(a.vendor, a.oid[0]) == nullptr)
      std::abort();
  }
  return 0;
}
