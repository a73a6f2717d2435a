// Preloaded calls of the C library: files below UZEL_POWERCUT_DIR go through an overlay, all others
// pass. The header's macros would turn our definitions of open() and friends into their 64-bit
// names.
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE

#include "tests/support/powercut/overlay.hpp"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

using uzel::powercut::overlay;
using uzel::powercut::registry;

namespace {

template <class F>
F behind(const char* name) {
  void* found = ::dlsym(RTLD_NEXT, name);
  F call = nullptr;
  std::memcpy(&call, &found, sizeof call);
  return call;
}

using guard = std::lock_guard<std::mutex>;

int watch(int fd, int flags) {
  if (fd >= 0) {
    const int kept = errno;
    auto& all = registry::instance();
    const guard held{all.mutex};
    all.opened(fd, flags);
    errno = kept;
  }
  return fd;
}

bool makes_file(int flags) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

// Truncation is a change like any other: it waits for the sync, in the overlay. Files we do not
// watch need the real one.
int open_watched(int dir, const char* path, int flags, mode_t mode) {
  static const auto call = behind<int (*)(int, const char*, int, ...)>("openat64");
  const int fd = watch(call(dir, path, flags & ~O_TRUNC, mode), flags);
  if (fd < 0 || (flags & O_TRUNC) == 0)
    return fd;
  auto& all = registry::instance();
  const guard held{all.mutex};
  if (all.find(fd) == nullptr && uzel::powercut::libc().ftruncate(fd, 0) != 0) {
    const int why = errno;
    uzel::powercut::libc().close(fd);
    errno = why;
    return -1;
  }
  return fd;
}

// Runs on the overlay of a watched descriptor, or says that there is none.
template <class F, class R>
bool on_overlay(int fd, R& answer, F&& run) {
  auto& all = registry::instance();
  const guard held{all.mutex};
  overlay* file = all.find(fd);
  if (file == nullptr)
    return false;
  answer = run(all, *file);
  return true;
}

ssize_t write_here(registry& all, overlay& file, int fd, const void* from, size_t count,
                   off64_t offset) {
  const auto n = file.write(from, count, static_cast<std::uint64_t>(offset));
  if (all.syncs_each_write(fd) && all.sync(file) != 0)
    return -1;
  return n;
}

off64_t position(int fd) {
  static const auto call = behind<off64_t (*)(int, off64_t, int)>("lseek64");
  return call(fd, 0, SEEK_CUR);
}

void move_to(int fd, off64_t offset) {
  static const auto call = behind<off64_t (*)(int, off64_t, int)>("lseek64");
  call(fd, offset, SEEK_SET);
}

void patch(struct stat64* file) {
  auto& all = registry::instance();
  const guard held{all.mutex};
  if (const overlay* found = all.find_file(*file); found != nullptr)
    file->st_size = static_cast<off64_t>(found->size());
}

// On 64-bit Linux struct stat and struct stat64 are one layout.
static_assert(sizeof(struct stat) == sizeof(struct stat64));

int stat_patched(int dir, const char* path, struct stat64* out, int flags) {
  static const auto call = behind<int (*)(int, const char*, struct stat64*, int)>("fstatat64");
  const int answer = call(dir, path, out, flags);
  if (answer == 0)
    patch(out);
  return answer;
}

bool is_gone_after(int dir, const char* path, struct stat64& file) {
  static const auto call = behind<int (*)(int, const char*, struct stat64*, int)>("fstatat64");
  return call(dir, path, &file, AT_SYMLINK_NOFOLLOW) == 0;
}

void note_unlinked(const struct stat64& file) {
  auto& all = registry::instance();
  const guard held{all.mutex};
  all.unlinked(file);
}

int sync_fd(int fd, const char* name) {
  int answer = 0;
  if (on_overlay(fd, answer, [](registry& all, overlay& file) { return all.sync(file); }))
    return answer;
  return behind<int (*)(int)>(name)(fd);
}

mode_t mode_of(int flags, va_list arguments) {
  return makes_file(flags) ? static_cast<mode_t>(va_arg(arguments, unsigned)) : 0;
}

} // namespace

#define UZEL_PRELOADED extern "C" __attribute__((visibility("default")))
#define UZEL_OPEN_BODY(dir)                                                                        \
  va_list arguments;                                                                               \
  va_start(arguments, flags);                                                                      \
  const mode_t mode = mode_of(flags, arguments);                                                   \
  va_end(arguments);                                                                               \
  return open_watched(dir, path, flags, mode)

UZEL_PRELOADED int open(const char* path, int flags, ...) {
  UZEL_OPEN_BODY(AT_FDCWD);
}
UZEL_PRELOADED int open64(const char* path, int flags, ...) {
  UZEL_OPEN_BODY(AT_FDCWD);
}
UZEL_PRELOADED int openat(int dir, const char* path, int flags, ...) {
  UZEL_OPEN_BODY(dir);
}
UZEL_PRELOADED int openat64(int dir, const char* path, int flags, ...) {
  UZEL_OPEN_BODY(dir);
}
UZEL_PRELOADED int __open_2(const char* path, int flags) {
  return open_watched(AT_FDCWD, path, flags, 0);
}
UZEL_PRELOADED int __open64_2(const char* path, int flags) {
  return open_watched(AT_FDCWD, path, flags, 0);
}
UZEL_PRELOADED int creat(const char* path, mode_t mode) {
  return open_watched(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
UZEL_PRELOADED int creat64(const char* path, mode_t mode) {
  return open_watched(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

UZEL_PRELOADED int close(int fd) {
  {
    auto& all = registry::instance();
    const guard held{all.mutex};
    all.closed(fd);
  }
  return uzel::powercut::libc().close(fd);
}

UZEL_PRELOADED int dup(int fd) noexcept {
  const int copy = uzel::powercut::libc().dup(fd);
  if (copy >= 0) {
    auto& all = registry::instance();
    const guard held{all.mutex};
    all.duplicated(fd, copy);
  }
  return copy;
}

UZEL_PRELOADED int dup2(int from, int to) noexcept {
  static const auto call = behind<int (*)(int, int)>("dup2");
  auto& all = registry::instance();
  const guard held{all.mutex};
  const int copy = call(from, to);
  if (copy >= 0 && from != to) {
    all.closed(to);
    all.duplicated(from, to);
  }
  return copy;
}

UZEL_PRELOADED ssize_t pread64(int fd, void* out, size_t count, off64_t offset) {
  ssize_t answer = 0;
  if (on_overlay(fd, answer, [&](registry&, overlay& file) {
        return file.read(out, count, static_cast<std::uint64_t>(offset));
      }))
    return answer;
  return uzel::powercut::libc().pread(fd, out, count, offset);
}

UZEL_PRELOADED ssize_t pwrite64(int fd, const void* from, size_t count, off64_t offset) {
  ssize_t answer = 0;
  if (on_overlay(fd, answer, [&](registry& all, overlay& file) {
        return write_here(all, file, fd, from, count, offset);
      }))
    return answer;
  return uzel::powercut::libc().pwrite(fd, from, count, offset);
}

UZEL_PRELOADED ssize_t pread(int fd, void* out, size_t count, off_t offset) {
  return pread64(fd, out, count, offset);
}
UZEL_PRELOADED ssize_t pwrite(int fd, const void* from, size_t count, off_t offset) {
  return pwrite64(fd, from, count, offset);
}

UZEL_PRELOADED ssize_t read(int fd, void* out, size_t count) {
  ssize_t answer = 0;
  if (on_overlay(fd, answer, [&](registry&, overlay& file) {
        const auto at = position(fd);
        const auto n = file.read(out, count, static_cast<std::uint64_t>(at));
        if (n > 0)
          move_to(fd, at + n);
        return n;
      }))
    return answer;
  static const auto call = behind<ssize_t (*)(int, void*, size_t)>("read");
  return call(fd, out, count);
}

UZEL_PRELOADED ssize_t write(int fd, const void* from, size_t count) {
  ssize_t answer = 0;
  if (on_overlay(fd, answer, [&](registry& all, overlay& file) {
        const auto at = all.appends(fd) ? static_cast<off64_t>(file.size()) : position(fd);
        const auto n = write_here(all, file, fd, from, count, at);
        if (n > 0)
          move_to(fd, at + n);
        return n;
      }))
    return answer;
  static const auto call = behind<ssize_t (*)(int, const void*, size_t)>("write");
  return call(fd, from, count);
}

UZEL_PRELOADED ssize_t pwritev(int fd, const struct iovec* parts, int n, off_t offset) {
  ssize_t answer = 0;
  if (on_overlay(fd, answer, [&](registry& all, overlay& file) {
        ssize_t sum = 0;
        for (int i = 0; i < n; ++i)
          sum += write_here(all, file, fd, parts[i].iov_base, parts[i].iov_len, offset + sum);
        return sum;
      }))
    return answer;
  static const auto call = behind<ssize_t (*)(int, const struct iovec*, int, off_t)>("pwritev");
  return call(fd, parts, n, offset);
}

UZEL_PRELOADED ssize_t pwritev64(int fd, const struct iovec* parts, int n, off64_t offset) {
  return pwritev(fd, parts, n, offset);
}

UZEL_PRELOADED ssize_t writev(int fd, const struct iovec* parts, int n) {
  bool watched = false;
  on_overlay(fd, watched, [](registry&, overlay&) { return true; });
  if (!watched) {
    static const auto call = behind<ssize_t (*)(int, const struct iovec*, int)>("writev");
    return call(fd, parts, n);
  }
  ssize_t sum = 0;
  for (int i = 0; i < n; ++i) {
    const auto wrote = write(fd, parts[i].iov_base, parts[i].iov_len);
    if (wrote < 0)
      return sum > 0 ? sum : -1;
    sum += wrote;
  }
  return sum;
}

UZEL_PRELOADED off64_t lseek64(int fd, off64_t offset, int whence) noexcept {
  if (whence == SEEK_END) {
    off64_t size = -1;
    if (on_overlay(fd, size,
                   [](registry&, overlay& file) { return static_cast<off64_t>(file.size()); })) {
      offset += size;
      whence = SEEK_SET;
    }
  }
  static const auto call = behind<off64_t (*)(int, off64_t, int)>("lseek64");
  return call(fd, offset, whence);
}
UZEL_PRELOADED off_t lseek(int fd, off_t offset, int whence) noexcept {
  return lseek64(fd, offset, whence);
}

UZEL_PRELOADED int ftruncate64(int fd, off64_t size) noexcept {
  int answer = 0;
  if (on_overlay(fd, answer, [&](registry&, overlay& file) {
        file.resize(static_cast<std::uint64_t>(size));
        return 0;
      }))
    return answer;
  return uzel::powercut::libc().ftruncate(fd, size);
}
UZEL_PRELOADED int ftruncate(int fd, off_t size) noexcept {
  return ftruncate64(fd, size);
}

// Allocation reaches the real file at once, so that a full disk shows: the blocks read as zeros
// either way.
UZEL_PRELOADED int posix_fallocate64(int fd, off64_t offset, off64_t length) {
  static const auto call = behind<int (*)(int, off64_t, off64_t)>("posix_fallocate64");
  const int answer = call(fd, offset, length);
  if (answer == 0) {
    int ignored = 0;
    on_overlay(fd, ignored, [&](registry&, overlay& file) {
      file.grown(static_cast<std::uint64_t>(offset + length));
      return 0;
    });
  }
  return answer;
}
UZEL_PRELOADED int posix_fallocate(int fd, off_t offset, off_t length) {
  return posix_fallocate64(fd, offset, length);
}
UZEL_PRELOADED int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  static const auto call = behind<int (*)(int, int, off64_t, off64_t)>("fallocate64");
  int refused = 0;
  on_overlay(fd, refused, [&](registry&, overlay&) { return mode != 0 ? 1 : 0; });
  if (refused != 0) {
    errno = EOPNOTSUPP;
    return -1;
  }
  const int answer = call(fd, mode, offset, length);
  if (answer == 0) {
    int ignored = 0;
    on_overlay(fd, ignored, [&](registry&, overlay& file) {
      file.grown(static_cast<std::uint64_t>(offset + length));
      return 0;
    });
  }
  return answer;
}
UZEL_PRELOADED int fallocate(int fd, int mode, off_t offset, off_t length) {
  return fallocate64(fd, mode, offset, length);
}

UZEL_PRELOADED int fsync(int fd) {
  return sync_fd(fd, "fsync");
}
UZEL_PRELOADED int fdatasync(int fd) {
  return sync_fd(fd, "fdatasync");
}
// Promises nothing about durability: it starts write-back.
UZEL_PRELOADED int sync_file_range(int, off64_t, off64_t, unsigned) {
  return 0;
}

UZEL_PRELOADED int fstat64(int fd, struct stat64* out) noexcept {
  const int answer = uzel::powercut::libc().fstat(fd, out);
  if (answer == 0)
    patch(out);
  return answer;
}
UZEL_PRELOADED int stat64(const char* path, struct stat64* out) noexcept {
  return stat_patched(AT_FDCWD, path, out, 0);
}
UZEL_PRELOADED int lstat64(const char* path, struct stat64* out) noexcept {
  return stat_patched(AT_FDCWD, path, out, AT_SYMLINK_NOFOLLOW);
}
UZEL_PRELOADED int fstatat64(int dir, const char* path, struct stat64* out, int flags) noexcept {
  return stat_patched(dir, path, out, flags);
}
UZEL_PRELOADED int fstat(int fd, struct stat* out) noexcept {
  return fstat64(fd, reinterpret_cast<struct stat64*>(out));
}
UZEL_PRELOADED int stat(const char* path, struct stat* out) noexcept {
  return stat64(path, reinterpret_cast<struct stat64*>(out));
}
UZEL_PRELOADED int lstat(const char* path, struct stat* out) noexcept {
  return lstat64(path, reinterpret_cast<struct stat64*>(out));
}
UZEL_PRELOADED int fstatat(int dir, const char* path, struct stat* out, int flags) noexcept {
  return fstatat64(dir, path, reinterpret_cast<struct stat64*>(out), flags);
}

UZEL_PRELOADED int unlink(const char* path) noexcept {
  static const auto call = behind<int (*)(const char*)>("unlink");
  struct stat64 file {};
  const bool known = is_gone_after(AT_FDCWD, path, file);
  const int answer = call(path);
  if (answer == 0 && known)
    note_unlinked(file);
  return answer;
}

UZEL_PRELOADED int unlinkat(int dir, const char* path, int flags) noexcept {
  static const auto call = behind<int (*)(int, const char*, int)>("unlinkat");
  struct stat64 file {};
  const bool known = is_gone_after(dir, path, file);
  const int answer = call(dir, path, flags);
  if (answer == 0 && known)
    note_unlinked(file);
  return answer;
}

UZEL_PRELOADED int rename(const char* from, const char* to) noexcept {
  static const auto call = behind<int (*)(const char*, const char*)>("rename");
  struct stat64 replaced {};
  const bool known = is_gone_after(AT_FDCWD, to, replaced);
  const int answer = call(from, to);
  if (answer == 0 && known)
    note_unlinked(replaced);
  return answer;
}

UZEL_PRELOADED void* mmap64(void* at, size_t length, int protection, int flags, int fd,
                            off64_t offset) noexcept {
  bool watched = false;
  if (fd >= 0)
    on_overlay(fd, watched, [](registry&, overlay&) { return true; });
  if (watched) {
    errno = ENODEV;
    return MAP_FAILED;
  }
  static const auto call = behind<void* (*)(void*, size_t, int, int, int, off64_t)>("mmap64");
  return call(at, length, protection, flags, fd, offset);
}
UZEL_PRELOADED void* mmap(void* at, size_t length, int protection, int flags, int fd,
                          off_t offset) noexcept {
  return mmap64(at, length, protection, flags, fd, offset);
}
