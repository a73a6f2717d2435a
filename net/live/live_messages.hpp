// What the live view says on the wire: one JSON object per message.
#pragma once

#include "actors/api/events.hpp"
#include "domain/entities/entity.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace uzel::live {

// Where a reader stands: "epoch.number".
struct live_cursor {
  std::uint32_t epoch = 0;
  journal_number number;
  bool operator==(const live_cursor&) const = default;
};
std::string to_string(const live_cursor& c);
std::optional<live_cursor> parse_cursor(std::string_view text);

// What a reader says first, when his request has no token.
struct live_greeting {
  std::string token;
  std::string cursor;
};
std::optional<live_greeting> parse_greeting(std::string_view text);

// {"type":"hello","epoch":1,"synced":"1.42","resnapshot":false,"snapshot":true}
std::string hello_message(const events_subscribed& from, bool snapshot);
// {"type":"session","number":"1.42","time":"…","subject":"…", then the fields of the entity}. A
// field that has one of those names gets the entity's in front: "account_number".
std::string event_message(const event& e);
// The same for a row of the snapshot, with "snapshot":true and without time.
std::string row_message(std::string_view type, const entity& e, const row& r,
                        const live_cursor& stamp);
// {"type":"snapshot_end","sessions":2,"bindings":3}
std::string snapshot_end_message(std::uint64_t sessions, std::uint64_t bindings);
// {"type":"missed","count":7}: volatile messages that were left out.
std::string missed_message(std::uint64_t count);
// {"type":"dropped","cursor":"1.42"}: the last message to a slow reader.
std::string dropped_message(const live_cursor& c);

} // namespace uzel::live
