// Passwords and secrets on their way in: from a file, from the terminal without an echo, or made
// here. Never from the command line if it can be helped: other users see that.
#pragma once

#include "apps/uzelctl/failure.hpp"

#include <string>
#include <string_view>

namespace uzel::ctl {

// How the user wants to give a secret.
struct secret_source {
  std::string file; // "-" = standard input
  bool prompt = false;
  bool generate = false;
};

struct given_secret {
  std::string text;
  bool generated = false; // show it once: nobody else knows it
};

// The first line of a file, without its line end.
[[nodiscard]] outcome<std::string> read_secret_file(const std::string& path);
// Asks at the terminal, twice when `repeat`; usage without a terminal.
[[nodiscard]] outcome<std::string> prompt_secret(std::string_view question, bool repeat);
// By the source; without one it is asked for at a terminal, else generated when `or_generate`.
[[nodiscard]] outcome<given_secret> take_secret(const secret_source& from,
                                                std::string_view question, bool or_generate);

// A whole file, or standard input for "-".
[[nodiscard]] outcome<std::string> read_input(const std::string& path);

} // namespace uzel::ctl
