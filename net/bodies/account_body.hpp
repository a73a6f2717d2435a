// New accounts as people and imports write them.
#pragma once

#include "domain/instant.hpp"
#include "net/bodies/bodies.hpp"
#include "net/json/json.hpp"

#include <string_view>

namespace uzel::rest {

// A new account from one JSON object; everything wrong is added with the prefix before the field's
// name. `now` begins subscriptions.
new_account read_new_account(const json& from, instant now, std::string_view prefix,
                             violations& wrong);
// What is wrong with a form that fits its table; brings it into normal form.
void finish_access(access& key, std::string_view prefix, violations& wrong);
void finish_static(static_address& what);

} // namespace uzel::rest
