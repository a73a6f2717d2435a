// Accounts between JSON and the messages of the directory.
#pragma once

#include "actors/api/accounts.hpp"
#include "net/bodies/account_body.hpp"
#include "net/rest/operation.hpp"

namespace uzel::rest {

// An account with everything that hangs on it, as one object.
reply shown_account(const account_shown& shown, unsigned status = 200);
const schema& account_schema();

} // namespace uzel::rest
