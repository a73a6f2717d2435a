#include "apps/uzelctl/packet_words.hpp"

#include "apps/uzelctl/words.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace uzel::ctl {

std::string dictionary_folder(const std::string& wanted) {
  if (!wanted.empty())
    return wanted;
  if (const char* set = std::getenv("UZEL_DICTIONARIES"); set && *set)
    return set;
  const std::string installed = "/usr/share/uzel/dictionaries";
  std::error_code ignored;
  return std::filesystem::exists(installed + "/dictionary", ignored) ? installed : "dictionaries";
}

outcome<radius::dictionary> load_words(const std::string& folder) {
  const auto loader = [&folder](std::string_view name,
                                std::string_view from) -> std::optional<radius::dictionary_source> {
    const std::filesystem::path asked{name};
    auto path = from.empty() ? std::filesystem::path{folder} / asked
                             : std::filesystem::path{from}.parent_path() / asked;
    std::ifstream in{path, std::ios::binary};
    if (!in)
      return std::nullopt;
    return radius::dictionary_source{path.string(), {std::istreambuf_iterator<char>{in}, {}}};
  };
  auto words = radius::dictionary::load({"dictionary"}, loader);
  if (!words)
    return failure{exit_code::usage,
                   std::vector{say("the dictionaries in {} cannot be used", folder),
                               "  " + words.error().text()}};
  return std::move(*words);
}

} // namespace uzel::ctl
