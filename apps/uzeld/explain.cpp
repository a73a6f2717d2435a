#include "apps/uzeld/explain.hpp"

#include "protocols/proof/login_name.hpp"

namespace uzel {
namespace {

std::string_view name_of(login_verdict v) {
  switch (v) {
  case login_verdict::accept:
    return "accept";
  case login_verdict::accept_as_guest:
    return "guest";
  case login_verdict::reject:
    return "reject";
  }
  return "reject";
}

std::vector<told_login> find(const trace_ring& traces, const rest::trace_query& asked) {
  if (asked.mac)
    return traces.of_mac(asked.mac, asked.limit);
  if (asked.address)
    return traces.of_address(asked.address, asked.limit);
  if (asked.account)
    return traces.of_account(asked.account, asked.limit);
  // As typed, and as it would be without its realm: a client's realm rule decides which one was
  // looked up.
  for (const auto rule : {proof::realm_rule::keep, proof::realm_rule::strip})
    if (const auto login = proof::normalise_login(asked.login, rule))
      if (auto found = traces.of_login(*login, asked.limit); !found.empty())
        return found;
  return {};
}

rest::trace_report told(const told_login& t, std::string_view language) {
  rest::trace_report out;
  out.time = t.time;
  out.login = t.facts.login;
  out.mac = t.facts.mac;
  out.nas = t.facts.nas_name;
  out.account = t.who;
  out.verdict = name_of(t.verdict);
  out.why = name_of(t.why);
  out.address = t.address;
  for (std::size_t i = 0; i < t.steps.count; ++i) {
    const auto& s = t.steps.steps[i];
    out.steps.push_back(
      {s.microseconds, std::string{uzel::name_of(s.code)}, describe(s, language)});
  }
  return out;
}

} // namespace

std::vector<rest::trace_report> explain(const trace_ring& traces, const rest::trace_query& asked) {
  std::vector<rest::trace_report> out;
  for (const auto& t : find(traces, asked))
    out.push_back(told(t, asked.language));
  return out;
}

} // namespace uzel
