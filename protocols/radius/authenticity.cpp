#include "protocols/radius/authenticity.hpp"

#include "protocols/radius/packet_writer.hpp"

namespace uzel::radius {
namespace {

constexpr authenticator zeros{};

struct seal_place {
  seal_state state = seal_state::absent;
  std::size_t at = 0; // of the 16 octets
};

seal_place find_seal(const packet_view& packet) noexcept {
  seal_place found;
  for (const attribute a : packet.attributes()) {
    if (a.type != attr::message_authenticator)
      continue;
    if (found.state != seal_state::absent || a.value.size() != zeros.size())
      return {seal_state::wrong, 0};
    found = {seal_state::valid, a.offset + 2};
  }
  return found;
}

bool seal_fits(const packet_view& packet, std::size_t at, octets over,
               const shared_secret& secret) {
  const octets bytes = packet.bytes();
  md5_digest sum;
  return hmac_md5(secret,
                  {bytes.first(4), over, bytes.subspan(header_size, at - header_size), zeros,
                   bytes.subspan(at + zeros.size())},
                  sum) &&
         equal_in_constant_time(sum, bytes.subspan(at, zeros.size()));
}

bool digest_fits(const packet_view& packet, octets over, const shared_secret& secret) noexcept {
  const octets bytes = packet.bytes();
  md5_digest sum;
  return md5({bytes.first(4), over, bytes.subspan(header_size), secret.bytes()}, sum) &&
         equal_in_constant_time(sum, packet.authenticator_bytes());
}

seal_state verdict(bool fits) noexcept {
  return fits ? seal_state::valid : seal_state::wrong;
}

bool answers_dynamic_authorization(code c) noexcept {
  return c == code::disconnect_ack || c == code::disconnect_nak || c == code::coa_ack ||
         c == code::coa_nak;
}

} // namespace

seal_state check_request_seal(const packet_view& request, const shared_secret& secret) noexcept {
  const seal_place seal = find_seal(request);
  if (seal.state != seal_state::valid)
    return seal.state;
  const octets over =
    authenticator_is_digest(request.code()) ? octets{zeros} : octets{request.authenticator_bytes()};
  return verdict(seal_fits(request, seal.at, over, secret));
}

bool request_authenticator_valid(const packet_view& request, const shared_secret& secret) noexcept {
  return !authenticator_is_digest(request.code()) || digest_fits(request, zeros, secret);
}

bool reply_authenticator_valid(const packet_view& reply, const authenticator& request_authenticator,
                               const shared_secret& secret) noexcept {
  return digest_fits(reply, request_authenticator, secret);
}

seal_state check_reply_seal(const packet_view& reply, const authenticator& request_authenticator,
                            const shared_secret& secret) noexcept {
  const seal_place seal = find_seal(reply);
  if (seal.state != seal_state::valid)
    return seal.state;
  if (seal_fits(reply, seal.at, request_authenticator, secret))
    return seal_state::valid;
  return verdict(answers_dynamic_authorization(reply.code()) &&
                 seal_fits(reply, seal.at, zeros, secret));
}

} // namespace uzel::radius
