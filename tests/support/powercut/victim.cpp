// What the power-cut library's own tests kill.
// victim sqlite FOLDER JOURNAL_MODE: commits numbers to a database for ever and reports each after
// its commit. victim overlay FOLDER: exercises the plain calls on one file; exit code 0 when the
// process sees what it wrote.
#include <sqlite3.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

void report(std::uint64_t number) {
  if (::write(STDOUT_FILENO, &number, sizeof number) != sizeof number)
    ::_exit(1);
}

void run(sqlite3* db, const std::string& sql) {
  char* why = nullptr;
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &why) != SQLITE_OK) {
    std::fprintf(stderr, "%s: %s\n", sql.c_str(), why);
    ::_exit(2);
  }
}

std::uint64_t highest(sqlite3* db) {
  sqlite3_stmt* ask = nullptr;
  sqlite3_prepare_v2(db, "SELECT coalesce(max(n), 0) FROM t", -1, &ask, nullptr);
  sqlite3_step(ask);
  const auto n = static_cast<std::uint64_t>(sqlite3_column_int64(ask, 0));
  sqlite3_finalize(ask);
  return n;
}

[[noreturn]] void commit_for_ever(const std::string& folder, const std::string& mode) {
  sqlite3* db = nullptr;
  if (sqlite3_open((folder + "/t.db").c_str(), &db) != SQLITE_OK)
    ::_exit(3);
  run(db, "PRAGMA journal_mode=" + mode);
  run(db, "PRAGMA synchronous=FULL");
  run(db, "PRAGMA wal_autocheckpoint=20");
  run(db, "CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, filler TEXT)");
  for (std::uint64_t n = highest(db) + 1;; ++n) {
    run(db, "INSERT INTO t VALUES(" + std::to_string(n) + ", hex(randomblob(300)))");
    report(n);
  }
}

#define EXPECT(condition)                                                                          \
  if (!(condition)) {                                                                              \
    std::fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                                   \
    return __LINE__ % 200 + 3;                                                                     \
  }

int exercise(const std::string& folder) {
  const std::string path = folder + "/file";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  EXPECT(fd >= 0)
  char page[8192];
  std::memset(page, 'a', sizeof page);
  EXPECT(::write(fd, page, 5000) == 5000)
  EXPECT(::fsync(fd) == 0)
  // From here on nothing is synced; the process sees it all the same.
  EXPECT(::pwrite(fd, "hello", 5, 4998) == 5)
  EXPECT(::lseek(fd, 0, SEEK_END) == 5003)
  struct stat seen {};
  EXPECT(::fstat(fd, &seen) == 0 && seen.st_size == 5003)
  EXPECT(::stat(path.c_str(), &seen) == 0 && seen.st_size == 5003)
  EXPECT(::pread(fd, page, 8, 4996) == 7 && std::memcmp(page, "aahello", 7) == 0)
  EXPECT(::ftruncate(fd, 4999) == 0 && ::ftruncate(fd, 6000) == 0)
  EXPECT(::pread(fd, page, 4, 4997) == 4 && std::memcmp(page, "ah\0\0", 4) == 0)
  const iovec parts[2] = {{page, 1}, {page + 1, 1}};
  EXPECT(::lseek(fd, 5999, SEEK_SET) == 5999 && ::writev(fd, parts, 2) == 2)
  EXPECT(::fstat(fd, &seen) == 0 && seen.st_size == 6001)
  const int again = ::open(path.c_str(), O_RDONLY);
  EXPECT(::lseek(again, 4998, SEEK_SET) == 4998)
  EXPECT(::read(again, page, 2) == 2 && std::memcmp(page, "h\0", 2) == 0)
  EXPECT(::close(again) == 0)
  const int log = ::open(path.c_str(), O_WRONLY | O_APPEND);
  EXPECT(::write(log, "end", 3) == 3 && ::lseek(fd, 0, SEEK_END) == 6004)
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 2 ? argv[1] : "";
  if (what == "sqlite" && argc == 4)
    commit_for_ever(argv[2], argv[3]);
  return what == "overlay" ? exercise(argv[2]) : 1;
}
