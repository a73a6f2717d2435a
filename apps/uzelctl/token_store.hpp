// Tokens that login stored: one line per server in ~/.config/uzel/token, readable by its owner
// only.
#pragma once

#include "apps/uzelctl/failure.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace uzel::ctl {

// $XDG_CONFIG_HOME/uzel/token, else $HOME/.config/uzel/token; empty without either.
std::filesystem::path token_path();

// The stored token of that server, so that none is ever sent to another; empty when there is none.
std::string stored_token(std::string_view server);

// Replaces the token of that server; an empty one forgets it.
[[nodiscard]] outcome<> store_token(std::string_view server, std::string_view token);

} // namespace uzel::ctl
