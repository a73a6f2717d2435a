#include "apps/uzelctl/image_check.hpp"

#include "apps/uzelctl/text_table.hpp"
#include "apps/uzelctl/words.hpp"

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace uzel::ctl {
namespace {

using place_key = std::pair<std::uint64_t, std::uint32_t>; // routing domain, address

class checker {
 public:
  explicit checker(const boot_image& image) : image_{image} {}

  std::vector<broken_invariant> run() {
    about_ = invariant::one_holder;
    for (const auto& b : image_.bindings)
      check(b);
    about_ = invariant::own_account;
    for (const auto& a : image_.accounts)
      check(a);
    for (const auto& s : image_.sessions)
      check(s);
    about_ = invariant::money;
    for (const auto& a : image_.accounts)
      check_amounts(a);
    return std::move(found_);
  }

 private:
  template <class... Values>
  void report(std::string_view english, const Values&... values) {
    found_.push_back({about_, say(english, values...)});
  }

  void check(const binding& b) {
    if (b.state == binding_state::free)
      return;
    const place_key key{b.domain.value, b.address.value};
    const auto [at, fresh] = holders_.try_emplace(key, &b);
    if (!fresh && at->second->holder == b.holder)
      report("{} in routing domain {} is bound twice for account {}: bindings {} and {}",
             to_string(b.address), b.domain.value, b.holder.value, at->second->id.value,
             b.id.value);
    else if (!fresh)
      report("{} in routing domain {} has two holders: accounts {} and {}", to_string(b.address),
             b.domain.value, at->second->holder.value, b.holder.value);
    const auto [same, first] = bindings_.try_emplace(b.id.value, &b);
    if (!first)
      report("binding {} is of two addresses: {} and {}", b.id.value,
             to_string(same->second->address), to_string(b.address));
  }

  void check(const account_state& a) {
    claim(numbers_, a.number, a, "number");
    for (const auto& key : a.accesses) {
      if (key.kind == access_kind::login)
        claim(logins_, key.login, a, "login");
      else if (key.kind == access_kind::mac)
        claim(macs_, to_string(key.mac), a, "mac");
      else if (key.kind == access_kind::client_identifier)
        claim(client_identifiers_, key.login, a, "client identifier");
    }
    for (const auto& own : a.addresses)
      check_static(a, own);
  }

  void check_amounts(const account_state& a) {
    if (a.credit_limit.minor < 0)
      report("account {} has a credit limit below zero: {}", a.id.value, a.credit_limit.minor);
    if (a.current.price_paid.minor < 0)
      report("account {} paid less than nothing: {}", a.id.value, a.current.price_paid.minor);
  }

  using claims = std::unordered_map<std::string, account_id>;
  void claim(claims& taken, const std::string& key, const account_state& a, std::string_view kind) {
    if (a.status == account_status::closed)
      return;
    const auto [at, fresh] = taken.try_emplace(key, a.id);
    if (!fresh && at->second != a.id)
      report("{} {} recognises two accounts: {} and {}", kind, printable(key), at->second.value,
             a.id.value);
  }

  void check_static(const account_state& a, const static_address& own) {
    const place_key key{own.domain.value, own.address.value};
    const auto [at, fresh] = owners_.try_emplace(key, a.id);
    if (!fresh && at->second != a.id)
      report("{} in routing domain {} is the static address of two accounts: {} and {}",
             to_string(own.address), own.domain.value, at->second.value, a.id.value);
    const auto held = holders_.find(key);
    if (held != holders_.end() && held->second->holder != a.id)
      report("{} is the static address of account {}, but account {} holds it",
             to_string(own.address), a.id.value, held->second->holder.value);
  }

  void check(const session& s) {
    if (s.state != session_state::open)
      return;
    const auto key = std::tuple{s.nas.value, s.epoch, s.acct_session_id};
    const auto [same, fresh] = sessions_.try_emplace(key, s.id);
    if (!fresh)
      report("sessions {} and {} are the same stay: NAS {}, epoch {}, {}", same->second.value,
             s.id.value, s.nas.value, s.epoch, printable(s.acct_session_id));
    // A NAS that uses another's address is told by an alarm; such a session has none of its own.
    if (!s.binding || (s.flags & session_conflict) != 0)
      return;
    const auto at = bindings_.find(s.binding.value);
    if (at == bindings_.end()) {
      report("session {} of account {} uses binding {}, which is not there", s.id.value,
             s.account.value, s.binding.value);
      return;
    }
    const auto& b = *at->second;
    if (b.holder != s.account)
      report("session {} is of account {}, its address {} of account {}", s.id.value,
             s.account.value, to_string(b.address), b.holder.value);
    else if (s.address && b.address != s.address)
      report("session {} has the address {}, its binding {} is of {}", s.id.value,
             to_string(s.address), b.id.value, to_string(b.address));
  }

  const boot_image& image_;
  invariant about_ = invariant::one_holder;
  std::vector<broken_invariant> found_;
  std::map<place_key, const binding*> holders_;
  std::unordered_map<std::uint64_t, const binding*> bindings_;
  std::map<place_key, account_id> owners_;
  claims numbers_;
  claims logins_;
  claims macs_;
  claims client_identifiers_;
  std::map<std::tuple<std::uint64_t, std::uint32_t, std::string>, session_id> sessions_;
};

} // namespace

std::vector<broken_invariant> check_image(const boot_image& image) {
  return checker{image}.run();
}

} // namespace uzel::ctl
