#include "bench/load/server_watch.hpp"

#include <curl/curl.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

namespace uzel::load {
namespace {

struct process_times {
  pid_t parent = 0;
  std::uint64_t own = 0;      // ticks
  std::uint64_t children = 0; // of those that ended
};

std::string content_of(const std::string& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// Fields 4 and 14 to 17 of /proc/PID/stat; the name in field 2 may hold spaces and brackets.
std::optional<process_times> times_of(pid_t process) {
  const auto text = content_of("/proc/" + std::to_string(process) + "/stat");
  const auto name_end = text.rfind(')');
  if (name_end == text.npos)
    return std::nullopt;
  std::istringstream rest{text.substr(name_end + 1)};
  std::string skipped;
  process_times out;
  std::uint64_t user = 0, system = 0, children_user = 0, children_system = 0;
  rest >> skipped >> out.parent;
  for (int field = 5; field < 14; ++field)
    rest >> skipped;
  rest >> user >> system >> children_user >> children_system;
  out.own = user + system;
  out.children = children_user + children_system;
  return rest ? std::optional{out} : std::nullopt;
}

// A value of a "Name:  123 kB" file, in bytes.
std::uint64_t kilobytes(const std::string& path, const std::string& name) {
  const auto text = content_of(path);
  const auto at = text.find(name + ":");
  return at == text.npos ? 0
                         : std::strtoull(text.c_str() + at + name.size() + 1, nullptr, 10) << 10;
}

double seconds_of(std::uint64_t ticks) {
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> out;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc", ignored}) {
    const auto number = static_cast<pid_t>(std::atoi(entry.path().filename().c_str()));
    const auto times = number > 0 ? times_of(number) : std::nullopt;
    if (times && times->parent == process)
      out.push_back(number);
  }
  return out;
}

size_t keep(char* data, size_t, size_t size, void* into) {
  static_cast<std::string*>(into)->append(data, size);
  return size;
}

} // namespace

double own_cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

std::optional<process_use> use_of(pid_t process, bool tree) {
  const auto root = "/proc/" + std::to_string(process);
  const auto times = times_of(process);
  if (!times)
    return std::nullopt;
  if (!tree)
    return process_use{seconds_of(times->own), kilobytes(root + "/status", "VmRSS")};
  process_use out{seconds_of(times->own + times->children),
                  kilobytes(root + "/smaps_rollup", "\nPss")};
  for (const auto child : children_of(process))
    if (const auto of_child = times_of(child)) {
      out.cpu_seconds += seconds_of(of_child->own);
      out.resident_bytes += kilobytes("/proc/" + std::to_string(child) + "/smaps_rollup", "\nPss");
    }
  return out;
}

std::optional<double> counter_in(const std::string& text, const std::string& name) {
  std::optional<double> out;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name) || line.size() <= name.size() ||
        (line[name.size()] != ' ' && line[name.size()] != '{'))
      continue;
    const auto space = line.rfind(' ');
    out = out.value_or(0) + std::strtod(line.c_str() + space + 1, nullptr);
  }
  return out;
}

std::optional<std::string> fetch(const std::string& url) {
  std::string out;
  CURL* ask = ::curl_easy_init();
  if (!ask)
    return std::nullopt;
  ::curl_easy_setopt(ask, CURLOPT_URL, url.c_str());
  ::curl_easy_setopt(ask, CURLOPT_FAILONERROR, 1L);
  ::curl_easy_setopt(ask, CURLOPT_TIMEOUT, 5L);
  ::curl_easy_setopt(ask, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(ask, CURLOPT_WRITEFUNCTION, keep);
  ::curl_easy_setopt(ask, CURLOPT_WRITEDATA, &out);
  const auto done = ::curl_easy_perform(ask);
  ::curl_easy_cleanup(ask);
  return done == CURLE_OK ? std::optional{std::move(out)} : std::nullopt;
}

server_watch::server_watch(watched what) : what_{std::move(what)}, before_{read()} {}

server_use server_watch::read() const {
  server_use out;
  for (const bool tree : {false, true})
    for (const auto process : tree ? what_.trees : what_.servers)
      if (const auto use = use_of(process, tree)) {
        out.known = true;
        out.cpu_seconds += use->cpu_seconds;
        out.resident_bytes += use->resident_bytes;
      }
  if (what_.metrics_url.empty())
    return out;
  if (const auto page = fetch(what_.metrics_url)) {
    out.syncs = counter_in(*page, "uzel_journal_batches_total");
    out.records = counter_in(*page, "uzel_journal_records_total");
    out.bytes = counter_in(*page, "uzel_journal_bytes_total");
  }
  return out;
}

server_use server_watch::so_far() const {
  auto out = read();
  out.cpu_seconds -= before_.cpu_seconds;
  const auto since = [](std::optional<double>& now, const std::optional<double>& before) {
    if (now && before)
      *now -= *before;
  };
  since(out.syncs, before_.syncs);
  since(out.records, before_.records);
  since(out.bytes, before_.bytes);
  return out;
}

} // namespace uzel::load
