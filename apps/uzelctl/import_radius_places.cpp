#include "apps/uzelctl/import_radius_places.hpp"

#include "apps/uzelctl/lookup.hpp"
#include "domain/entities/codec.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"
#include "protocols/proof/login_name.hpp"

#include <set>
#include <unordered_set>

namespace uzel::ctl {
namespace {

json text(std::string_view value) {
  return json::of(value);
}

void plan_pool(const std::string& name, ipv4 first, ipv4 last, moving_plan& into) {
  auto fields = json::object().set("name", text(name));
  fields.set("first", text(to_string(first))).set("last", text(to_string(last)));
  into.rows.push_back({"pool", name, std::move(fields)});
}

class lease_planner {
 public:
  lease_planner(moving_plan& into, instant now) : into_{into}, now_{now} {
    for (const auto& account : into.accounts) {
      numbers_.insert(account.number);
      addresses_.insert(account.addresses.begin(), account.addresses.end());
    }
  }

  void take(const std::string& user, const std::string& address, const std::string& station,
            instant until) {
    if (!addresses_.insert(address).second)
      return; // his own for good, or said already
    const auto from = say("user {}", user);
    const auto login = proof::normalise_login(user);
    if (!login || !numbers_.contains(*login)) {
      into_.problems.push_back({from, say("has {} but is no user here", address)});
      return;
    }
    const auto mac = parse_mac(station);
    into_.leases.push_back({from, address, mac && *mac ? to_string(*mac) : std::string{}, *login,
                            render_instant(std::max(until, now_))});
  }

 private:
  moving_plan& into_;
  instant now_;
  std::unordered_set<std::string> numbers_;
  std::unordered_set<std::string> addresses_;
};

} // namespace

void plan_clients(const std::vector<radius_nas>& rows, moving_plan& into) {
  std::set<std::string> names;
  for (const auto& nas : rows) {
    const auto source = parse_prefix4(nas.name);
    auto name =
      nas.short_name.empty() || names.contains(nas.short_name) ? nas.name : nas.short_name;
    if (!source || nas.secret.empty()) {
      into.problems.push_back(
        {say("NAS {}", nas.name), source ? tr("has no secret")
                                         : tr("is no IPv4 address or prefix: host names are not "
                                              "looked up for clients")});
      continue;
    }
    names.insert(name);
    auto fields = json::object().set("name", text(name));
    fields.set("source", text(to_string(*source))).set("secret", text(nas.secret));
    const bool known = nas.type == "mikrotik" || nas.type == "juniper";
    fields.set("vendor", text(known ? nas.type : "generic"));
    // Names of users are kept there as they were sent; not every NAS signs its requests.
    fields.set("realm", text("keep")).set("require_message_authenticator", text("auto"));
    into.rows.push_back({"client", std::move(name), std::move(fields)});
  }
}

void plan_pools(const std::vector<radius_pool_row>& rows, moving_plan& into) {
  std::string pool;
  unsigned runs = 0;
  ipv4 first;
  ipv4 last;
  const auto finish = [&] {
    if (first)
      plan_pool(++runs == 1 ? pool : pool + " " + std::to_string(runs), first, last, into);
    first = {};
  };
  std::set<ipv4> seen;
  for (const auto& row : rows) {
    const auto address = parse_ipv4(row.address);
    if (!address || !*address || !seen.insert(*address).second) {
      into.problems.push_back(
        {say("pool {}", row.pool), address ? say("{} stands in the table twice", row.address)
                                           : say("{} is no IPv4 address", row.address)});
      continue;
    }
    if (row.pool != pool || !first || address->value != last.value + 1)
      finish();
    if (row.pool != pool)
      runs = 0;
    pool = row.pool;
    if (!first)
      first = *address;
    last = *address;
  }
  finish();
}

void plan_leases(const radius_tables& from, instant now, moving_plan& into) {
  lease_planner planner{into, now};
  for (const auto& row : from.pool_rows) {
    std::uint64_t expires = 0;
    if (row.user.empty() || !read_number(row.expires, expires))
      continue;
    const auto until = instant::from_unix(static_cast<std::int64_t>(expires));
    if (until > now)
      planner.take(row.user, row.address, row.calling_station, until);
  }
  for (const auto& session : from.sessions)
    planner.take(session.user, session.address, session.calling_station, now);
  if (!from.sessions.empty())
    into.notes.push_back(say("{} sessions are open: each is known here from the next report of "
                             "its NAS on",
                             from.sessions.size()));
}

} // namespace uzel::ctl
