// What a move-in wants to be there, in the terms of the API. Sources fill it, move_in() brings it
// about.
#pragma once

#include "apps/uzelctl/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace uzel::ctl {

// A row of the desk, found again by its name.
struct moved_row {
  std::string entity; // "service"
  std::string name;
  json fields; // all of them, the name too
};

struct moved_account {
  std::string from;   // who he was there, as a person names him: "user bob"
  std::string number; // found again by it
  std::string login;
  std::string password;
  std::string nt_hash; // instead of a password
  std::vector<std::string> macs;
  std::string client_identifier;      // DHCP option 61 in lower-case hex
  std::vector<std::string> addresses; // static ones
  bool disabled = false;
  std::optional<std::uint32_t> session_limit;
  std::string service; // by name; empty: he has none
  std::string ends;    // when the service ends (RFC 3339); empty: never
  bool operator==(const moved_account&) const = default;
};

// An address that somebody has there at this moment.
struct moved_lease {
  std::string from;
  std::string address;
  std::string mac;
  std::string number; // of the account; empty: whoever has the MAC, else a guest
  std::string until;
  bool operator==(const moved_lease&) const = default;
};

// What cannot be taken, or not as it is.
struct moving_problem {
  std::string from;
  std::string reason;
  bool operator==(const moving_problem&) const = default;
};

struct moving_plan {
  std::vector<moved_row> rows; // in the order in which they can be made
  std::vector<moved_account> accounts;
  std::vector<moved_lease> leases;
  std::vector<moving_problem> problems;
  std::vector<std::string> notes; // for the reader, about the source as a whole
};

} // namespace uzel::ctl
