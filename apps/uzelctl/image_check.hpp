// What must hold of the live state as a whole: the invariants that can be seen in one moment of it.
#pragma once

#include "domain/boot_image.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace uzel::ctl {

// The invariants of the design, in its order. Nothing moves money yet: what stands of it is amounts
// that cannot be negative.
enum class invariant : std::uint8_t { one_holder, nothing_lost, money, own_account };

struct broken_invariant {
  invariant which = invariant::one_holder;
  std::string told;
};

// Each thing that must not be, in words; empty for a sound state:
// - an address has at most one holder, and a binding's id is its own (one_holder);
// - a static address belongs to one account, and nobody else holds it; an open session's binding is
//   there, its account's, and of its address; a session is known once; a number, login or MAC
//   address recognises one account (own_account);
// - amounts that cannot be negative are not (money).
std::vector<broken_invariant> check_image(const boot_image& image);

} // namespace uzel::ctl
