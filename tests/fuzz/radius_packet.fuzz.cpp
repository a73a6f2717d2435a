// links: uzel_protocols_radius uzel_domain
// A datagram from anybody: checked, extracted, answered and shown.
#include "protocols/radius/authenticity.hpp"
#include "protocols/radius/class_token.hpp"
#include "protocols/radius/hidden.hpp"
#include "protocols/radius/notation.hpp"
#include "protocols/radius/request.hpp"

#include <cstdlib>

using namespace uzel::radius;

namespace {

const shared_secret secret{"testing123"};
const seal_key key{as_octets("key")};

// A few names, so that both known and unknown attributes are shown.
const dictionary& words() {
  static const auto loaded = dictionary::load({"main"}, [](std::string_view, std::string_view) {
    return std::optional{dictionary_source{
      "main", "ATTRIBUTE User-Name 1 string\nATTRIBUTE User-Password 2 string encrypt=1\n"
              "ATTRIBUTE NAS-IP-Address 4 ipaddr\nATTRIBUTE Service-Type 6 integer\n"
              "VALUE Service-Type Framed-User 2\nATTRIBUTE Event-Timestamp 55 date\n"
              "ATTRIBUTE Tunnel-Type 64 integer has_tag\nATTRIBUTE Tunnel-Id 82 string has_tag\n"
              "ATTRIBUTE Framed-IPv6-Prefix 97 ipv6prefix\nATTRIBUTE Interface 96 ifid\n"
              "VENDOR Mikrotik 14988\nBEGIN-VENDOR Mikrotik\nATTRIBUTE Rate 8 string\n"
              "END-VENDOR Mikrotik\nVENDOR Wide 429 format=4,0\n"}};
  });
  if (!loaded)
    std::abort();
  return *loaded;
}

void show_and_read_back(const packet_view& packet) {
  const std::string shown = decode_attributes(packet, words());
  packet_buffer buffer;
  packet_writer out{buffer};
  out.begin(packet.code(), packet.id());
  const auto fault = encode_attributes(shown, words(), {}, out);
  // Splitting one VSA into several may outgrow a packet; nothing else may fail.
  if (fault && out.fault() != errc::buffer_full)
    std::abort();
  if (fault)
    return;
  const auto again = packet_view::parse(out.unsigned_bytes().value());
  if (!again || decode_attributes(*again, words()) != shown)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto packet = packet_view::parse({data, size});
  if (!packet)
    return 0;
  static_cast<void>(check_request_seal(*packet, secret));
  static_cast<void>(request_authenticator_valid(*packet, secret));
  if (const auto login = read_access_request(*packet)) {
    if (!login->hidden_password.empty() &&
        !reveal_password(login->hidden_password, packet->authenticator(), secret))
      std::abort();
    static_cast<void>(open_class(login->first_class, key));
  }
  static_cast<void>(read_accounting_request(*packet));
  packet_buffer buffer;
  packet_writer reply{buffer};
  reply.begin_reply(code::access_reject, *packet);
  reply.reserve_message_authenticator();
  reply.add_all_of(attr::proxy_state, *packet);
  static_cast<void>(reply.sign_reply(secret));
  show_and_read_back(*packet);
  return 0;
}
