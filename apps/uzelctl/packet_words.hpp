// The dictionaries that name attributes, from a folder.
#pragma once

#include "apps/uzelctl/failure.hpp"
#include "protocols/radius/dictionary.hpp"

#include <string>

namespace uzel::ctl {

// The folder asked for, else $UZEL_DICTIONARIES, else the installed one, else ./dictionaries.
std::string dictionary_folder(const std::string& wanted);

// Reads the file "dictionary" of that folder and all that it includes.
[[nodiscard]] outcome<radius::dictionary> load_words(const std::string& folder);

} // namespace uzel::ctl
