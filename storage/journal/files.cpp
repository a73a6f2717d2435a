#include "storage/journal/files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace uzel::storage {
namespace {

constexpr std::size_t zero_chunk = 1u << 20;
constexpr mode_t owner_only = 0600;

bool is_out_of_space(int code) {
  return code == ENOSPC || code == EDQUOT || code == EFBIG;
}

store_error refused(const char* action, const std::filesystem::path& path, int code) {
  return {is_out_of_space(code) ? errc::store_full : errc::io_failed,
          "cannot " + std::string{action} + " " + path.string() + ": " +
            std::generic_category().message(code)};
}

int open_retrying(const char* path, int flags, mode_t mode) {
  int fd = -1;
  do
    fd = ::open(path, flags | O_CLOEXEC, mode);
  while (fd < 0 && errno == EINTR);
  return fd;
}

// Whoever asks is_held() has the lock for a moment: one refusal proves nothing.
bool lock_patiently(int fd) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0)
      return true;
    if (errno != EWOULDBLOCK)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  errno = EWOULDBLOCK;
  return false;
}

} // namespace

posix_file::posix_file(posix_file&& other) noexcept
  : fd_{std::exchange(other.fd_, -1)}
  , path_{std::move(other.path_)} {}

posix_file& posix_file::operator=(posix_file&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

posix_file::~posix_file() {
  if (fd_ >= 0)
    ::close(fd_);
}

store_result<posix_file> posix_file::open_with(std::filesystem::path path, int flags) {
  const int fd = open_retrying(path.c_str(), flags, owner_only);
  if (fd < 0)
    return refused("open", path, errno);
  return posix_file{fd, std::move(path)};
}

store_result<posix_file> posix_file::open_for_reading(std::filesystem::path path) {
  return open_with(std::move(path), O_RDONLY);
}

store_result<posix_file> posix_file::open_for_writing(std::filesystem::path path) {
  return open_with(std::move(path), O_RDWR);
}

store_result<posix_file> posix_file::create(std::filesystem::path path) {
  return open_with(std::move(path), O_RDWR | O_CREAT | O_EXCL);
}

store_result<std::uint64_t> posix_file::size() const {
  struct stat found {};
  if (::fstat(fd_, &found) != 0)
    return refused("look at", path_, errno);
  return static_cast<std::uint64_t>(found.st_size);
}

store_result<> posix_file::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  while (!out.empty()) {
    const auto n = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return refused("read", path_, errno);
    if (n == 0)
      return store_error{errc::store_damaged,
                         path_.string() + " ends at byte " + std::to_string(offset)};
    out = out.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return {};
}

store_result<> posix_file::write_at(std::uint64_t offset,
                                    std::span<const std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const auto n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return refused("write", path_, n < 0 ? errno : ENOSPC);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return {};
}

store_result<> posix_file::write_zeros(std::uint64_t offset, std::uint64_t count) const {
  const std::vector<std::uint8_t> zeros(
    static_cast<std::size_t>(std::min<std::uint64_t>(count, zero_chunk)));
  while (count > 0) {
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()));
    if (const auto wrote = write_at(offset, std::span{zeros}.first(n)); !wrote)
      return wrote;
    offset += n;
    count -= n;
  }
  return {};
}

store_result<> posix_file::allocate(std::uint64_t bytes) const {
  int code = 0;
  do
    code = ::posix_fallocate(fd_, 0, static_cast<off_t>(bytes));
  while (code == EINTR);
  if (code != 0)
    return refused("allocate", path_, code);
  return {};
}

store_result<> posix_file::sync() const {
  if (::fdatasync(fd_) != 0)
    return refused("sync", path_, errno);
  return {};
}

store_result<> sync_directory(const std::filesystem::path& directory) {
  const int fd = open_retrying(directory.c_str(), O_RDONLY | O_DIRECTORY, 0);
  if (fd < 0)
    return refused("open", directory, errno);
  const int code = ::fsync(fd) == 0 ? 0 : errno;
  ::close(fd);
  if (code != 0)
    return refused("sync", directory, code);
  return {};
}

store_result<> rename_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    return refused("rename", from, errno);
  return {};
}

store_result<> remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return refused("delete", path, errno);
  return {};
}

directory_lock::directory_lock(directory_lock&& other) noexcept
  : fd_{std::exchange(other.fd_, -1)} {}

directory_lock& directory_lock::operator=(directory_lock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

directory_lock::~directory_lock() {
  if (fd_ >= 0)
    ::close(fd_);
}

store_result<directory_lock> directory_lock::take(const std::filesystem::path& directory) {
  const auto path = directory / "lock";
  const int fd = open_retrying(path.c_str(), O_RDWR | O_CREAT, owner_only);
  if (fd < 0)
    return refused("open", path, errno);
  directory_lock lock{fd};
  if (!lock_patiently(fd)) {
    if (errno != EWOULDBLOCK)
      return refused("lock", path, errno);
    std::array<char, 24> holder{};
    const auto n = ::pread(fd, holder.data(), holder.size() - 1, 0);
    return store_error{errc::in_use, "the journal in " + directory.string() +
                                       " is in use by process " +
                                       (n > 0 ? std::string{holder.data()} : "unknown")};
  }
  // Only for the sentence above: on a full disk it stays empty.
  const auto pid = std::to_string(::getpid());
  if (::ftruncate(fd, 0) == 0) [[maybe_unused]]
    const auto n = ::pwrite(fd, pid.data(), pid.size(), 0);
  return lock;
}

bool directory_lock::is_held(const std::filesystem::path& directory) {
  const int fd = open_retrying((directory / "lock").c_str(), O_RDONLY, 0);
  if (fd < 0)
    return false;
  // A shared lock for the moment of asking: it never disturbs a holder.
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return held;
}

} // namespace uzel::storage
