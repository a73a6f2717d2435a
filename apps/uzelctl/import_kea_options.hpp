// Kea's option-data as our text of options.
#pragma once

#include "apps/uzelctl/json.hpp"

#include <map>
#include <string>
#include <vector>

namespace uzel::ctl {

// Options by code as they stand in one place and in those around it; an inner one wins.
class kea_options {
 public:
  // Adds a list of option-data; what cannot be carried is told to `refused`.
  void add(const json* list, std::vector<std::string>& refused);

  // A single router, and the name servers: they have fields of their own.
  std::string router() const;
  std::string dns() const;
  // The rest as "42=10.0.0.4; 15=\"example.net\"".
  std::string text() const;

 private:
  std::string addresses_of(unsigned code) const;

  std::map<unsigned, std::string> entries_; // code -> "[!]code=value"
  std::map<unsigned, std::string> values_;  // of those, without the code
};

} // namespace uzel::ctl
