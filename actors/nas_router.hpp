// The front of all NASes: speaks like one and hands on to the right one, which it starts when it is
// heard for the first time. From then on reports and notes go to the NAS without it.
#pragma once

#include "actors/nas.hpp"
#include "domain/boot_image.hpp"

#include <unordered_map>

namespace uzel {

// NASes that may be known at once; reports of others are not answered.
inline constexpr std::size_t nas_limit = 20000;

struct nas_router_state {
  explicit nas_router_state(nas_router_actor::pointer self);

  void on(account_usage&& report);
  void on(const sweep_stale& order);
  caf::result<session_ended> on(const end_session& order);
  caf::result<nases_listed> on(const list_nases& question);

  // Null when it is not known.
  nas_actor find(nas_id which) const;
  void start(const nas_boot& boot);

  nas_router_actor::pointer self;
  wiring* wires = nullptr;
  std::unordered_map<nas_id, nas_actor> known;
  std::uint64_t refused = 0; // reports beyond nas_limit
};

// The NASes that live state knows: those that restarted once and those that have open sessions.
std::vector<nas_boot> nases_at_start(const boot_image& image);

// `wires` outlives it.
nas_router_actor::behavior_type
nas_router(nas_router_actor::stateful_pointer<nas_router_state> self, wiring* wires,
           const std::vector<nas_boot>& boot);

} // namespace uzel
