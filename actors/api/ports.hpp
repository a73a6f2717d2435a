// What actors need of the world outside, as interfaces: net and the daemon implement them, tests
// fake them in five lines. All are thread-safe and never block.
#pragma once

#include "actors/api/accounting.hpp"
#include "actors/api/events.hpp"
#include "actors/api/login.hpp"
#include "domain/catalogue.hpp"

#include <memory>
#include <span>

namespace uzel {

// Where answers to RADIUS (and later DHCP) go. They leave when the journal is synced up to
// rests_on.
class answer_gate {
 public:
  virtual ~answer_gate() = default;
  virtual void answer(const login_answered& a) = 0;
  virtual void recorded(const usage_recorded& r) = 0;
};

// Sends Disconnect-Requests; the outcome comes back as dynauth_answered to the nas_router.
class dynauth_link {
 public:
  virtual ~dynauth_link() = default;
  virtual void disconnect(nas_id nas, std::uint64_t number, client_id via, ipv4 nas_address,
                          const session& what) = 0;
};

// The time that the clock rule allows: max(wall, last journal time). Expiry and charges stop while
// held.
class time_source {
 public:
  virtual ~time_source() = default;
  virtual instant now() const noexcept = 0;
  virtual bool held() const noexcept = 0;
};

// The current desk picture. Cheap enough for every message: readers compare version() before they
// take a new one.
class catalogue_source {
 public:
  virtual ~catalogue_source() = default;
  virtual std::shared_ptr<const catalogue> current() const = 0;
  virtual std::uint64_t version() const noexcept = 0;
};

// Where finished login traces go.
class trace_sink {
 public:
  virtual ~trace_sink() = default;
  virtual void add(const login& asked, const login_answered& answered) = 0;
};

// Where the events actor puts batches for one live reader; false = the reader is too slow and was
// dropped.
class live_gate {
 public:
  virtual ~live_gate() = default;
  virtual bool deliver(std::uint64_t reader, std::span<const event> batch,
                       std::uint64_t missed_volatile) = 0;
  // The stream outran what can be shown: the reader resumes from `cursor` or takes a new snapshot.
  virtual void drop(std::uint64_t reader, std::uint32_t epoch, journal_number cursor) = 0;
};

} // namespace uzel
