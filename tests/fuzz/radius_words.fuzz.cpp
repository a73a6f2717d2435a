// links: uzel_uzelctl_parts
// Whatever the value of an attribute is, it is read within bounds or refused.
#include "apps/uzelctl/import_radius_words.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
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
  if (const auto speed = ctl::read_rate_limit(text))
    require(speed->burst_seconds <= 86'400);
  if (const auto when = ctl::read_expiration(text))
    require(when->us >= 0 && when->unix_seconds() < 253'402'300'800);
  for (const auto* name : {"Cleartext-Password", "NT-Password", "Password-With-Header"}) {
    const auto read = ctl::read_password({name, ":=", std::string{text}});
    require(read.nt_hash.empty() || read.nt_hash.size() == 32);
    require(read.refusal.empty() == !(read.cleartext.empty() && read.nt_hash.empty()));
  }
  return 0;
}
