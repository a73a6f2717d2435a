// The sentences of imports; part of phrases().
#pragma once

#include "apps/uzelctl/words.hpp"

namespace uzel::ctl {

std::span<const phrase> import_phrases();

} // namespace uzel::ctl
