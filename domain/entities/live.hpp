// Live rows as they can be listed: accounts, bindings, sessions and nas_states are the domain's own
// structs; what hangs on an account has a row of its own here. Fields are declared in
// live_tables.cpp.
#pragma once

#include "domain/account.hpp"
#include "domain/binding.hpp"
#include "domain/session.hpp"

#include <cstdint>

namespace uzel {

// One way to recognise an account, as a row. Its id follows from what it says, so it survives
// changes of the others.
struct access_row {
  std::uint64_t id = 0;
  account_id account;
  std::uint32_t position = 0; // in the account's list
  access what;
  journal_number record; // the record of the account that made this row
  bool operator==(const access_row&) const = default;
};

struct static_address_row {
  std::uint64_t id = 0;
  account_id account;
  std::uint32_t position = 0;
  static_address what;
  journal_number record;
  bool operator==(const static_address_row&) const = default;
};

// Every subscription an account had; the current one is what the account carries.
struct subscription_row {
  std::uint64_t id = 0;
  account_id account;
  subscription what;
  journal_number record;
  bool operator==(const subscription_row&) const = default;
};

// Who used an address from when to when; rows of one address never overlap.
struct address_use {
  journal_number id; // the record that began it
  routing_domain_id domain;
  ipv4 address;
  account_id account;
  mac_address mac;
  device_id device;
  port_id port;
  nas_id nas;
  session_id session;
  binding_id binding;
  instant begun;
  instant ended;         // 0 = still in use
  journal_number record; // the record that last changed the row
  bool operator==(const address_use&) const = default;
};

access_row row_of(account_id owner, std::uint32_t position, const access& what,
                  journal_number record);
static_address_row row_of(account_id owner, std::uint32_t position, const static_address& what,
                          journal_number record);
subscription_row row_of(account_id owner, const subscription& what, journal_number record);

} // namespace uzel
