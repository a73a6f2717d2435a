#include "sim/nas/wire.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>

namespace sim {
namespace {

constexpr std::uint8_t user_password = 2;
constexpr std::uint8_t message_authenticator = 80;

std::array<std::uint8_t, 16> md5(const bytes& input) {
  std::array<std::uint8_t, 16> out{};
  unsigned size = 0;
  EVP_Digest(input.data(), input.size(), out.data(), &size, EVP_md5(), nullptr);
  return out;
}

bytes joined(const bytes& a, std::string_view b) {
  bytes out = a;
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

bytes serialise(const packet& p) {
  bytes out{p.code, p.id, 0, 0};
  out.insert(out.end(), p.authenticator.begin(), p.authenticator.end());
  for (const auto& [type, value] : p.attributes) {
    out.push_back(type);
    out.push_back(static_cast<std::uint8_t>(value.size() + 2));
    out.insert(out.end(), value.begin(), value.end());
  }
  out[2] = static_cast<std::uint8_t>(out.size() >> 8);
  out[3] = static_cast<std::uint8_t>(out.size());
  return out;
}

bytes hidden(std::string_view password, const packet& p, const std::string& secret) {
  bytes padded{password.begin(), password.end()};
  padded.resize(std::max<std::size_t>(16, (padded.size() + 15) / 16 * 16));
  bytes previous{p.authenticator.begin(), p.authenticator.end()};
  for (std::size_t at = 0; at < padded.size(); at += 16) {
    bytes input{secret.begin(), secret.end()};
    input.insert(input.end(), previous.begin(), previous.end());
    const auto mask = md5(input);
    for (std::size_t i = 0; i < 16; ++i)
      padded[at + i] ^= mask[i];
    previous.assign(padded.begin() + static_cast<std::ptrdiff_t>(at),
                    padded.begin() + static_cast<std::ptrdiff_t>(at + 16));
  }
  return padded;
}

void sign(bytes& raw, const std::string& secret) {
  // The attribute is the first one: its value starts at octet 22.
  unsigned size = 0;
  std::array<std::uint8_t, 16> mac{};
  HMAC(EVP_md5(), secret.data(), static_cast<int>(secret.size()), raw.data(), raw.size(),
       mac.data(), &size);
  std::copy(mac.begin(), mac.end(), raw.begin() + 22);
}

} // namespace

void packet::add(std::uint8_t type, std::string_view text_value) {
  attributes.emplace_back(type, bytes{text_value.begin(), text_value.end()});
}

void packet::add(std::uint8_t type, std::uint32_t n) {
  attributes.emplace_back(
    type, bytes{static_cast<std::uint8_t>(n >> 24), static_cast<std::uint8_t>(n >> 16),
                static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)});
}

const bytes* packet::find(std::uint8_t type) const {
  for (const auto& [t, value] : attributes)
    if (t == type)
      return &value;
  return nullptr;
}

std::string packet::text(std::uint8_t type) const {
  const auto* value = find(type);
  return value ? std::string{value->begin(), value->end()} : std::string{};
}

std::uint32_t packet::number(std::uint8_t type) const {
  const auto* v = find(type);
  if (!v || v->size() != 4)
    return 0;
  return (std::uint32_t{(*v)[0]} << 24) | (std::uint32_t{(*v)[1]} << 16) |
         (std::uint32_t{(*v)[2]} << 8) | (*v)[3];
}

std::optional<packet> parse(const std::uint8_t* data, std::size_t size) {
  if (size < 20)
    return std::nullopt;
  const std::size_t length = (std::size_t{data[2]} << 8) | data[3];
  if (length < 20 || length > size)
    return std::nullopt;
  packet out;
  out.code = data[0];
  out.id = data[1];
  std::copy_n(data + 4, 16, out.authenticator.begin());
  for (std::size_t at = 20; at < length;) {
    if (at + 2 > length || data[at + 1] < 2 || at + data[at + 1] > length)
      return std::nullopt;
    out.attributes.emplace_back(data[at], bytes{data + at + 2, data + at + data[at + 1]});
    at += data[at + 1];
  }
  return out;
}

bytes access_request(packet p, std::string_view password, const std::string& secret) {
  p.attributes.insert(p.attributes.begin(), {message_authenticator, bytes(16)});
  p.attributes.emplace_back(user_password, hidden(password, p, secret));
  auto raw = serialise(p);
  sign(raw, secret);
  return raw;
}

bytes digest_request(packet p, const std::string& secret) {
  p.authenticator = {};
  auto raw = serialise(p);
  const auto digest = md5(joined(raw, secret));
  std::copy(digest.begin(), digest.end(), raw.begin() + 4);
  return raw;
}

bytes reply(packet p, const packet& to, const std::string& secret) {
  p.id = to.id;
  p.authenticator = to.authenticator;
  p.attributes.insert(p.attributes.begin(), {message_authenticator, bytes(16)});
  auto raw = serialise(p);
  sign(raw, secret);
  const auto digest = md5(joined(raw, secret));
  std::copy(digest.begin(), digest.end(), raw.begin() + 4);
  return raw;
}

bool authentic(const packet& answer, const bytes& raw, const std::array<std::uint8_t, 16>& request,
               const std::string& secret) {
  bytes input{raw.begin(), raw.begin() + ((raw[2] << 8) | raw[3])};
  std::copy(request.begin(), request.end(), input.begin() + 4);
  return md5(joined(input, secret)) == answer.authenticator;
}

bool authentic_request(const bytes& raw, const std::string& secret) {
  bytes input{raw.begin(), raw.begin() + ((raw[2] << 8) | raw[3])};
  std::array<std::uint8_t, 16> given{};
  std::copy_n(input.begin() + 4, 16, given.begin());
  std::fill_n(input.begin() + 4, 16, std::uint8_t{0});
  return md5(joined(input, secret)) == given;
}

std::array<std::uint8_t, 16> random_authenticator() {
  std::array<std::uint8_t, 16> out{};
  RAND_bytes(out.data(), static_cast<int>(out.size()));
  return out;
}

} // namespace sim
