// Who wrote this packet: checks of the two RADIUS signatures. All run in constant time and allocate
// nothing.
#pragma once

#include "protocols/radius/digest.hpp"
#include "protocols/radius/packet.hpp"

namespace uzel::radius {

// What a packet's Message-Authenticator says. A second one, or one of a wrong size, is `wrong`.
enum class seal_state : std::uint8_t { absent, valid, wrong };

// Of a request: Access-Request, Status-Server (RFC 3579 section 3.2, RFC 5997), and accounting, CoA
// and Disconnect, where it is computed over an authenticator of zeros (RFC 5176 section 3.3).
[[nodiscard]] seal_state check_request_seal(const packet_view& request,
                                            const shared_secret& secret) noexcept;

// The Request Authenticator of accounting, CoA and Disconnect requests (RFC 2866 section 3, RFC
// 5176 section 2.3). True for codes whose authenticator is random: there is nothing to check.
[[nodiscard]] bool request_authenticator_valid(const packet_view& request,
                                               const shared_secret& secret) noexcept;

// The Response Authenticator of a reply (RFC 2865 section 3).
[[nodiscard]] bool reply_authenticator_valid(const packet_view& reply,
                                             const authenticator& request_authenticator,
                                             const shared_secret& secret) noexcept;

// The Message-Authenticator of a reply. CoA and Disconnect answers may have been computed over
// zeros instead of the request's authenticator: widespread servers do so, and the Response
// Authenticator still binds the request.
[[nodiscard]] seal_state check_reply_seal(const packet_view& reply,
                                          const authenticator& request_authenticator,
                                          const shared_secret& secret) noexcept;

} // namespace uzel::radius
