#include "actors/trace_ring.hpp"

#include <algorithm>

namespace uzel {
namespace {

// Of the memory; guests count as unknown.
constexpr std::size_t unknown_share = 4;
// Nodes, index entries and the allocator's own.
constexpr std::size_t bookkeeping = 128;

} // namespace

trace_ring::trace_ring(const config::actor_settings& settings)
  : per_account_{std::max<std::size_t>(1, settings.trace_per_account)} {
  unknown_.limit = settings.trace_bytes / unknown_share;
  known_.limit = settings.trace_bytes - unknown_.limit;
}

std::size_t trace_ring::bytes_of(const told_login& t) {
  const auto& f = t.facts;
  return sizeof(told_login) + bookkeeping + f.nas_name.capacity() + f.login.capacity() +
         f.nas_port.capacity() + f.calling_station.capacity();
}

void trace_ring::add(const login& asked, const login_answered& answered) {
  const auto who = answered.who ? answered.who : asked.who;
  kept one; // built outside of the lock
  one.push_back({asked.received, asked.facts, who, answered.verdict, answered.why,
                 answered.address ? answered.address : asked.wanted, asked.trace});
  const auto size = bytes_of(one.front());
  const bool is_known = who && !is_guest(who);

  const std::lock_guard lock{mutex_};
  auto& into = is_known ? known_ : unknown_;
  into.oldest_first.splice(into.oldest_first.end(), one);
  into.bytes += size;
  if (is_known) {
    auto& own = by_account_[who];
    own.push_back(std::prev(into.oldest_first.end()));
    if (own.size() > per_account_)
      forget(into, own.front());
  }
  trim(into);
}

// An account's traces stand in its queue in the order of the share, so the one that goes is always
// the first of both.
void trace_ring::forget(share& in, kept::iterator which) {
  if (const auto at = by_account_.find(which->who); at != by_account_.end()) {
    at->second.pop_front();
    if (at->second.empty())
      by_account_.erase(at);
  }
  in.bytes -= bytes_of(*which);
  in.oldest_first.erase(which);
}

void trace_ring::trim(share& in) {
  while (in.bytes > in.limit && !in.oldest_first.empty())
    forget(in, in.oldest_first.begin());
}

template <class Test>
std::vector<told_login> trace_ring::select(std::size_t limit, Test test) const {
  std::vector<told_login> out;
  const std::lock_guard lock{mutex_};
  for (const auto* in : {&known_, &unknown_}) {
    std::size_t found = 0;
    for (auto at = in->oldest_first.rbegin(); at != in->oldest_first.rend() && found < limit; ++at)
      if (test(*at)) {
        out.push_back(*at);
        ++found;
      }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const told_login& a, const told_login& b) { return a.time > b.time; });
  if (out.size() > limit)
    out.resize(limit);
  return out;
}

std::vector<told_login> trace_ring::of_login(std::string_view normalised, std::size_t limit) const {
  return select(limit, [&](const told_login& t) { return t.facts.login == normalised; });
}

std::vector<told_login> trace_ring::of_mac(mac_address mac, std::size_t limit) const {
  return select(limit, [&](const told_login& t) { return t.facts.mac == mac; });
}

std::vector<told_login> trace_ring::of_address(ipv4 address, std::size_t limit) const {
  return select(limit, [&](const told_login& t) { return t.address == address; });
}

std::vector<told_login> trace_ring::of_account(account_id who, std::size_t limit) const {
  return select(limit, [&](const told_login& t) { return t.who == who; });
}

std::size_t trace_ring::bytes() const {
  const std::lock_guard lock{mutex_};
  return known_.bytes + unknown_.bytes;
}

} // namespace uzel
