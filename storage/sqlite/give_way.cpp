#include "storage/sqlite/give_way.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <mutex>
#include <sys/types.h>
#include <thread>

namespace uzel::storage::sqlite {
namespace {

using write_call = ssize_t (*)(int, const void*, std::size_t, off_t);

constexpr unsigned pages_at_once = 4;

write_call write_at = nullptr;

// Before the write, so that its errno stays.
ssize_t write_page(int file, const void* bytes, std::size_t size, off_t where) {
  thread_local unsigned pages = 0;
  if (++pages % pages_at_once == 0)
    std::this_thread::yield();
  return write_at(file, bytes, size, where);
}

} // namespace

void give_way_between_pages() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Which of the two SQLite calls is a matter of how it was built; both do the same.
    auto* const vfs = ::sqlite3_vfs_find(nullptr);
    for (const char* const name : {"pwrite", "pwrite64"}) {
      const auto original = vfs->xGetSystemCall(vfs, name);
      if (!original)
        continue;
      write_at = reinterpret_cast<write_call>(original);
      (void)vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(&write_page));
    }
  });
}

} // namespace uzel::storage::sqlite
