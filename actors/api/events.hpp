// The numbered stream of what happened, and its readers.
#pragma once

#include "actors/api/message.hpp"
#include "domain/id.hpp"
#include "domain/instant.hpp"

#include <string>
#include <vector>

namespace uzel {

enum class event_kind : std::uint8_t {
  session, // body: the session's row after the change
  binding,
  account,
  desk,
  nas,
  login, // volatile: own counter per boot
  alarm, // volatile
};

// An event that came out of the journal carries its record's number; a volatile one carries the
// boot's counter. The body is the object's JSON-free rendering: names and values in the order of
// the entity's fields.
struct event {
  event_kind kind = event_kind::session;
  std::uint32_t epoch = 0; // of the journal
  journal_number number;   // 0 for volatile events
  std::uint64_t volatile_number = 0;
  instant time;
  std::string subject; // "session 17", "demo1", "10.0.0.7"
  std::string entity;  // name of the table that `fields` follows
  std::vector<std::string>
    fields; // rendered values in that order; volatile: name, value, name, value …
  UZEL_INSPECT(event, kind_, epoch_, number_, volatile_number_, time_, subject_, entity_, fields_)
};

// Volatile happenings, told by actors and net.
struct login_happened {
  instant time;
  std::string subject; // login, else MAC, else NAS port
  std::string verdict; // accept, guest, reject
  std::string why;
  std::string address;
  std::string nas;
  account_id who;
  UZEL_INSPECT(login_happened, time_, subject_, verdict_, why_, address_, nas_, who_)
};
struct alarm_raised {
  instant time;
  std::string id; // stable: "address-conflict", "pool-exhausted"
  std::string subject;
  std::string text;
  UZEL_INSPECT(alarm_raised, time_, id_, subject_, text_)
};

// A live reader (a WebSocket): the first answer says where he starts; then batches follow through
// the live_gate port.
struct subscribe_events {
  std::uint64_t reader = 0;
  std::uint32_t epoch = 0; // resume cursor; 0.0 = fresh
  journal_number after;
  UZEL_INSPECT(subscribe_events, reader_, epoch_, after_)
};
struct events_subscribed {
  std::uint32_t epoch = 0;
  journal_number synced;   // S: deltas start at S + 1 (or at the cursor)
  bool resnapshot = false; // the cursor is older than the ring
  UZEL_INSPECT(events_subscribed, epoch_, synced_, resnapshot_)
};
struct unsubscribe_events {
  std::uint64_t reader = 0;
  UZEL_INSPECT(unsubscribe_events, reader_)
};

// The journal's feed: records that were synced in one batch, payloads one after the other.
struct record_mark {
  journal_number number;
  instant time;
  std::uint16_t kind = 0;
  std::uint32_t size = 0;
  UZEL_INSPECT(record_mark, number_, time_, kind_, size_)
};
struct synced_records {
  std::vector<record_mark> marks;
  std::string bytes;
  UZEL_INSPECT(synced_records, marks_, bytes_)
};

// The latest alarms, newest first.
struct list_alarms {
  std::uint32_t limit = 100;
  UZEL_INSPECT(list_alarms, limit_)
};
struct alarms_listed {
  std::vector<alarm_raised> alarms;
  UZEL_INSPECT(alarms_listed, alarms_)
};

} // namespace uzel
