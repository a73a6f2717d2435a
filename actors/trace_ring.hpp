// Remembers how the last logins were decided, so that "why was he refused?" has an answer.
#pragma once

#include "actors/api/ports.hpp"
#include "config/settings.hpp"
#include "domain/segmented_map.hpp"

#include <deque>
#include <mutex>
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

// Traces in the order of their coming, within a bound of bytes and a bound per account. The place
// of a forgotten trace is used again with the memory of its texts: once full, adding allocates
// nothing.
class trace_share {
 public:
  trace_share(std::size_t bytes, std::size_t per_account)
    : limit_{bytes}
    , per_account_{per_account} {}

  void add(const login& asked, const login_answered& answered, account_id who, bool by_account);
  std::size_t bytes() const { return bytes_; }

  // The newest first, at most `limit`.
  template <class Test>
  void select(std::size_t limit, Test test, std::vector<told_login>& out) const {
    for (auto at = newest_; at != none && limit > 0; at = places_[at].older)
      if (test(places_[at].told)) {
        out.push_back(places_[at].told);
        --limit;
      }
  }

 private:
  using index = std::uint32_t;
  static constexpr index none = 0xFFFFFFFFu;

  struct place {
    told_login told;
    std::size_t bytes = 0; // with its texts
    index older = none;
    index newer = none;
    index next_own = none; // the account's next younger one
    bool by_account = false;
  };
  struct own_traces {
    index oldest = none;
    index newest = none;
    std::uint32_t count = 0;
  };

  index free_place();
  void append(index at);
  void append_own(index at);
  void forget(index at);
  void measure(place& p);

  std::size_t limit_;
  std::size_t per_account_;
  std::size_t bytes_ = 0; // of all places, free ones included
  std::deque<place> places_;
  std::vector<index> free_;
  index oldest_ = none;
  index newest_ = none;
  segmented_map<account_id, own_traces> own_;
};

// Unknown identities have a share of their own, so that a flood of them pushes out no account's
// traces. Thread-safe; adding takes less than a microsecond.
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
  template <class Test>
  std::vector<told_login> select(std::size_t limit, Test test) const;

  mutable std::mutex mutex_;
  trace_share known_;
  trace_share unknown_;
};

} // namespace uzel
