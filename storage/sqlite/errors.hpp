// SQLite's result codes in the store's words.
#pragma once

#include "storage/database.hpp"

#include <string>
#include <string_view>

namespace uzel::storage::sqlite {

// extended is an extended result code, message what SQLite said.
database_error to_error(int extended, std::string_view message, std::string_view doing);

} // namespace uzel::storage::sqlite
