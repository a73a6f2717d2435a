// Remembers how the last logins were decided, so that "why was he refused?" has an answer.
#pragma once

#include "actors/api/ports.hpp"
#include "config/settings.hpp"

#include <deque>
#include <list>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace uzel {

// One decided login as it is told: who asked from where, what came out, and by which steps
// (describe() puts them into words).
struct told_login {
  instant time;
  network_facts facts;
  account_id who;
  login_verdict verdict = login_verdict::reject;
  refusal why = refusal::none;
  ipv4 address;
  login_trace steps;
};

// Bounded in bytes and per account; unknown identities have a share of their own, so that a flood
// of them pushes out no account's traces. Thread-safe; adding takes less than a microsecond.
class trace_ring : public trace_sink {
 public:
  explicit trace_ring(const config::actor_settings& settings);

  void add(const login& asked, const login_answered& answered) override;

  // The newest first, at most `limit`. Logins are compared as normalised; an address is what was
  // asked for or given.
  std::vector<told_login> of_login(std::string_view normalised, std::size_t limit) const;
  std::vector<told_login> of_mac(mac_address mac, std::size_t limit) const;
  std::vector<told_login> of_address(ipv4 address, std::size_t limit) const;
  std::vector<told_login> of_account(account_id who, std::size_t limit) const;

  std::size_t bytes() const;

 private:
  using kept = std::list<told_login>;
  struct share {
    kept oldest_first;
    std::size_t bytes = 0;
    std::size_t limit = 0;
  };

  static std::size_t bytes_of(const told_login& t);
  void trim(share& in);
  void forget(share& in, kept::iterator which);
  template <class Test>
  std::vector<told_login> select(std::size_t limit, Test test) const;

  mutable std::mutex mutex_;
  share known_;
  share unknown_;
  std::size_t per_account_;
  std::unordered_map<account_id, std::deque<kept::iterator>> by_account_;
};

} // namespace uzel
