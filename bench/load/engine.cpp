#include "bench/load/engine.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <limits>
#include <sys/epoll.h>
#include <unistd.h>

namespace uzel::load {
namespace {

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t longest_wait = 5'000'000;
// In an open loop the clock and the sockets are looked at so often. To wake for every single
// request and answer would take half a core from a server of the same machine; latencies come out
// up to this much longer than they were.
constexpr std::uint64_t open_loop_tick = 200'000;
constexpr unsigned most_begun_at_once = 256; // then answers are read again
constexpr std::uint64_t forever = std::numeric_limits<std::uint64_t>::max();
std::atomic<bool> stop_asked{false};

std::uint64_t to_ns(double seconds) {
  return static_cast<std::uint64_t>(seconds * static_cast<double>(second));
}

void sleep_until(std::uint64_t when) {
  const timespec end{static_cast<time_t>(when / second), static_cast<long>(when % second)};
  ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nullptr);
}

} // namespace

void engine::ask_stop() {
  stop_asked = true;
}

bool engine::stop_is_asked() {
  return stop_asked;
}

engine::engine(protocol& speaks, const retry_rule& retries, std::uint64_t seed)
  : speaks_{speaks}
  , retries_{retries}
  , random_{seed} {}

engine::~engine() {
  if (epoll_ >= 0)
    ::close(epoll_);
}

bool engine::open(const std::vector<group>& groups, std::string& why) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  for (const auto& g : groups) {
    groups_.emplace_back();
    turn_.push_back(0);
    for (const auto& from : g.from)
      if (!add_lane(from, g, why))
        return false;
  }
  bytes_.resize(slots_.size() * room);
  deadlines_ = deadline_wheel{static_cast<std::uint32_t>(slots_.size()), now_ns()};
  return true;
}

bool engine::add_lane(const address_and_port& from, const group& g, std::string& why) {
  lane l;
  if (!l.socket.open(from, g.to, g.connected, why))
    return false;
  const auto number = static_cast<unsigned>(lanes_.size());
  l.first = static_cast<std::uint32_t>(slots_.size());
  l.count = g.slots;
  l.free_count = g.slots;
  for (std::uint32_t i = 0; i < g.slots; ++i)
    l.free.push_back(l.first + i);
  exchange empty;
  empty.lane = static_cast<std::uint16_t>(number);
  slots_.insert(slots_.end(), g.slots, empty);
  epoll_event interest{};
  interest.events = EPOLLIN;
  interest.data.u32 = number;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, l.socket.descriptor(), &interest) != 0) {
    why = std::strerror(errno);
    return false;
  }
  groups_.back().push_back(number);
  lanes_.push_back(std::move(l));
  return true;
}

tally engine::run(plan& what, const pace& how) {
  plan_ = &what;
  pace_ = how;
  tally_ = {};
  for (const auto name : speaks_.kinds())
    tally_.kinds.emplace_back().name = name;
  active_ = 0;
  stopping_ = false;
  start_ = last_answer_ = now_ns();
  measure_from_ = start_ + to_ns(how.warmup);
  measure_to_ = how.seconds > 0 ? measure_from_ + to_ns(how.seconds) : forever;
  for (auto now = start_; !over(now); now = now_ns()) {
    stopping_ = stopping_ || stop_asked || now >= measure_to_ || plan_->finished();
    place_waiting();
    begin_operations();
    flush();
    wait();
    flush();
    const auto then = now_ns();
    deadlines_.expire(then, [this, then](std::uint32_t slot) { late(slot, then); });
    flush();
  }
  close_books();
  return std::move(tally_);
}

// A run at once has an end even when nobody answers: what is out then is given up.
bool engine::over(std::uint64_t now) const {
  if (stopping_ && active_ == 0)
    return true;
  return (pace_.at_once || stop_asked) && (now >= measure_to_ || stop_asked);
}

void engine::close_books() {
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot)
    if (slots_[slot].busy) {
      auto& x = slots_[slot];
      ++tally_.kinds[x.what.kind].unanswered;
      ++tally_.failed;
      deadlines_.clear(slot);
      give_back(slot);
    }
  tally_.failed += waiting_.size();
  waiting_.clear();
  flush(); // empties the queues of what was given up
  // Whoever ran out of work, or was stopped, is measured up to the last answer.
  const bool early = measure_to_ == forever || plan_->finished() || stop_asked;
  const auto end =
    early ? std::min(measure_to_, std::max(last_answer_, measure_from_ + 1)) : measure_to_;
  tally_.seconds = static_cast<double>(end - measure_from_) / static_cast<double>(second);
  if (pace_.rate > 0 && measure_to_ != forever && !plan_->finished()) {
    const auto due = static_cast<std::uint64_t>((pace_.seconds + pace_.warmup) * pace_.rate);
    tally_.not_begun = due > tally_.begun ? due - tally_.begun : 0;
  }
}

std::uint64_t engine::due_of(std::uint64_t operation) const {
  if (pace_.at_once)
    return start_;
  return pace_.rate > 0 ? start_ + to_ns(static_cast<double>(operation) / pace_.rate) : 0;
}

void engine::begin_operations() {
  const auto now = now_ns();
  for (unsigned i = 0; i < most_begun_at_once && !stopping_ && active_ < pace_.window; ++i) {
    const auto due = due_of(tally_.begun);
    if (due > now)
      return;
    auto first = plan_->begin();
    if (!first)
      return;
    first->due = first->began = due;
    ++tally_.begun;
    ++active_;
    if (!place(*first))
      waiting_.push_back(*first);
  }
}

bool engine::place(const step& s) {
  const auto g = speaks_.group_of(s);
  const auto& members = groups_[g];
  for (std::size_t i = 0; i < members.size(); ++i) {
    auto& l = lanes_[members[turn_[g]++ % members.size()]];
    if (l.free_count == 0)
      continue;
    const auto slot = l.free[l.free_head];
    l.free_head = l.free_head + 1 == l.count ? 0 : l.free_head + 1;
    --l.free_count;
    auto& x = slots_[slot];
    x.what = s;
    x.tries = 0;
    x.busy = true;
    x.size = static_cast<std::uint16_t>(
      speaks_.write(s, slot, slot - l.first, std::span{bytes_}.subspan(slot * room, room)));
    queue(slot);
    return true;
  }
  return false;
}

void engine::queue(std::uint32_t slot) {
  auto& x = slots_[slot];
  auto& l = lanes_[x.lane];
  // A repetition that the kernel had no room for may stand there yet: it sends the slot's new
  // bytes.
  if (!x.queued)
    l.outbox.push_back(slot);
  x.queued = true;
  if (!l.dirty)
    dirty_.push_back(x.lane);
  l.dirty = true;
}

void engine::place_waiting() {
  for (auto left = waiting_.size(); left > 0; --left) {
    const auto s = waiting_.front();
    waiting_.pop_front();
    if (!place(s))
      waiting_.push_back(s);
  }
}

void engine::flush() {
  // What follows a request without an answer is placed here, and sent by the next round.
  for (bool stuck = false; !dirty_.empty() && !stuck;) {
    flushing_.clear();
    flushing_.swap(dirty_);
    for (const auto number : flushing_) {
      auto& l = lanes_[number];
      l.dirty = !flush(l);
      if (l.dirty)
        dirty_.push_back(number);
      stuck = stuck || l.dirty; // the kernel has no room: read answers first
    }
    ended_.clear();
    ended_.swap(unanswerable_);
    const auto now = now_ns();
    for (const auto slot : ended_)
      end(slot, outcome::accepted, now);
  }
}

bool engine::flush(lane& l) {
  std::erase_if(l.outbox, [this](std::uint32_t slot) {
    auto& x = slots_[slot];
    x.queued = x.busy;
    return !x.busy; // answered while its repetition waited to be sent
  });
  std::array<std::span<const std::uint8_t>, datagram_batch::size> what;
  std::size_t done = 0;
  while (done < l.outbox.size()) {
    const auto count = std::min<std::size_t>(what.size(), l.outbox.size() - done);
    for (std::size_t i = 0; i < count; ++i) {
      const auto slot = l.outbox[done + i];
      what[i] = std::span{bytes_}.subspan(slot * room, slots_[slot].size);
    }
    const auto now = now_ns();
    std::uint64_t unreachable = 0;
    const auto sent = batch_.send(l.socket, std::span{what}.first(count), unreachable);
    tally_.faults[static_cast<std::size_t>(fault::unreachable)] += unreachable;
    for (std::size_t i = 0; i < sent; ++i)
      mark_sent(l.outbox[done + i], now);
    done += sent;
    if (sent < count)
      break;
  }
  l.outbox.erase(l.outbox.begin(), l.outbox.begin() + static_cast<std::ptrdiff_t>(done));
  return l.outbox.empty();
}

void engine::mark_sent(std::uint32_t slot, std::uint64_t now) {
  auto& x = slots_[slot];
  x.queued = false;
  auto& kind = tally_.kinds[x.what.kind];
  if (x.tries == 0) {
    if (x.what.due == 0)
      x.what.due = now;
    if (x.what.began == 0)
      x.what.began = x.what.due;
    x.measured = measuring(x.what.due);
    kind.sent += x.measured;
  } else {
    ++kind.retries;
  }
  tally_.datagrams += measuring(now);
  if (!speaks_.answered(x.what.kind)) {
    unanswerable_.push_back(slot);
    return;
  }
  x.waited = next_wait(x);
  deadlines_.set(slot, now + x.waited);
}

std::uint64_t engine::next_wait(const exchange& x) {
  std::uniform_real_distribution<double> chance{1 - retries_.spread, 1 + retries_.spread};
  const double factor = retries_.retries == 0 ? 1 : chance(random_);
  const auto base = x.tries == 0 ? retries_.first : std::min(x.waited * 2, retries_.longest);
  return static_cast<std::uint64_t>(static_cast<double>(base) * factor);
}

void engine::wait() {
  if (!dirty_.empty())
    return receive_ready(0);
  const auto now = now_ns();
  if (pace_.rate > 0 && !stopping_) {
    next_look_ = std::max(next_look_ + open_loop_tick, now);
    sleep_until(next_look_);
    return receive_ready(0);
  }
  std::uint64_t until = longest_wait;
  if (!stopping_ && active_ < pace_.window && pace_.at_once) {
    const auto due = due_of(tally_.begun);
    until = due > now ? std::min(due - now, until) : 0;
  }
  receive_ready(until);
}

} // namespace uzel::load
