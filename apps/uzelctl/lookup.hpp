// What people call things, and the ids that the API wants.
#pragma once

#include "apps/uzelctl/api.hpp"
#include "domain/entities/entity.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace uzel::ctl {

// "/routing-domains"
std::string path_of(const entity& e);

// Whether an account has at most one row of that entity, so that the account can stand for it.
bool is_of_account(const entity& e);

// An id, or the name (staff: login; what an account has one of: its login or MAC address) of one
// row. Errors: not_found; usage when several have it.
[[nodiscard]] outcome<std::uint64_t> find_id(api& server, const entity& e, const std::string& what);

// An account by its number, login or MAC address, or "id:N".
[[nodiscard]] outcome<std::uint64_t> find_account(api& server, const std::string& who);

// The whole text as a number.
bool read_number(std::string_view text, std::uint64_t& out);

// "name=value". Usage without the sign.
[[nodiscard]] outcome<std::pair<std::string, std::string>> split_pair(const std::string& text);

// A field's value as the API takes it: names of referenced rows and of accounts become ids. Errors:
// usage for what cannot be a value of that type.
[[nodiscard]] outcome<json> to_json(api& server, const field& f, const std::string& text);

// RFC 3339, or a day, which means its beginning in UTC.
[[nodiscard]] outcome<std::string> read_time(const std::string& text);

} // namespace uzel::ctl
