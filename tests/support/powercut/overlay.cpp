#include "tests/support/powercut/overlay.hpp"

#include <climits>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

namespace uzel::powercut {
namespace {

template <class F>
void resolve(F& out, const char* name) {
  // dlsym's void* is a function by POSIX.
  void* found = ::dlsym(RTLD_NEXT, name);
  std::memcpy(&out, &found, sizeof out);
}

int reopen(int fd) {
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const int own = libc().open(link.c_str(), O_RDWR | O_CLOEXEC);
  return own >= 0 ? own : libc().dup(fd);
}

} // namespace

const libc_calls& libc() {
  static const libc_calls calls = [] {
    libc_calls c;
    resolve(c.pread, "pread64");
    resolve(c.pwrite, "pwrite64");
    resolve(c.ftruncate, "ftruncate64");
    resolve(c.close, "close");
    resolve(c.dup, "dup");
    resolve(c.open, "open64");
    resolve(c.fstat, "fstat64");
    return c;
  }();
  return calls;
}

overlay::overlay(int fd, std::uint64_t size) : fd_{reopen(fd)}, size_{size}, base_size_{size} {}

overlay::~overlay() {
  libc().close(fd_);
}

overlay::page& overlay::page_at(std::uint64_t index) {
  auto& slot = pages_[index];
  if (!slot) {
    slot = std::make_unique<page>();
    const std::uint64_t at = index * page_bytes;
    if (at < base_size_) {
      const auto wanted = std::min<std::uint64_t>(page_bytes, base_size_ - at);
      [[maybe_unused]] const auto n = libc().pread(
        fd_, slot->bytes.data(), static_cast<std::size_t>(wanted), static_cast<off64_t>(at));
    }
  }
  return *slot;
}

ssize_t overlay::read(void* out, std::size_t count, std::uint64_t offset) {
  if (offset >= size_)
    return 0;
  count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - offset));
  auto* to = static_cast<unsigned char*>(out);
  for (std::size_t done = 0; done < count;) {
    const std::uint64_t at = offset + done;
    const std::size_t in_page = static_cast<std::size_t>(at % page_bytes);
    const std::size_t n = std::min(count - done, page_bytes - in_page);
    const auto found = pages_.find(at / page_bytes);
    if (found != pages_.end()) {
      std::memcpy(to + done, found->second->bytes.data() + in_page, n);
    } else {
      std::memset(to + done, 0, n);
      if (at < base_size_) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(n, base_size_ - at));
        if (libc().pread(fd_, to + done, wanted, static_cast<off64_t>(at)) < 0)
          return -1;
      }
    }
    done += n;
  }
  return static_cast<ssize_t>(count);
}

ssize_t overlay::write(const void* from, std::size_t count, std::uint64_t offset) {
  const auto* bytes = static_cast<const unsigned char*>(from);
  for (std::size_t done = 0; done < count;) {
    const std::uint64_t at = offset + done;
    const std::size_t in_page = static_cast<std::size_t>(at % page_bytes);
    const std::size_t n = std::min(count - done, page_bytes - in_page);
    page& target = page_at(at / page_bytes);
    std::memcpy(target.bytes.data() + in_page, bytes + done, n);
    target.dirty = true;
    done += n;
  }
  size_ = std::max(size_, offset + count);
  return static_cast<ssize_t>(count);
}

void overlay::resize(std::uint64_t size) {
  if (size < size_) {
    pages_.erase(pages_.lower_bound((size + page_bytes - 1) / page_bytes), pages_.end());
    if (size % page_bytes != 0) {
      // The cut page must read as zeros behind the cut, should the file grow again.
      page& last = page_at(size / page_bytes);
      std::fill(last.bytes.begin() + static_cast<std::ptrdiff_t>(size % page_bytes),
                last.bytes.end(), static_cast<unsigned char>(0));
      last.dirty = true;
    }
    if (size < base_size_) {
      base_size_ = size;
      truncated_ = true;
    }
  }
  size_ = size;
}

void overlay::grown(std::uint64_t size) {
  size_ = std::max(size_, size);
  if (!truncated_)
    base_size_ = std::max(base_size_, size);
}

int overlay::persist() {
  if (truncated_ && libc().ftruncate(fd_, static_cast<off64_t>(base_size_)) != 0)
    return -1;
  truncated_ = false;
  struct stat64 now {};
  if (libc().fstat(fd_, &now) != 0)
    return -1;
  if (static_cast<std::uint64_t>(now.st_size) != size_ &&
      libc().ftruncate(fd_, static_cast<off64_t>(size_)) != 0)
    return -1;
  base_size_ = size_;
  for (auto at = pages_.begin(); at != pages_.end();) {
    if (!at->second->dirty) {
      ++at;
      continue;
    }
    const std::uint64_t offset = at->first * page_bytes;
    if (offset < size_) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(page_bytes, size_ - offset));
      if (libc().pwrite(fd_, at->second->bytes.data(), n, static_cast<off64_t>(offset)) < 0)
        return -1;
    }
    at = pages_.erase(at);
  }
  return 0;
}

void overlay::forget_dirt() {
  for (auto& [index, kept] : pages_)
    kept->dirty = false;
}

registry& registry::instance() {
  // Never destroyed: files are still closed while the process leaves.
  static registry& one = *new registry;
  return one;
}

registry::registry() {
  const char* directory = std::getenv("UZEL_POWERCUT_DIR");
  if (directory != nullptr && *directory != 0) {
    char resolved[PATH_MAX];
    orders_.directory = ::realpath(directory, resolved) != nullptr ? resolved : directory;
    orders_.directory += '/';
  }
  const char* ignore = std::getenv("UZEL_POWERCUT_IGNORE_SYNC");
  orders_.ignore_sync = ignore != nullptr && std::string_view{ignore} == "1";
  if (const char* after = std::getenv("UZEL_POWERCUT_FAIL_SYNC_AFTER"); after != nullptr)
    orders_.fail_sync_after = std::strtol(after, nullptr, 10);
}

bool registry::watches(int fd) const {
  if (orders_.directory.empty())
    return false;
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  char path[PATH_MAX];
  const auto n = ::readlink(link.c_str(), path, sizeof path);
  if (n <= 0)
    return false;
  const std::string_view name{path, static_cast<std::size_t>(n)};
  // SQLite's shared memory file is mapped and rebuilt after a crash: it is not durable state.
  return name.starts_with(orders_.directory) && !name.ends_with("-shm");
}

overlay* registry::find(int fd) {
  const auto found = descriptors_.find(fd);
  if (found == descriptors_.end())
    return nullptr;
  const auto file = files_.find({found->second.key_device, found->second.key_inode});
  return file == files_.end() ? nullptr : file->second.get();
}

overlay* registry::find_file(const struct stat64& file) {
  const auto found = files_.find({file.st_dev, file.st_ino});
  return found == files_.end() ? nullptr : found->second.get();
}

void registry::opened(int fd, int flags) {
  struct stat64 file {};
  if (!watches(fd) || libc().fstat(fd, &file) != 0 || !S_ISREG(file.st_mode))
    return;
  auto& slot = files_[{file.st_dev, file.st_ino}];
  if (!slot)
    slot = std::make_unique<overlay>(fd, static_cast<std::uint64_t>(file.st_size));
  ++slot->open_descriptors;
  descriptors_[fd] = {file.st_dev, file.st_ino, flags};
  if ((flags & O_TRUNC) != 0)
    slot->resize(0);
}

void registry::duplicated(int from, int to) {
  const auto found = descriptors_.find(from);
  if (found == descriptors_.end())
    return;
  const auto copy = found->second;
  descriptors_[to] = copy;
  ++files_.at({copy.key_device, copy.key_inode})->open_descriptors;
}

void registry::closed(int fd) {
  const auto found = descriptors_.find(fd);
  if (found == descriptors_.end())
    return;
  const key which{found->second.key_device, found->second.key_inode};
  descriptors_.erase(found);
  --files_.at(which)->open_descriptors;
  drop_if_gone(which);
}

void registry::unlinked(const struct stat64& file) {
  const key which{file.st_dev, file.st_ino};
  const auto found = files_.find(which);
  if (found == files_.end() || file.st_nlink > 1)
    return;
  found->second->unlinked = true;
  drop_if_gone(which);
}

void registry::drop_if_gone(const key& which) {
  const auto found = files_.find(which);
  const overlay& file = *found->second;
  if (file.open_descriptors == 0 && (file.unlinked || file.clean()))
    files_.erase(found);
}

int registry::sync(overlay& file) {
  ++syncs_;
  if (orders_.fail_sync_after != 0 && syncs_ == orders_.fail_sync_after) {
    file.forget_dirt();
    errno = EIO;
    return -1;
  }
  return orders_.ignore_sync ? 0 : file.persist();
}

bool registry::syncs_each_write(int fd) const {
  const auto found = descriptors_.find(fd);
  return found != descriptors_.end() && (found->second.flags & (O_DSYNC | O_SYNC)) != 0;
}

bool registry::appends(int fd) const {
  const auto found = descriptors_.find(fd);
  return found != descriptors_.end() && (found->second.flags & O_APPEND) != 0;
}

} // namespace uzel::powercut
