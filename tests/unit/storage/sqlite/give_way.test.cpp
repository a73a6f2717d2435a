// Other threads go first between the pages that SQLite writes, and the pages are written all the
// same.
#include "storage/sqlite/give_way.hpp"

#include <boost/test/unit_test.hpp>
#include <sqlite3.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace {

thread_local unsigned yields = 0;

} // namespace

// Instead of the C library's: std::this_thread::yield() comes here.
extern "C" int sched_yield() noexcept {
  ++yields;
  return 0;
}

using namespace uzel::storage::sqlite;

namespace {

using write_call = ssize_t (*)(int, const void*, std::size_t, off_t);

// What SQLite calls to write; builds differ in which of the two that is.
write_call write_of_sqlite() {
  auto* const vfs = ::sqlite3_vfs_find(nullptr);
  for (const char* const name : {"pwrite64", "pwrite"})
    if (const auto call = vfs->xGetSystemCall(vfs, name))
      return reinterpret_cast<write_call>(call);
  return nullptr;
}

// Gone at the end.
class temporary_file {
 public:
  temporary_file() : descriptor_{::mkstemp(path_.data())} {}
  ~temporary_file() {
    ::close(descriptor_);
    ::unlink(path_.c_str());
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;
  int descriptor() const { return descriptor_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() / "uzel-pages-XXXXXX").string();
  int descriptor_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(giving_way)

BOOST_AUTO_TEST_CASE(it_yields_at_every_fourth_page_and_writes_all) {
  give_way_between_pages();
  const auto write_page = write_of_sqlite();
  BOOST_REQUIRE(write_page);
  const temporary_file file;
  yields = 0;
  for (char page = 0; page < 12; ++page) {
    const std::string bytes(512, static_cast<char>('a' + page));
    BOOST_TEST(write_page(file.descriptor(), bytes.data(), bytes.size(), page * 512) == 512);
  }
  BOOST_TEST(yields == 3u);
  for (char page = 0; page < 12; ++page) {
    std::array<char, 512> bytes{};
    BOOST_TEST(::pread(file.descriptor(), bytes.data(), bytes.size(), page * 512) == 512);
    BOOST_TEST(std::string(bytes.begin(), bytes.end()) ==
               std::string(512, static_cast<char>('a' + page)));
  }
}

BOOST_AUTO_TEST_CASE(asked_for_twice_it_writes_each_page_once) {
  give_way_between_pages();
  give_way_between_pages();
  const auto write_page = write_of_sqlite();
  const temporary_file file;
  yields = 0;
  for (int page = 0; page < 8; ++page)
    BOOST_TEST(write_page(file.descriptor(), "x", 1, page) == 1);
  BOOST_TEST(yields == 2u);
  BOOST_TEST(::lseek(file.descriptor(), 0, SEEK_END) == 8);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_told_as_before) {
  give_way_between_pages();
  errno = 0;
  BOOST_TEST(write_of_sqlite()(-1, "x", 1, 0) == -1);
  BOOST_TEST(errno == EBADF);
}

BOOST_AUTO_TEST_CASE(a_commit_goes_through_it) {
  give_way_between_pages();
  sqlite3* db = nullptr;
  const temporary_file file;
  BOOST_REQUIRE(::sqlite3_open(file.path().c_str(), &db) == SQLITE_OK);
  yields = 0;
  BOOST_TEST(::sqlite3_exec(db,
                            "PRAGMA journal_mode = MEMORY;"
                            "CREATE TABLE t AS SELECT randomblob(400000)",
                            nullptr, nullptr, nullptr) == SQLITE_OK);
  BOOST_TEST(yields >= 20u); // a hundred pages
  ::sqlite3_close(db);
}

BOOST_AUTO_TEST_SUITE_END()
