// What one relay, one client and one port may ask for. Memory is bounded whatever is sent.
#pragma once

#include "domain/instant.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::net {

// A token bucket per key, full at a second's worth. The table has a fixed size: the key that was
// quiet the longest makes room, which costs nothing, for its bucket would be full again.
class token_table {
 public:
  // 0 per second = no limit. `secret` keeps outsiders from choosing whose place they take.
  token_table(std::uint32_t per_second, std::size_t buckets, std::uint64_t secret);
  bool allows(std::uint64_t key, instant now);

 private:
  static constexpr std::size_t ways = 4;
  struct bucket {
    std::uint64_t key = 0;
    instant last;
    double tokens = 0;
  };

  double per_second_;
  std::uint64_t secret_;
  std::vector<bucket> buckets_; // sets of `ways`
};

// At most so many devices behind one port: one that nobody knows would otherwise empty a pool with
// made-up hardware addresses.
class port_guard {
 public:
  // 0 devices = no limit. `capacity` bounds the devices of all ports; beyond it nobody new is
  // remembered, so that real clients are still served.
  port_guard(std::uint32_t devices, std::size_t capacity)
    : devices_{devices}
    , capacity_{capacity} {}

  // True for a device that is known there or finds room; it then counts until `until` at least.
  bool admits(std::uint64_t port, std::uint64_t device, instant now, instant until);
  // The device got a lease, or gave it back (until = now).
  void keep(std::uint64_t port, std::uint64_t device, instant until);
  // Refusals of that port since the last call.
  std::uint32_t take_refused(std::uint64_t port);
  std::size_t size() const { return size_; }

 private:
  struct device_entry {
    std::uint64_t device;
    instant until;
  };
  struct port_entry {
    std::vector<device_entry> devices;
    std::uint32_t refused = 0;
  };

  void drop_ended(port_entry& port, instant now);
  void sweep(instant now);

  std::uint32_t devices_;
  std::size_t capacity_;
  std::size_t size_ = 0;
  instant swept_;
  boost::unordered_flat_map<std::uint64_t, port_entry> ports_;
};

// Lets an alarm about one subject through once a minute, and few of them altogether.
class alarm_brake {
 public:
  bool allows(std::string_view id, std::string_view subject, instant now);

 private:
  struct told {
    std::uint64_t what;
    instant at;
  };
  static constexpr std::size_t most = 32;
  std::vector<told> told_;
};

} // namespace uzel::net
