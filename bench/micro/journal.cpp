// What durability costs: appending, and waiting until a group of so many appends is synced. The
// folder is made below TMPDIR, so that names the disk that is measured.
#include "storage/journal/journal.hpp"

#include <array>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

namespace {

using namespace uzel;

constexpr std::size_t record_size = 160; // a binding with its session

class scratch_journal {
 public:
  scratch_journal() {
    std::string name = (std::filesystem::temp_directory_path() / "uzel-micro-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    storage::journal_settings settings;
    settings.directory = folder_ / "journal";
    storage::store_identity identity;
    identity.id[0] = 1;
    identity.epoch = 1;
    auto opened = storage::journal::open(settings, identity, {}, [](const auto&) { std::abort(); });
    if (!opened)
      return;
    log_ = std::move(opened->log);
    log_->start();
  }
  ~scratch_journal() {
    log_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  storage::journal* log() { return log_.get(); }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<storage::journal> log_;
};

void append_and_sync(benchmark::State& state) {
  scratch_journal scratch;
  auto* log = scratch.log();
  if (!log)
    return state.SkipWithError("the journal cannot be opened");
  const std::array<std::uint8_t, record_size> payload{};
  const std::array<storage::encoded_record, 1> record{{{1, payload}}};
  const auto now = instant{};
  const auto at_once = state.range(0);
  for (auto _ : state) {
    journal_number last;
    for (std::int64_t i = 0; i < at_once; ++i)
      if (const auto appended = log->append(now, record))
        last = *appended;
    while (log->synced() < last)
      std::this_thread::yield();
    log->drop_before(last, now);
  }
  state.SetItemsProcessed(state.iterations() * at_once);
}
BENCHMARK(append_and_sync)
  ->Name("journal/append and sync together")
  ->Arg(1)
  ->Arg(16)
  ->Arg(64)
  ->Arg(256)
  ->UseRealTime();

} // namespace
