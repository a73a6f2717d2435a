#include "actors/trace_ring.hpp"

#include <algorithm>

namespace uzel {
namespace {

// Of the memory; guests count as unknown.
constexpr std::size_t unknown_share = 4;
// The index entry of an account and the allocator's own.
constexpr std::size_t bookkeeping = 48;

} // namespace

void trace_share::add(const login& asked, const login_answered& answered, account_id who,
                      bool by_account) {
  const auto at = free_place();
  auto& p = places_[at];
  p.told.time = asked.received;
  p.told.facts = asked.facts;
  p.told.who = who;
  p.told.verdict = answered.verdict;
  p.told.why = answered.why;
  p.told.address = answered.address ? answered.address : asked.wanted;
  p.told.steps = asked.trace;
  p.by_account = by_account;
  measure(p);
  append(at);
  if (by_account)
    append_own(at);
  while (bytes_ > limit_ && oldest_ != newest_) {
    // Longer texts than usual: a place is emptied for good.
    const auto gone = oldest_;
    forget(gone);
    places_[gone].told = {};
    measure(places_[gone]);
  }
}

// A place that was given back, else a new one while the bound allows, else the oldest.
trace_share::index trace_share::free_place() {
  if (free_.empty() && (oldest_ == none || bytes_ + 2 * sizeof(place) <= limit_)) {
    places_.emplace_back();
    bytes_ += places_.back().bytes = sizeof(place) + bookkeeping;
    return static_cast<index>(places_.size() - 1);
  }
  if (free_.empty())
    forget(oldest_);
  const auto at = free_.back();
  free_.pop_back();
  return at;
}

void trace_share::measure(place& p) {
  const auto& f = p.told.facts;
  bytes_ -= p.bytes;
  p.bytes = sizeof(place) + bookkeeping + f.nas_name.capacity() + f.login.capacity() +
            f.nas_port.capacity() + f.calling_station.capacity() + f.client_identifier.capacity();
  bytes_ += p.bytes;
}

void trace_share::append(index at) {
  auto& p = places_[at];
  p.older = newest_;
  p.newer = none;
  (newest_ == none ? oldest_ : places_[newest_].newer) = at;
  newest_ = at;
}

void trace_share::append_own(index at) {
  auto& own = own_[places_[at].told.who];
  places_[at].next_own = none;
  (own.count == 0 ? own.oldest : places_[own.newest].next_own) = at;
  own.newest = at;
  if (++own.count > per_account_)
    forget(own.oldest);
}

// Whichever goes, it is the oldest of its account: accounts lose theirs in the order of the share.
void trace_share::forget(index at) {
  auto& p = places_[at];
  if (p.by_account)
    if (auto* const own = own_.find(p.told.who)) {
      own->oldest = p.next_own;
      if (--own->count == 0)
        own_.erase(p.told.who);
    }
  (p.older == none ? oldest_ : places_[p.older].newer) = p.newer;
  (p.newer == none ? newest_ : places_[p.newer].older) = p.older;
  free_.push_back(at);
}

trace_ring::trace_ring(const config::actor_settings& settings)
  : known_{settings.trace_bytes - settings.trace_bytes / unknown_share,
           std::max<std::size_t>(1, settings.trace_per_account)}
  , unknown_{settings.trace_bytes / unknown_share, 0} {}

void trace_ring::add(const login& asked, const login_answered& answered) {
  const auto who = answered.who ? answered.who : asked.who;
  const bool is_known = who && !is_guest(who);
  const std::lock_guard lock{mutex_};
  (is_known ? known_ : unknown_).add(asked, answered, who, is_known);
}

template <class Test>
std::vector<told_login> trace_ring::select(std::size_t limit, Test test) const {
  std::vector<told_login> out;
  {
    const std::lock_guard lock{mutex_};
    known_.select(limit, test, out);
    unknown_.select(limit, test, out);
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
  return known_.bytes() + unknown_.bytes();
}

} // namespace uzel
