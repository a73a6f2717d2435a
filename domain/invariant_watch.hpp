// Watches the stream of what became durable for what must never happen. Every counter stays 0 in a
// sound daemon.
#pragma once

#include "domain/boot_image.hpp"
#include "domain/segmented_map.hpp"

#include <atomic>
#include <cstdint>

namespace uzel {

// Read by /metrics from any thread.
struct invariant_counters {
  std::atomic<std::uint64_t> address_two_holders{
    0}; // a live address got another holder without an end in between
  std::atomic<std::uint64_t> static_taken{
    0}; // a static address was freed or moved by something else than its owner
  std::atomic<std::uint64_t> session_moved{
    0}; // a session's record named another account than before
};

// Fed with after-images in the order of their numbers, by one thread.
class invariant_watch {
 public:
  explicit invariant_watch(invariant_counters& counters) : counters_{counters} {}

  // Where the stream begins.
  void begin(const boot_image& image);
  void observe(const binding& after);
  void observe(const session& after);

 private:
  struct holding {
    binding_id binding;
    account_id holder;
    bool live = false;
    bool fixed = false;
  };
  static std::uint64_t slot(routing_domain_id domain, ipv4 address) {
    return (domain.value << 32) | address.value;
  }

  invariant_counters& counters_;
  segmented_map<std::uint64_t, holding> held_;
  segmented_map<std::uint64_t, account_id> sessions_;
};

} // namespace uzel
