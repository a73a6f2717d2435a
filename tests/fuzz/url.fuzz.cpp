// links: uzel_net_url uzel_domain
// Whatever a request line says, it is split into segments and pairs, or refused.
#include "net/url/url.hpp"

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
  const auto slashes = static_cast<std::size_t>(std::count(text.begin(), text.end(), '/'));
  if (const auto segments = http::split_path(text))
    require(text.starts_with('/') && segments->size() == slashes);
  for (const bool plus_is_space : {false, true})
    if (const auto plain = http::decode_percent(text, plus_is_space))
      require(plain->size() <= size);
  if (const auto query = http::query_map::parse(text))
    for (const auto& [name, given] : query->pairs())
      require(query->find(name) && *query->find(name) == given);
  return 0;
}
