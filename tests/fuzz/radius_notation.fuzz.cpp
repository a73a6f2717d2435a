// links: uzel_protocols_radius uzel_domain
// What an operator types as attributes.
#include "protocols/radius/notation.hpp"

#include <cstdlib>

using namespace uzel::radius;

namespace {

const dictionary& words() {
  static const auto loaded = dictionary::load({"main"}, [](std::string_view, std::string_view) {
    return std::optional{dictionary_source{
      "main",
      "ATTRIBUTE User-Name 1 string\nATTRIBUTE User-Password 2 string encrypt=1\n"
      "ATTRIBUTE NAS-IP-Address 4 ipaddr\nATTRIBUTE Service-Type 6 integer\n"
      "VALUE Service-Type Framed-User 2\nATTRIBUTE Event-Timestamp 55 date\n"
      "ATTRIBUTE Tunnel-Password 69 string has_tag,encrypt=2\n"
      "ATTRIBUTE Tunnel-Type 64 integer has_tag\nATTRIBUTE EAP 79 octets concat\n"
      "ATTRIBUTE Prefix 97 ipv6prefix\nATTRIBUTE Interface 96 ifid\n"
      "ATTRIBUTE Ether 200 ether\nATTRIBUTE Net 201 ipv4prefix\nATTRIBUTE Any 202 combo-ip\n"
      "ATTRIBUTE Wide 203 integer64\nATTRIBUTE Sign 204 signed\n"
      "VENDOR Mikrotik 14988\nBEGIN-VENDOR Mikrotik\nATTRIBUTE Rate 8 string\n"
      "END-VENDOR Mikrotik\n"}};
  });
  if (!loaded)
    std::abort();
  return *loaded;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const shared_secret secret{"testing123"};
  const hiding hide{&secret, {1, 2, 3}};
  packet_buffer buffer;
  packet_writer out{buffer};
  out.begin(code::access_request, 1, hide.request);
  const std::string_view text = read_text({data, size});
  if (const auto fault = encode_attributes(text, words(), hide, out)) {
    if (fault->offset > text.size() || fault->reason.empty())
      std::abort();
    return 0;
  }
  // What was accepted is a packet, and its picture stays the same however often it is read back.
  const auto packet = packet_view::parse(out.unsigned_bytes().value());
  if (!packet)
    std::abort();
  const std::string shown = decode_attributes(*packet, words());
  packet_buffer second;
  packet_writer again{second};
  again.begin(code::access_request, 1, hide.request);
  if (encode_attributes(shown, words(), {}, again) && again.fault() != errc::buffer_full)
    std::abort();
  return 0;
}
