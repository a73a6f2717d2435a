// The process that the power-cut tests kill: appends for ever and reports each synced number on its
// standard output. torture FOLDER APPLIED SEED (append | reopen)
#include "tests/unit/storage/journal/fixture.hpp"

#include <csignal>
#include <cstdio>
#include <thread>

using namespace uzel;
using namespace uzel::storage;
using namespace uzel::storage::testing;

namespace {

constexpr int exit_refused = 40;
constexpr int exit_failed_sync = 42;

void report(std::uint64_t number) {
  // One short write to a pipe is whole or absent.
  if (::write(STDOUT_FILENO, &number, sizeof number) != sizeof number)
    ::_exit(1);
}

class reporter : public batch_observer {
 public:
  void on_synced(std::span<const record_view>, journal_number synced) override {
    report(synced.value);
  }
};

void append_until_refused(journal& log, std::uint32_t writer, std::uint64_t seed) {
  group_maker groups{writer, seed};
  for (std::int64_t now = 1;; ++now) {
    const auto group = groups.next();
    if (!append_patiently(log, instant{now}, group))
      return;
  }
}

void append_from_three_threads(journal& log, std::uint64_t seed) {
  std::vector<std::thread> writers;
  for (std::uint32_t w = 0; w < 3; ++w)
    writers.emplace_back([&log, w, seed] { append_until_refused(log, w, seed * 10 + w); });
  for (auto& writer : writers)
    writer.join();
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 5)
    return 1;
  const auto settings = small_segments(argv[1]);
  const journal_number applied{std::strtoull(argv[2], nullptr, 10)};
  const auto seed = std::strtoull(argv[3], nullptr, 10);
  const bool reopens = std::string{argv[4]} == "reopen";
  auto found = journal::open(settings, our_store, applied, [&](const store_error&) {
    if (!reopens)
      ::_exit(exit_failed_sync);
  });
  if (!found) {
    std::fprintf(stderr, "%s\n", found.error().sentence.c_str());
    return exit_refused;
  }
  reporter observer;
  found->log->subscribe(observer);
  found->log->start();
  append_from_three_threads(*found->log, seed);
  // The sync failed. A second start over the same page cache may count only on what it made durable
  // itself.
  found->log.reset();
  const auto again = journal::open(settings, our_store, applied, [](const store_error&) {});
  if (!again)
    return exit_refused;
  report(again->last.value);
  ::raise(SIGKILL);
}
