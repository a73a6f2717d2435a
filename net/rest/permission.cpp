#include "net/rest/permission.hpp"

#include <algorithm>
#include <array>

namespace uzel::rest {
namespace {

constexpr std::array catalogue{
  permission_entry{"accounts.import", "Create many accounts at once."},
  permission_entry{"accounts.read", "See accounts and what hangs on them."},
  permission_entry{"accounts.write", "Create and change accounts."},
  permission_entry{"alarms.read", "See the latest alarms."},
  permission_entry{"bindings.read", "See who holds which address."},
  permission_entry{"bindings.write", "Free addresses and put them into quarantine."},
  permission_entry{"clients.read", "See RADIUS clients."},
  permission_entry{"clients.write", "Create, change and delete RADIUS clients."},
  permission_entry{"clock.confirm", "Confirm the clock after a jump."},
  permission_entry{"clock.read", "See the clock."},
  permission_entry{"devices.read", "See access devices."},
  permission_entry{"devices.write", "Create, change and delete access devices."},
  permission_entry{"explain.read", "See why logins were decided as they were."},
  permission_entry{"history.read", "See who used an address when."},
  permission_entry{"live.read", "Watch the live view."},
  permission_entry{"nases.read", "See NASes."},
  permission_entry{"nases.write", "Create, change and delete NASes."},
  permission_entry{"networks.read", "See the subnets that DHCP serves."},
  permission_entry{"networks.write", "Create, change and delete subnets that DHCP serves."},
  permission_entry{"pools.read", "See address pools."},
  permission_entry{"pools.write", "Create, change and delete address pools."},
  permission_entry{"ports.read", "See ports of access devices."},
  permission_entry{"ports.write", "Create, change and delete ports of access devices."},
  permission_entry{"routing_domains.read", "See routing domains."},
  permission_entry{"routing_domains.write", "Create, change and delete routing domains."},
  permission_entry{"services.read", "See services."},
  permission_entry{"services.write", "Create, change and delete services."},
  permission_entry{"sessions.disconnect", "Disconnect sessions."},
  permission_entry{"sessions.read", "See sessions."},
  permission_entry{"staff.read", "See who works at the desk."},
  permission_entry{"staff.write", "Create, change and delete staff and their permissions."},
  permission_entry{"store.read", "See the state of the store."},
  permission_entry{"subscriber_options.read", "See the DHCP options of accounts."},
  permission_entry{"subscriber_options.write",
                   "Create, change and delete DHCP options of accounts."},
};

} // namespace

std::span<const permission_entry> permission_catalogue() {
  return catalogue;
}

bool is_known(const permission& p) {
  return p.is_anyone() || p.name() == signed_in.name() ||
         std::any_of(catalogue.begin(), catalogue.end(),
                     [&](const permission_entry& e) { return e.name == p.name(); });
}

bool covers(const std::vector<std::string>& granted, const permission& needed) {
  if (needed.is_anyone() || needed.name() == signed_in.name())
    return true;
  return std::any_of(granted.begin(), granted.end(), [&](std::string_view have) {
    if (have == "*" || have == needed.name())
      return true;
    return have.size() > 2 && have.ends_with(".*") &&
           needed.name().starts_with(have.substr(0, have.size() - 1));
  });
}

std::vector<std::string> split_permissions(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = text.find(' ');
    if (end != 0)
      out.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

} // namespace uzel::rest
