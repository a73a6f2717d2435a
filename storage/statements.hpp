// SQL made from the entity tables. Nothing that came from outside the program ever enters a text:
// names are the tables' own, values are parameters.
#pragma once

#include "domain/entities/entity.hpp"
#include "storage/database.hpp"

#include <string>
#include <string_view>

namespace uzel::storage {

// The statements of one entity; parameters are its columns in table order unless said otherwise.
struct entity_statements {
  std::string columns;    // "id, version, ..."
  std::string select_all; // in id order
  std::string select_one; // $1 = id
  std::string insert;
  std::string update;       // all columns; WHERE id = $1
  std::string remove;       // $1 = id
  std::string upsert_newer; // by the table's key, only over an older record
  // Like upsert_newer for a row that is there and differs in unindexed columns only; empty where
  // that is rare.
  std::string refresh_newer;
  // The parameters of these are arrays of the columns.
  std::string insert_many; // refused when one of the rows is there
  std::string upsert_newer_many;
  std::string refresh_newer_many; // rows that are there, whatever differs

  std::string name_of_insert;
  std::string name_of_select_all;
  std::string name_of_select_one;
  std::string name_of_update;
  std::string name_of_remove;
  std::string name_of_upsert;
  std::string name_of_refresh;
};

// Lives as long as the program.
const entity_statements& statements_of(const entity& e);

// "t.a IS NULL means 0": the expression to sort and compare a column by.
std::string sort_expression(const entity& e, const field& f);

} // namespace uzel::storage
