#include "apps/uzelctl/child_process.hpp"

#include "apps/uzelctl/words.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace uzel::ctl {
namespace {

int wait_for(pid_t id) {
  int status = 0;
  while (::waitpid(id, &status, 0) < 0)
    if (errno != EINTR)
      return -1;
  return status;
}

} // namespace

outcome<child_process> child_process::start(const std::vector<std::string>& words) {
  std::vector<char*> raw;
  for (const auto& word : words)
    raw.push_back(const_cast<char*>(word.c_str())); // posix_spawn only reads them
  raw.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  // Our standard output is for our own answer.
  ::posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  pid_t id = 0;
  const int failed = ::posix_spawnp(&id, raw.front(), &files, nullptr, raw.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  if (failed != 0)
    return failure{exit_code::usage, say("cannot run {}: {}", words.front(),
                                         std::generic_category().message(failed))};
  return child_process{words.front(), id};
}

child_process::~child_process() {
  if (id_ == 0)
    return;
  ::kill(id_, SIGTERM);
  wait_for(id_);
}

outcome<> child_process::wait() {
  const int status = wait_for(std::exchange(id_, 0));
  if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return {};
  const int how = status >= 0 && WIFEXITED(status)     ? WEXITSTATUS(status)
                  : status >= 0 && WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                                       : -1;
  return failure{exit_code::unavailable, say("{} ended with {}", program_, how)};
}

} // namespace uzel::ctl
