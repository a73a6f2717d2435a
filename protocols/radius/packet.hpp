// Reading RADIUS datagrams: a validated view that allocates nothing and copies nothing.
// On-wire layout: RFC 2865 section 3 and 5, RFC 2865 section 5.26 (vendor attributes).
#pragma once

#include "protocols/radius/attributes.hpp"
#include "protocols/radius/errc.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>

namespace uzel::radius {

inline constexpr std::size_t header_size = 20;
inline constexpr std::size_t max_packet_size = 4096;
inline constexpr std::size_t max_value_size = 253;

// A Request or Response Authenticator.
using authenticator = std::array<std::uint8_t, 16>;

// One attribute as it stands in a packet; `offset` is that of its type octet from the packet's
// start.
struct attribute {
  std::uint8_t type = 0;
  std::size_t offset = 0;
  octets value;
};

// Walks attributes of a region whose lengths were checked before.
class attribute_iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using iterator_concept = std::forward_iterator_tag;
  using value_type = attribute;
  using difference_type = std::ptrdiff_t;
  using pointer = const attribute*;
  using reference = attribute;

  attribute_iterator() = default;
  attribute_iterator(const std::uint8_t* base, std::size_t at) : base_{base}, at_{at} {}
  attribute operator*() const {
    return {base_[at_], at_, octets{base_ + at_ + 2, std::size_t{base_[at_ + 1]} - 2}};
  }
  attribute_iterator& operator++() {
    at_ += base_[at_ + 1];
    return *this;
  }
  attribute_iterator operator++(int) {
    const attribute_iterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const attribute_iterator&) const = default;

 private:
  const std::uint8_t* base_ = nullptr;
  std::size_t at_ = 0;
};

// The attributes of a packet in wire order.
class attribute_range {
 public:
  attribute_range(const std::uint8_t* base, std::size_t from, std::size_t to)
    : begin_{base, from}
    , end_{base, to} {}
  attribute_iterator begin() const { return begin_; }
  attribute_iterator end() const { return end_; }
  bool empty() const { return begin_ == end_; }

 private:
  attribute_iterator begin_;
  attribute_iterator end_;
};

// A view over one valid packet: lives as long as the datagram's bytes do.
class packet_view {
 public:
  // Checks every length once. Octets after Length are padding and left out (RFC 2865 section 3).
  [[nodiscard]] static result<packet_view> parse(octets datagram) noexcept;

  radius::code code() const noexcept { return static_cast<radius::code>(bytes_[0]); }
  std::uint8_t id() const noexcept { return bytes_[1]; }
  // The authenticator as it stands on the wire.
  std::span<const std::uint8_t, 16> authenticator_bytes() const noexcept {
    return bytes_.subspan<4, 16>();
  }
  radius::authenticator authenticator() const noexcept;
  // The packet without padding.
  octets bytes() const noexcept { return bytes_; }
  attribute_range attributes() const noexcept {
    return {bytes_.data(), header_size, bytes_.size()};
  }
  // The first attribute of that type.
  std::optional<attribute> find(std::uint8_t type) const noexcept;
  // How many attributes of that type there are.
  std::size_t count(std::uint8_t type) const noexcept;

 private:
  explicit packet_view(octets bytes) noexcept : bytes_{bytes} {}
  octets bytes_;
};

// How a vendor lays out its attributes: octets of type (1, 2, 4) and of length (0, 1, 2).
struct vendor_format {
  std::uint8_t type_size = 1;
  std::uint8_t length_size = 1;
  bool operator==(const vendor_format&) const = default;
};

// One vendor attribute inside a Vendor-Specific attribute.
struct vendor_attribute {
  std::uint32_t vendor = 0;
  std::uint32_t type = 0;
  octets value;
};

// Walks the vendor attributes of one Vendor-Specific value. A value that does not follow the format
// is opaque: malformed() says so and next() yields nothing, because RFC 2865 section 5.26 only
// recommends the format.
class vendor_cursor {
 public:
  explicit vendor_cursor(octets vsa_value, vendor_format format = {}) noexcept;
  std::uint32_t vendor() const noexcept { return vendor_; }
  bool malformed() const noexcept { return malformed_; }
  std::optional<vendor_attribute> next() noexcept;

 private:
  bool read_head(std::uint32_t& type, std::size_t& value_size) const noexcept;

  octets rest_;
  vendor_format format_;
  std::uint32_t vendor_ = 0;
  bool malformed_ = false;
};

} // namespace uzel::radius
