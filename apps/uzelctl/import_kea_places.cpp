// Leases that run: who has which address at this moment.
#include "apps/uzelctl/import_kea_config.hpp"
#include "apps/uzelctl/words.hpp"
#include "domain/entities/codec.hpp"

#include <unordered_set>

namespace uzel::ctl {

void plan_kea_leases(const kea_leases& leases, const kea_terms& terms, moving_plan& into) {
  std::unordered_set<std::string> statics;
  std::unordered_set<std::string> numbers;
  for (const auto& account : into.accounts) {
    statics.insert(account.addresses.begin(), account.addresses.end());
    numbers.insert(account.number);
  }
  std::uint64_t ended = 0;
  std::uint64_t declined = 0;
  into.problems.insert(into.problems.end(), leases.problems.begin(), leases.problems.end());
  for (const auto& [address, lease] : leases.by_address) {
    const auto text = to_string(address);
    if (lease.state == kea_lease_state::declined)
      ++declined;
    else if (lease.state != kea_lease_state::current ||
             (lease.expires && lease.expires <= terms.now))
      ++ended;
    else if (!lease.mac)
      into.problems.push_back({say("lease {}", text), tr("names no hardware address")});
    else if (!statics.contains(text)) {
      const auto mac = to_string(lease.mac);
      const auto from = say("lease {}", text);
      if (terms.clients == kea_clients::accounts && numbers.insert(mac).second) {
        moved_account out;
        out.from = from;
        out.number = mac;
        out.macs.push_back(mac);
        out.service = terms.service;
        into.accounts.push_back(std::move(out));
      }
      constexpr seconds a_year{31'536'000};
      const auto until = lease.expires ? lease.expires : terms.now + a_year;
      into.leases.push_back({from, text, mac, {}, render_instant(until)});
    }
  }
  if (ended != 0)
    into.notes.push_back(say("{} leases have ended", ended));
  if (declined != 0)
    into.notes.push_back(say("{} addresses were declined: they are free here", declined));
}

} // namespace uzel::ctl
