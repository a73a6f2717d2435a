// Answers that need several pools.
#include "actors/address_space.hpp"

#include <algorithm>

namespace uzel {
namespace {

// A pool answers from memory; this long only when the machine is drowned.
constexpr std::chrono::seconds pool_limit{5};

} // namespace

// A page under way: the static range's part is known, ranges follow one by one until there is
// something to show.
struct address_space_state::page_walk {
  page_bindings ask;
  caf::typed_response_promise<bindings_page> promise;
  bindings_page strays;                            // from the static range, in address order
  std::vector<std::pair<ipv4, pool_actor>> ranges; // last address, pool; those after the cursor
  std::size_t next = 0;
};

caf::result<bindings_page> address_space_state::page(const page_bindings& ask) {
  auto at = std::make_shared<page_walk>();
  at->ask = ask;
  at->ask.limit = std::clamp(ask.limit, 1u, 5000u);
  at->promise = self->make_response_promise<bindings_page>();
  for (const auto& [first, index] : ranges)
    if (pools[index].terms.last > ask.after)
      at->ranges.emplace_back(pools[index].terms.last, pools[index].actor);
  self->request(static_pool, pool_limit, at->ask)
    .then(
      [this, at](bindings_page& strays) {
        at->strays = std::move(strays);
        walk(at);
      },
      [at](caf::error& why) { at->promise.deliver(std::move(why)); });
  return at->promise;
}

void address_space_state::walk(std::shared_ptr<page_walk> at) {
  if (at->next == at->ranges.size()) {
    at->promise.deliver(std::move(at->strays));
    return;
  }
  const auto [end, actor] = at->ranges[at->next++];
  self->request(actor, pool_limit, at->ask)
    .then(
      [this, at, last = end](bindings_page& found) {
        // Only up to here is everything known.
        const bool more_ranges = at->next < at->ranges.size();
        const bool more = !found.last || more_ranges || !at->strays.last;
        auto horizon = more_ranges ? last : ipv4{~0u};
        if (!found.last)
          horizon = found.rows.back().address;
        if (!at->strays.last)
          horizon = std::min(horizon, at->strays.rows.back().address);
        bindings_page out;
        out.rows = std::move(found.rows);
        for (auto& b : at->strays.rows)
          out.rows.push_back(std::move(b));
        std::ranges::sort(out.rows, {}, &binding::address);
        const auto end_of_page = std::ranges::upper_bound(out.rows, horizon, {}, &binding::address);
        const auto known = static_cast<std::size_t>(end_of_page - out.rows.begin());
        const auto keep = std::min<std::size_t>(known, at->ask.limit);
        if (keep == 0 && more) {
          at->strays.rows = std::move(out.rows);
          return walk(at);
        }
        out.last = !more && keep == out.rows.size();
        out.rows.resize(keep);
        at->promise.deliver(std::move(out));
      },
      [at](caf::error& why) { at->promise.deliver(std::move(why)); });
}

caf::result<pools_counted> address_space_state::count() {
  struct gathering {
    pools_counted sum;
    std::size_t missing = 0;
  };
  auto promise = self->make_response_promise<pools_counted>();
  auto all = std::make_shared<gathering>();
  const auto ask = [&](const pool_actor& from, std::uint64_t stale) {
    ++all->missing;
    const std::function<void()> arrived = [all, promise]() mutable {
      if (--all->missing > 0)
        return;
      std::ranges::sort(all->sum.pools, {}, &pool_count::pool);
      promise.deliver(std::move(all->sum));
    };
    self->request(from, pool_limit, count_pools{domain})
      .then(
        [all, arrived, stale](const pools_counted& one) {
          for (auto line : one.pools) {
            line.stale_ids += stale;
            all->sum.pools.push_back(line);
          }
          arrived();
        },
        [arrived](const caf::error&) { arrived(); });
  };
  ask(static_pool, stale_ids);
  for (const auto& p : pools)
    ask(p.actor, 0);
  return promise;
}

// A binding named by its id alone may be anybody's: the pools are asked in turn.
caf::result<binding_removed> address_space_state::remove(const remove_binding& wish) {
  if (wish.address)
    return hand_on_by_address<binding_removed>(wish);
  struct search {
    remove_binding wish;
    caf::typed_response_promise<binding_removed> promise;
    std::vector<pool_actor> left;
  };
  auto at = std::make_shared<search>();
  at->wish = wish;
  at->promise = self->make_response_promise<binding_removed>();
  at->left.push_back(static_pool);
  for (const auto& p : pools)
    at->left.push_back(p.actor);
  const auto step = [this](const auto& again, const std::shared_ptr<search>& s) -> void {
    if (s->left.empty()) {
      s->promise.deliver(caf::make_error(errc::not_found, std::string{"no such binding"}));
      return;
    }
    const auto to = s->left.back();
    s->left.pop_back();
    self->request(to, pool_limit, s->wish)
      .then([s](const binding_removed& done) { s->promise.deliver(done); },
            [s, again](caf::error& why) {
              if (why == errc::not_found)
                again(again, s);
              else
                s->promise.deliver(std::move(why));
            });
  };
  step(step, at);
  return at->promise;
}

} // namespace uzel
