// Accounts between JSON and the messages of the directory.
#pragma once

#include "actors/api/accounts.hpp"
#include "net/json/json.hpp"
#include "net/rest/bodies.hpp"
#include "net/rest/operation.hpp"

#include <string>
#include <string_view>

namespace uzel::rest {

// An account with everything that hangs on it, as one object.
reply shown_account(const account_shown& shown, unsigned status = 200);
const schema& account_schema();

// A new account from one JSON object; everything wrong is added with the prefix before the field's
// name. `now` begins subscriptions.
new_account read_new_account(const json& from, instant now, std::string_view prefix,
                             violations& wrong);
// What is wrong with a form that fits its table; brings it into normal form.
void finish_access(access& key, std::string_view prefix, violations& wrong);
void finish_static(static_address& what);

} // namespace uzel::rest
