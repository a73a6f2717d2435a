// What becomes of Kea's configuration of DHCPv4: networks, pools, relays, and accounts for its
// reservations.
#pragma once

#include "apps/uzelctl/import_json_text.hpp"
#include "apps/uzelctl/import_kea_leases.hpp"
#include "apps/uzelctl/import_plan.hpp"

#include <string>

namespace uzel::ctl {

// Who the clients of Kea's pools are here.
enum class kea_clients {
  guests,   // nobody we know: pools are for guests
  accounts, // everybody who has a lease becomes an account: pools are for subscribers
};

struct kea_terms {
  std::string service = "kea"; // of accounts
  kea_clients clients = kea_clients::guests;
  instant now;
};

// `config` is the whole document, with Dhcp4 in it.
void plan_kea_config(const json& config, const kea_terms& terms, moving_plan& into);

// Leases that run, and with kea_clients::accounts the accounts that have them. After the
// configuration.
void plan_kea_leases(const kea_leases& leases, const kea_terms& terms, moving_plan& into);

} // namespace uzel::ctl
