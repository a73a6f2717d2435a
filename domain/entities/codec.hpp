// The three forms of a field's value. Outside (struct value, JSON): choices, addresses, networks
// and MACs are texts, instants are microseconds, money is minor units, «none» is null. As text
// (CSV, events): see render(). Stored (columns): a 64-bit integer or a text.
#pragma once

#include "domain/entities/entity.hpp"
#include "domain/instant.hpp"

#include <string>
#include <string_view>

namespace uzel {

// For CSV and events: instants as RFC 3339 in UTC, booleans as true/false, null and secrets as
// nothing.
std::string render(const field& f, const value& v);
// The inverse of render(), more tolerant of spelling; nothing becomes null. Bounds and formats are
// write()'s business. Errors: invalid_input for what cannot be a value of that type.
[[nodiscard]] result<value> parse(const field& f, std::string_view text);

// RFC 3339 in UTC, with a fraction only when there is one; 0 gives "".
std::string render_instant(instant t);
// RFC 3339 with any offset; a fraction beyond microseconds is cut.
[[nodiscard]] result<instant> parse_instant(std::string_view text);

// Whether «none» is NULL in the column; elsewhere it is 0, so that sorting needs no special case.
bool is_nullable(const entity& e, const field& f);
// Errors: invalid_input for a value that is not of the field's type.
[[nodiscard]] result<value> to_stored(const entity& e, const field& f, const value& outside);
value from_stored(const field& f, const value& stored);
// Whether the column is a TEXT (else a BIGINT).
bool is_text(const field& f);

// Texts in the database are UTF-8 without NUL whatever the network sent: other bytes and the
// backslash are written as \xx (hex).
std::string stored_text(std::string_view text);
std::string text_from_stored(std::string_view stored);
// Secrets are lower-case hex.
std::string stored_secret(std::string_view bytes);
std::string secret_from_stored(std::string_view stored);

// The row of an object of that entity made from nothing, for partial input.
row default_row(const entity& e);
// Everything that is wrong with a whole row: each field, and rules between fields.
violations check_row(const entity& e, const row& r);

} // namespace uzel
