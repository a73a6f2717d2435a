// Ranges: how they open at the start and how they follow the desk.
#include "actors/address_space.hpp"
#include "actors/pool.hpp"
#include "domain/address_bitmap.hpp"

#include <algorithm>

namespace uzel {
namespace {

constexpr std::chrono::seconds pool_limit{5};

} // namespace

void address_space_state::open(wiring& to, routing_domain_id in, const std::vector<binding>& kept) {
  wires = &to;
  domain = in;
  const auto picture = wires->desk->current();
  if (const auto at = picture->domains->find(domain.value); at != picture->domains->end())
    static_range = at->second.static_range;
  std::vector<pool_terms> accepted;
  for (const auto& terms : desk_terms()) {
    auto problem = problem_with(terms);
    if (const auto* other = find_overlap(accepted, terms.first, terms.last, {}))
      problem = "it shares addresses with pool " + name_of_pool(other->id);
    if (problem.empty())
      accepted.push_back(terms);
    else
      alarms.raise(self, *wires, "pool-overlap", name_of_pool(terms.id),
                   "pool " + name_of_pool(terms.id) + " stays closed: " + problem);
  }
  split_kept(accepted, kept);
  static_pool = spawn_pool({}, slices.back());
  for (std::size_t i = 0; i < accepted.size(); ++i)
    insert({accepted[i], spawn_pool(accepted[i], slices[i]), 0, {}, false});
  slices.clear();
}

// Every binding goes to the range that contains it, whatever pool its record names.
void address_space_state::split_kept(const std::vector<pool_terms>& accepted,
                                     const std::vector<binding>& kept) {
  slices.assign(accepted.size() + 1, {});
  std::vector<std::pair<ipv4, std::size_t>> order;
  for (std::size_t i = 0; i < accepted.size(); ++i)
    order.emplace_back(accepted[i].first, i);
  std::ranges::sort(order);
  for (const auto& b : kept) {
    auto at = std::ranges::upper_bound(order, b.address, {}, [](const auto& o) { return o.first; });
    auto slice = accepted.size();
    if (at != order.begin() && b.address <= accepted[std::prev(at)->second].last)
      slice = std::prev(at)->second;
    const auto home = slice < accepted.size() ? accepted[slice].id : pool_id{};
    slices[slice].push_back(b);
    if (b.pool != home)
      rehomed[b.id] = home;
    if (home && !b.fixed && b.holder && b.place.key && b.state != binding_state::quarantined)
      choices[{b.holder, b.place.key, accepted[slice].kind}] = {home, 0};
  }
}

std::vector<pool_terms> address_space_state::desk_terms() const {
  std::vector<pool_terms> all;
  const auto picture = wires->desk->current();
  for (const auto& [id, known] : *picture->pools)
    if (known.routing_domain_id == domain.value)
      all.push_back(terms_of(known, picture->link_at(domain, known.first)));
  std::ranges::sort(all, {}, &pool_terms::id);
  return all;
}

std::string address_space_state::name_of_pool(pool_id id) const {
  const auto picture = wires->desk->current();
  const auto* known = picture->find_pool(id);
  return known && !known->name.empty() ? known->name : std::to_string(id.value);
}

std::string address_space_state::problem_with(const pool_terms& terms) const {
  if (!terms.first || terms.last < terms.first)
    return "its range is empty";
  if (terms.last.value - terms.first.value >= address_bitmap::max_size)
    return "its range has more than 2^24 addresses";
  for (const auto& p : pools)
    if (p.terms.id != terms.id && p.terms.first <= terms.last && terms.first <= p.terms.last)
      return "it shares addresses with pool " + name_of_pool(p.terms.id);
  return {};
}

pool_actor address_space_state::spawn_pool(const pool_terms& terms,
                                           const std::vector<binding>& kept) {
  return self->spawn<caf::linked>(address_pool, wires, address_space_actor{self}, domain, terms,
                                  kept);
}

void address_space_state::insert(open_pool what) {
  const auto at =
    std::ranges::lower_bound(pools, what.terms.id, {}, [](const auto& p) { return p.terms.id; });
  pools.insert(at, std::move(what));
  index_ranges();
}

void address_space_state::index_ranges() {
  ranges.clear();
  for (std::size_t i = 0; i < pools.size(); ++i) {
    ranges.emplace_back(pools[i].terms.first, i);
    pools[i].full = false; // its range may be another one now: it is asked again
  }
  std::ranges::sort(ranges);
  list_offers();
}

void address_space_state::list_offers() {
  offers.clear();
  for (const auto& p : pools)
    if (!p.closed && !p.full)
      offers.push_back(p.terms);
}

std::uint64_t address_space_state::reserve(pool_id pool, ipv4 first, ipv4 last, instant until) {
  reservations.push_back({++last_reservation, pool, first, last, until});
  if (until)
    self->delayed_send(self, std::chrono::microseconds{reservation_time.count() + 1'000'000},
                       look_at_time{});
  return last_reservation;
}

void address_space_state::forget(std::uint64_t number) {
  std::erase_if(reservations, [number](const auto& r) { return r.number == number; });
}

void address_space_state::find_stray(ipv4 first, ipv4 last, std::function<void(ipv4)> then,
                                     std::function<void(caf::error&)> failed) {
  const page_bindings ask{domain, ipv4{first.value - 1}, 1};
  self->request(static_pool, pool_limit, ask)
    .then(
      [last, then = std::move(then)](const bindings_page& found) {
        const bool inside = !found.rows.empty() && found.rows.front().address <= last;
        then(inside ? found.rows.front().address : ipv4{});
      },
      [failed = std::move(failed)](caf::error& why) { failed(why); });
}

caf::error address_space_state::overlap_of(const check_range& wish) const {
  pool_terms terms;
  terms.id = wish.pool;
  terms.first = wish.first;
  terms.last = wish.last;
  auto problem = problem_with(terms);
  const bool is_range = wish.first && wish.first <= wish.last &&
                        wish.last.value - wish.first.value < address_bitmap::max_size;
  if (!is_range)
    return caf::make_error(errc::invalid_input, std::move(problem));
  for (const auto& r : reservations)
    if (r.first <= wish.last && wish.first <= r.last && (!wish.pool || r.pool != wish.pool))
      problem = "it shares addresses with a range that is being edited";
  return problem.empty() ? caf::error{} : caf::make_error(errc::range_overlap, std::move(problem));
}

caf::result<range_checked> address_space_state::check(const check_range& wish) {
  if (!wish.remove)
    if (auto why = overlap_of(wish))
      return why;
  auto promise = self->make_response_promise<range_checked>();
  const auto number =
    reserve(wish.pool, wish.remove ? ipv4{1} : wish.first, wish.remove ? ipv4{} : wish.last,
            wires->time->now() + reservation_time);
  const std::function<void(caf::error&)> failed = [=, this](caf::error& why) mutable {
    settle({number, domain});
    promise.deliver(std::move(why));
  };
  const std::function<void(ipv4)> decided = [=](ipv4 stray) mutable {
    if (!stray) {
      promise.deliver(range_checked{number});
      return;
    }
    auto why = caf::make_error(errc::in_use, to_string(stray) + " is a static address there");
    failed(why);
  };
  const auto ask_static_range = [=, this](const range_checked&) {
    if (wish.remove)
      decided({});
    else
      find_stray(wish.first, wish.last, decided, failed);
  };
  if (const auto* known = find(wish.pool))
    self->request(known->actor, pool_limit, wish).then(ask_static_range, failed);
  else
    ask_static_range({});
  return promise;
}

// What the desk has decided comes first: there is no moment between the edit and its reservation.
void address_space_state::settle(const range_settled& what) {
  follow_desk();
  const auto at = std::ranges::find(reservations, what.reservation, &reservation::number);
  if (at == reservations.end())
    return;
  if (auto* known = find(at->pool)) {
    self->send(known->actor, what);
    known->full = false; // it may give out again what the edit had fenced off
    list_offers();
  }
  reservations.erase(at);
}

void address_space_state::look() {
  std::vector<std::uint64_t> over;
  for (const auto& r : reservations)
    if (r.until && r.until <= wires->time->now())
      over.push_back(r.number);
  for (const auto number : over)
    settle({number, domain});
}

} // namespace uzel
