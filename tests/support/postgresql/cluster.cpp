#include "tests/support/postgresql/cluster.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace uzel::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto patience = 60s;

// The newest version that Debian installed.
fs::path programs() {
  fs::path best;
  int newest = 0;
  std::error_code none;
  for (const auto& version : fs::directory_iterator{"/usr/lib/postgresql", none}) {
    const int number = std::atoi(version.path().filename().c_str());
    if (number > newest && fs::exists(version.path() / "bin" / "postgres", none) &&
        fs::exists(version.path() / "bin" / "initdb", none)) {
      newest = number;
      best = version.path() / "bin";
    }
  }
  return best;
}

// Whom the server runs as: it refuses root.
const passwd* server_user() {
  if (geteuid() != 0)
    return nullptr;
  const auto* out = getpwnam("postgres");
  return out ? out : getpwnam("nobody");
}

// Runs until it ends or its parent does.
pid_t spawn(const std::vector<std::string>& command, const fs::path& log) {
  std::vector<char*> words;
  for (const auto& word : command)
    words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const auto* user = server_user();
  const pid_t child = fork();
  if (child != 0)
    return child;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(out, 1);
  dup2(out, 2);
  if (user &&
      (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT); // after setuid, which forgets it
  if (chdir("/") == 0)
    execv(words[0], words.data());
  _exit(127);
}

std::string text_of(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void wait_for(pid_t child) {
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

} // namespace

bool postgresql_cluster::is_installed() {
  return !programs().empty();
}

postgresql_cluster& postgresql_cluster::instance() {
  static postgresql_cluster only;
  return only;
}

postgresql_cluster::postgresql_cluster() {
  const bool memory = fs::is_directory("/dev/shm");
  std::string name = (memory ? fs::path{"/dev/shm"} : fs::temp_directory_path()) / "uzel-pg-XXXXXX";
  if (!mkdtemp(name.data()))
    throw std::runtime_error{"no folder for a PostgreSQL server"};
  directory_ = name;
  if (const auto* user = server_user();
      user && chown(name.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error{"cannot give a folder to " + std::string{user->pw_name}};
  const auto log = directory_ / "initdb.log";
  wait_for(spawn({programs() / "initdb", "--pgdata=" + (directory_ / "data").string(),
                  "--username=postgres", "--auth=trust", "--locale=C", "--encoding=UTF8",
                  "--wal-segsize=4", "--no-sync"},
                 log));
  if (!fs::exists(directory_ / "data" / "PG_VERSION"))
    throw std::runtime_error{"initdb failed: " + text_of(log)};
  start();
}

postgresql_cluster::~postgresql_cluster() {
  if (postmaster_ > 0) {
    thaw();
    stop();
  }
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

std::string postgresql_cluster::url() const {
  return "postgresql:///postgres?user=postgres&host=" + directory_.string();
}

void postgresql_cluster::launch() {
  postmaster_ = spawn({programs() / "postgres", "-D", directory_ / "data", "-k", directory_, "-c",
                       "listen_addresses=", "-c", "shared_buffers=64MB", "-c", "max_wal_size=256MB",
                       "-c", "autovacuum_naptime=5s"},
                      directory_ / "log");
}

void postgresql_cluster::start() {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < until) {
    if (postmaster_ > 0 && waitpid(postmaster_, nullptr, WNOHANG) == postmaster_)
      postmaster_ = 0; // what was killed may have left processes that are not gone yet
    if (postmaster_ == 0)
      launch();
    std::this_thread::sleep_for(20ms);
    if (PQping(url().c_str()) == PQPING_OK)
      return;
  }
  throw std::runtime_error{"PostgreSQL does not start: " + text_of(directory_ / "log")};
}

std::vector<pid_t> postgresql_cluster::processes() const {
  std::vector<pid_t> out{postmaster_};
  const auto id = std::to_string(postmaster_);
  std::ifstream children{"/proc/" + id + "/task/" + id + "/children"};
  for (pid_t child = 0; children >> child;)
    out.push_back(child);
  return out;
}

void postgresql_cluster::stop() {
  ::kill(postmaster_, SIGINT);
  wait_for(postmaster_);
  postmaster_ = 0;
}

void postgresql_cluster::kill() {
  for (const auto process : processes())
    ::kill(process, SIGKILL);
  wait_for(postmaster_);
  postmaster_ = 0;
}

void postgresql_cluster::freeze() {
  for (const auto process : processes())
    ::kill(process, SIGSTOP);
}

void postgresql_cluster::thaw() {
  for (const auto process : processes())
    ::kill(process, SIGCONT);
}

} // namespace uzel::test
