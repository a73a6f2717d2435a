#include "apps/uzelctl/import_radius_user.hpp"

#include "apps/uzelctl/lookup.hpp"
#include "domain/entities/codec.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"
#include "protocols/proof/login_name.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace uzel::ctl {
namespace {

// Said to every NAS, or to none, without being kept: the server sends what a session needs.
constexpr std::array<std::string_view, 12> not_needed{
  "Service-Type", "Framed-Protocol", "Framed-IP-Netmask",     "Framed-Compression",
  "Framed-MTU",   "Framed-Routing",  "Acct-Interim-Interval", "Port-Limit",
  "Fall-Through", "Reply-Message",   "Framed-Pool",           "Pool-Name"};

constexpr std::array<std::string_view, 6> of_services{
  "Mikrotik-Rate-Limit", "WISPr-Bandwidth-Max-Down", "WISPr-Bandwidth-Max-Up",
  "Filter-Id",           "Mikrotik-Address-List",    "Session-Timeout"};

template <std::size_t N>
bool has(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string speed_text(std::uint32_t kbit) {
  if (kbit == 0)
    return "-";
  if (kbit % 1000 == 0)
    return std::to_string(kbit / 1000) + "M";
  return std::to_string(kbit) + "k";
}

std::string name_of_user(const std::string& name) {
  return say("user {}", name);
}

} // namespace

std::string name_of(const radius_profile& p) {
  auto out = speed_text(p.speed.down_kbit) + "/" + speed_text(p.speed.up_kbit);
  if (p.speed.burst_down_kbit != 0 || p.speed.burst_up_kbit != 0)
    out += " burst " + speed_text(p.speed.burst_down_kbit) + "/" +
           speed_text(p.speed.burst_up_kbit) + " " + std::to_string(p.speed.burst_seconds) + "s";
  if (!p.filter_id.empty())
    out += " filter " + p.filter_id;
  if (!p.address_list.empty())
    out += " list " + p.address_list;
  if (p.session_timeout != 0)
    out += " " + std::to_string(p.session_timeout) + "s";
  return out;
}

radius_reader::radius_reader(const radius_groups& groups, radius_terms terms, moving_plan& into)
  : groups_{groups}
  , terms_{std::move(terms)}
  , plan_{into} {
  services_[terms_.service] = {};
}

void radius_reader::take(const radius_user& user) {
  moved_account out;
  out.from = name_of_user(user.name);
  const auto refuse = [&](std::string reason) { plan_.problems.push_back({out.from, reason}); };
  const auto login = proof::normalise_login(user.name);
  if (!login)
    return refuse(tr("the name is empty, too long or has control characters"));
  out.login = out.number = *login;
  constexpr std::size_t longest_number = 64;
  if (out.number.size() > longest_number)
    return refuse(say("the name has more than {} bytes", longest_number));
  if (!claim(out, "login " + out.login))
    return;
  if (const auto mac = parse_mac(user.name); mac && *mac)
    if (const auto text = to_string(*mac); claim(out, "mac " + text))
      out.macs.push_back(text);
  out.session_limit = terms_.session_limit;
  out.service = terms_.service;
  read_check(user, out);
  read_reply(user, out);
  plan_.accounts.push_back(std::move(out));
}

// False: another has it, which is told.
bool radius_reader::claim(const moved_account& account, const std::string& key) {
  const auto [at, fresh] = claimed_.try_emplace(key, account.from);
  if (!fresh)
    plan_.problems.push_back({account.from, say("{} is the {} already", key, at->second)});
  return fresh;
}

std::vector<radius_reader::said> radius_reader::all_of(const radius_user& user, bool check) const {
  std::vector<said> out;
  for (const auto& one : check ? user.check : user.reply)
    out.push_back({&one, nullptr});
  for (const auto& name : user.groups)
    if (const auto group = groups_.find(name); group != groups_.end())
      for (const auto& one : check ? group->second.check : group->second.reply)
        out.push_back({&one, &group->first});
  return out;
}

void radius_reader::lost(const moved_account& of, const said& s, std::string reason) {
  if (!s.group) {
    plan_.problems.push_back({of.from, std::move(reason)});
    return;
  }
  const auto from = say("group {}", *s.group);
  if (told_of_groups_.insert(from + reason).second)
    plan_.problems.push_back({from, std::move(reason)});
}

void radius_reader::read_passwords(const std::vector<said>& all, moved_account& out) {
  std::string refusal;
  for (const auto& s : all) {
    if (!is_password(s.what->name))
      continue;
    const auto read = read_password(*s.what);
    if (out.password.empty() && !read.cleartext.empty())
      out.password = read.cleartext;
    if (out.nt_hash.empty())
      out.nt_hash = read.nt_hash;
    if (refusal.empty())
      refusal = read.refusal;
  }
  if (!out.password.empty())
    out.nt_hash.clear(); // it serves every method, the hash does not
  else if (out.nt_hash.empty() && (out.macs.empty() || !refusal.empty()))
    plan_.problems.push_back(
      {out.from, say("the account is without a password: {}",
                     refusal.empty() ? tr("there is none in radcheck") : refusal)});
  else if (!out.nt_hash.empty())
    ++nt_hashes_;
}

void radius_reader::read_check(const radius_user& user, moved_account& out) {
  const auto all = all_of(user, true);
  read_passwords(all, out);
  std::set<std::string> done;
  for (const auto& s : all) {
    const auto& [name, op, value] = *s.what;
    if (is_password(name) || !done.insert(name).second)
      continue;
    std::uint64_t number = 0;
    if (name == "Auth-Type" && value == "Reject") {
      out.disabled = true;
    } else if (name == "Auth-Type" && value == "Accept") {
      lost(out, s, tr("Auth-Type Accept lets him in without a password; here nobody is"));
    } else if (name == "Expiration") {
      const auto ends = read_expiration(value);
      if (!ends)
        lost(out, s, say("Expiration {} cannot be read: he has the service for good", value));
      else if (*ends <= terms_.now)
        out.service.clear();
      else
        out.ends = render_instant(*ends);
    } else if (name == "Simultaneous-Use") {
      if (read_number(value, number) && number >= 1 && number <= 1000)
        out.session_limit = static_cast<std::uint32_t>(number);
      else
        lost(out, s, say("Simultaneous-Use {} is no number from 1 to 1000", value));
    } else if (name == "Auth-Type" || has(not_needed, name)) {
      pass_over(s);
    } else {
      lost(out, s, say("the check of {} ({} {}) is not made here", name, op, value));
    }
  }
}

void radius_reader::read_address(const said& s, moved_account& out) {
  const auto address = parse_ipv4(s.what->value);
  // RFC 2865 section 5.8: the NAS or the user chooses.
  if (address && address->value >= 0xFFFFFFFEu)
    return pass_over(s);
  if (!address || !*address)
    return lost(out, s, say("Framed-IP-Address {} is no address", s.what->value));
  if (s.group)
    return lost(out, s, tr("Framed-IP-Address of a group can be nobody's own address"));
  const auto text = to_string(*address);
  if (claim(out, "address " + text))
    out.addresses.push_back(text);
}

// False: the value cannot be read.
bool radius_reader::read_profile(const said& s, radius_profile& out) {
  const auto& [name, op, value] = *s.what;
  if (name == "Mikrotik-Rate-Limit") {
    const auto speed = read_rate_limit(value);
    if (speed)
      out.speed = *speed;
    return speed.has_value();
  }
  if (name == "Filter-Id" || name == "Mikrotik-Address-List") {
    (name == "Filter-Id" ? out.filter_id : out.address_list) = value;
    return value.size() <= 128;
  }
  std::uint64_t number = 0;
  if (name == "Session-Timeout") {
    const bool fits = read_number(value, number) && number <= 0xFFFFFFFFu;
    out.session_timeout = static_cast<std::uint32_t>(fits ? number : 0);
    return fits;
  }
  const auto bits = read_bits_per_second(value);
  if (bits)
    (name == "WISPr-Bandwidth-Max-Down" ? out.speed.down_kbit : out.speed.up_kbit) = *bits;
  return bits.has_value();
}

void radius_reader::read_reply(const radius_user& user, moved_account& out) {
  radius_profile profile;
  std::set<std::string> done;
  std::vector<std::string> sources; // groups that say something of the profile
  bool own = false;
  bool rated = false;
  for (const auto& s : all_of(user, false)) {
    const auto& name = s.what->name;
    if (!done.insert(name).second)
      continue;
    const bool wispr = name.starts_with("WISPr-Bandwidth");
    if (name == "Framed-IP-Address")
      read_address(s, out);
    else if (has(of_services, name)) {
      // A rate limit says both speeds already.
      if (wispr && rated)
        continue;
      if (!read_profile(s, profile)) {
        lost(out, s, say("{} {} cannot be read", name, s.what->value));
        continue;
      }
      rated = rated || name == "Mikrotik-Rate-Limit";
      own = own || !s.group;
      if (s.group && std::find(sources.begin(), sources.end(), *s.group) == sources.end())
        sources.push_back(*s.group);
    } else if (has(not_needed, name))
      pass_over(s);
    else
      lost(out, s, say("{} is not sent to the NAS here", name));
  }
  if (profile == radius_profile{} || out.service.empty())
    return;
  std::string name;
  for (const auto& group : sources)
    name.append(name.empty() ? "" : "+").append(group);
  out.service = service_for(profile, own ? name_of(profile) : name);
}

// Two profiles never share a name, nor does one take that of users without a speed.
std::string radius_reader::service_for(const radius_profile& profile, const std::string& name) {
  constexpr std::size_t longest = 128;
  const auto [at, fresh] = services_.try_emplace(name.substr(0, longest), profile);
  if (fresh || at->second == profile)
    return at->first;
  auto longer = (name + " " + name_of(profile)).substr(0, longest);
  services_.insert_or_assign(longer, profile);
  return longer;
}

void radius_reader::finish() {
  std::set<std::string> used;
  for (const auto& account : plan_.accounts)
    used.insert(account.service);
  std::vector<moved_row> rows;
  for (const auto& [name, p] : services_) {
    if (!used.contains(name) || name.empty())
      continue;
    auto fields = json::object().set("name", json::of(std::string_view{name}));
    const bool plain = p == radius_profile{}; // may be a service of the operator's own
    const auto number = [&](std::string_view field, std::uint32_t value) {
      if (!plain)
        fields.set(field, json::of(std::uint64_t{value}));
    };
    number("down_kbit", p.speed.down_kbit);
    number("up_kbit", p.speed.up_kbit);
    number("burst_down_kbit", p.speed.burst_down_kbit);
    number("burst_up_kbit", p.speed.burst_up_kbit);
    number("burst_seconds", p.speed.burst_seconds);
    number("session_timeout", p.session_timeout);
    if (!p.filter_id.empty())
      fields.set("filter_id", json::of(std::string_view{p.filter_id}));
    if (!p.address_list.empty())
      fields.set("address_list", json::of(std::string_view{p.address_list}));
    rows.push_back({"service", name, std::move(fields)});
  }
  plan_.rows.insert(plan_.rows.begin(), rows.begin(), rows.end());
  if (nt_hashes_ != 0)
    plan_.notes.push_back(
      say("{} users have an NT hash only: it serves PAP and MS-CHAP, not CHAP", nt_hashes_));
  for (const auto& [name, count] : passed_over_)
    plan_.notes.push_back(say("{} is not carried: nothing here needs it ({} times)", name, count));
}

} // namespace uzel::ctl
