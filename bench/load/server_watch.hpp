// What the server under load consumed: CPU time, memory, and syncs of its journal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace uzel::load {

// CPU seconds used by this process.
double own_cpu_seconds();

struct process_use {
  double cpu_seconds = 0; // user and system
  std::uint64_t resident_bytes = 0;
};
// Of a process from /proc, nothing when it is gone. With its children when `tree` is set (a
// database that forks): then memory that they share counts once, and the time of ended children is
// in it.
std::optional<process_use> use_of(pid_t process, bool tree);

// The value of a counter in Prometheus's text format, summed over its labels.
std::optional<double> counter_in(const std::string& text, const std::string& name);
// GET of a page; nothing when that fails within 5 seconds.
std::optional<std::string> fetch(const std::string& url);

struct watched {
  std::vector<pid_t> servers;
  std::vector<pid_t> trees;
  std::string metrics_url;
};

struct server_use {
  bool known = false;
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0; // at the end
  std::optional<double> syncs;      // uzel_journal_batches_total
  std::optional<double> records;    // uzel_journal_records_total
  std::optional<double> bytes;      // uzel_journal_bytes_total
};

// Reads at begin and end of a run.
class server_watch {
 public:
  explicit server_watch(watched what);
  // The use since the construction.
  server_use so_far() const;

 private:
  server_use read() const;
  watched what_;
  server_use before_;
};

} // namespace uzel::load
