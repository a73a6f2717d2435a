// Bodies that are no rows of an entity: structs with the same kind of field tables.
#pragma once

#include "domain/account.hpp"
#include "domain/entities/entity.hpp"
#include "net/json/schema.hpp"

#include <span>
#include <string>

namespace uzel::rest {

struct login_form {
  std::string login;
  std::string password;
};

// A way to recognise an account, as people write it.
struct access_form {
  access what;
};
struct static_address_form {
  static_address what;
};
struct subscription_form {
  service_id service;
  money price_paid;
  instant starts; // 0 = now
  instant ends;
};
// A new account; also a line of an import. `accesses` and `addresses` are read beside it.
struct new_account {
  account_state draft;
  std::string password;
  std::string nt_hash;  // of a password that nobody knows: 32 hex digits, instead of it
  std::string login;    // one access of kind login
  mac_address mac;      // one access of kind mac
  service_id service;   // a subscription that begins at once
  instant service_ends; // its end; 0 = open-ended
  ipv4 address;         // one static address in the default routing domain
};
struct account_change {
  account_state to;
  std::string password;
};
struct quarantine_form {
  routing_domain_id domain{1};
  ipv4 address;
  instant until; // 0 = back into use
};

template <class T>
std::span<const field> fields_of();
template <class T>
const schema& schema_for();

} // namespace uzel::rest
