#include "apps/uzelctl/words.hpp"

#include <algorithm>

namespace uzel::ctl {
namespace {

language chosen = language::english;

} // namespace

void speak(std::string_view wanted) {
  chosen = wanted.starts_with("ru") ? language::russian : language::english;
}

language spoken() {
  return chosen;
}

std::string tr(std::string_view english) {
  if (chosen == language::english)
    return std::string{english};
  const auto all = phrases();
  const auto at = std::find_if(all.begin(), all.end(),
                               [english](const phrase& p) { return p.english == english; });
  return std::string{at == all.end() ? english : at->russian};
}

std::string fill(std::string sentence, std::span<const std::string> with) {
  std::size_t from = 0;
  for (const auto& value : with) {
    const auto at = sentence.find("{}", from);
    if (at == std::string::npos)
      break;
    sentence.replace(at, 2, value);
    from = at + value.size();
  }
  return sentence;
}

} // namespace uzel::ctl
