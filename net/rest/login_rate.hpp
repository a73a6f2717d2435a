// How often one source may try to sign in.
#pragma once

#include "domain/instant.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace uzel::rest {

// A bucket per source that fills at `per_minute`; memory is bounded. One thread.
class login_rate {
 public:
  explicit login_rate(std::uint32_t per_minute) : per_minute_{per_minute} {}
  // Whether this attempt may go on; counts it. `now` is monotonic.
  bool admit(const std::string& source, duration now);

 private:
  struct bucket {
    std::int64_t spent_us = 0; // time that attempts have used up, in the future of `now`
  };
  static constexpr std::size_t most_sources = 65536;

  std::uint32_t per_minute_;
  std::unordered_map<std::string, bucket> sources_;
};

} // namespace uzel::rest
