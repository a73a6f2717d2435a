// What the journal says: each kind of record has one writing actor and carries the state after the
// change.
#pragma once

#include "domain/account.hpp"
#include "domain/binding.hpp"
#include "domain/session.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace uzel::storage {

// Stored values: do not renumber.
enum class record_kind : std::uint16_t {
  binding = 1,      // writer: the pool (or the static range)
  session = 2,      // writer: the subscriber
  account = 3,      // writer: the subscriber
  nas_restart = 4,  // writer: the nas
  desk_changed = 5, // writer: storage
};

struct binding_changed {
  binding after;
};
struct session_changed {
  session after;
};
struct account_changed {
  account_state after;
};
struct nas_restarted {
  nas_state after;
};
// A desk row has a new version in the database (or is gone); readers fetch it there.
struct desk_changed {
  std::string entity;
  std::uint64_t id = 0;
  std::uint64_t version = 0;
  bool deleted = false;
};

using record =
  std::variant<binding_changed, session_changed, account_changed, nas_restarted, desk_changed>;

// A record as it stands in the journal.
struct numbered_record {
  journal_number number;
  instant time;
  record what;
};

// Little-endian, versioned: byte 0 of every payload is the version of its kind's layout.
void encode(const record& what, std::vector<std::uint8_t>& out);
record_kind kind_of(const record& what);
// Errors: errc::store_damaged for bytes that are no record of that kind or of an unknown version.
// The after-image's own number is set to `number`.
[[nodiscard]] result<record> decode(std::uint16_t kind, std::span<const std::uint8_t> payload,
                                    journal_number number);

} // namespace uzel::storage
