#include "domain/catalogue.hpp"

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
  return out;
}

} // namespace uzel
