// Ranges that the desk made, changed or deleted while we run.
#include "actors/address_space.hpp"
#include "actors/pool.hpp"

#include <algorithm>

namespace uzel {
namespace {

constexpr std::chrono::seconds pool_limit{5};

} // namespace

void address_space_state::follow_desk() {
  const auto picture = wires->desk->current();
  if (const auto at = picture->domains->find(domain.value); at != picture->domains->end())
    static_range = at->second.static_range;
  const auto wished = desk_terms();
  std::vector<pool_id> gone;
  for (const auto& p : pools)
    if (std::ranges::find(wished, p.terms.id, &pool_terms::id) == wished.end())
      gone.push_back(p.terms.id);
  for (const auto id : gone)
    begin_close(id);
  for (const auto& terms : wished) {
    const auto* known = find(terms.id);
    if (!known)
      begin_open(terms);
    else if (known->closed || known->terms != terms)
      begin_change(known->terms, terms);
  }
}

void address_space_state::begin_open(const pool_terms& terms) {
  if (editing.contains(terms.id))
    return;
  const auto refuse_it = [this, terms](const std::string& problem) {
    alarms.raise(self, *wires, "pool-overlap", name_of_pool(terms.id),
                 "pool " + name_of_pool(terms.id) + " stays closed: " + problem);
  };
  if (const auto problem = problem_with(terms); !problem.empty())
    return refuse_it(problem);
  editing.insert(terms.id);
  const auto number = reserve(terms.id, terms.first, terms.last, {});
  const auto version = wires->desk->version();
  find_stray(
    terms.first, terms.last,
    [=, this](ipv4 stray) {
      forget(number);
      if (const auto problem = problem_with(terms); !problem.empty())
        refuse_it(problem);
      else if (stray)
        refuse_it(to_string(stray) + " is a static address there");
      else
        insert({terms, spawn_pool(terms, {}), 0, {}, false});
      finish_edit(terms.id, version);
    },
    [=, this](caf::error&) {
      forget(number);
      refuse_it("the static range does not answer");
      finish_edit(terms.id, version);
    });
}

void address_space_state::begin_change(const pool_terms& from, const pool_terms& to) {
  if (editing.contains(to.id))
    return;
  if (from.first == to.first && from.last == to.last)
    return finish_change(to);
  auto narrowed = to;
  narrowed.first = from.first;
  narrowed.last = from.last;
  const auto keep_range = [this, narrowed](const std::string& problem) {
    alarms.raise(self, *wires, "range-in-use", name_of_pool(narrowed.id),
                 "pool " + name_of_pool(narrowed.id) + " keeps its old range: " + problem);
    if (const auto* known = find(narrowed.id))
      self->send(known->actor, range_settled{0, domain});
    finish_change(narrowed);
  };
  if (const auto problem = problem_with(to); !problem.empty())
    return keep_range(problem);
  editing.insert(to.id);
  const auto number = reserve(to.id, to.first, to.last, {});
  const auto version = wires->desk->version();
  const auto give_up_edit = [=, this](const std::string& problem) {
    forget(number);
    keep_range(problem);
    finish_edit(to.id, version);
  };
  const auto failed = [give_up_edit](caf::error&) { give_up_edit("it is in use"); };
  const auto strays = [=, this](const range_checked&) {
    find_stray(
      to.first, to.last,
      [=, this](ipv4 stray) {
        const auto problem = problem_with(to);
        if (stray || !problem.empty())
          return give_up_edit(stray ? to_string(stray) + " is a static address there" : problem);
        forget(number);
        finish_change(to);
        finish_edit(to.id, version);
      },
      failed);
  };
  const check_range question{to.id, domain, to.first, to.last, false};
  self->request(find(to.id)->actor, pool_limit, question).then(strays, failed);
}

void address_space_state::finish_change(const pool_terms& to) {
  auto* known = find(to.id);
  if (!known)
    return;
  known->terms = to;
  known->closed = false;
  index_ranges();
  self->send(known->actor, pool_defined{to, false});
}

void address_space_state::begin_close(pool_id id) {
  if (editing.contains(id))
    return;
  auto* known = find(id);
  const bool first_time = !known->closed;
  known->closed = true;
  index_ranges();
  editing.insert(id);
  const auto version = wires->desk->version();
  const check_range question{id, domain, {}, {}, true};
  self->request(known->actor, pool_limit, question)
    .then(
      [=, this](const range_checked&) {
        if (const auto* empty = find(id)) {
          self->unlink_from(empty->actor);
          self->send_exit(empty->actor, caf::exit_reason::user_shutdown);
          std::erase_if(pools, [id](const auto& p) { return p.terms.id == id; });
          index_ranges();
        }
        finish_edit(id, version);
      },
      [=, this](caf::error&) {
        if (const auto* used = find(id)) {
          self->send(used->actor, pool_defined{used->terms, true});
          if (first_time)
            alarms.raise(self, *wires, "range-in-use", std::to_string(id.value),
                         "a pool that was deleted is still in use; it gives out nothing more");
        }
        finish_edit(id, version);
      });
}

// The desk may have gone on meanwhile.
void address_space_state::finish_edit(pool_id id, std::uint64_t desk_version) {
  editing.erase(id);
  if (wires->desk->version() != desk_version)
    follow_desk();
}

} // namespace uzel
