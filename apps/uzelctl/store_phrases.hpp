// The sentences of upkeep of a store: copies, backups, checks; part of phrases().
#pragma once

#include "apps/uzelctl/words.hpp"

namespace uzel::ctl {

std::span<const phrase> store_phrases();

} // namespace uzel::ctl
