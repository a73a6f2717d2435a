// What people decide about addresses: static ones, removal, quarantine, the range itself.
#include "actors/pool.hpp"

#include <algorithm>
#include <array>

namespace uzel {
namespace {

caf::error refusal_of(errc why, std::string text) {
  return caf::make_error(why, std::move(text));
}

} // namespace

caf::result<static_settled> pool_state::assign(const assign_static& wish) {
  const auto* there = book->find(wish.address);
  if (!there && !is_usable(wish.address))
    return refusal_of(errc::unavailable, "the range of " + to_string(wish.address) + " is edited");
  const auto verdict = judge_static(there, wish.who);
  if (verdict == claim_verdict::refuse)
    return refusal_of(errc::address_taken, to_string(wish.address) + " is held by account " +
                                             std::to_string(there->holder.value));
  binding after;
  if (verdict == claim_verdict::again) {
    after = book->image(*there);
  } else {
    after.id = next_id();
    after.domain = domain;
    after.pool = terms.id;
    after.address = wish.address;
    after.holder = wish.who;
    after.since = now();
  }
  after.fixed = true;
  if (!is_live(after)) {
    after.state = binding_state::held;
    after.until = {};
    if (wish.mac) {
      after.place.mac = wish.mac;
      after.place.key = key_of({}, wish.mac, {}, {});
    }
  }
  auto why = errc::ok;
  if (verdict == claim_verdict::take_over) {
    std::array group{after_end(book->image(*there), now()), after};
    why = write(group);
    after = group[1];
  } else if (!there || worth_recording(*there, after)) {
    why = write(after);
  }
  if (why != errc::ok)
    return refusal_of(why, "the journal takes no records");
  wake(wish.address, false);
  return static_settled{after};
}

caf::result<static_settled> pool_state::withdraw(const withdraw_static& wish) {
  const auto* there = book->find(wish.address);
  if (!there || !there->fixed || there->holder != wish.who)
    return refusal_of(errc::not_found,
                      to_string(wish.address) + " is no static address of this account");
  auto after = book->image(*there);
  after.fixed = false;
  if (there->state == binding_state::quarantined) {
    after.holder = {};
    after.place = {};
  } else if (!there->is_live()) {
    after = after_end(std::move(after), now());
  }
  if (const auto why = write(after); why != errc::ok)
    return refusal_of(why, "the journal takes no records");
  wake(wish.address, true);
  return static_settled{after};
}

// A holder who was told to forget a binding answers within this time, or the removal is refused.
constexpr duration forgetting_limit = seconds{3};

// Who may still announce the address forgets it first: else he would answer a login with what is
// somebody else's by then.
caf::result<binding_removed> pool_state::remove(const remove_binding& wish) {
  const auto* there = wish.binding ? book->find(wish.binding) : book->find(wish.address);
  if (!there || (wish.address && there->address != wish.address))
    return refusal_of(errc::not_found, "no such binding");
  if (there->is_live() && !wires->directory.empty()) {
    auto reply = self->make_response_promise<binding_removed>();
    removals.push_back({there->id, there->address, now() + forgetting_limit, reply});
    ask_holder(*there, false, true);
    keep_looking();
    return reply;
  }
  auto after = after_end(book->image(*there), now());
  if (const auto why = write(after); why != errc::ok)
    return refusal_of(why, "the journal takes no records");
  wake(after.address, true);
  return binding_removed{after};
}

bool pool_state::is_being_removed(binding_id which) const {
  return std::ranges::find(removals, which, &removal::which) != removals.end();
}

void pool_state::finish_removal(const address_record& there) {
  const auto at = std::ranges::find(removals, there.id, &removal::which);
  auto reply = std::move(at->reply);
  removals.erase(at);
  auto after = after_end(book->image(there), now());
  if (const auto why = write(after); why != errc::ok) {
    reply.deliver(refusal_of(why, "the journal takes no records"));
    return;
  }
  wake(after.address, true);
  reply.deliver(binding_removed{after});
}

// Removals whose binding ended on its own, or whose holder does not answer.
void pool_state::look_at_removals() {
  for (std::size_t i = 0; i < removals.size();) {
    const auto which = removals[i].which;
    const auto* there = book->find(which);
    if (there && there->is_live() && now() < removals[i].until) {
      ++i;
      continue;
    }
    if (there && !there->is_live()) {
      finish_removal(*there);
      continue;
    }
    auto over = std::move(removals[i]);
    removals.erase(removals.begin() + static_cast<std::ptrdiff_t>(i));
    if (there) {
      over.reply.deliver(refusal_of(errc::in_use, "its holder does not let go of it; try again"));
      continue;
    }
    binding ended;
    ended.id = which;
    ended.domain = domain;
    ended.pool = terms.id;
    ended.address = over.address;
    ended.number = book->last_number();
    over.reply.deliver(binding_removed{ended});
  }
}

caf::result<binding_removed> pool_state::quarantine(const quarantine_address& wish) {
  const auto* there = book->find(wish.address);
  if (there && there->is_live())
    return refusal_of(errc::in_use, to_string(wish.address) + " is in use");
  const bool keeps = there && (there->fixed || there->state == binding_state::quarantined);
  binding after;
  if (keeps)
    after = book->image(*there);
  if (!wish.until) {
    if (!keeps || after.state != binding_state::quarantined)
      return refusal_of(errc::not_found, to_string(wish.address) + " is not in quarantine");
    after = lapsed(*there, now());
  } else {
    if (!keeps) {
      after.id = next_id();
      after.domain = domain;
      after.pool = terms.id;
      after.address = wish.address;
      after.since = now();
    }
    after.state = binding_state::quarantined;
    after.until = wish.until;
  }
  std::vector<binding> group;
  if (there && !keeps)
    group.push_back(after_end(book->image(*there), now()));
  group.push_back(after);
  if (const auto why = write(group); why != errc::ok)
    return refusal_of(why, "the journal takes no records");
  wake(wish.address, true);
  return binding_removed{group.back()};
}

caf::result<range_checked> pool_state::check(const check_range& wish) {
  const auto first = wish.remove ? ipv4{1} : wish.first;
  const auto last = wish.remove ? ipv4{} : wish.last;
  const address_record* in_the_way = nullptr;
  book->for_each([&](const address_record& r) {
    const bool stays = first <= r.address && r.address <= last;
    if (!stays && (r.is_live() || r.fixed) && (!in_the_way || r.address < in_the_way->address))
      in_the_way = &r;
  });
  if (in_the_way)
    return refusal_of(errc::in_use, to_string(in_the_way->address) + " is held by account " +
                                      std::to_string(in_the_way->holder.value));
  if (const auto why = free_outside(first, last); why != errc::ok)
    return refusal_of(why, "the journal takes no records");
  if (auto* range = book->range())
    range->fence(first, last);
  return range_checked{};
}

// What is only kept or in quarantine goes with the part of the range that goes.
errc pool_state::free_outside(ipv4 first, ipv4 last) {
  std::vector<binding> ending;
  book->for_each([&](const address_record& r) {
    if (r.address < first || last < r.address)
      ending.push_back(after_end(book->image(r), now()));
  });
  constexpr std::size_t per_group = 512;
  for (std::size_t at = 0; at < ending.size(); at += per_group) {
    const auto n = std::min(per_group, ending.size() - at);
    if (const auto why = write(std::span{ending}.subspan(at, n)); why != errc::ok)
      return why;
  }
  return errc::ok;
}

void pool_state::settle_range() {
  if (auto* range = book->range(); range && !closed)
    range->open();
}

void pool_state::define(const pool_defined& now_is) {
  terms = now_is.terms;
  closed = now_is.closed;
  auto* range = book->range();
  if (!range)
    return;
  if (range->first() != terms.first || range->last() != terms.last)
    range->resize(terms.first, terms.last);
  if (closed)
    range->fence(ipv4{1}, ipv4{});
}

bindings_page pool_state::page(const page_bindings& ask) const {
  bindings_page out;
  book->page(ask.after, ask.limit, out.rows, out.last);
  return out;
}

pools_counted pool_state::count() const {
  const auto& c = book->counts();
  const auto* range = book->range();
  return {{{terms.id, range ? range->size() : 0, c.offered, c.bound, c.held, c.quarantined, c.fixed,
            stale_ids}}};
}

} // namespace uzel
