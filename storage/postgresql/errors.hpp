// PostgreSQL's SQLSTATEs in the store's words.
#pragma once

#include "storage/database.hpp"

#include <string>
#include <string_view>

struct pg_result;

namespace uzel::storage::postgresql {

// What a refused statement says of itself (PostgreSQL manual, appendix A).
struct complaint {
  std::string_view sqlstate;
  std::string_view message; // the primary line, without values
  std::string_view detail;  // "Key (client_id, name)=(1, a) already exists.", in any language
  std::string_view table;
  std::string_view constraint;
};

database_error to_error(const complaint& what, std::string_view doing);
database_error to_error(const pg_result& failed, std::string_view doing);
// The connection itself is lost, or was never made; `message` is libpq's, of one or more lines.
database_error lost(std::string_view message, std::string_view doing);

} // namespace uzel::storage::postgresql
