// The steps of a desk edit, inside the caller's transaction.
#pragma once

#include "domain/entities/entity.hpp"
#include "storage/database.hpp"

#include <cstdint>
#include <string_view>

namespace uzel::storage {

// The next number of an entity: never given twice, deleted rows included.
[[nodiscard]] store_result<std::uint64_t> next_id(connection& db, std::string_view entity_name);
// In its outside form; empty when there is none.
[[nodiscard]] store_result<row> read_one(connection& db, const entity& e, std::uint64_t id);
// Inserts or updates; conflict names the field and the value that is taken.
[[nodiscard]] store_result<> write_row(connection& db, const statement& how, const entity& e,
                                       const row& fields);
// Whether two rows are stored alike.
bool same_row(const entity& e, const row& a, const row& b);
// invalid_input names the reference that leads nowhere.
[[nodiscard]] store_result<> references_exist(connection& db, const entity& e, const row& fields);
// in_use names who refers to the row: desk rows, and what live work still needs.
[[nodiscard]] store_result<> unused(connection& db, const entity& e, std::uint64_t id);

} // namespace uzel::storage
