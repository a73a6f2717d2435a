// The key that seals subscribers' passwords at rest. Read once at start, kept in one place,
// cleansed at the end.
#pragma once

#include "domain/result.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace uzel::proof {

// 256 random bits. Moves leave an empty key behind that refuses to seal.
class master_key {
 public:
  static constexpr std::size_t octets = 32;

  master_key() = default;
  ~master_key();
  master_key(master_key&& other) noexcept;
  master_key& operator=(master_key&& other) noexcept;
  master_key(const master_key&) = delete;
  master_key& operator=(const master_key&) = delete;

  // A fresh key from the system's generator; io_failed when that has none.
  [[nodiscard]] static result<master_key> generate();
  // Exactly these 32 octets; invalid_input for any other length.
  [[nodiscard]] static result<master_key> from_octets(std::span<const std::uint8_t> bytes);
  // 64 hex digits and a newline, or 32 raw octets. Refuses files that group or others may read
  // (forbidden), files of another user (forbidden), what is not a regular file (invalid_input);
  // not_found when there is none.
  [[nodiscard]] static result<master_key> load(const std::filesystem::path& file);
  // Writes a fresh key with mode 0600 and syncs it; conflict when the file exists, for an
  // overwritten key loses all passwords.
  [[nodiscard]] static result<master_key> create(const std::filesystem::path& file);
  // load(), or create() when there is no such file.
  [[nodiscard]] static result<master_key> load_or_create(const std::filesystem::path& file);

  explicit operator bool() const { return present_; }
  std::span<const std::uint8_t, octets> bytes() const { return bytes_; }

 private:
  std::array<std::uint8_t, octets> bytes_{};
  bool present_ = false;
};

} // namespace uzel::proof
