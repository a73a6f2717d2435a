// What clients are told besides their address: the option texts of the desk, made into octets once
// per version and never per packet.
#pragma once

#include "domain/catalogue.hpp"
#include "protocols/dhcp4/option_set.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>
#include <string_view>
#include <vector>

namespace uzel::net {

// Owned by one thread.
class reply_terms {
 public:
  // Takes the new picture: networks and pools are read at once, subscribers when they ask first. A
  // text that does not read is logged once and left out.
  void refresh(std::shared_ptr<const catalogue> desk);

  // Null = no options. What they give lives until refresh(); those of a subscriber until the next
  // call of of_subscriber().
  const dhcp4::option_set* of_network(network_id id) const;
  const dhcp4::option_set* of_pool(routing_domain_id domain, ipv4 address) const;
  const dhcp4::option_set* of_subscriber(account_id who);

  const catalogue& desk() const { return *desk_; }

 private:
  struct range {
    std::uint64_t domain;
    ipv4 first;
    ipv4 last;
    dhcp4::option_set options;
  };
  struct kept {
    std::uint64_t row = 0;
    std::uint64_t version = 0;
    dhcp4::option_set options;
  };

  std::shared_ptr<const catalogue> desk_;
  boost::unordered_flat_map<std::uint64_t, dhcp4::option_set> networks_;
  std::vector<range> pools_; // by domain and first address; those with options only
  boost::unordered_flat_map<std::uint64_t, kept> subscribers_; // by account
};

} // namespace uzel::net
