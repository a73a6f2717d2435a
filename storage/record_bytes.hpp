// The bytes of record payloads: little-endian numbers, texts with a length before them.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace uzel::storage {

static_assert(std::endian::native == std::endian::little);

// Appends to a vector.
class byte_writer {
 public:
  explicit byte_writer(std::vector<std::uint8_t>& out) : out_{out} {}

  template <class N>
  void put(N n) {
    static_assert(std::is_integral_v<N>);
    const auto at = out_.size();
    out_.resize(at + sizeof n);
    std::memcpy(out_.data() + at, &n, sizeof n);
  }
  // Four bytes of length, then the text.
  void put_text(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    const auto at = out_.size();
    out_.resize(at + text.size());
    if (!text.empty())
      std::memcpy(out_.data() + at, text.data(), text.size());
  }

 private:
  std::vector<std::uint8_t>& out_;
};

// Takes from the front; after the first read past the end everything is 0 and ok() is false.
class byte_reader {
 public:
  explicit byte_reader(std::span<const std::uint8_t> in) : in_{in} {}

  template <class N>
  N take() {
    static_assert(std::is_integral_v<N>);
    N n{};
    if (!has(sizeof n))
      return n;
    std::memcpy(&n, in_.data(), sizeof n);
    in_ = in_.subspan(sizeof n);
    return n;
  }
  std::string take_text() {
    const auto length = take<std::uint32_t>();
    if (length == 0 || !has(length))
      return {};
    std::string out{reinterpret_cast<const char*>(in_.data()), length};
    in_ = in_.subspan(length);
    return out;
  }
  // Marks the input as damaged.
  void refuse() {
    ok_ = false;
    in_ = {};
  }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && in_.empty(); }
  std::size_t left() const { return in_.size(); }

 private:
  bool has(std::size_t n) {
    if (in_.size() < n)
      refuse();
    return ok_;
  }

  std::span<const std::uint8_t> in_;
  bool ok_ = true;
};

} // namespace uzel::storage
