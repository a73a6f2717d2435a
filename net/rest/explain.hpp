// Why a login was decided as it was, as the API tells it.
#pragma once

#include "domain/id.hpp"
#include "domain/instant.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace uzel::rest {

// Exactly one of the four is set.
struct trace_query {
  std::string login; // as typed; normalised by whoever answers
  mac_address mac;
  ipv4 address;
  account_id account;
  std::string language = "en"; // or "ru"
  std::size_t limit = 8;
};

struct trace_report {
  struct step {
    std::uint32_t microseconds = 0; // since the request was received
    std::string code;               // stable: "pool-full"
    std::string text;               // in the query's language
  };
  instant time;
  std::string login;
  mac_address mac;
  std::string nas;
  account_id account;  // 0 = nobody was found
  std::string verdict; // accept, guest, reject
  std::string why;     // stable name of the refusal; "none"
  ipv4 address;
  std::vector<step> steps;
};

} // namespace uzel::rest
