// Answers on the screen: as tables for people, as JSON for programs.
#pragma once

#include "apps/uzelctl/api.hpp"
#include "domain/entities/entity.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace uzel::ctl {

// Texts and numbers as they are, nothing for null, yes and no, lists in brackets.
std::string cell_of(const json& value);

// Rows as a table of those columns; as {"items":[…]} with --json. Says so when there are more.
void show_list(const context& ctx, const listed& what, const std::vector<std::string>& columns);
// One object: its plain members as pairs, lists of objects as tables below. Members named in
// `hidden` are left out.
void show_object(const context& ctx, const json& object,
                 const std::vector<std::string>& hidden = {});
// A sentence, or the object with --json.
void show_done(const context& ctx, const std::string& sentence, const json& object);

// The columns that a list of that entity shows unless others are asked for.
std::vector<std::string> columns_of(const entity& e);

} // namespace uzel::ctl
