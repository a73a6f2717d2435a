// Questions about rows of any entity, desk or live.
#pragma once

#include "domain/entities/entity.hpp"
#include "storage/database.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace uzel::storage {

enum class compare : std::uint8_t { equal, at_least, at_most };

// One condition on a field of the table.
struct condition {
  std::uint32_t field = 0; // index in the entity's table
  compare test = compare::equal;
  value with; // outside form; null = none
};

// A page of an entity's rows.
struct page_request {
  std::vector<condition> conditions;
  std::string search;     // a part of any field with trait_search
  std::uint32_t sort = 0; // index of a field with trait_sort, or of id
  bool descending = false;
  std::string cursor; // of the page before; empty = from the start
  std::uint32_t limit = 100;
};
struct page {
  std::vector<row> rows;   // outside form
  std::string next_cursor; // empty = that was all
};

// The most rows a page may have.
inline constexpr std::uint32_t page_limit = 1000;

// Belongs to one thread. Errors: not_found, invalid_input (a field that cannot be filtered, a
// foreign or damaged cursor), timed_out, unavailable.
class reader {
 public:
  explicit reader(std::unique_ptr<connection> db);

  store_result<row> show(const entity& e, std::uint64_t id);
  store_result<page> list(const entity& e, const page_request& ask);
  // All rows of an entity in id order; for the start and for exports.
  store_result<std::vector<row>> all(const entity& e);
  // Who used an address at an instant: a row of address_use, or not_found.
  store_result<row> find_holder(routing_domain_id domain, ipv4 address, instant at);
  connection& database() { return *db_; }

 private:
  std::unique_ptr<connection> db_;
};

} // namespace uzel::storage
