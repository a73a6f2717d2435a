// The simulator's own RADIUS codec: deliberately simple and shared with nobody, so that an error in
// the server's codec cannot hide behind the same error here. RFC 2865 sections 3 and 5, RFC 2866,
// RFC 5176.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

using bytes = std::vector<std::uint8_t>;

struct packet {
  std::uint8_t code = 0;
  std::uint8_t id = 0;
  std::array<std::uint8_t, 16> authenticator{};
  std::vector<std::pair<std::uint8_t, bytes>> attributes;

  void add(std::uint8_t type, std::string_view text);
  void add(std::uint8_t type, std::uint32_t number);
  const bytes* find(std::uint8_t type) const;
  std::string text(std::uint8_t type) const;
  std::uint32_t number(std::uint8_t type) const;
};

// Nothing for bytes that are no RADIUS packet.
std::optional<packet> parse(const std::uint8_t* data, std::size_t size);

// An Access-Request: hides the password (RFC 2865 section 5.2), signs with Message-Authenticator
// (RFC 2869 section 5.14).
bytes access_request(packet p, std::string_view password, const std::string& secret);
// An Accounting-Request, or any packet whose authenticator is its digest.
bytes digest_request(packet p, const std::string& secret);
// A reply to a request of the server (Disconnect-ACK or NAK).
bytes reply(packet p, const packet& to, const std::string& secret);
// True when the reply was made by somebody who knows the secret and the request.
bool authentic(const packet& reply, const bytes& raw, const std::array<std::uint8_t, 16>& request,
               const std::string& secret);
// True when a Disconnect-Request was made by somebody who knows the secret.
bool authentic_request(const bytes& raw, const std::string& secret);

std::array<std::uint8_t, 16> random_authenticator();

} // namespace sim
