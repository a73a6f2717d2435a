// A working day in short: most requests are interims, some subscribers come, some go, a few mistype
// their password.
#pragma once

#include "bench/load/plan.hpp"

#include <cstdint>
#include <random>
#include <vector>

namespace uzel::load {

// Shares of operations; what is left are interims. A NAS with interims every 10 minutes and
// sessions of some hours sends about these.
struct mix_shares {
  double arrivals = 0.06;   // login and Start
  double departures = 0.05; // Stop
  double wrong_logins = 0.02;
};

class mix_plan : public plan {
 public:
  // Everybody begins online when `online` is set.
  mix_plan(std::uint32_t subscribers, bool online, const mix_shares& shares, std::uint64_t seed);
  std::optional<step> begin() override;
  bool finished() const override { return false; }
  std::optional<step> next(const step& done, outcome how) override;

 private:
  std::uint8_t choose();
  std::optional<std::uint32_t> draw(std::vector<std::uint32_t>& from);

  mix_shares shares_;
  std::vector<std::uint32_t> online_, offline_; // who has nothing to do right now
  std::mt19937_64 random_;
};

} // namespace uzel::load
