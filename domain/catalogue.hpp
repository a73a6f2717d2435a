// The desk's picture that live work reads: immutable, replaced as a whole when the desk changes
// something.
#pragma once

#include "domain/entities/desk.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>
#include <vector>

namespace uzel {

// Sections are shared between versions, so that an edit of a client does not copy a hundred
// thousand ports.
struct catalogue {
  template <class T>
  using table = boost::unordered_flat_map<std::uint64_t, T>;

  std::uint64_t version = 0;
  journal_number number; // the desk_changed record it includes
  std::shared_ptr<const table<routing_domain>> domains = std::make_shared<table<routing_domain>>();
  std::shared_ptr<const table<client>> clients = std::make_shared<table<client>>();
  std::shared_ptr<const table<nas>> nases = std::make_shared<table<nas>>();
  std::shared_ptr<const table<device>> devices = std::make_shared<table<device>>();
  std::shared_ptr<const table<port>> ports = std::make_shared<table<port>>();
  std::shared_ptr<const table<service>> services = std::make_shared<table<service>>();
  std::shared_ptr<const table<pool>> pools = std::make_shared<table<pool>>();
  std::shared_ptr<const table<network>> networks = std::make_shared<table<network>>();
  // By account, not by row.
  std::shared_ptr<const table<subscriber_options>> options_by_account =
    std::make_shared<table<subscriber_options>>();
  // Indexes that belong to the sections above.
  std::shared_ptr<const boost::unordered_flat_map<mac_address, device_id, std::hash<mac_address>>>
    device_by_mac =
      std::make_shared<boost::unordered_flat_map<mac_address, device_id, std::hash<mac_address>>>();
  // (device id << 24 | port number) -> port
  std::shared_ptr<const boost::unordered_flat_map<std::uint64_t, port_id>> port_by_number =
    std::make_shared<boost::unordered_flat_map<std::uint64_t, port_id>>();

  const client* find_client(client_id id) const;
  const service* find_service(service_id id) const;
  const pool* find_pool(pool_id id) const;
  const network* find_network(network_id id) const;
  // The smallest network of the domain that contains the address, or null.
  const network* network_at(routing_domain_id domain, ipv4 address) const;
  // The wire of a network: the lowest id among those that share it. 0 = no such network.
  network_id link_of(const network* n) const;
  // The wire that an address is reached by, 0 = in no network.
  network_id link_at(routing_domain_id domain, ipv4 address) const {
    return link_of(network_at(domain, address));
  }
  const subscriber_options* options_of(account_id who) const;
  const device* find_device(device_id id) const;
  const device* device_with(mac_address mac) const;
  port_id port_of(device_id device, std::uint32_t port_number) const;
};

// Puts one row of the desk in (or, with a null pointer, takes it out) and returns the new picture.
// entity_name is one of the desk tables; rows of tables that live work does not read are ignored.
std::shared_ptr<const catalogue> with_change(const catalogue& before, std::string_view entity_name,
                                             std::uint64_t id, const void* object);
// All at once, for the start: calls to add() then finish().
class catalogue_builder {
 public:
  void add(const routing_domain& x);
  void add(const client& x);
  void add(const nas& x);
  void add(const device& x);
  void add(const port& x);
  void add(const service& x);
  void add(const pool& x);
  void add(const network& x);
  void add(const subscriber_options& x);
  std::shared_ptr<const catalogue> finish();

 private:
  catalogue::table<routing_domain> domains_;
  catalogue::table<client> clients_;
  catalogue::table<nas> nases_;
  catalogue::table<device> devices_;
  catalogue::table<port> ports_;
  catalogue::table<service> services_;
  catalogue::table<pool> pools_;
  catalogue::table<network> networks_;
  catalogue::table<subscriber_options> options_;
};

} // namespace uzel
