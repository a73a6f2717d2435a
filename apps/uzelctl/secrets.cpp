#include "apps/uzelctl/secrets.hpp"

#include "apps/uzelctl/words.hpp"
#include "protocols/proof/login_name.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <termios.h>
#include <unistd.h>

namespace uzel::ctl {
namespace {

// Turns the terminal's echo off while it lives.
class silent_terminal {
 public:
  silent_terminal() {
    on_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (on_)
      ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  silent_terminal(const silent_terminal&) = delete;
  silent_terminal& operator=(const silent_terminal&) = delete;
  ~silent_terminal() {
    if (on_)
      ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool on_ = false;
};

std::string ask_silently(const std::string& question) {
  std::cerr << question << ": " << std::flush;
  std::string out;
  {
    const silent_terminal silence;
    std::getline(std::cin, out);
  }
  std::cerr << '\n';
  return out;
}

} // namespace

outcome<std::string> read_input(const std::string& path) {
  if (path == "-")
    return std::string{std::istreambuf_iterator<char>{std::cin}, {}};
  std::ifstream in{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in.is_open() || in.bad())
    return failure{exit_code::usage, say("{} cannot be read: {}", path, std::strerror(errno))};
  return text;
}

outcome<std::string> read_secret_file(const std::string& path) {
  auto text = read_input(path);
  if (!text)
    return text.error();
  text->resize(std::min(text->find_first_of("\r\n"), text->size()));
  if (text->empty())
    return failure{exit_code::usage, say("{} holds no secret: its first line is empty", path)};
  return text;
}

outcome<std::string> prompt_secret(std::string_view question, bool repeat) {
  if (!::isatty(STDIN_FILENO))
    return failure{exit_code::usage,
                   say("{}: there is no terminal to ask at; give a file", tr(question))};
  auto first = ask_silently(tr(question));
  if (first.empty())
    return failure{exit_code::usage, tr("nothing was typed")};
  if (repeat && ask_silently(tr("Once more")) != first)
    return failure{exit_code::usage, tr("the two are not the same")};
  return first;
}

outcome<given_secret> take_secret(const secret_source& from, std::string_view question,
                                  bool or_generate) {
  if (!from.file.empty()) {
    auto text = read_secret_file(from.file);
    if (!text)
      return text.error();
    return given_secret{std::move(*text), false};
  }
  if (from.generate || (or_generate && !from.prompt)) {
    auto made = proof::generate_password(16);
    if (!made)
      return failure{exit_code::unavailable, tr("the system has no random numbers")};
    return given_secret{std::move(*made), true};
  }
  auto typed = prompt_secret(question, true);
  if (!typed)
    return typed.error();
  return given_secret{std::move(*typed), false};
}

} // namespace uzel::ctl
