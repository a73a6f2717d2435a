#include "net/dhcp/relay_table.hpp"

#include "net/bridge/derived_nas.hpp"

#include <algorithm>

namespace uzel::net {

relay_table::relay_table(std::shared_ptr<const catalogue> desk) : desk_{std::move(desk)} {
  for (const auto& [id, row] : *desk_->clients) {
    auto at =
      std::ranges::find(lengths_, row.source.length, [](const auto& l) { return l.first.length; });
    if (at == lengths_.end())
      at = lengths_.insert(at, {prefix4{{}, row.source.length}, {}});
    at->second[row.source.network] = &row;
  }
  std::ranges::sort(lengths_, std::greater{}, [](const auto& l) { return l.first.length; });
  for (const auto& [id, row] : *desk_->nases)
    nases_[nas_key(row.client_id, row.name)] = nas_id{id};
  for (const auto& [id, n] : *desk_->networks) {
    by_network_[id] = search_for(n);
    if (n.interface.empty())
      continue;
    const auto known =
      std::ranges::find(interfaces_, n.interface, [](const auto& i) { return i.first; });
    if (known == interfaces_.end())
      interfaces_.emplace_back(n.interface, &n);
    else if (id < known->second->id)
      known->second = &n;
  }
}

const client* relay_table::find(ipv4 address) const {
  for (const auto& [prefix, table] : lengths_)
    if (const auto at = table.find(ipv4{address.value & prefix.mask()}); at != table.end())
      return at->second->enabled ? at->second : nullptr;
  return nullptr;
}

const client* relay_table::search_for(const network& n) const {
  const auto speaks = [&](ipv4 address) {
    const auto* const found = address ? find(address) : nullptr;
    return found && found->routing_domain_id == n.routing_domain_id ? found : nullptr;
  };
  if (const auto* const found = speaks(n.router))
    return found;
  if (const auto* const found = speaks(n.prefix.network))
    return found;
  if (n.link.empty())
    return nullptr;
  std::vector<const network*> neighbours;
  for (const auto& [id, other] : *desk_->networks)
    if (id != n.id && other.routing_domain_id == n.routing_domain_id && other.link == n.link)
      neighbours.push_back(&other);
  std::ranges::sort(neighbours, {}, [](const auto* other) { return other->id; });
  for (const auto* const other : neighbours)
    for (const auto address : {other->router, other->prefix.network})
      if (const auto* const found = speaks(address))
        return found;
  return nullptr;
}

const client* relay_table::of_network(const network& n) const {
  const auto at = by_network_.find(n.id);
  return at == by_network_.end() ? nullptr : at->second;
}

const network* relay_table::on_interface(std::string_view name) const {
  for (const auto& [interface, n] : interfaces_)
    if (interface == name)
      return n;
  return nullptr;
}

const network* relay_table::around(ipv4 address) const {
  if (const auto* const found = desk_->network_at(routing_domain_id{1}, address))
    return found;
  const network* best = nullptr;
  for (const auto& [id, domain] : *desk_->domains)
    if (!best || id < best->routing_domain_id)
      if (const auto* const found = desk_->network_at(routing_domain_id{id}, address))
        best = found;
  return best;
}

nas_id relay_table::nas_of(const client& from, std::string_view name) const {
  if (!nases_.empty())
    if (const auto at = nases_.find(nas_key(from.id, name)); at != nases_.end())
      return at->second;
  return derived_nas_id(client_id{from.id}, name);
}

} // namespace uzel::net
