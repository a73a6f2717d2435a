// What people read, in English or Russian. The English sentence is the key; its Russian stands in
// words.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace uzel::ctl {

enum class language { english, russian };

// Chosen once, before anything is said: `wanted` is "en", "ru" or a locale ("ru_RU.UTF-8").
void speak(std::string_view wanted);
language spoken();

// The sentence in the chosen language; what has no translation stays English.
std::string tr(std::string_view english);

struct phrase {
  std::string_view english;
  std::string_view russian;
};
// Every sentence with its translation.
std::span<const phrase> phrases();

std::string fill(std::string sentence, std::span<const std::string> with);

inline std::string in_words(std::string text) {
  return text;
}
inline std::string in_words(std::string_view text) {
  return std::string{text};
}
inline std::string in_words(const char* text) {
  return text;
}
template <class Number>
std::string in_words(Number n) requires requires {
  std::to_string(n);
}
{ return std::to_string(n); }

// The translated sentence with each {} replaced by the next value.
template <class... Values>
std::string say(std::string_view english, const Values&... values) {
  const std::string with[] = {in_words(values)...};
  return fill(tr(english), with);
}

} // namespace uzel::ctl
