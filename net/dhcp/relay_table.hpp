// Which client row speaks for a relay, a wire or a renewing client, ready for the receiving thread.
// Immutable; a new one is built when the desk changes.
#pragma once

#include "domain/catalogue.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::net {

// Pointers that it gives live as long as it does.
class relay_table {
 public:
  explicit relay_table(std::shared_ptr<const catalogue> desk);

  // The client with the longest matching prefix, or null. A disabled one hides wider prefixes: who
  // is switched off is not served under another name.
  const client* find(ipv4 address) const;
  // The client that speaks for a network when no relay does: the one that contains its router, else
  // its prefix, else router or prefix of another network on the same wire. Null = none.
  const client* of_network(const network& n) const;
  // The network whose clients are heard on that interface, or null.
  const network* on_interface(std::string_view name) const;
  // The network of any domain that contains the address: the default domain first.
  const network* around(ipv4 address) const;
  // The desk's row for that relay, else an id that follows from client and name.
  nas_id nas_of(const client& from, std::string_view name) const;

  const catalogue& desk() const { return *desk_; }

 private:
  using by_address = boost::unordered_flat_map<ipv4, const client*, std::hash<ipv4>>;

  const client* search_for(const network& n) const;

  std::shared_ptr<const catalogue> desk_;
  std::vector<std::pair<prefix4, by_address>> lengths_; // one per prefix length, longest first
  boost::unordered_flat_map<std::uint64_t, const client*> by_network_;
  std::vector<std::pair<std::string_view, const network*>> interfaces_;
  boost::unordered_flat_map<std::string, nas_id> nases_; // key: nas_key()
};

} // namespace uzel::net
