// Logins: proof, decision, session limit; the address comes from subscriber_addresses.cpp.
#include "actors/subscriber_state.hpp"
#include "protocols/proof/check.hpp"
#include "protocols/proof/sealed_secret.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace uzel {
namespace {

// A login that waited for the end of other sessions this often is refused.
constexpr std::uint8_t preemption_limit = 3;

// What proved a password must not outlive the check, least of all in a trace.
void forget_secrets(login_proof& proof) {
  proof::cleanse(proof.secret);
  proof::cleanse(proof.response);
}

std::string subject_of(const network_facts& facts) {
  if (!facts.login.empty())
    return facts.login;
  return facts.mac ? to_string(facts.mac) : facts.nas_port;
}

const char* word_for(login_verdict verdict, lease_step step) {
  if (step != lease_step::none)
    return verdict == login_verdict::reject ? "no-lease"
           : step == lease_step::discover   ? "offer"
                                            : "lease";
  switch (verdict) {
  case login_verdict::accept:
    return "accept";
  case login_verdict::accept_as_guest:
    return "guest";
  case login_verdict::reject:
    break;
  }
  return "reject";
}

trace_code end_of(login_verdict verdict, lease_step step) {
  if (step != lease_step::none)
    return verdict == login_verdict::reject ? trace_code::answered_no_lease
           : step == lease_step::discover   ? trace_code::answered_offer
                                            : trace_code::answered_lease;
  switch (verdict) {
  case login_verdict::accept:
    return trace_code::answered_accept;
  case login_verdict::accept_as_guest:
    return trace_code::answered_guest;
  case login_verdict::reject:
    break;
  }
  return trace_code::answered_reject;
}

// Which step the decision leaves in the trace, if any.
void explain(login& ask, instant at, const account_state& account,
             const access_decision& decision) {
  if (decision.why == refusal::account_disabled)
    add_step(ask, at, trace_code::account_disabled, account.id.value);
  else if (decision.why == refusal::account_unpaid)
    add_step(
      ask, at, trace_code::account_unpaid,
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, account.current.end.unix_seconds())));
  else if (decision.verdict == login_verdict::accept)
    add_step(ask, at, trace_code::subscription_current, decision.service.value);
}

} // namespace

void subscriber_state::answer_login(login&& asked) {
  touch();
  drop_late_logins(touched);
  waiting_login w;
  w.ask = std::move(asked);
  if (w.ask.deadline && w.ask.deadline < touched)
    return fall_silent(w, trace_code::deadline_passed,
                       static_cast<std::uint64_t>((touched - w.ask.deadline).count() / 1000));
  check_proof(w);
  forget_secrets(w.ask.proof);
  admit(std::move(w));
}

// The credential is opened for every check and cleansed at once: opening costs about a microsecond
// and a half, too little to keep a hundred thousand passwords in clear for.
void subscriber_state::check_proof(waiting_login& w) {
  const auto& sent = w.ask.proof;
  const auto method = static_cast<std::uint64_t>(sent.how);
  const auto known = proof_without_check(account.id, w.ask.identified_by, sent.how);
  if (known) {
    w.proof = *known;
    if (w.proof == proof_state::missing)
      add_step(w.ask, now(), trace_code::proof_missing, 0);
    return;
  }
  const proof::credential kept{static_cast<proof::credential_form>(account.credential_form),
                               account.credential};
  static const proof::master_key no_key;
  const auto& key = wires->master_key ? *wires->master_key : no_key;
  const auto checked = proof::check(sent, kept, key, account.id);
  if (!checked) {
    w.proof = proof_state::unsupported;
    alarm("credential-damaged", "the stored password cannot be opened");
    return add_step(w.ask, now(), trace_code::proof_unsupported, method);
  }
  w.extra = proof::answer_for(sent, *checked);
  switch (checked->decision) {
  case proof::outcome::accepted:
    w.proof = proof_state::accepted;
    return add_step(w.ask, now(), trace_code::proof_accepted, method);
  case proof::outcome::wrong_password:
    w.proof = proof_state::wrong;
    return add_step(w.ask, now(), trace_code::proof_wrong, method);
  case proof::outcome::unsupported:
    w.proof = proof_state::unsupported;
    return add_step(w.ask, now(), trace_code::proof_unsupported, method);
  }
}

// Decides with what is known now; comes back here after every wait, for the account may have
// changed meanwhile.
void subscriber_state::admit(waiting_login&& w) {
  const auto at = now();
  if (w.ask.deadline && w.ask.deadline < at) {
    if (const auto* b = find_binding(w.granted))
      address_came_late(binding{b->row});
    return fall_silent(w, trace_code::deadline_passed,
                       static_cast<std::uint64_t>((at - w.ask.deadline).count() / 1000));
  }
  const auto desk = wires->desk->current();
  const auto& policies = client_of(*desk, w.ask.facts.from);
  const auto decision = decide_access(account, policies, w.proof, at);
  if (!w.granted && w.preemptions == 0)
    explain(w.ask, at, account, decision);
  if (decision.verdict == login_verdict::reject) {
    if (const auto* b = find_binding(w.granted))
      address_came_late(binding{b->row});
    return refuse(w, decision.why);
  }
  if (w.ask.step != lease_step::none && !w.granted)
    take_port_over(w, *desk);
  if (!w.granted && !renews_lease(w.ask) && !has_room(w, policies))
    return;
  if (w.ask.step != lease_step::none)
    return give_lease(std::move(w), decision, *desk);
  give_address(std::move(w), decision, policies, *desk);
}

// How many attachments at other places are live: open sessions, offers that wait for their session,
// and logins that wait for an address.
std::size_t subscriber_state::places_elsewhere(attachment_key here, instant at) const {
  std::vector<attachment_key> places;
  const auto count = [&places, here](attachment_key place) {
    if (place != here && std::find(places.begin(), places.end(), place) == places.end())
      places.push_back(place);
  };
  for (const auto& s : sessions)
    count(s.row.place.key);
  for (const auto& b : bindings)
    if (is_live(b.row) && (is_announced(b, at) || is_leased(b, at)))
      count(b.row.place.key);
  for (const auto& w : waiting)
    if (w.request != 0 && (!w.ask.deadline || w.ask.deadline >= at))
      count(w.ask.place.key);
  return places.size();
}

// False: the login was answered, or waits for a session to end.
bool subscriber_state::has_room(waiting_login& w, const client& policies) {
  const auto here = w.ask.place.key;
  const std::size_t limit = std::max<std::size_t>(1, account.session_limit);
  if (places_elsewhere(here, now()) < limit)
    return true;
  if (!reap_silent(now())) {
    fall_silent(w, trace_code::store_refused, static_cast<std::uint64_t>(errc::store_full));
    return false;
  }
  if (places_elsewhere(here, now()) < limit)
    return true;
  add_step(w.ask, now(), trace_code::session_limit_reached, limit);
  const kept_session* oldest = nullptr;
  if (policies.on_session_limit == limit_policy::preempt && w.preemptions < preemption_limit)
    for (const auto& s : sessions)
      if (s.row.place.key != here && (!oldest || s.row.started < oldest->row.started))
        oldest = &s;
  if (!oldest) {
    refuse(w, refusal::session_limit);
    return false;
  }
  const auto victim = oldest->row.id;
  add_step(w.ask, now(), trace_code::preempted, victim.value);
  ++w.preemptions;
  w.victim = victim;
  // A login replaces an earlier one of its place.
  std::erase_if(waiting, [&](const auto& x) {
    return x.victim == victim && x.ask.place.key == here && x.request == 0;
  });
  waiting.push_back(std::move(w));
  end_at_nas(victim, cause_port_preempted,
             [this, victim](const ending_outcome& o) { resume_logins(victim, o.over); });
  return false;
}

// The session they waited for is over, or will not end.
void subscriber_state::resume_logins(session_id ended, bool over) {
  std::vector<waiting_login> ready;
  for (auto& w : waiting)
    if (w.victim == ended && w.request == 0)
      ready.push_back(std::move(w));
  std::erase_if(waiting, [ended](const auto& w) { return w.victim == ended && w.request == 0; });
  for (auto& w : ready) {
    w.victim = {};
    if (over)
      admit(std::move(w));
    else
      refuse(w, refusal::session_limit);
  }
}

void subscriber_state::drop_late_logins(instant at) {
  for (auto& w : waiting)
    if (w.ask.deadline && w.ask.deadline < at)
      fall_silent(w, trace_code::deadline_passed,
                  static_cast<std::uint64_t>((at - w.ask.deadline).count() / 1000));
  std::erase_if(waiting, [at](const auto& w) { return w.ask.deadline && w.ask.deadline < at; });
}

// Answers.

void subscriber_state::answer(waiting_login& w, login_answered answered) {
  const auto at = now();
  answered.to = w.ask.to;
  answered.who = account.id;
  answered.proof = std::move(w.extra);
  const bool rejected = answered.verdict == login_verdict::reject;
  const auto given =
    w.ask.step == lease_step::none ? account.id.value : std::uint64_t{answered.address.value};
  add_step(w.ask, at, end_of(answered.verdict, w.ask.step),
           rejected ? static_cast<std::uint64_t>(answered.why) : given);
  wires->answers->answer(answered);
  wires->traces->add(w.ask, answered);
  if (wires->is_watched())
    self->send(wires->events,
               login_happened{at, subject_of(w.ask.facts), word_for(answered.verdict, w.ask.step),
                              std::string{name_of(answered.why)},
                              answered.address ? to_string(answered.address) : std::string{},
                              w.ask.facts.nas_name, account.id});
}

void subscriber_state::refuse(waiting_login& w, refusal why, journal_number rests_on) {
  if (w.ask.deadline && w.ask.deadline < now())
    return fall_silent(w, trace_code::deadline_passed,
                       static_cast<std::uint64_t>((now() - w.ask.deadline).count() / 1000));
  login_answered out;
  out.verdict = login_verdict::reject;
  out.why = why;
  out.rests_on = std::max({highest(), rests_on, wires->desk->current()->number});
  answer(w, std::move(out));
}

// No answer leaves (the NAS asks again), but the trace says why.
void subscriber_state::fall_silent(waiting_login& w, trace_code code, std::uint64_t argument) {
  add_step(w.ask, now(), code, argument);
  login_answered out;
  out.to = w.ask.to;
  out.who = account.id;
  out.why = refusal::store_unavailable;
  wires->traces->add(w.ask, out);
}

void subscriber_state::accept(waiting_login& w, kept_binding& b, const access_decision& decision,
                              const client& policies, const catalogue& desk) {
  const auto at = now();
  b.announced = at;
  b.to_nas = true;
  if (b.row.state == binding_state::offered)
    b.row.until = at + wires->settings.offer_time;
  login_answered out;
  out.verdict = w.fell_back ? login_verdict::accept_as_guest : decision.verdict;
  out.why = w.fell_back ? refusal::no_address : decision.why;
  out.binding = b.row.id;
  out.address = b.row.address;
  if (out.verdict == login_verdict::accept) {
    out.service = decision.service;
    out.session_timeout = session_timeout_of(decision, desk.find_service(decision.service), at);
  }
  out.interim_interval = policies.interim_interval != 0
                           ? policies.interim_interval
                           : static_cast<std::uint32_t>(wires->settings.interim_interval.count());
  out.rests_on = std::max(highest(), desk.number);
  const auto used = b.row.id;
  answer(w, std::move(out));
  if (bindings.size() > 1)
    give_back_others(w.ask, used);
}

} // namespace uzel
