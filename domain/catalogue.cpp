#include "domain/catalogue.hpp"

#include <algorithm>

namespace uzel {
namespace {

template <class Table>
const typename Table::mapped_type* lookup(const Table& table, std::uint64_t id) {
  const auto at = table.find(id);
  return at == table.end() ? nullptr : &at->second;
}

std::uint64_t port_slot(std::uint64_t device, std::uint32_t number) {
  return (device << 24) | (number & 0xFFFFFFu);
}

auto index_devices(const catalogue::table<device>& devices) {
  auto index =
    std::make_shared<boost::unordered_flat_map<mac_address, device_id, std::hash<mac_address>>>();
  for (const auto& [id, d] : devices)
    if (d.mac)
      (*index)[d.mac] = device_id{id};
  return index;
}

auto index_ports(const catalogue::table<port>& ports) {
  auto index = std::make_shared<boost::unordered_flat_map<std::uint64_t, port_id>>();
  for (const auto& [id, p] : ports)
    (*index)[port_slot(p.device_id, p.number)] = port_id{id};
  return index;
}

// A copy of the section with one row changed.
template <class T>
std::shared_ptr<const catalogue::table<T>> changed(const catalogue::table<T>& before,
                                                   std::uint64_t id, const void* object) {
  auto after = std::make_shared<catalogue::table<T>>(before);
  if (object)
    (*after)[id] = *static_cast<const T*>(object);
  else
    after->erase(id);
  return after;
}

// The section is keyed by account: the row's old place goes first, for an edit may move it.
std::shared_ptr<const catalogue::table<subscriber_options>>
changed_options(const catalogue::table<subscriber_options>& before, std::uint64_t id,
                const void* object) {
  auto after = std::make_shared<catalogue::table<subscriber_options>>(before);
  for (const auto& [account, row] : before)
    if (row.id == id)
      after->erase(account);
  if (object) {
    const auto& row = *static_cast<const subscriber_options*>(object);
    (*after)[row.account_id] = row;
  }
  return after;
}

} // namespace

const client* catalogue::find_client(client_id id) const {
  return lookup(*clients, id.value);
}
const service* catalogue::find_service(service_id id) const {
  return lookup(*services, id.value);
}
const pool* catalogue::find_pool(pool_id id) const {
  return lookup(*pools, id.value);
}
const network* catalogue::find_network(network_id id) const {
  return lookup(*networks, id.value);
}

// There are some dozens of them at most: a walk is cheaper than an index.
const network* catalogue::network_at(routing_domain_id domain, ipv4 address) const {
  const network* best = nullptr;
  for (const auto& [id, n] : *networks)
    if (n.routing_domain_id == domain.value && n.prefix.contains(address) &&
        (!best || n.prefix.length > best->prefix.length ||
         (n.prefix.length == best->prefix.length && id < best->id)))
      best = &n;
  return best;
}

network_id catalogue::link_of(const network* n) const {
  if (!n)
    return {};
  auto lowest = n->id;
  if (!n->link.empty())
    for (const auto& [id, other] : *networks)
      if (other.routing_domain_id == n->routing_domain_id && other.link == n->link)
        lowest = std::min(lowest, id);
  return network_id{lowest};
}

const subscriber_options* catalogue::options_of(account_id who) const {
  return lookup(*options_by_account, who.value);
}

const device* catalogue::find_device(device_id id) const {
  return lookup(*devices, id.value);
}

const device* catalogue::device_with(mac_address mac) const {
  const auto at = device_by_mac->find(mac);
  return at == device_by_mac->end() ? nullptr : find_device(at->second);
}

port_id catalogue::port_of(device_id device, std::uint32_t port_number) const {
  const auto at = port_by_number->find(port_slot(device.value, port_number));
  return at == port_by_number->end() ? port_id{} : at->second;
}

std::shared_ptr<const catalogue> with_change(const catalogue& before, std::string_view entity_name,
                                             std::uint64_t id, const void* object) {
  auto after = std::make_shared<catalogue>(before);
  ++after->version;
  if (entity_name == "routing_domain")
    after->domains = changed<routing_domain>(*before.domains, id, object);
  else if (entity_name == "client")
    after->clients = changed<client>(*before.clients, id, object);
  else if (entity_name == "nas")
    after->nases = changed<nas>(*before.nases, id, object);
  else if (entity_name == "service")
    after->services = changed<service>(*before.services, id, object);
  else if (entity_name == "pool")
    after->pools = changed<pool>(*before.pools, id, object);
  else if (entity_name == "network")
    after->networks = changed<network>(*before.networks, id, object);
  else if (entity_name == "subscriber_options")
    after->options_by_account = changed_options(*before.options_by_account, id, object);
  else if (entity_name == "device") {
    after->devices = changed<device>(*before.devices, id, object);
    after->device_by_mac = index_devices(*after->devices);
  } else if (entity_name == "port") {
    after->ports = changed<port>(*before.ports, id, object);
    after->port_by_number = index_ports(*after->ports);
  }
  return after;
}

void catalogue_builder::add(const routing_domain& x) {
  domains_[x.id] = x;
}
void catalogue_builder::add(const client& x) {
  clients_[x.id] = x;
}
void catalogue_builder::add(const nas& x) {
  nases_[x.id] = x;
}
void catalogue_builder::add(const device& x) {
  devices_[x.id] = x;
}
void catalogue_builder::add(const port& x) {
  ports_[x.id] = x;
}
void catalogue_builder::add(const service& x) {
  services_[x.id] = x;
}
void catalogue_builder::add(const pool& x) {
  pools_[x.id] = x;
}

void catalogue_builder::add(const network& x) {
  networks_[x.id] = x;
}
void catalogue_builder::add(const subscriber_options& x) {
  options_[x.account_id] = x;
}

std::shared_ptr<const catalogue> catalogue_builder::finish() {
  auto out = std::make_shared<catalogue>();
  out->version = 1;
  out->device_by_mac = index_devices(devices_);
  out->port_by_number = index_ports(ports_);
  out->domains = std::make_shared<catalogue::table<routing_domain>>(std::move(domains_));
  out->clients = std::make_shared<catalogue::table<client>>(std::move(clients_));
  out->nases = std::make_shared<catalogue::table<nas>>(std::move(nases_));
  out->devices = std::make_shared<catalogue::table<device>>(std::move(devices_));
  out->ports = std::make_shared<catalogue::table<port>>(std::move(ports_));
  out->services = std::make_shared<catalogue::table<service>>(std::move(services_));
  out->pools = std::make_shared<catalogue::table<pool>>(std::move(pools_));
  out->networks = std::make_shared<catalogue::table<network>>(std::move(networks_));
  out->options_by_account =
    std::make_shared<catalogue::table<subscriber_options>>(std::move(options_));
  return out;
}

} // namespace uzel
