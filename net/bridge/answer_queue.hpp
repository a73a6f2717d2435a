// Answers on their way from actor threads to the thread that sends them.
#pragma once

#include "actors/api/accounting.hpp"
#include "actors/api/login.hpp"

#include <atomic>
#include <mutex>
#include <vector>

namespace uzel::net {

// Many writers, one reader. The lock is held for one push_back or one swap.
class answer_queue {
 public:
  answer_queue();
  ~answer_queue();
  answer_queue(const answer_queue&) = delete;
  answer_queue& operator=(const answer_queue&) = delete;

  void push(const login_answered& a);
  void push(const usage_recorded& r);
  void synced(journal_number up_to);
  journal_number synced() const { return journal_number{synced_.load(std::memory_order_acquire)}; }

  // The reader's side: swaps out what came. Vectors are given back to be reused.
  void take(std::vector<login_answered>& logins, std::vector<usage_recorded>& usages);
  // An event descriptor that becomes readable when there is something new.
  int descriptor() const { return event_; }
  // Before it sleeps the reader says so; writers then wake it. False = something came meanwhile: do
  // not sleep.
  bool may_sleep();
  // ... and after it; `called`: the descriptor was readable.
  void awake(bool called);
  void wake();

 private:
  void wake_if_due(journal_number rests_on);

  std::mutex mutex_;
  std::vector<login_answered> logins_;
  std::vector<usage_recorded> usages_;
  std::atomic<std::uint64_t> synced_{0};
  std::atomic<std::uint64_t> awaited_{0}; // the highest that an answer rests on
  std::atomic<bool> sleeping_{false};
  std::atomic<bool> fresh_{false};
  int event_ = -1;
};

} // namespace uzel::net
