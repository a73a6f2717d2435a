// What must hold of the live state as a whole: the invariants that can be checked while no daemon
// runs.
#pragma once

#include "domain/boot_image.hpp"

#include <string>
#include <vector>

namespace uzel::ctl {

// Each thing that must not be, in words; empty for a sound state:
// - an address has at most one holder, and a binding's id is its own;
// - a static address belongs to one account, and nobody else holds it;
// - an open session's binding is there, its account's, and of its address; a session is known once;
// - a number, login or MAC address recognises one account; amounts that cannot be negative are not.
std::vector<std::string> check_image(const boot_image& image);

} // namespace uzel::ctl
