// The database as HTTP sees it: desk rows are edited in transactions, everything can be listed.
// Answered by the storage actor.
#pragma once

#include "actors/api/message.hpp"
#include "domain/entities/value.hpp"
#include "domain/id.hpp"
#include "domain/instant.hpp"

#include <string>
#include <vector>

namespace uzel {

// Errors of the three commands: not_found, conflict (a unique field is taken: the text names it),
// stale_version, in_use, unavailable. The answer rests on `commit`.
struct desk_create {
  std::string entity;
  row fields; // in table order; id, version and updated are set by storage
  std::string author;
  UZEL_INSPECT(desk_create, entity_, fields_, author_)
};
struct desk_change {
  std::string entity;
  std::uint64_t id = 0;
  std::uint64_t expected_version = 0; // 0 = whatever is there
  std::vector<std::uint32_t> changed; // indexes of the fields that `fields` gives
  row fields;                         // as many as `changed`
  std::string author;
  UZEL_INSPECT(desk_change, entity_, id_, expected_version_, changed_, fields_, author_)
};
struct desk_remove {
  std::string entity;
  std::uint64_t id = 0;
  std::string author;
  UZEL_INSPECT(desk_remove, entity_, id_, author_)
};
struct desk_settled {
  row after; // empty after a removal
  journal_number commit;
  UZEL_INSPECT(desk_settled, after_, commit_)
};

struct show_row {
  std::string entity;
  std::uint64_t id = 0;
  journal_number at_least; // waits up to 2 s until the projection has it
  UZEL_INSPECT(show_row, entity_, id_, at_least_)
};
struct row_shown {
  row fields;
  UZEL_INSPECT(row_shown, fields_)
};

enum class filter_test : std::uint8_t { equal, at_least, at_most };
struct row_filter {
  std::uint32_t field = 0; // index in the entity's table
  filter_test test = filter_test::equal;
  value with;
  UZEL_INSPECT(row_filter, field_, test_, with_)
};
// A page of any entity, desk or live (accounts, accesses, bindings, sessions, address history).
struct list_rows {
  std::string entity;
  std::vector<row_filter> filters;
  std::string search;
  std::uint32_t sort = 0; // field index
  bool descending = false;
  std::string cursor; // as the previous page gave it; opaque
  std::uint32_t limit = 100;
  journal_number at_least;
  UZEL_INSPECT(list_rows, entity_, filters_, search_, sort_, descending_, cursor_, limit_,
               at_least_)
};
struct rows_listed {
  std::vector<row> rows;
  std::string next_cursor; // empty = that was all
  UZEL_INSPECT(rows_listed, rows_, next_cursor_)
};

// Who held an address at an instant: at most one row of address_history.
struct find_holder {
  std::uint64_t routing_domain = 1;
  std::uint32_t address = 0;
  instant at;
  UZEL_INSPECT(find_holder, routing_domain_, address_, at_)
};

struct show_store {
  std::uint32_t parked_limit = 100;
  UZEL_INSPECT(show_store, parked_limit_)
};
struct parked_record {
  journal_number number;
  std::string key;
  std::string reason;
  UZEL_INSPECT(parked_record, number_, key_, reason_)
};
struct store_shown {
  std::string store_id;
  std::uint32_t epoch = 0;
  journal_number synced;
  journal_number applied;           // the lowest of the lanes
  std::uint64_t behind_seconds = 0; // the age of the oldest record that is not applied
  std::uint64_t journal_bytes = 0;
  std::uint32_t segments = 0;
  std::uint64_t parked_total = 0;
  bool database_away = false;
  std::vector<parked_record> parked;
  UZEL_INSPECT(store_shown, store_id_, epoch_, synced_, applied_, behind_seconds_, journal_bytes_,
               segments_, parked_total_, database_away_, parked_)
};

// storage -> everybody who reads the catalogue: a new one is published and includes this record.
struct desk_published {
  journal_number number;
  std::string entity;
  std::uint64_t id = 0;
  UZEL_INSPECT(desk_published, number_, entity_, id_)
};

} // namespace uzel
