// Reads the text of one option value into octets. Every method tells what is wrong, or nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::dhcp4 {

// How many addresses, routes or names one option may list.
inline constexpr std::size_t max_listed = 64;

class value_reader {
 public:
  using problem = std::optional<std::string>;

  value_reader(std::string_view text, std::vector<std::uint8_t>& out) : text_{text}, out_{out} {}

  problem hex();  // hex:0a0b
  problem text(); // plain or in quotes; no zero octets
  problem boolean();
  problem number(std::size_t size); // of 1, 2 or 4 octets
  problem signed_number();
  problem addresses(std::size_t most);
  problem address_pairs(); // "10.0.0.5 via 10.0.0.1, …"
  problem routes();        // "10.0.0.0/8 via 10.0.0.1, …"
  problem domains();

 private:
  template <class F>
  problem each(std::size_t most, F f);
  problem address(std::string_view text);
  void put(std::uint64_t value, std::size_t size);

  std::string_view text_;
  std::vector<std::uint8_t>& out_;
};

} // namespace uzel::dhcp4
