// The events actor: what happened, in the journal's order, for everybody who watches. It keeps a
// ring of raw records, so that a reader can come back with a cursor; records are put into words
// only while somebody reads.
#pragma once

#include "actors/wiring.hpp"
#include "domain/invariant_watch.hpp"
#include "storage/journal/journal.hpp"

#include <atomic>
#include <deque>
#include <map>

namespace uzel {

// How far the actor is behind the journal; shared with the feed.
struct event_backlog {
  std::atomic<std::uint64_t> records{0};
  std::atomic<std::uint32_t> readers{0};
};

// On the journal's thread: copies a synced batch into one message.
class event_feed final : public storage::batch_observer {
 public:
  event_feed(events_actor to, event_backlog& backlog) : to_{std::move(to)}, backlog_{backlog} {}
  void on_synced(std::span<const storage::record_view> records, journal_number synced) override;
  // After this nothing is sent any more.
  void close() { to_ = nullptr; }

 private:
  events_actor to_;
  event_backlog& backlog_;
};

struct events_settings {
  invariant_watch* watch = nullptr; // sees every binding and session that became durable
  std::uint32_t epoch = 0;
  journal_number synced;                    // where the journal stands at start
  std::uint32_t ring = 100000;              // records kept for cursors
  std::uint32_t volatile_per_second = 2000; // logins shown; more are told as missed
};

struct events_state {
  explicit events_state(events_actor::pointer me) : self{me} {}

  void take(synced_records&& batch);
  events_subscribed subscribe(const subscribe_events& who);
  void unsubscribe(std::uint64_t id);
  void take(const login_happened& login);
  void take(const alarm_raised& alarm);
  alarms_listed alarms(std::uint32_t limit) const;

  events_actor::pointer self;
  wiring* wires = nullptr;
  live_gate* gate = nullptr;
  event_backlog* backlog = nullptr;
  events_settings settings;
  journal_number synced; // the last record taken

 private:
  struct reader {
    journal_number sent; // everything up to here was delivered
  };

  void show(const synced_records& batch, reader& to, std::uint64_t id, bool& alive);
  void watch(const synced_records& batch);
  void tell(const event& what);
  void drop_all(journal_number cursor);

  std::deque<synced_records> ring_;
  std::uint64_t ring_records_ = 0;
  std::map<std::uint64_t, reader> readers_;
  std::uint64_t volatile_number_ = 0;
  std::int64_t volatile_second_ = 0;
  std::uint32_t volatile_shown_ = 0;
  std::uint64_t missed_ = 0;
  std::deque<alarm_raised> alarms_;
  static constexpr std::size_t alarms_kept = 1000;
};

events_actor::behavior_type events(events_actor::stateful_pointer<events_state> self, wiring* wires,
                                   live_gate* gate, event_backlog* backlog,
                                   events_settings settings);

} // namespace uzel
