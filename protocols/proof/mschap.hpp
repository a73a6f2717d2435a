// The functions of RFC 2759 section 8 and RFC 3079 section 3, by their names there. Every one fails
// only when OpenSSL's legacy provider is missing.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace uzel::proof::mschap {

using hash16 = std::array<std::uint8_t, 16>;
using challenge8 = std::array<std::uint8_t, 8>;
using response24 = std::array<std::uint8_t, 24>;

// UTF-8 to the little-endian UTF-16 that NtPasswordHash hashes; false on broken UTF-8.
[[nodiscard]] bool to_utf16le(std::string_view utf8, std::string& out);

// NtPasswordHash, RFC 2759 8.3, of a password in UTF-16LE.
[[nodiscard]] bool nt_password_hash(std::string_view utf16le, hash16& out);
// HashNtPasswordHash, RFC 2759 8.4.
[[nodiscard]] bool hash_nt_password_hash(const hash16& hash, hash16& out);
// ChallengeHash, RFC 2759 8.2: `name` without the domain.
[[nodiscard]] bool challenge_hash(std::string_view peer_challenge,
                                  std::string_view authenticator_challenge, std::string_view name,
                                  challenge8& out);
// A DES key of 7 octets spread over 8 with odd parity, RFC 2759 8.6 and 9.3.
std::array<std::uint8_t, 8> expand_des_key(std::span<const std::uint8_t, 7> raw);
// ChallengeResponse, RFC 2759 8.5: three DES encryptions of the challenge under the 16-octet hash
// padded to 21.
[[nodiscard]] bool challenge_response(std::string_view challenge, const hash16& hash,
                                      response24& out);
// GenerateAuthenticatorResponse, RFC 2759 8.7: "S=" and 40 upper-case hex digits.
[[nodiscard]] bool authenticator_response(const hash16& hash_hash, std::string_view nt_response,
                                          const challenge8& challenge, std::string& out);

// GetMasterKey, RFC 3079 3.4.
[[nodiscard]] bool master_key_of(const hash16& hash_hash, std::string_view nt_response,
                                 hash16& out);
// GetAsymmetricStartKey, RFC 3079 3.4, on the server's side, 128 bits.
[[nodiscard]] bool asymmetric_start_key(const hash16& master, bool is_send, hash16& out);

} // namespace uzel::proof::mschap
