// How the fields of a typed object stand in the database: every column is a 64-bit integer or a
// text, without a detour over the outside form.
#pragma once

#include "domain/entities/entity.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace uzel {

// One column of a typed object. Addresses, MACs, instants, choices and references are integers;
// texts and secrets are bytes (see stored_text and stored_secret in codec.hpp for their escaping).
struct stored_column {
  bool is_text = false;
  std::int64_t (*number)(const void* object) = nullptr; // integers only
  void (*set_number)(void* object, std::int64_t n) = nullptr;
  std::string& (*text)(void* object) = nullptr; // texts only
};

// Columns of T in the order of entity_of<T>().fields.
template <class T>
std::span<const stored_column> columns_of();

} // namespace uzel
