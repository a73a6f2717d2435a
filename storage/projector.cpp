#include "storage/projector.hpp"

#include "config/log.hpp"
#include "storage/journal/short_turns.hpp"
#include "storage/projection.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <pthread.h>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace uzel::storage {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t smallest_batch = 16;
// Records read from the journal's files at once: some megabytes.
constexpr std::uint64_t read_at_once = 8192;
constexpr std::chrono::milliseconds between_interrupts{20};

} // namespace

duration retry_delay(std::uint32_t failures, bool wanted) {
  constexpr duration first{100'000};
  const duration longest = wanted ? seconds{1} : seconds{10};
  return failures > 7 ? longest
                      : std::min(longest, first * (1 << (failures > 0 ? failures - 1 : 0)));
}

projector::projector(std::unique_ptr<connection> db, std::uint64_t owner,
                     projector_settings settings, write_turn& turn, projector_events events)
  : settings_{settings}
  , turn_{turn}
  , events_{std::move(events)}
  , projection_{std::make_unique<projection>(std::move(db), owner, settings.lanes)}
  , batch_limit_{std::max<std::size_t>(settings.batch, 1)} {}

projector::~projector() {
  stop(duration{0});
}

void projector::start(reread source, journal_number synced) {
  {
    const std::scoped_lock hold{mutex_};
    source_ = std::move(source);
    synced_ = std::max(synced_, synced);
    spilled_ = true;
    stopping_ = false;
    ended_ = false;
  }
  thread_ = std::thread{[this] { run(); }};
  ::pthread_setname_np(thread_.native_handle(), "projector");
}

void projector::stop(duration limit) {
  {
    const std::scoped_lock hold{mutex_};
    stopping_ = true;
    stop_by_ = steady::now() + limit;
  }
  wake_.notify_all();
  if (!thread_.joinable())
    return;
  {
    std::unique_lock hold{mutex_};
    settled_.wait_until(hold, stop_by_, [&] { return ended_; });
    while (!ended_) { // a database that does not answer shall not hold up the end of the process
      projection_->interrupt();
      settled_.wait_for(hold, between_interrupts, [&] { return ended_; });
    }
  }
  thread_.join();
  settled_.notify_all();
}

void projector::on_synced(std::span<const record_view> records, journal_number synced) {
  {
    const std::scoped_lock hold{mutex_};
    if (applied() >= synced_ && !records.empty())
      waiting_since_.store(records.front().time.us, std::memory_order_relaxed);
    synced_ = synced;
    for (const auto& r : records) {
      if (!spilled_ && queued_bytes_ + r.payload.size() > settings_.queue_bytes) {
        spilled_ = true;
        ++counters_.spills;
      }
      if (spilled_)
        break;
      queue_.push_back({{r.payload.begin(), r.payload.end()}, r.number, r.time, r.kind});
      queued_bytes_ += size_of(queue_.back());
    }
    if (!resting_ && queue_.size() < batch_limit_)
      return; // it works, or lingers for more
  }
  wake_.notify_one();
}

bool projector::wait_applied(journal_number number, duration limit) {
  std::unique_lock hold{mutex_};
  ++awaited_;
  wake_.notify_one();
  settled_.wait_for(hold, limit, [&] { return applied() >= number || failed_ || stopping_; });
  --awaited_;
  return applied() >= number;
}

duration projector::behind(instant now) const noexcept {
  const instant since{waiting_since_.load(std::memory_order_relaxed)};
  return since && since < now ? now - since : duration{0};
}

projector_counters projector::counters() const {
  const std::scoped_lock hold{mutex_};
  return counters_;
}

bool projector::given_up() const {
  return failed_ || (stopping_ && steady::now() >= stop_by_);
}

void projector::run() {
  std::vector<piece> batch;
  take_priority();
  if (connect())
    while (wait_for_work()) {
      batch.clear();
      take_priority();
      if (take_batch(batch) && !batch.empty())
        apply(batch);
    }
  {
    const std::scoped_lock hold{mutex_};
    ended_ = true;
  }
  settled_.notify_all();
}

// Logins rest on the journal, not on the database: it gets the processor time that they leave.
// Where other programs leave none it would fall behind for ever, and the journal would grow.
void projector::take_priority() {
  const int wanted = late_.load(std::memory_order_relaxed) ? 0 : settings_.niceness;
  if (wanted == niceness_)
    return;
  if (::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), wanted) != 0) {
    if (!refused_)
      log::store.warn("priority-refused", "the projector keeps its priority: {}",
                      std::generic_category().message(errno));
    refused_ = true;
    return;
  }
  niceness_ = wanted;
  ask_for_short_turns(wanted);
}

bool projector::connect() {
  for (;;) {
    const auto done = projection_->connect();
    if (done) {
      const auto found = projection_->applied();
      if (found < applied())
        log::store.warn("database-moved-back",
                        "it has records up to {} and had {}: the journal gives it the rest again",
                        found.value, applied().value);
      const std::scoped_lock hold{mutex_};
      applied_.store(found.value, std::memory_order_release);
      counters_.parked = projection_->parked_total();
      settled_.notify_all();
      return true;
    }
    if (!wait_before_retry(done.error()))
      return false;
  }
}

bool projector::wait_for_work() {
  std::unique_lock hold{mutex_};
  resting_ = true;
  wake_.wait(hold, [&] { return stopping_ || failed_ || applied() < synced_; });
  resting_ = false;
  // A transaction costs as much as many rows: a few records wait for company.
  wake_.wait_for(hold, settings_.linger, [&] {
    return stopping_ || failed_ || awaited_ > 0 || synced_.value - applied().value >= batch_limit_;
  });
  return !given_up() && applied() < synced_;
}

// What comes next after applied(), from the queue when it is there, else from the journal's files.
bool projector::take_batch(std::vector<piece>& out) {
  drop_applied();
  if (ready_.empty()) {
    take_over_queue();
    drop_applied();
    if (ready_.empty() && !read_behind(what_to_read()))
      return false;
  }
  if (ready_.front().number.value != applied().value + 1 &&
      !read_behind(journal_number{ready_.front().number.value - 1}))
    return false;
  take_ready(out);
  if (ready_.empty() && out.size() < batch_limit_) { // what came meanwhile
    take_over_queue();
    take_ready(out);
  }
  return true;
}

// As far as it goes on without a gap.
void projector::take_ready(std::vector<piece>& out) {
  auto next = (out.empty() ? applied() : out.back().number).value + 1;
  while (!ready_.empty() && out.size() < batch_limit_ && ready_.front().number.value == next) {
    queued_bytes_ -= size_of(ready_.front());
    out.push_back(std::move(ready_.front()));
    ready_.pop_front();
    ++next;
  }
}

// The journal's thread waits for the lock too, and this one runs at a low priority: it holds the
// lock for an exchange of pointers only.
void projector::take_over_queue() {
  const std::scoped_lock hold{mutex_};
  ready_.swap(queue_);
}

// How far the journal is. When all that is missing is read at once, what is told from here on
// follows it without a gap.
journal_number projector::what_to_read() {
  const std::scoped_lock hold{mutex_};
  if (queue_.empty() && synced_.value - applied().value <= read_at_once)
    spilled_ = false;
  return synced_;
}

void projector::drop_applied() {
  while (!ready_.empty() && ready_.front().number <= applied()) {
    queued_bytes_ -= size_of(ready_.front());
    ready_.pop_front();
  }
}

// Puts what is missing before what is ready.
bool projector::read_behind(journal_number up_to) {
  const auto after = applied();
  const auto last = journal_number{
    std::min(up_to.value, after.value + std::max(read_at_once, std::uint64_t{batch_limit_}))};
  std::vector<piece> out;
  std::uint64_t bytes = 0;
  if (!source_) {
    fail({errc::store_damaged, "records after " + std::to_string(after.value) +
                                 " were told of, but cannot be read again"});
    return false;
  }
  const auto read = source_(after, last, [&](const record_view& r) -> result<> {
    out.push_back({{r.payload.begin(), r.payload.end()}, r.number, r.time, r.kind});
    bytes += size_of(out.back());
    return {};
  });
  if (!read) {
    fail(read.error());
    return false;
  }
  if (out.empty()) {
    fail({errc::store_damaged, "the journal has no records after " + std::to_string(after.value)});
    return false;
  }
  queued_bytes_ += bytes;
  ready_.insert(ready_.begin(), std::make_move_iterator(out.begin()),
                std::make_move_iterator(out.end()));
  return true;
}

void projector::apply(const std::vector<piece>& batch) {
  waiting_since_.store(batch.front().time.us, std::memory_order_relaxed);
  std::vector<projected_record> records;
  records.reserve(batch.size());
  for (const auto& p : batch) {
    auto what = decode(p.kind, p.payload, p.number);
    auto& r = records.emplace_back();
    r.number = p.number;
    r.time = p.time;
    r.kind = p.kind;
    r.payload = p.payload;
    r.readable = what.has_value();
    if (what)
      r.what = std::move(*what);
  }
  for (;;) {
    const auto begun = steady::now();
    database_result<> done;
    {
      const std::scoped_lock turn{turn_};
      done = projection_->apply(records);
    }
    if (done) {
      settle(records.size(), std::chrono::duration_cast<duration>(steady::now() - begun));
      return;
    }
    const auto code = done.error().code;
    if (code == errc::store_foreign || code == errc::store_damaged || done.error().refused)
      return fail(to_store_error(done.error()));
    if (!wait_before_retry(done.error()))
      return;
    if (!connect() || applied().value + 1 != records.front().number.value)
      return; // what it has is not what we thought: take the next batch from there
    if (code == errc::timed_out && records.size() > smallest_batch) {
      const std::scoped_lock hold{mutex_};
      batch_limit_ = std::max(smallest_batch, records.size() / 2);
      return; // it may be too much at once: the journal gives it again in parts
    }
  }
}

void projector::settle(std::size_t records, duration took) {
  came_back();
  const auto parked = projection_->parked_now();
  const auto reached = projection_->applied();
  {
    const std::scoped_lock hold{mutex_};
    applied_.store(reached.value, std::memory_order_release);
    counters_.records += records;
    ++counters_.commits;
    counters_.parked = projection_->parked_total();
    if (reached >= synced_) {
      spilled_ = false;
      waiting_since_.store(0, std::memory_order_relaxed);
    }
    batch_limit_ = next_limit(records, took);
  }
  settled_.notify_all();
  for (const auto& note : parked) {
    log::store.error("record-parked", "record {} ({}) was refused by the database: {}",
                     note.number.value, note.key, note.reason);
    if (events_.parked)
      events_.parked(note.number, note.key, note.reason);
  }
  if (events_.applied)
    events_.applied(reached);
  if (projection_->parked_total() > settings_.parked_limit)
    fail({errc::store_full, std::to_string(projection_->parked_total()) +
                              " records are parked, more than store.parked_limit allows"});
}

// So many records as fit into a slice at the pace of the last ones. With much left to do slices get
// longer: fewer transactions, and of more states of a row only the last is written.
std::size_t projector::next_limit(std::size_t records, duration took) const {
  const auto each = std::max(duration{1}, took / static_cast<std::int64_t>(records));
  const auto left = each * static_cast<std::int64_t>(synced_.value - applied().value);
  const auto slice = std::max(settings_.slice, std::min(left / 4, settings_.longest_slice));
  const auto fit = static_cast<std::size_t>(slice / each);
  const auto most =
    static_cast<std::size_t>(std::max(1u, settings_.batch) * slice / settings_.slice);
  return std::clamp(fit, std::min(smallest_batch, most), most);
}

// False when there is no more trying.
bool projector::wait_before_retry(const database_error& why) {
  ++failures_;
  if (!away_.exchange(true)) {
    log::store.warn("database-away", "the database does not take records: {}", why.sentence);
    if (events_.away)
      events_.away(true, why.sentence);
  }
  std::unique_lock hold{mutex_};
  ++counters_.retries;
  wanted_ = false;
  const auto soon = retry_delay(failures_, true);
  wake_.wait_for(hold, soon, [&] { return given_up(); });
  const auto rest = retry_delay(failures_) - soon;
  const auto ends_early = [&] { return given_up() || wanted_; };
  if (rest > duration{0} && wake_.wait_for(hold, rest, ends_early) && wanted_)
    ++counters_.hurried;
  return !given_up();
}

void projector::hurry() {
  {
    const std::scoped_lock hold{mutex_};
    wanted_ = true;
  }
  wake_.notify_one();
}

void projector::came_back() {
  failures_ = 0;
  if (!away_.exchange(false))
    return;
  log::store.info("database-back", "the database takes records again");
  if (events_.away)
    events_.away(false, {});
}

void projector::fail(const store_error& why) {
  {
    const std::scoped_lock hold{mutex_};
    if (std::exchange(failed_, true))
      return;
  }
  settled_.notify_all();
  log::store.error("projector-stopped", "records are no longer applied to the database: {}",
                   why.sentence);
  if (events_.failed)
    events_.failed(why);
}

} // namespace uzel::storage
