// An address that somebody has from another server, as a move-in names it.
#pragma once

#include "domain/instant.hpp"
#include "net/bodies/bodies.hpp"

namespace uzel::rest {

struct keep_form {
  routing_domain_id domain;
  ipv4 address;
  mac_address mac;
  std::string number; // of the account; empty: who has the MAC, else the guest that it makes
  instant until;
};

template <>
std::span<const field> fields_of<keep_form>();
template <>
const schema& schema_for<keep_form>();

} // namespace uzel::rest
