// Power cuts and failed syncs, in child processes whose unsynced bytes die with them.
#include "tests/support/powercut/victim_process.hpp"
#include "tests/unit/storage/journal/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <map>
#include <poll.h>
#include <sys/wait.h>

namespace uzel::storage {
namespace {

using namespace testing;

using powercut::victim_process;

// A torture process that is told what the database has applied.
victim_process torture(const std::filesystem::path& folder, std::uint64_t applied,
                       std::uint64_t seed, const std::string& mode,
                       const victim_process::orders& orders = {}) {
  return victim_process{
    POWERCUT_LIBRARY,
    folder,
    {JOURNAL_TORTURE, folder.string(), std::to_string(applied), std::to_string(seed), mode},
    orders};
}

// The last number that a replay finds, 0 when the journal does not even read.
std::uint64_t last_after_the_cut(const journal_settings& settings) {
  std::uint64_t last = 0;
  const auto done =
    replay(settings.directory, journal_number{0}, [&](const record_view& r) -> result<> {
      last = r.number.value;
      return {};
    });
  return done ? last : 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_power_cuts)

BOOST_AUTO_TEST_CASE(nothing_reported_is_lost_over_twenty_power_cuts) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  const scratch_folder folder;
  const auto settings = small_segments(folder.path());
  std::uint64_t promised = 0;
  for (int cut = 0; cut < 20; ++cut)
    BOOST_TEST_CONTEXT("cut " << cut) {
      // Each start claims as applied what was reported before: the journal may not end earlier.
      auto process =
        torture(folder.path(), promised, seed + static_cast<std::uint64_t>(cut), "append");
      BOOST_TEST(process.listen(std::chrono::microseconds{random() % 15000}));
      const auto reported = process.kill();
      BOOST_TEST(reported > promised);
      promised = reported;
      const auto records = replay_all(settings.directory);
      BOOST_REQUIRE(!records.empty());
      BOOST_TEST(records.back().number >= promised);
      BOOST_TEST(groups_problem(records, 1) == "");
    }
  BOOST_TEST(promised > 200u);
}

BOOST_AUTO_TEST_CASE(without_the_sync_the_same_test_loses_what_was_reported) {
  const scratch_folder folder;
  auto process = torture(folder.path(), 0, 1, "append", {{"UZEL_POWERCUT_IGNORE_SYNC", "1"}});
  BOOST_TEST(process.listen(std::chrono::milliseconds{20}));
  const auto reported = process.kill();
  BOOST_TEST(reported > 0u);
  BOOST_TEST(last_after_the_cut(small_segments(folder.path())) < reported);
}

BOOST_AUTO_TEST_CASE(after_a_failed_sync_nothing_more_is_released) {
  for (const int failing : {6, 9, 14, 30})
    BOOST_TEST_CONTEXT("sync " << failing << " fails") {
      const scratch_folder folder;
      const auto settings = small_segments(folder.path());
      auto process = torture(folder.path(), 0, 5, "append",
                             {{"UZEL_POWERCUT_FAIL_SYNC_AFTER", std::to_string(failing)}});
      const auto reported = process.wait();
      BOOST_TEST(process.exit_code() == 42);
      const auto records = replay_all(settings.directory);
      BOOST_TEST(records.size() >= reported);
      BOOST_TEST(groups_problem(records, 1) == "");
      auto next = torture(folder.path(), reported, 6, "append");
      BOOST_TEST(next.listen(std::chrono::milliseconds{3}));
      BOOST_TEST(next.kill() > reported);
    }
}

BOOST_AUTO_TEST_CASE(a_restart_after_a_failed_sync_does_not_trust_clean_looking_pages) {
  for (const int failing : {7, 10, 15, 31, 50})
    BOOST_TEST_CONTEXT("sync " << failing << " fails") {
      const scratch_folder folder;
      const auto settings = small_segments(folder.path());
      auto process = torture(folder.path(), 0, 5, "reopen",
                             {{"UZEL_POWERCUT_FAIL_SYNC_AFTER", std::to_string(failing)}});
      // Its last report is what the second open() found in the page cache and vouched for.
      const auto vouched = process.wait();
      BOOST_REQUIRE(!process.reports().empty());
      const auto records = replay_all(settings.directory);
      BOOST_TEST(records.size() == vouched);
      BOOST_TEST(groups_problem(records, 1) == "");
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::storage
