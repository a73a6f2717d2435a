#include "net/radius/client_table.hpp"

#include "config/log.hpp"

#include <algorithm>

namespace uzel::net {
client_table::client_table(const catalogue& desk, const open_secret& open)
  : version_{desk.version} {
  for (const auto& [id, row] : *desk.clients) {
    if (!row.enabled)
      continue;
    const auto secret = open(row);
    if (!secret) {
      log::radius.error("client-secret-unreadable",
                        "client {} is left out: its secret does not open", row.name);
      continue;
    }
    auto entry =
      std::make_shared<const radius_client>(radius_client{row, radius::shared_secret{*secret}});
    by_id_[id] = entry;
    auto at =
      std::ranges::find(lengths_, row.source.length, [](const auto& l) { return l.first.length; });
    if (at == lengths_.end())
      at = lengths_.insert(at, {prefix4{{}, row.source.length}, {}});
    at->second[row.source.network] = std::move(entry);
  }
  std::ranges::sort(lengths_, std::greater{}, [](const auto& l) { return l.first.length; });
  for (const auto& [id, row] : *desk.nases)
    nases_[nas_key(row.client_id, row.name)] = {nas_id{id}, row.vendor, row.dynauth_address};
}

std::shared_ptr<const radius_client> client_table::find(ipv4 source) const {
  for (const auto& [prefix, table] : lengths_)
    if (const auto at = table.find(ipv4{source.value & prefix.mask()}); at != table.end())
      return at->second;
  return nullptr;
}

std::shared_ptr<const radius_client> client_table::find(client_id id) const {
  const auto at = by_id_.find(id.value);
  return at == by_id_.end() ? nullptr : at->second;
}

nas_choice client_table::nas_of(const radius_client& from, std::string_view nas_name) const {
  if (!nases_.empty())
    if (const auto at = nases_.find(nas_key(from.row.id, nas_name)); at != nases_.end())
      return at->second;
  return {derived_nas_id(client_id{from.row.id}, nas_name), from.row.vendor, {}};
}

} // namespace uzel::net
