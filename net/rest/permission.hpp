// Who may do what. An operation cannot be declared without one of these.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::rest {

// What an operation asks of its caller: a name of the catalogue, or `anyone`. There is no default.
class permission {
 public:
  constexpr explicit permission(std::string_view name) : name_{name} {}
  constexpr std::string_view name() const { return name_; }
  constexpr bool is_anyone() const { return name_.empty(); }

 private:
  std::string_view name_;
};

// No sign-in needed.
inline constexpr permission anyone{std::string_view{}};
// Signed in, whatever he may do.
inline constexpr permission signed_in{"signed_in"};

struct permission_entry {
  std::string_view name;
  std::string_view doc;
};
std::span<const permission_entry> permission_catalogue();
bool is_known(const permission& p);

// Whether a list of granted names ("clients.read", "clients.*", "*") covers it. Closed by default.
bool covers(const std::vector<std::string>& granted, const permission& needed);
// The names of a staff row, separated by spaces.
std::vector<std::string> split_permissions(std::string_view text);

} // namespace uzel::rest
