#include "net/dhcp/reply_terms.hpp"

#include "config/log.hpp"
#include "domain/address_list.hpp"
#include "protocols/dhcp4/option_text.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace uzel::net {
namespace {

using dhcp4::option;
using dhcp4::option_set;

// Subscribers' options that are kept beyond those of the desk: rows that went are forgotten then.
constexpr std::size_t slack = 1024;
constexpr std::size_t longest_boot_file = 127; // of the field; a longer one needs an option

option_set read_text(std::string_view owner, std::string_view name, std::string_view text) {
  if (text.empty())
    return {};
  auto read = dhcp4::parse_option_text(text);
  if (read)
    return std::move(*read);
  log::dhcp.error("options-unreadable", "{} {}: {} {}; its options are left out", owner, name,
                  read.error().field, read.error().problem);
  return {};
}

void add_addresses(option_set& to, option code, const std::vector<ipv4>& addresses) {
  if (addresses.empty() || to.find(code))
    return;
  std::vector<std::uint8_t> value;
  for (const auto a : addresses)
    for (const int shift : {24, 16, 8, 0})
      value.push_back(static_cast<std::uint8_t>(a.value >> shift));
  (void)to.add(code, value); // a hundred name servers do not fit; nobody has them
}

option_set options_of(const network& n) {
  auto out = read_text("network", n.name, n.options);
  if (n.router)
    add_addresses(out, option::routers, {n.router});
  if (const auto dns = parse_address_list(n.dns))
    add_addresses(out, option::dns, *dns);
  else
    log::dhcp.error("options-unreadable", "network {}: its name servers do not read", n.name);
  if (n.boot_file.size() > longest_boot_file && !out.find(option::boot_file))
    (void)out.add(option::boot_file,
                  {reinterpret_cast<const std::uint8_t*>(n.boot_file.data()), n.boot_file.size()});
  return out;
}

} // namespace

void reply_terms::refresh(std::shared_ptr<const catalogue> desk) {
  const bool same_networks = desk_ && desk_->networks == desk->networks;
  const bool same_pools = desk_ && desk_->pools == desk->pools;
  desk_ = std::move(desk);
  if (!same_networks) {
    networks_.clear();
    for (const auto& [id, n] : *desk_->networks)
      networks_[id] = options_of(n);
  }
  if (!same_pools) {
    pools_.clear();
    for (const auto& [id, p] : *desk_->pools)
      if (auto options = read_text("pool", p.name, p.options); !options.empty())
        pools_.push_back({p.routing_domain_id, p.first, p.last, std::move(options)});
    std::ranges::sort(pools_, {}, [](const range& r) { return std::tuple{r.domain, r.first}; });
  }
  if (subscribers_.size() > desk_->options_by_account->size() + slack)
    subscribers_.clear();
}

const option_set* reply_terms::of_network(network_id id) const {
  const auto at = networks_.find(id.value);
  return at == networks_.end() ? nullptr : &at->second;
}

const option_set* reply_terms::of_pool(routing_domain_id domain, ipv4 address) const {
  const auto after =
    std::ranges::upper_bound(pools_, std::tuple{domain.value, address}, {}, [](const range& r) {
      return std::tuple{r.domain, r.first};
    });
  if (after == pools_.begin())
    return nullptr;
  const auto& r = *(after - 1);
  return r.domain == domain.value && address <= r.last ? &r.options : nullptr;
}

const option_set* reply_terms::of_subscriber(account_id who) {
  const auto* const row = desk_->options_of(who);
  if (!row)
    return nullptr;
  auto& mine = subscribers_[who.value];
  if (mine.row != row->id || mine.version != row->version)
    mine = {row->id, row->version, read_text("account", std::to_string(who.value), row->options)};
  return &mine.options;
}

} // namespace uzel::net
