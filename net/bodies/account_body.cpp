#include "net/bodies/account_body.hpp"

#include "domain/identification.hpp"
#include "protocols/proof/credential.hpp"
#include "protocols/proof/login_name.hpp"

namespace uzel::rest {
namespace {

constexpr routing_domain_id default_domain{1};

// The array members of a body are read apart from its plain fields.
json take_member(json& from, std::string_view name) {
  json out;
  std::erase_if(from.members, [&](auto& m) {
    if (m.first != name)
      return false;
    out = std::move(m.second);
    return true;
  });
  return out;
}

template <class Form, class Take>
void read_array(const json& from, const std::string& name, violations& wrong, Take take) {
  if (from.is_null())
    return;
  if (from.kind != json::type::array) {
    wrong.push_back({name, "must be an array"});
    return;
  }
  for (std::size_t i = 0; i < from.items.size(); ++i) {
    const auto prefix = name + '[' + std::to_string(i) + "].";
    const auto before = wrong.size();
    Form form;
    read_object(fields_of<Form>(), from.items[i], &form, prefix, wrong);
    if (wrong.size() == before)
      take(form, prefix);
  }
}

void add_short_forms(new_account& in, instant now, const std::string& prefix, violations& wrong) {
  auto& draft = in.draft;
  if (!in.login.empty()) {
    access key;
    key.login = in.login;
    finish_access(key, prefix, wrong);
    draft.accesses.insert(draft.accesses.begin(), key);
  }
  if (in.mac) {
    access key;
    key.kind = access_kind::mac;
    key.mac = in.mac;
    draft.accesses.push_back(key);
  }
  if (in.address)
    draft.addresses.push_back({default_domain, in.address, {}});
  if (in.service) {
    draft.current = {subscription_id{1}, in.service, subscription_state::active, {}, now,
                     in.service_ends};
    if (in.service_ends && in.service_ends <= now)
      wrong.push_back({prefix + "service_ends", "must lie in the future"});
  } else if (in.service_ends) {
    wrong.push_back({prefix + "service_id", "must be given with service_ends"});
  }
}

int digit_of(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  const auto lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Its octets travel where a password does; the form says which it is.
void take_nt_hash(new_account& in, const std::string& prefix, violations& wrong) {
  if (in.nt_hash.empty())
    return;
  constexpr std::size_t hex_digits = 32;
  if (!in.password.empty())
    wrong.push_back({prefix + "nt_hash", "must not be given beside a password"});
  std::string octets;
  for (std::size_t i = 0; i + 1 < in.nt_hash.size(); i += 2) {
    const auto high = digit_of(in.nt_hash[i]);
    const auto low = digit_of(in.nt_hash[i + 1]);
    if (high < 0 || low < 0)
      break;
    octets += static_cast<char>(high * 16 + low);
  }
  if (in.nt_hash.size() != hex_digits || octets.size() != hex_digits / 2)
    wrong.push_back({prefix + "nt_hash", "must be 32 hex digits"});
  in.password = std::move(octets);
  in.draft.credential_form = static_cast<std::uint8_t>(proof::credential_form::nt_hash);
}

} // namespace

void finish_access(access& key, std::string_view prefix, violations& wrong) {
  if (key.kind == access_kind::login && !key.login.empty()) {
    const auto normal = proof::normalise_login(key.login);
    if (!normal) {
      wrong.push_back({std::string{prefix} + "login", "must be a login of at most 253 bytes "
                                                      "without control characters"});
      return;
    }
    key.login = *normal;
  }
  if (key.kind == access_kind::client_identifier) {
    constexpr std::size_t longest = 2 * 255;
    const bool hex = key.login.size() % 2 == 0 && key.login.size() <= longest &&
                     key.login.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!hex && !key.login.empty()) {
      wrong.push_back({std::string{prefix} + "login",
                       "must be the octets of option 61 in lower-case hex, at most 255 of them"});
      return;
    }
  }
  if (const auto problem = problem_of(key); !problem.empty())
    wrong.push_back({std::string{prefix} + "kind", std::string{problem}});
}

void finish_static(static_address& what) {
  if (!what.domain)
    what.domain = default_domain;
}

new_account read_new_account(const json& from, instant now, std::string_view prefix,
                             violations& wrong) {
  new_account out;
  const std::string before{prefix};
  auto plain = from;
  const auto accesses = take_member(plain, "accesses");
  const auto addresses = take_member(plain, "addresses");
  read_object(fields_of<new_account>(), plain, &out, before, wrong);
  read_array<access_form>(accesses, before + "accesses", wrong,
                          [&](access_form& form, const std::string& at) {
                            finish_access(form.what, at, wrong);
                            out.draft.accesses.push_back(form.what);
                          });
  read_array<static_address_form>(addresses, before + "addresses", wrong,
                                  [&](static_address_form& form, const std::string&) {
                                    finish_static(form.what);
                                    out.draft.addresses.push_back(form.what);
                                  });
  add_short_forms(out, now, before, wrong);
  take_nt_hash(out, before, wrong);
  return out;
}

} // namespace uzel::rest
