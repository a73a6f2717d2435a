// Effects on a second owner that a power cut swallowed: they follow from live state and are done
// again at start.
#pragma once

#include "actors/api/accounting.hpp"
#include "actors/api/addresses.hpp"
#include "domain/boot_image.hpp"

#include <vector>

namespace uzel {

// Messages that the daemon sends once its actors run: to the shards, and to the address spaces.
struct boot_redo {
  std::vector<close_restarted> closings;  // sessions that began before their NAS restarted
  std::vector<release_binding> releases;  // bindings whose session is over
  std::vector<withdraw_static> withdrawn; // static addresses that no account has
};

boot_redo redo_after_boot(const boot_image& image);

} // namespace uzel
