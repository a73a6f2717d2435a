// Who gets an address: takes, and the answers of holders who were asked to give one up.
#include "actors/pool.hpp"

#include <algorithm>
#include <array>

namespace uzel {
namespace {

// A login waits this long for the holder of the address that it named.
constexpr duration longest_wait = seconds{1};
constexpr unsigned tries_before_alarm = 5;

} // namespace

void pool_state::take(const take_address& ask) {
  ++takes_seen;
  serve(ask, true);
}

void pool_state::serve(const take_address& ask, bool may_wait) {
  if (ask.deadline && ask.deadline <= now())
    return refuse(ask, errc::timed_out, {});
  if (ask.fixed)
    serve_fixed(ask, may_wait);
  else
    serve_dynamic(ask, may_wait);
}

void pool_state::serve_fixed(const take_address& ask, bool may_wait) {
  const auto* there = book->find(ask.fixed);
  if (!there && !is_usable(ask.fixed))
    return refuse(ask, errc::unavailable, book->last_number());
  switch (judge_take(there, ask.who, ask.place.key, true)) {
  case claim_verdict::give:
    return give_new(ask, ask.fixed);
  case claim_verdict::again:
    return give_again(ask, *there);
  case claim_verdict::take_over:
    return take_over(ask, *there);
  case claim_verdict::ask_holder:
    if (may_wait && wait_for(ask, *there))
      return;
    break;
  case claim_verdict::refuse:
    break;
  }
  refuse(ask, errc::address_taken, there->number);
}

void pool_state::serve_dynamic(const take_address& ask, bool may_wait) {
  if (const auto* his = book->find(ask.who, ask.place.key))
    return give_again(ask, *his);
  if (!closed && terms.dynamic) {
    if (ask.wanted && serve_wish(ask, may_wait))
      return;
    if (const auto address = book->longest_free())
      return give_new(ask, address);
    // Kept addresses are a courtesy: a subscriber without one goes first.
    if (const auto address = book->longest_held(); address && is_usable(address))
      return take_over(ask, *book->find(address));
  }
  full = true;
  self->send(space, pool_full{terms.id, ask, book->last_number()});
}

// True when the address he wished for settled the matter (or he waits for it).
bool pool_state::serve_wish(const take_address& ask, bool may_wait) {
  if (!is_usable(ask.wanted))
    return false;
  const auto* there = book->find(ask.wanted);
  switch (judge_take(there, ask.who, ask.place.key, false)) {
  case claim_verdict::give:
    give_new(ask, ask.wanted);
    return true;
  case claim_verdict::again:
    give_again(ask, *there);
    return true;
  case claim_verdict::ask_holder:
    return may_wait && wait_for(ask, *there);
  case claim_verdict::take_over:
  case claim_verdict::refuse:
    break;
  }
  return false;
}

binding pool_state::fresh(const take_address& ask, ipv4 address) const {
  binding b;
  b.id = next_id();
  b.domain = domain;
  b.pool = terms.id;
  b.address = address;
  b.state = binding_state::offered;
  b.fixed = static_cast<bool>(ask.fixed);
  b.holder = ask.who;
  b.place = ask.place;
  b.since = b.last_seen = now();
  b.until = b.since + wires->settings.offer_time;
  return b;
}

void pool_state::give_new(const take_address& ask, ipv4 address) {
  auto given = fresh(ask, address);
  if (const auto why = write(given); why != errc::ok)
    return refuse(ask, why, book->last_number());
  answer(ask.who, ask.request, std::move(given));
}

void pool_state::give_again(const take_address& ask, const address_record& his) {
  auto given = given_again(book->image(his), ask.place, now(), wires->settings.offer_time);
  given.fixed = given.fixed || ask.fixed;
  if (his.state != given.state || his.fixed != given.fixed || worth_recording_place(his, given)) {
    if (const auto why = write(given); why != errc::ok)
      return refuse(ask, why, book->last_number());
  } else {
    questions.used(given.address);
    book->refresh(given.address, given.until, given.last_seen);
  }
  const auto address = given.address;
  answer(ask.who, ask.request, std::move(given));
  wake(address, false);
}

// One group: the old binding ends, the new one begins.
void pool_state::take_over(const take_address& ask, const address_record& from) {
  const auto address = from.address;
  std::array group{after_end(book->image(from), now()), fresh(ask, address)};
  if (const auto why = write(group); why != errc::ok)
    return refuse(ask, why, book->last_number());
  answer(ask.who, ask.request, std::move(group[1]));
}

bool pool_state::wait_for(const take_address& ask, const address_record& there) {
  if (waiters.full() || closed)
    return false;
  const auto patience_ends = now() + longest_wait;
  const auto until = ask.deadline ? std::min(ask.deadline, patience_ends) : patience_ends;
  const bool asked_already = waiters.has(there.address) && questions.waits_for(there.address);
  waiters.push({ask, there.address, until});
  if (!asked_already)
    ask_holder(there, there.holder != ask.who);
  keep_looking();
  return true;
}

void pool_state::ask_holder(const address_record& of, bool for_another, bool by_desk) {
  const auto address = of.address;
  const auto holder = of.holder;
  const auto tries = questions.asked(address);
  if (!wires->directory.empty())
    self->send(wires->shard_of(holder),
               give_up{holder, domain, terms.id, of.id, for_another, by_desk});
  if (!for_another && !by_desk)
    book->arm(address, now() + patience(tries));
  if (tries == tries_before_alarm)
    alarms.raise(self, *wires, "binding-unanswered", to_string(address),
                 "the holder of " + to_string(address) +
                   " does not say whether he still uses it; the address stays his");
}

void pool_state::given(const given_up& answer) {
  const auto* r = current(answer.binding, answer.who);
  if (!r) {
    ++stale_ids;
    return;
  }
  const bool counts = questions.answered(r->address);
  if (is_being_removed(r->id)) {
    // A void answer is older than his last use: he is asked once more.
    if (counts)
      finish_removal(*r);
    else
      ask_holder(*r, false, true);
    return;
  }
  if (!counts)
    return;
  auto before = book->image(*r);
  if (move_to_waiter(before) || before.state == binding_state::held)
    return;
  auto after = after_use(before, {}, now(), keeping_time(before, now(), sticky()));
  if (write(after) != errc::ok)
    book->arm(before.address, now() + seconds{1});
}

// The address goes to the first who waits for it and still needs it.
bool pool_state::move_to_waiter(const binding& from) {
  while (auto next = waiters.pop(from.address)) {
    const auto& ask = next->ask;
    const bool late = ask.deadline && ask.deadline <= now();
    if (late || (!ask.fixed && book->find(ask.who, ask.place.key)) || !is_usable(from.address)) {
      serve(ask, false);
      continue;
    }
    std::array group{after_end(from, now()), fresh(ask, from.address)};
    if (const auto why = write(group); why != errc::ok) {
      refuse(ask, why, book->last_number());
      continue;
    }
    answer(ask.who, ask.request, std::move(group[1]));
    wake(from.address, false);
    return true;
  }
  return false;
}

void pool_state::kept(const binding_kept& answer) {
  const auto* r = current(answer.binding, answer.who);
  if (!r) {
    ++stale_ids;
    return;
  }
  if (!questions.answered(r->address))
    return;
  const auto address = r->address;
  if (r->is_live()) {
    const bool says_when = !answer.until || answer.until > now();
    auto until = says_when ? answer.until : now() + wires->settings.offer_time;
    if (until && is_running_lease(*r, now()))
      until = std::max(until, r->recorded_until); // he may not have heard of it yet
    book->refresh(address, until, {});
  }
  wake(address, false);
}

void pool_state::wake(ipv4 address, bool may_wait) {
  if (waiters.empty())
    return;
  std::vector<pool_waiter> woken;
  while (auto next = waiters.pop(address))
    woken.push_back(std::move(*next));
  for (const auto& w : woken)
    serve(w.ask, may_wait);
}

} // namespace uzel
