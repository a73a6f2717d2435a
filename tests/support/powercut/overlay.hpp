// What a process wrote but has not synced: kept in memory, one overlay per file, so that killing
// the process loses it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <sys/types.h>
#include <unordered_map>

namespace uzel::powercut {

// The C library's own functions, found behind this library's.
struct libc_calls {
  ssize_t (*pread)(int, void*, size_t, off64_t) = nullptr;
  ssize_t (*pwrite)(int, const void*, size_t, off64_t) = nullptr;
  int (*ftruncate)(int, off64_t) = nullptr;
  int (*close)(int) = nullptr;
  int (*dup)(int) = nullptr;
  int (*open)(const char*, int, ...) = nullptr;
  int (*fstat)(int, struct stat64*) = nullptr;
};
const libc_calls& libc();

// One file's unsynced bytes. Callers hold the registry's mutex.
class overlay {
 public:
  // Opens the file once more for the write-through: a shared description would keep the process's
  // flock alive.
  overlay(int fd, std::uint64_t size);
  ~overlay();
  overlay(const overlay&) = delete;
  overlay& operator=(const overlay&) = delete;

  std::uint64_t size() const { return size_; }
  ssize_t read(void* out, std::size_t count, std::uint64_t offset);
  ssize_t write(const void* from, std::size_t count, std::uint64_t offset);
  void resize(std::uint64_t size);
  // Space was allocated in the file itself: sizes grow at once, as zeros.
  void grown(std::uint64_t size);
  // Writes everything through: what a completed fsync promises. -1 with errno when the file
  // refuses.
  int persist();
  // A failed sync: the pages count as clean from now on though they never arrived, as the Linux
  // page cache has it.
  void forget_dirt();
  // Whether the real file holds everything.
  bool clean() const { return pages_.empty() && !truncated_ && size_ == base_size_; }

  int open_descriptors = 0;
  bool unlinked = false;

 private:
  static constexpr std::size_t page_bytes = 4096;
  struct page {
    std::array<unsigned char, page_bytes> bytes{};
    bool dirty = false;
  };
  page& page_at(std::uint64_t index);

  int fd_;
  std::uint64_t size_;      // as the process sees it
  std::uint64_t base_size_; // how much of the real file still shows through
  bool truncated_ = false;  // the real file is longer than base_size_
  std::map<std::uint64_t, std::unique_ptr<page>> pages_;
};

// What the environment asks for.
struct orders {
  std::string directory;    // UZEL_POWERCUT_DIR, resolved; empty: hands off
  bool ignore_sync = false; // UZEL_POWERCUT_IGNORE_SYNC=1
  long fail_sync_after = 0; // UZEL_POWERCUT_FAIL_SYNC_AFTER=N: the Nth sync fails, 0 for never
};

// All overlays of the process.
class registry {
 public:
  static registry& instance();
  std::mutex mutex;

  // The overlay behind a descriptor, or null. With the mutex held.
  overlay* find(int fd);
  overlay* find_file(const struct stat64& file);
  // A descriptor was opened on a path: begins to watch it when it is a regular file below the
  // directory.
  void opened(int fd, int flags);
  void duplicated(int from, int to);
  void closed(int fd);
  void unlinked(const struct stat64& file);
  // fsync() and fdatasync() of a watched file.
  int sync(overlay& file);
  bool syncs_each_write(int fd) const;
  bool appends(int fd) const;

 private:
  registry();
  struct descriptor {
    std::uint64_t key_device = 0;
    std::uint64_t key_inode = 0;
    int flags = 0;
  };
  using key = std::pair<std::uint64_t, std::uint64_t>;
  bool watches(int fd) const;
  void drop_if_gone(const key& which);

  orders orders_;
  long syncs_ = 0;
  std::unordered_map<int, descriptor> descriptors_;
  std::map<key, std::unique_ptr<overlay>> files_;
};

} // namespace uzel::powercut
