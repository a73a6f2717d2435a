// The journal's dealings with the file system: descriptors, whole reads and writes, allocation, the
// lock.
#pragma once

#include "storage/journal/store_error.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace uzel::storage {

// A file descriptor with the name it was opened by; all transfers are whole or an error with a
// sentence.
class posix_file {
 public:
  posix_file() = default;
  posix_file(posix_file&& other) noexcept;
  posix_file& operator=(posix_file&& other) noexcept;
  ~posix_file();

  static store_result<posix_file> open_for_reading(std::filesystem::path path);
  static store_result<posix_file> open_for_writing(std::filesystem::path path);
  // A file that did not exist.
  static store_result<posix_file> create(std::filesystem::path path);

  explicit operator bool() const { return fd_ >= 0; }
  const std::filesystem::path& path() const { return path_; }
  void renamed(std::filesystem::path path) { path_ = std::move(path); }

  store_result<std::uint64_t> size() const;
  // The bytes must be there.
  store_result<> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const;
  store_result<> write_at(std::uint64_t offset, std::span<const std::uint8_t> bytes) const;
  store_result<> write_zeros(std::uint64_t offset, std::uint64_t count) const;
  // Blocks for the whole size, so that later writes cannot run out of space; store_full when there
  // are none.
  store_result<> allocate(std::uint64_t bytes) const;
  // Data and size, one fdatasync. Never call it again after it failed: the kernel may have dropped
  // the pages.
  store_result<> sync() const;

 private:
  posix_file(int fd, std::filesystem::path path) : fd_{fd}, path_{std::move(path)} {}
  static store_result<posix_file> open_with(std::filesystem::path path, int flags);
  int fd_ = -1;
  std::filesystem::path path_;
};

// Makes creations, renames and deletions in a directory durable.
store_result<> sync_directory(const std::filesystem::path& directory);
store_result<> rename_file(const std::filesystem::path& from, const std::filesystem::path& to);
// Absent is fine.
store_result<> remove_file(const std::filesystem::path& path);

// Holds a directory for one process until destroyed (flock on a file "lock" that names the holder's
// process id).
class directory_lock {
 public:
  directory_lock() = default;
  directory_lock(directory_lock&& other) noexcept;
  directory_lock& operator=(directory_lock&& other) noexcept;
  ~directory_lock();

  // in_use when another holds it.
  static store_result<directory_lock> take(const std::filesystem::path& directory);
  static bool is_held(const std::filesystem::path& directory);

 private:
  explicit directory_lock(int fd) : fd_{fd} {}
  int fd_ = -1;
};

} // namespace uzel::storage
