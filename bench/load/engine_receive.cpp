// What comes in, and what does not.
#include "bench/load/engine.hpp"

#include <array>
#include <ctime>
#include <sys/epoll.h>

namespace uzel::load {

void engine::receive_ready(std::uint64_t until) {
  std::array<epoll_event, 64> ready{};
  const timespec limit{0, static_cast<long>(until)};
  const int n =
    ::epoll_pwait2(epoll_, ready.data(), static_cast<int>(ready.size()), &limit, nullptr);
  for (int i = 0; i < n; ++i)
    receive(ready[static_cast<std::size_t>(i)].data.u32);
}

void engine::receive(unsigned lane_number) {
  std::uint64_t unreachable = 0;
  const auto count = batch_.receive(lanes_[lane_number].socket, unreachable);
  tally_.faults[static_cast<std::size_t>(fault::unreachable)] += unreachable;
  const auto now = now_ns();
  for (unsigned i = 0; i < count; ++i)
    take(lane_number, batch_.received(i), now);
}

void engine::take(unsigned lane_number, std::span<std::uint8_t> datagram, std::uint64_t now) {
  const auto& l = lanes_[lane_number];
  tally_.datagrams += measuring(now);
  const auto slot = speaks_.slot_of(datagram, l.first, l.count);
  if (!slot || *slot < l.first || *slot >= l.first + l.count || !slots_[*slot].busy)
    return tally_.add(slot ? fault::stray : fault::malformed);
  const auto& x = slots_[*slot];
  const auto request = octets{bytes_}.subspan(*slot * room, x.size);
  const auto found = speaks_.read(x.what, request, datagram);
  if (found.why != fault::none)
    tally_.add(found.why);
  if (found.what == outcome::ignored)
    return;
  auto& kind = tally_.kinds[x.what.kind];
  if (x.measured) {
    ++kind.answered;
    kind.rejected += found.what == outcome::rejected;
    kind.latency.add(now - x.what.due);
  }
  tally_.answers += measuring(now);
  last_answer_ = now;
  end(*slot, found.what, now);
}

void engine::end(std::uint32_t slot, outcome how, std::uint64_t now) {
  const auto done = slots_[slot].what;
  deadlines_.clear(slot);
  give_back(slot);
  if (const auto following = plan_->next(done, how)) {
    if (!place(*following))
      waiting_.push_back(*following);
    return;
  }
  --active_;
  if (how != outcome::accepted) {
    ++tally_.failed;
    return;
  }
  if (measuring(done.began))
    tally_.operation.add(now - done.began);
  tally_.done += measuring(now);
  tally_.last_done_seconds = static_cast<double>(now - start_) / 1e9;
}

void engine::late(std::uint32_t slot, std::uint64_t now) {
  auto& x = slots_[slot];
  if (x.tries < retries_.retries) {
    ++x.tries;
    return queue(slot);
  }
  tally_.kinds[x.what.kind].unanswered += x.measured;
  end(slot, outcome::unanswered, now);
}

void engine::give_back(std::uint32_t slot) {
  auto& x = slots_[slot];
  x.busy = false;
  auto& l = lanes_[x.lane];
  l.free[(l.free_head + l.free_count) % l.count] = slot;
  ++l.free_count;
}

} // namespace uzel::load
