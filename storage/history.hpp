// How the history of an address follows from its bindings: pure.
#pragma once

#include "domain/entities/live.hpp"

#include <optional>

namespace uzel::storage {

// What a binding's record does to the rows of its address.
struct history_change {
  std::optional<address_use> closed; // the latest row, ended or completed
  std::optional<address_use> begun;  // a new row
  bool operator==(const history_change&) const = default;
};

// latest = the newest row of the address; before = the binding's state until now; after was
// recorded at `time`. A use begins when the binding becomes bound and ends when it leaves its
// holder, place or session; no row ends later than `time` and no two overlap. Repeating a record
// changes nothing.
history_change follow(const std::optional<address_use>& latest, binding_state before,
                      const binding& after, instant time);

} // namespace uzel::storage
