// Which holders were asked to give an address up, and which of their answers still count.
#pragma once

#include "domain/ipv4.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <cstdint>

namespace uzel {

// A holder may answer «given up» and ask for the address again before he hears the result, so the
// answer to an old question must never settle a new one: whatever a holder does with a binding
// voids the questions that are out, and as many answers are swallowed. An answer that never comes
// costs one more question.
class holder_questions {
 public:
  // Notes one more question; says how many were asked since the last answer that counted.
  unsigned asked(ipv4 address) {
    auto& q = open_[address];
    ++q.unanswered;
    return ++q.tries;
  }
  bool waits_for(ipv4 address) const {
    const auto at = open_.find(address);
    return at != open_.end() && at->second.unanswered > at->second.voided;
  }
  // The holder used the binding: answers that are under way count for nothing.
  void used(ipv4 address) {
    if (open_.empty())
      return;
    if (const auto at = open_.find(address); at != open_.end()) {
      at->second.voided = at->second.unanswered;
      at->second.tries = 0;
    }
  }
  // An answer came: true when it counts.
  bool answered(ipv4 address) {
    const auto at = open_.find(address);
    if (at == open_.end())
      return false;
    auto& q = at->second;
    q.unanswered -= std::min(q.unanswered, 1u);
    const bool counts = q.voided == 0;
    if (counts)
      q.tries = 0;
    else
      --q.voided;
    if (q.unanswered == 0)
      open_.erase(at);
    return counts;
  }
  // The binding is no more: answers about it name a stale id.
  void forget(ipv4 address) { open_.erase(address); }
  std::size_t size() const { return open_.size(); }

 private:
  struct question {
    unsigned unanswered = 0;
    unsigned voided = 0; // the next so many answers are swallowed
    unsigned tries = 0;
  };
  boost::unordered_flat_map<ipv4, question, std::hash<ipv4>> open_;
};

} // namespace uzel
