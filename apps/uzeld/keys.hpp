// The keys of the process, and what they seal and open.
#pragma once

#include "config/settings.hpp"
#include "domain/entities/desk.hpp"
#include "protocols/proof/master_key.hpp"
#include "protocols/radius/digest.hpp"

#include <string>
#include <string_view>

namespace uzel {

class process_keys {
 public:
  // Reads the key files, or makes them (mode 0600). The error's sentence names the file.
  [[nodiscard]] static result<process_keys> load(const config::secrets_settings& files,
                                                 std::string& why);

  const proof::master_key& master() const { return master_; }
  // Signs tokens of people.
  std::string_view token_key() const { return token_; }
  // Seals Class attributes.
  radius::seal_key class_key() const;

  // A secret field of a desk row, bound to its table and field.
  result<std::string> seal(std::string_view entity, std::string_view field,
                           std::string_view plain) const;
  result<std::string> open(std::string_view entity, std::string_view field,
                           std::string_view sealed) const;

 private:
  proof::master_key master_;
  std::string token_;
};

} // namespace uzel
