// What people change about an account. Each command is checked, written as one record, then
// applied.
#include "actors/subscriber_state.hpp"
#include "protocols/proof/login_name.hpp"
#include "protocols/proof/sealed_secret.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace uzel {
namespace {

// Subscription ids: the account's id and a count within it, unique without a counter of their own.
constexpr unsigned sequence_bits = 20;

subscription_id next_subscription(const account_state& a) {
  constexpr std::uint64_t mask = (std::uint64_t{1} << sequence_bits) - 1;
  return subscription_id{(a.id.value << sequence_bits) + ((a.current.id.value + 1) & mask)};
}

std::string first_login(const account_state& a) {
  for (const auto& x : a.accesses)
    if (x.kind == access_kind::login)
      return x.login;
  return {};
}

// Seals the new password into `to`; an empty one takes the old away.
caf::error set_password(const wiring& wires, account_state& to, const std::string& password) {
  if (password.empty()) {
    to.credential.clear();
    to.credential_form = 0;
    return {};
  }
  const auto problems = proof::password_problems(password, first_login(to), {});
  if (!problems.empty())
    return refusal_of(errc::invalid_input, problems.front().problem);
  if (!wires.master_key)
    return refusal_of(errc::unavailable, "there is no key to seal passwords with");
  auto sealed = proof::seal_password(*wires.master_key, to.id, password);
  if (!sealed)
    return refusal_of(errc::unavailable, "the password could not be sealed");
  to.credential = std::move(sealed->sealed);
  to.credential_form = static_cast<std::uint8_t>(sealed->form);
  return {};
}

} // namespace

caf::error refusal_of(errc why, std::string text) {
  return caf::make_error(why, std::move(text));
}

caf::error refusal_of(const boost::system::error_code& why) {
  return refusal_of(static_cast<errc>(why.value()), "the journal takes no changes now");
}

caf::result<account_shown> subscriber_state::change(const change_account& m) {
  touch();
  if (is_guest(account.id))
    return refusal_of(errc::not_found, "a guest has no account");
  if (m.expected && m.expected != account.number_of_change)
    return refusal_of(errc::stale_version, "the account was changed meanwhile");
  if (account.status == account_status::closed)
    return refusal_of(errc::conflict, "the account is closed");
  auto after = account;
  std::vector<access> released;
  if ((m.parts & part_number) != 0) {
    if (m.to.number.empty())
      return refusal_of(errc::invalid_input, "number: must not be empty");
    after.number = m.to.number;
  }
  if ((m.parts & part_credit_limit) != 0)
    after.credit_limit = m.to.credit_limit;
  if ((m.parts & part_session_limit) != 0) {
    if (m.to.session_limit == 0)
      return refusal_of(errc::invalid_input, "session_limit: must be at least 1");
    after.session_limit = m.to.session_limit;
  }
  if ((m.parts & part_credential) != 0)
    if (auto problem = set_password(*wires, after, m.password))
      return problem;
  if ((m.parts & part_status) != 0) {
    after.status = m.to.status;
    if (after.status == account_status::closed) {
      if (!after.addresses.empty())
        return refusal_of(errc::in_use, "the account has static addresses");
      released.swap(after.accesses);
    }
  }
  if (const auto number = write(std::move(after), std::move(released)); !number)
    return refusal_of(number.error());
  if (account.status != account_status::active) {
    std::vector<session_id> all;
    for (const auto& s : sessions)
      all.push_back(s.row.id);
    for (const auto which : all)
      end_at_nas(which, cause_admin_reset);
  }
  return shown();
}

caf::result<account_shown> subscriber_state::add(const add_access& m) {
  touch();
  if (is_guest(account.id) || account.status == account_status::closed)
    return refusal_of(errc::not_found, "no such account, or it is closed");
  if (std::find(account.accesses.begin(), account.accesses.end(), m.what) != account.accesses.end())
    return refusal_of(errc::conflict, "the account has this access already");
  auto after = account;
  after.accesses.push_back(m.what);
  if (const auto number = write(std::move(after)); !number)
    return refusal_of(number.error());
  return shown();
}

caf::result<account_shown> subscriber_state::remove(const remove_access& m) {
  touch();
  auto after = account;
  if (std::erase(after.accesses, m.what) == 0)
    return refusal_of(errc::not_found, "the account has no such access");
  if (const auto number = write(std::move(after), {m.what}); !number)
    return refusal_of(number.error());
  return shown();
}

caf::result<account_shown> subscriber_state::subscribe(const set_subscription& m) {
  touch();
  if (is_guest(account.id) || account.status == account_status::closed)
    return refusal_of(errc::not_found, "no such account, or it is closed");
  auto after = account;
  if (m.to.state == subscription_state::none) {
    if (account.current.state != subscription_state::active &&
        account.current.state != subscription_state::queued)
      return refusal_of(errc::not_found, "the account has no current subscription");
    after.current.state = subscription_state::ended;
    after.current.end = now();
  } else {
    if (!wires->desk->current()->find_service(m.to.service))
      return refusal_of(errc::invalid_input, "service: there is no such service");
    after.current = m.to;
    if (!after.current.start)
      after.current.start = now();
    if (after.current.end && after.current.end <= after.current.start)
      return refusal_of(errc::invalid_input, "end: must be after the start");
    if (!after.current.id)
      after.current.id = next_subscription(account);
  }
  if (const auto number = write(std::move(after)); !number)
    return refusal_of(number.error());
  return shown();
}

} // namespace uzel
