// A PostgreSQL server for one test program: made from nothing, reached by a socket in its own
// folder, gone at exit. It can be killed, frozen and started again.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace uzel::test {

class postgresql_cluster {
 public:
  // Whether the server's programs are there (Debian: postgresql-15).
  static bool is_installed();
  // Made by the first who asks. Throws std::runtime_error when it cannot be started.
  static postgresql_cluster& instance();

  ~postgresql_cluster();
  postgresql_cluster(const postgresql_cluster&) = delete;
  postgresql_cluster& operator=(const postgresql_cluster&) = delete;

  // Its one database, of locale C; options may be added with '&'.
  std::string url() const;
  // An orderly end that waits for nobody's connection.
  void stop();
  // Every process of it at once, as in a power cut.
  void kill();
  // All processes stand still: sockets accept, nobody answers.
  void freeze();
  void thaw();
  // Returns when it answers; nothing when it runs already.
  void start();

 private:
  postgresql_cluster();
  std::vector<pid_t> processes() const;
  void launch();

  std::filesystem::path directory_;
  pid_t postmaster_ = 0;
};

} // namespace uzel::test
