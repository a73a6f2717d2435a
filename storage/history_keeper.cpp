#include "storage/history_keeper.hpp"

#include "config/log.hpp"
#include "storage/month.hpp"
#include "storage/old_rows.hpp"
#include "storage/partitions.hpp"
#include "storage/server_layout.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace uzel::storage {
namespace {

constexpr statement read_owner{"keeper_owner", "SELECT owner FROM store_identity WHERE one = 1"};
constexpr int niceness = 19; // nobody waits for it
constexpr std::chrono::milliseconds between_interrupts{20};

} // namespace

instant kept_since(instant now, std::uint32_t months) {
  return month_of(now, -static_cast<int>(months));
}

history_keeper::history_keeper(std::unique_ptr<connection> db, std::uint64_t owner,
                               keeper_settings settings, write_turn& turn)
  : db_{std::move(db)}
  , owner_{owner}
  , settings_{settings}
  , turn_{turn} {}

history_keeper::~history_keeper() {
  stop();
}

void history_keeper::start(clock now) {
  ended_ = false;
  thread_ = std::thread{[this, now = std::move(now)] { run(now); }};
  ::pthread_setname_np(thread_.native_handle(), "history");
}

void history_keeper::stop() {
  if (!thread_.joinable())
    return;
  {
    std::unique_lock hold{mutex_};
    stopping_ = true;
    wake_.notify_all();
    while (!ended_) { // a partition may take long to look through
      db_->interrupt();
      wake_.wait_for(hold, between_interrupts, [&] { return ended_; });
    }
  }
  thread_.join();
}

keeper_counters history_keeper::counters() const {
  const std::scoped_lock hold{mutex_};
  return counters_;
}

void history_keeper::run(const clock& now) {
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
  for (auto rest = settings_.before_first; wait(rest); rest = settings_.between_rounds)
    if (const auto time = now())
      round(*time);
  {
    const std::scoped_lock hold{mutex_};
    ended_ = true;
  }
  wake_.notify_all();
}

void history_keeper::round(instant now) {
  const auto done = look(now);
  bool told = false;
  {
    const std::scoped_lock hold{mutex_};
    if (stopping_)
      return; // broken off
    told = counters_.failing;
    counters_.failing = done.has_error();
  }
  if (!done && !told)
    log::store.warn("history-not-kept", "old rows and new months wait for the next hour: {}",
                    done.error().sentence);
}

bool history_keeper::wait(duration limit) {
  std::unique_lock hold{mutex_};
  return !wake_.wait_for(hold, limit, [&] { return stopping_; });
}

store_result<> history_keeper::look(instant now) {
  for (const auto& table : growing_tables)
    if (const auto done = look_after(table, now); !done)
      return to_store_error(done.error());
  return {};
}

database_result<> history_keeper::look_after(const growing_table& table, instant now) {
  const auto limit = kept_since(now, settings_.months);
  const bool forever = settings_.months == 0;
  if (!db_->is_server())
    return forever ? database_result<>{} : remove_old_rows(table, std::string{table.name}, limit);
  const auto made = make_partitions(*db_, table, now);
  if (!made)
    return made.error();
  if (*made != 0)
    lay_out_tables(*db_); // the new ones like the others
  {
    const std::scoped_lock hold{mutex_};
    counters_.partitions_made += *made;
  }
  if (forever)
    return {};
  const auto places = places_to_sweep(*db_, table);
  if (!places)
    return places.error();
  for (const auto& place : *places)
    if (auto done = remove_old_rows(table, place, limit); !done)
      return done;
  return drop_old_partitions(table, limit);
}

database_result<> history_keeper::drop_old_partitions(const growing_table& table, instant limit) {
  std::uint32_t dropped = 0;
  auto more = drop_partition(*db_, table, limit);
  while (more && *more) {
    ++dropped;
    {
      const std::scoped_lock hold{mutex_};
      ++counters_.partitions_dropped;
    }
    more = drop_partition(*db_, table, limit);
  }
  if (dropped > 0)
    log::store.info("history-dropped", "{} partitions of {}, which ended too long ago, are gone",
                    dropped, table.name);
  if (!more)
    return more.error();
  return {};
}

database_result<> history_keeper::remove_old_rows(const growing_table& table,
                                                  const std::string& place, instant limit) {
  old_rows walk{table, place, limit};
  std::uint64_t removed = 0;
  while (!walk.at_end()) {
    {
      const std::scoped_lock turn{turn_};
      transaction work{*db_};
      auto done = work.begin_write();
      if (done)
        done = check_owner();
      if (!done)
        return done;
      const auto gone = walk.remove(*db_, settings_.slice);
      if (!gone)
        return gone.error();
      if (done = work.commit(); !done)
        return done;
      removed += *gone;
      const std::scoped_lock hold{mutex_};
      counters_.rows_removed += *gone;
    }
    if (!walk.at_end() && !wait(settings_.between_slices))
      return {};
  }
  if (removed > 0)
    log::store.info("history-removed", "{} rows of {} that ended too long ago are gone", removed,
                    table.name);
  return {};
}

database_result<> history_keeper::check_owner() {
  std::uint64_t owner = 0;
  const auto done = db_->execute(
    read_owner, {}, [&](const row_view& r) { owner = static_cast<std::uint64_t>(r.integer(0)); });
  if (!done)
    return done.error();
  if (owner != owner_)
    return database_error{
      errc::store_foreign, "another process became the owner of the store", {}, false};
  return {};
}

} // namespace uzel::storage
