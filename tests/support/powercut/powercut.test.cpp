// The library that other tests trust: does it lose what was not synced, and nothing else?
#include "tests/support/powercut/victim_process.hpp"

#include <boost/test/unit_test.hpp>
#include <sqlite3.h>

#include <fstream>
#include <iterator>
#include <random>

namespace uzel::powercut {
namespace {

class scratch_folder {
 public:
  scratch_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "uzel-powercut-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
};

struct database_state {
  std::uint64_t rows = 0;
  std::uint64_t highest = 0;
  std::string integrity;
};

database_state look_at(const std::filesystem::path& file) {
  database_state state;
  sqlite3* db = nullptr;
  sqlite3_open(file.c_str(), &db);
  sqlite3_stmt* ask = nullptr;
  if (sqlite3_prepare_v2(db, "SELECT count(*), coalesce(max(n), 0) FROM t", -1, &ask, nullptr) ==
        SQLITE_OK &&
      sqlite3_step(ask) == SQLITE_ROW) {
    state.rows = static_cast<std::uint64_t>(sqlite3_column_int64(ask, 0));
    state.highest = static_cast<std::uint64_t>(sqlite3_column_int64(ask, 1));
  }
  sqlite3_finalize(ask);
  ask = nullptr;
  if (sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &ask, nullptr) == SQLITE_OK &&
      sqlite3_step(ask) == SQLITE_ROW)
    state.integrity = reinterpret_cast<const char*>(sqlite3_column_text(ask, 0));
  sqlite3_finalize(ask);
  sqlite3_close(db);
  return state;
}

} // namespace

BOOST_AUTO_TEST_SUITE(powercut_library)

BOOST_AUTO_TEST_CASE(a_process_sees_what_it_wrote_and_the_file_keeps_only_what_it_synced) {
  const scratch_folder folder;
  victim_process process{
    POWERCUT_LIBRARY, folder.path, {POWERCUT_VICTIM, "overlay", folder.path.string()}};
  process.wait();
  BOOST_TEST(process.exit_code() == 0);
  std::ifstream in{folder.path / "file", std::ios::binary};
  const std::string left{std::istreambuf_iterator<char>{in}, {}};
  BOOST_TEST(left == std::string(5000, 'a'));
}

BOOST_AUTO_TEST_CASE(sqlite_keeps_every_commit_over_power_cuts) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  for (const std::string mode : {"WAL", "DELETE", "TRUNCATE"}) {
    const scratch_folder folder;
    std::uint64_t promised = 0;
    for (int cut = 0; cut < 7; ++cut)
      BOOST_TEST_CONTEXT(mode << " cut " << cut) {
        victim_process process{
          POWERCUT_LIBRARY, folder.path, {POWERCUT_VICTIM, "sqlite", folder.path.string(), mode}};
        BOOST_TEST(process.listen(std::chrono::microseconds{random() % 20000}));
        const auto reported = process.kill();
        BOOST_TEST(reported > promised);
        promised = reported;
        const auto state = look_at(folder.path / "t.db");
        BOOST_TEST(state.integrity == "ok");
        BOOST_TEST(state.highest >= promised);
        BOOST_TEST(state.rows == state.highest);
      }
  }
}

BOOST_AUTO_TEST_CASE(sqlite_loses_commits_when_syncs_are_ignored) {
  for (const std::string mode : {"WAL", "DELETE"})
    BOOST_TEST_CONTEXT(mode) {
      const scratch_folder folder;
      victim_process process{POWERCUT_LIBRARY,
                             folder.path,
                             {POWERCUT_VICTIM, "sqlite", folder.path.string(), mode},
                             {{"UZEL_POWERCUT_IGNORE_SYNC", "1"}}};
      BOOST_TEST(process.listen(std::chrono::milliseconds{20}));
      const auto reported = process.kill();
      BOOST_TEST(reported > 0u);
      BOOST_TEST(look_at(folder.path / "t.db").highest < reported);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::powercut
