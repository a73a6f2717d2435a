// Moving in: what somebody has from another server is kept for him here.
#include "actors/pool.hpp"

namespace uzel {
namespace {

caf::error refusal_of(errc why, std::string text) {
  return caf::make_error(why, std::move(text));
}

std::string account_text(account_id who) {
  return (is_guest(who) ? "guest " : "account ") + std::to_string(who.value);
}

// Out of use, as if his use of it ended when the other server's promise does.
binding held_for(const pool_state& pool, const keep_address& wish, attachment_key place) {
  binding out;
  out.id = pool.next_id();
  out.domain = pool.domain;
  out.pool = pool.terms.id;
  out.address = wish.address;
  out.state = binding_state::held;
  out.holder = wish.who;
  out.place.key = place;
  out.place.mac = wish.mac;
  out.since = pool.now();
  out.last_seen = std::min(out.since, wish.until);
  out.until = wish.until + pool.sticky();
  return out;
}

} // namespace

caf::result<address_kept> pool_state::keep(const keep_address& wish) {
  const attachment_key place = wish.mac ? key_of({}, wish.mac, {}, {}) : attachment_key{};
  if (place)
    ++takes_seen;
  const auto refuse_it = [&](errc why, std::string text) {
    note_left(wish.who, place);
    tell_left();
    return refusal_of(why, std::move(text));
  };
  const auto* there = book->find(wish.address);
  if (there && there->holder == wish.who && there->state != binding_state::quarantined) {
    note_left(wish.who, place);
    tell_left();
    return address_kept{book->image(*there), false};
  }
  if (there)
    return refuse_it(errc::address_taken, there->holder
                                            ? "it is held by " + account_text(there->holder)
                                            : std::string{"it is in quarantine"});
  if (!terms.id || !terms.dynamic || closed)
    return refuse_it(errc::outside_range, "no pool gives it out");
  if (!is_usable(wish.address))
    return refuse_it(errc::unavailable, "its range is being edited");
  if (const auto* other = place ? book->find(wish.who, place) : nullptr)
    return refuse_it(errc::in_use, "he has " + to_string(other->address) + " here");
  auto after = held_for(*this, wish, place);
  if (after.until <= now())
    return refuse_it(errc::invalid_input, "it ended too long ago");
  if (const auto why = write(after); why != errc::ok)
    return refuse_it(why, "the journal takes no records");
  return address_kept{after, true};
}

} // namespace uzel
