// links: uzel_protocols_option82 uzel_domain
// Octets as a relay's option: the parsed spans must lie inside it, and decoding must be total and
// repeatable.
#include "protocols/option82/decode.hpp"
#include "protocols/option82/relay_information.hpp"

#include <cstdlib>

namespace {

using octets = std::span<const std::uint8_t>;

void require(bool holds) {
  if (!holds)
    std::abort();
}

bool lies_inside(octets part, octets whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void decode_both_ways(octets circuit, octets remote) {
  const auto where = uzel::option82::decode(circuit, remote);
  require(where == uzel::option82::decode(circuit, remote));
  require((where.device.value >> 48) == 0 && where.port <= 65535 && where.vlan <= 4094);
  require(circuit.size() > 255 || remote.size() > 255 || !where.vendor.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const octets whole{data, size};
  if (const auto parsed = uzel::option82::parse_relay_information(whole)) {
    require(lies_inside(parsed->circuit_id, whole) && lies_inside(parsed->remote_id, whole));
    decode_both_ways(parsed->circuit_id, parsed->remote_id);
  }
  if (size > 0) {
    // RADIUS carries the ids as attributes of their own: the first octet says where one ends.
    const auto rest = whole.subspan(1);
    const auto cut = rest.empty() ? 0 : data[0] % (rest.size() + 1);
    decode_both_ways(rest.first(cut), rest.subspan(cut));
  }
  return 0;
}
