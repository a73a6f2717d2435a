// Packets written and checked octet by octet, with digests straight from OpenSSL: what the codec
// under test writes is compared with what RFC 2865 says, not with itself.
#pragma once

#include "net/radius/client_table.hpp"
#include "protocols/radius/packet.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uzel::net::test {

using bytes = std::vector<std::uint8_t>;

inline bytes octets_of(std::string_view text) {
  return {text.begin(), text.end()};
}

inline bytes hex(std::string_view text) {
  bytes out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out.push_back(
      static_cast<std::uint8_t>(std::stoul(std::string{text.substr(i, 2)}, nullptr, 16)));
  return out;
}

inline std::string to_hex(std::span<const std::uint8_t> data) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const auto b : data) {
    out += digits[b >> 4];
    out += digits[b & 15];
  }
  return out;
}

inline bytes md5_of(const bytes& data) {
  bytes out(16);
  BOOST_REQUIRE(EVP_Digest(data.data(), data.size(), out.data(), nullptr, EVP_md5(), nullptr));
  return out;
}

inline bytes hmac_md5_of(std::string_view key, const bytes& data) {
  bytes out(16);
  unsigned size = 0;
  BOOST_REQUIRE(HMAC(EVP_md5(), key.data(), static_cast<int>(key.size()), data.data(), data.size(),
                     out.data(), &size));
  return out;
}

inline bytes operator+(bytes a, const bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline constexpr std::string_view common_secret = "testing123";

// User-Password hidden as RFC 2865 section 5.2 says; the result is as long as it needs to be.
inline bytes hidden(bytes plain, const bytes& authenticator,
                    std::string_view secret = common_secret) {
  plain.resize(std::max<std::size_t>(16, (plain.size() + 15) / 16 * 16));
  auto before = authenticator;
  for (std::size_t at = 0; at < plain.size(); at += 16) {
    const auto mask = md5_of(octets_of(secret) + before);
    for (std::size_t i = 0; i < 16; ++i)
      plain[at + i] ^= mask[i];
    before.assign(plain.begin() + static_cast<std::ptrdiff_t>(at),
                  plain.begin() + static_cast<std::ptrdiff_t>(at) + 16);
  }
  return plain;
}

// Writes one request.
class sketch {
 public:
  explicit sketch(radius::code code, std::uint8_t id = 1, std::uint8_t authenticator_fill = 0x5a) {
    data_ = {static_cast<std::uint8_t>(code), id, 0, 0};
    data_.resize(20, authenticator_fill);
  }
  bytes authenticator() const { return {data_.begin() + 4, data_.begin() + 20}; }

  sketch& add(std::uint8_t type, const bytes& value) {
    data_.push_back(type);
    data_.push_back(static_cast<std::uint8_t>(value.size() + 2));
    data_ = std::move(data_) + value;
    return *this;
  }
  sketch& add(std::uint8_t type, std::string_view value) { return add(type, octets_of(value)); }
  sketch& add(std::uint8_t type, std::uint32_t v) { return add(type, number(v)); }
  sketch& vendor(std::uint32_t vendor, std::uint8_t type, const bytes& value) {
    return add(26,
               number(vendor) + bytes{type, static_cast<std::uint8_t>(value.size() + 2)} + value);
  }
  sketch& vendor(std::uint32_t id, std::uint8_t type, std::string_view value) {
    return vendor(id, type, octets_of(value));
  }
  sketch& pap(std::string_view password) {
    return add(2, hidden(octets_of(password), authenticator()));
  }
  // Reserves Message-Authenticator here.
  sketch& seal() {
    seal_at_ = data_.size() + 2;
    return add(80, bytes(16));
  }
  sketch& wrong_seal() { return add(80, bytes(16, 0xEE)); }

  // The datagram; accounting requests are signed by their authenticator.
  bytes finish(std::string_view secret = common_secret) {
    data_[2] = static_cast<std::uint8_t>(data_.size() >> 8);
    data_[3] = static_cast<std::uint8_t>(data_.size());
    const bool digest = data_[0] == 4;
    if (digest)
      std::fill_n(data_.begin() + 4, 16, std::uint8_t{0});
    if (seal_at_ != 0)
      std::ranges::copy(hmac_md5_of(secret, data_),
                        data_.begin() + static_cast<std::ptrdiff_t>(seal_at_));
    if (digest)
      std::ranges::copy(md5_of(data_ + octets_of(secret)), data_.begin() + 4);
    return data_;
  }

  static bytes number(std::uint32_t v) {
    return {static_cast<std::uint8_t>(v >> 24), static_cast<std::uint8_t>(v >> 16),
            static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)};
  }

 private:
  bytes data_;
  std::size_t seal_at_ = 0;
};

// Attributes in wire order as (type, hex); a vendor's as (type + 1000 * vendor, hex).
using attributes = std::vector<std::pair<std::uint64_t, std::string>>;

inline attributes read(const bytes& packet) {
  attributes out;
  for (std::size_t at = 20; at + 2 <= packet.size(); at += packet[at + 1]) {
    BOOST_REQUIRE_GE(packet[at + 1], 2);
    BOOST_REQUIRE_LE(at + packet[at + 1], packet.size());
    const std::span value{packet.data() + at + 2, packet[at + 1] - std::size_t{2}};
    if (packet[at] != 26) {
      out.emplace_back(packet[at], to_hex(value));
      continue;
    }
    const std::uint64_t vendor = value[1] * 65536u + value[2] * 256u + value[3];
    out.emplace_back(vendor * 1000 + value[4], to_hex(value.subspan(6)));
  }
  return out;
}

inline std::string text_of(std::string_view in_hex) {
  const auto b = hex(in_hex);
  return {b.begin(), b.end()};
}

// Every value of that attribute, as text.
inline std::vector<std::string> texts_of(const bytes& packet, std::uint64_t type) {
  std::vector<std::string> out;
  for (const auto& [t, value] : read(packet))
    if (t == type)
      out.push_back(text_of(value));
  return out;
}

// Checks code, id, Response Authenticator (RFC 2865 section 3) and, where there is one, the
// Message-Authenticator (RFC 3579 section 3.2), which must stand first.
inline void check_reply(const bytes& reply, const bytes& request, radius::code code,
                        bool sealed = true, std::string_view secret = common_secret) {
  BOOST_REQUIRE_GE(reply.size(), 20u);
  BOOST_TEST(int{reply[0]} == static_cast<int>(code));
  BOOST_TEST(int{reply[1]} == int{request[1]});
  BOOST_TEST(reply[2] * 256u + reply[3] == reply.size());
  auto signed_over = reply;
  std::copy_n(request.begin() + 4, 16, signed_over.begin() + 4);
  BOOST_TEST(to_hex(md5_of(signed_over + octets_of(secret))) ==
             to_hex(std::span{reply}.subspan(4, 16)));
  const auto all = read(reply);
  const auto seals =
    std::ranges::count(all, std::uint64_t{80}, [](const auto& a) { return a.first; });
  BOOST_TEST(seals == (sealed ? 1 : 0));
  if (!sealed || all.empty())
    return;
  BOOST_TEST(all.front().first == 80u);
  std::fill_n(signed_over.begin() + 22, 16, std::uint8_t{0});
  BOOST_TEST(to_hex(hmac_md5_of(secret, signed_over)) == all.front().second);
}

inline client common_client(std::uint64_t id = 1) {
  client c;
  c.id = id;
  c.name = "bras";
  c.source = {ipv4{127, 0, 0, 1}, 32};
  return c;
}

inline std::shared_ptr<const radius_client> keep(const client& row,
                                                 std::string_view secret = common_secret) {
  return std::make_shared<const radius_client>(radius_client{row, radius::shared_secret{secret}});
}

inline radius::packet_view view(const bytes& packet) {
  const auto parsed = radius::packet_view::parse(packet);
  BOOST_REQUIRE(parsed.has_value());
  return *parsed;
}

} // namespace uzel::net::test
