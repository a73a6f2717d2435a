#include "actors/nas_redo.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace uzel {
namespace {

std::vector<close_restarted> closings_of(const boot_image& image) {
  std::unordered_map<nas_id, const nas_state*> nases;
  for (const auto& n : image.nases)
    nases[n.id] = &n;
  std::set<std::pair<account_id, nas_id>> told;
  std::vector<close_restarted> out;
  for (const auto& s : image.sessions) {
    const auto at = nases.find(s.nas);
    if (s.state != session_state::open || at == nases.end())
      continue;
    const auto& n = *at->second;
    if (s.epoch < n.epoch && s.started < n.restarted && told.emplace(s.account, s.nas).second)
      out.push_back({s.account, s.nas, n.epoch, n.restarted, n.number});
  }
  return out;
}

std::vector<release_binding> releases_of(const boot_image& image) {
  std::unordered_set<session_id> open;
  for (const auto& s : image.sessions)
    if (s.state == session_state::open)
      open.insert(s.id);
  std::vector<release_binding> out;
  for (const auto& b : image.bindings)
    if (b.state == binding_state::bound && b.session && !open.contains(b.session))
      out.push_back({b.domain, b.pool, b.id, b.address, b.holder, b.last_seen, true});
  return out;
}

// The address is taken before the account says so and given back after it, so that only this way
// round can be left over.
std::vector<withdraw_static> withdrawn_of(const boot_image& image) {
  std::set<std::pair<account_id, std::pair<routing_domain_id, ipv4>>> owned;
  for (const auto& a : image.accounts)
    for (const auto& fixed : a.addresses)
      owned.insert({a.id, {fixed.domain, fixed.address}});
  std::vector<withdraw_static> out;
  for (const auto& b : image.bindings)
    if (b.fixed && !owned.contains({b.holder, {b.domain, b.address}}))
      out.push_back({b.domain, b.holder, b.address});
  return out;
}

} // namespace

boot_redo redo_after_boot(const boot_image& image) {
  return {closings_of(image), releases_of(image), withdrawn_of(image)};
}

} // namespace uzel
