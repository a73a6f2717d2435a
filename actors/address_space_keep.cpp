// Moving in: an address is kept by the pool that contains it, and a request that names none is
// handed to that pool.
#include "actors/address_space.hpp"

namespace uzel {

caf::result<address_kept> address_space_state::keep(const keep_address& wish) {
  auto why = errc::outside_range;
  const auto to = actor_at(wish.address, why);
  if (to && wish.mac) {
    adopt_address like_an_adoption;
    like_an_adoption.who = wish.who;
    like_an_adoption.place.key = key_of({}, wish.mac, {}, {});
    like_an_adoption.address = wish.address;
    note_adoption(like_an_adoption);
  }
  return hand_on_by_address<address_kept>(wish);
}

} // namespace uzel
