// A child process under the power-cut library that reports numbers on its standard output until it
// is killed.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace uzel::powercut {

// Starts at construction; killed at the latest at destruction. Each report is eight bytes, the
// highest comes last.
class victim_process {
 public:
  using orders = std::map<std::string, std::string>;

  // words: program and arguments; folder: what the library watches; extra: more of its orders.
  victim_process(const std::string& library, const std::filesystem::path& folder,
                 const std::vector<std::string>& words, const orders& extra = {}) {
    int ends[2] = {-1, -1};
    if (::pipe(ends) != 0)
      std::abort();
    std::vector<char*> arguments;
    for (const auto& word : words)
      arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::setenv("LD_PRELOAD", library.c_str(), 1);
      ::setenv("UZEL_POWERCUT_DIR", folder.c_str(), 1);
      ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
      for (const auto& [name, value] : extra)
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
  ~victim_process() {
    if (pid_ > 0)
      kill();
    ::close(pipe_);
  }
  victim_process(const victim_process&) = delete;
  victim_process& operator=(const victim_process&) = delete;

  // Takes reports for so long after the first one; false when none came.
  bool listen(std::chrono::microseconds after_first) {
    using clock = std::chrono::steady_clock;
    auto until = clock::now() + std::chrono::seconds{30};
    bool heard = false;
    while (clock::now() < until && read_one(1))
      if (!reports_.empty() && !std::exchange(heard, true))
        until = clock::now() + after_first;
    return heard;
  }

  // Cuts the power; returns the last report, 0 for none.
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
    return reports_.empty() ? 0 : reports_.back();
  }
  // After wait(); -1 when a signal ended it.
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
    return true;
  }

  pid_t pid_ = -1;
  int pipe_ = -1;
  int status_ = 0;
  std::vector<std::uint64_t> reports_;
};

} // namespace uzel::powercut
