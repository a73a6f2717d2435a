// Who may send us datagrams, ready for the receiving thread: secrets opened, prefixes sorted.
// Immutable; a new one is built when the desk changes.
#pragma once

#include "domain/catalogue.hpp"
#include "net/bridge/derived_nas.hpp"
#include "protocols/radius/digest.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::net {

// One client with what every packet of his needs.
struct radius_client {
  client row;
  radius::shared_secret secret;
};

// What is known of a NAS behind a client.
struct nas_choice {
  nas_id id;
  vendor profile = vendor::generic;
  ipv4 dynauth_address;
};

class client_table {
 public:
  using open_secret = std::function<result<std::string>(const client&)>;

  // Clients whose secret does not open are left out and logged: nobody can speak as them.
  client_table(const catalogue& desk, const open_secret& open);

  // The client with the longest matching prefix, or null.
  std::shared_ptr<const radius_client> find(ipv4 source) const;
  std::shared_ptr<const radius_client> find(client_id id) const;
  // The desk's row for that NAS, else an id that follows from client and name.
  nas_choice nas_of(const radius_client& from, std::string_view nas_name) const;
  std::uint64_t version() const { return version_; }

 private:
  using by_network =
    boost::unordered_flat_map<ipv4, std::shared_ptr<const radius_client>, std::hash<ipv4>>;

  std::uint64_t version_ = 0;
  std::vector<std::pair<prefix4, by_network>>
    lengths_; // one table per prefix length, longest first
  boost::unordered_flat_map<std::uint64_t, std::shared_ptr<const radius_client>> by_id_;
  boost::unordered_flat_map<std::string, nas_choice> nases_; // key: "client id/name"
};

} // namespace uzel::net
