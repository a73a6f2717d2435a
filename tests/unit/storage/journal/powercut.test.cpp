// Power cuts and failed syncs, in child processes whose unsynced bytes die with them.
#include "tests/unit/storage/journal/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <map>
#include <poll.h>
#include <sys/wait.h>

namespace uzel::storage {
namespace {

using namespace testing;

// A torture process under the power-cut library, its reports read through a pipe.
class victim {
 public:
  victim(const std::filesystem::path& folder, std::uint64_t applied, std::uint64_t seed,
         const std::string& mode, const std::map<std::string, std::string>& orders = {}) {
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    const std::vector<std::string> words{JOURNAL_TORTURE, folder.string(), std::to_string(applied),
                                         std::to_string(seed), mode};
    std::vector<char*> arguments;
    for (const auto& word : words)
      arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_ = ::fork();
    BOOST_REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::setenv("LD_PRELOAD", POWERCUT_LIBRARY, 1);
      ::setenv("UZEL_POWERCUT_DIR", folder.c_str(), 1);
      ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
      for (const auto& [name, value] : orders)
        ::setenv(name.c_str(), value.c_str(), 1);
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      ::execv(arguments[0], arguments.data());
      ::_exit(99);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
  }
  ~victim() {
    if (pid_ > 0)
      kill();
    ::close(pipe_);
  }
  victim(const victim&) = delete;
  victim& operator=(const victim&) = delete;

  // Reads reports for so long after the first one.
  void listen(std::chrono::microseconds after_first) {
    using clock = std::chrono::steady_clock;
    auto until = clock::now() + std::chrono::seconds{30};
    bool heard = false;
    while (clock::now() < until && read_one(1))
      if (!reports_.empty() && !std::exchange(heard, true))
        until = clock::now() + after_first;
    BOOST_TEST(heard);
  }

  // Cuts the power; returns the highest number that was reported as synced.
  std::uint64_t kill() {
    ::kill(pid_, SIGKILL);
    return wait();
  }
  // Waits for its own end.
  std::uint64_t wait() {
    while (read_one(30000)) {
    }
    ::waitpid(pid_, &status_, 0);
    pid_ = -1;
    return last_;
  }
  int exit_code() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1; }
  const std::vector<std::uint64_t>& reports() const { return reports_; }

 private:
  // False at the end of the pipe.
  bool read_one(int milliseconds) {
    pollfd waiting{pipe_, POLLIN, 0};
    if (::poll(&waiting, 1, milliseconds) <= 0)
      return true;
    std::uint64_t number = 0;
    if (::read(pipe_, &number, sizeof number) != sizeof number)
      return false;
    reports_.push_back(number);
    last_ = number;
    return true;
  }

  pid_t pid_ = -1;
  int pipe_ = -1;
  int status_ = 0;
  std::uint64_t last_ = 0;
  std::vector<std::uint64_t> reports_;
};

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
      victim process{folder.path(), promised, seed + static_cast<std::uint64_t>(cut), "append"};
      process.listen(std::chrono::microseconds{random() % 15000});
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
  victim process{folder.path(), 0, 1, "append", {{"UZEL_POWERCUT_IGNORE_SYNC", "1"}}};
  process.listen(std::chrono::milliseconds{20});
  const auto reported = process.kill();
  BOOST_TEST(reported > 0u);
  BOOST_TEST(last_after_the_cut(small_segments(folder.path())) < reported);
}

BOOST_AUTO_TEST_CASE(after_a_failed_sync_nothing_more_is_released) {
  for (const int failing : {6, 9, 14, 30})
    BOOST_TEST_CONTEXT("sync " << failing << " fails") {
      const scratch_folder folder;
      const auto settings = small_segments(folder.path());
      victim process{folder.path(),
                     0,
                     5,
                     "append",
                     {{"UZEL_POWERCUT_FAIL_SYNC_AFTER", std::to_string(failing)}}};
      const auto reported = process.wait();
      BOOST_TEST(process.exit_code() == 42);
      const auto records = replay_all(settings.directory);
      BOOST_TEST(records.size() >= reported);
      BOOST_TEST(groups_problem(records, 1) == "");
      victim next{folder.path(), reported, 6, "append"};
      next.listen(std::chrono::milliseconds{3});
      BOOST_TEST(next.kill() > reported);
    }
}

BOOST_AUTO_TEST_CASE(a_restart_after_a_failed_sync_does_not_trust_clean_looking_pages) {
  for (const int failing : {7, 10, 15, 31, 50})
    BOOST_TEST_CONTEXT("sync " << failing << " fails") {
      const scratch_folder folder;
      const auto settings = small_segments(folder.path());
      victim process{folder.path(),
                     0,
                     5,
                     "reopen",
                     {{"UZEL_POWERCUT_FAIL_SYNC_AFTER", std::to_string(failing)}}};
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
