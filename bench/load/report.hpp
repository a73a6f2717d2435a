// What a run found, for people and for programs.
#pragma once

#include "bench/load/address_ledger.hpp"
#include "bench/load/server_watch.hpp"
#include "bench/load/tally.hpp"

#include <cstdint>
#include <string>

namespace uzel::load {

struct findings {
  std::string protocol; // radius, dhcp, echo
  std::string mode;
  std::uint32_t subscribers = 0;
  std::uint32_t window = 0;
  double rate = 0;      // asked for; 0 = closed loop
  bool at_once = false; // a storm: seconds until the last one was online
  tally counted;
  double generator_cpu_seconds = 0;
  double wall_seconds = 0;
  server_use server;
  // Of the whole program, preparations included.
  std::uint32_t holders = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t changed = 0;
  std::vector<std::string> examples;
};

// True when every answer was right and no address had two holders; unanswered requests do not
// count.
bool verified(const findings& f);

std::string as_table(const findings& f);
std::string as_json(const findings& f); // one line

} // namespace uzel::load
