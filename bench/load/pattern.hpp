// Names and hardware addresses of many subscribers from one line of text.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace uzel::load {

// "demo{}" names demo1, demo2, ...; "user{06}" fills up with zeros: user000001. A text without
// braces names everybody alike.
class name_pattern {
 public:
  // Nothing when braces do not match, hold no width of 1 to 20, or stand twice.
  static std::optional<name_pattern> parse(std::string_view text);

  static constexpr std::size_t longest = 128;
  using room = std::array<char, longest>;
  // The name of a number, written to `into`.
  std::string_view name(std::uint64_t number, room& into) const noexcept;
  // The number whose name this is.
  std::optional<std::uint64_t> number(std::string_view name) const;

 private:
  std::string before_;
  std::string after_;
  unsigned width_ = 0;
  bool numbered_ = false;
};

using mac = std::array<std::uint8_t, 6>;

// Nothing unless it is six pairs of hex digits with one kind of separator.
std::optional<mac> parse_mac(std::string_view text);
// The address so many after the first; wraps within the last four octets.
mac mac_after(const mac& first, std::uint32_t number) noexcept;
// As Calling-Station-Id has it: 02:00:00:00:00:01.
std::string_view mac_text(const mac& m, name_pattern::room& into) noexcept;

// IPv4 addresses in host order.
std::optional<std::uint32_t> parse_address(std::string_view text);
std::string address_text(std::uint32_t address);

} // namespace uzel::load
