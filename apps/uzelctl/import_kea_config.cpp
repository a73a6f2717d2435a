#include "apps/uzelctl/import_kea_config.hpp"

#include "apps/uzelctl/import_kea_hosts.hpp"
#include "apps/uzelctl/import_kea_options.hpp"
#include "apps/uzelctl/lookup.hpp"
#include "domain/ipv4.hpp"
#include "protocols/proof/login_name.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace uzel::ctl {
namespace {

// Parts of Dhcp4 that mean something for clients and have no counterpart here.
constexpr std::array<std::string_view, 5> not_carried{
  "client-classes", "option-def", "hooks-libraries", "dhcp-ddns", "host-reservation-identifiers"};

json text(std::string_view value) {
  return json::of(value);
}

const std::vector<json>& items_of(const json& of, std::string_view name) {
  static const std::vector<json> none;
  const auto* member = of.find(name);
  return member && member->is_array() ? member->items : none;
}

// What a subnet gets from the places around it, the innermost first.
class scope {
 public:
  explicit scope(std::vector<const json*> inner_first) : places_{std::move(inner_first)} {}

  const json* find(std::string_view name) const {
    for (const auto* place : places_)
      if (const auto* member = place->find(name))
        return member;
    return nullptr;
  }
  std::string text_of(std::string_view name) const {
    const auto* member = find(name);
    return member ? member->text : std::string{};
  }
  bool is_set(std::string_view name) const {
    const auto* member = find(name);
    return member && member->truth;
  }
  kea_options options(std::vector<std::string>& refused) const {
    kea_options out;
    for (auto place = places_.rbegin(); place != places_.rend(); ++place)
      out.add((*place)->find("option-data"), refused);
    return out;
  }

 private:
  std::vector<const json*> places_;
};

struct address_range {
  ipv4 first;
  ipv4 last;
};

ipv4 last_of(const prefix4& p) {
  return ipv4{p.network.value | ~p.mask()};
}

// "10.0.0.10 - 10.0.0.99" or "10.0.0.0/24".
std::optional<address_range> range_of(std::string_view given) {
  std::string plain;
  std::copy_if(given.begin(), given.end(), std::back_inserter(plain),
               [](char c) { return c != ' ' && c != '\t'; });
  const auto dash = plain.find('-');
  if (dash == std::string::npos) {
    const auto prefix = parse_prefix4(plain);
    return prefix ? std::optional{address_range{prefix->network, last_of(*prefix)}} : std::nullopt;
  }
  const auto first = parse_ipv4(plain.substr(0, dash));
  const auto last = parse_ipv4(plain.substr(dash + 1));
  if (!first || !last || *last < *first)
    return std::nullopt;
  return address_range{*first, *last};
}

class kea_planner {
 public:
  kea_planner(const json& dhcp4, const kea_terms& terms, moving_plan& into)
    : dhcp4_{dhcp4}
    , terms_{terms}
    , plan_{into} {}

  void plan() {
    for (const auto name : not_carried)
      if (!items_of(dhcp4_, name).empty() || (dhcp4_.find(name) && dhcp4_.find(name)->is_object()))
        problem("Dhcp4", say("{} is not carried", name));
    for (const auto& subnet : items_of(dhcp4_, "subnet4"))
      take(subnet, nullptr);
    for (const auto& shared : items_of(dhcp4_, "shared-networks"))
      for (const auto& subnet : items_of(shared, "subnet4"))
        take(subnet, &shared);
    plan_hosts(items_of(dhcp4_, "reservations"), "Dhcp4", terms_.service, plan_);
  }

 private:
  void problem(std::string from, std::string reason) {
    plan_.problems.push_back({std::move(from), std::move(reason)});
  }

  void take(const json& subnet, const json* shared) {
    const auto written = subnet.text_of("subnet");
    const auto from = say("subnet {}", written);
    const auto prefix = parse_prefix4(written);
    if (!prefix)
      return problem(from, tr("is no IPv4 prefix"));
    std::vector<const json*> places{&subnet};
    if (shared)
      places.push_back(shared);
    places.push_back(&dhcp4_);
    const scope here{places};
    const auto name = to_string(*prefix);
    const auto relays = relays_of(subnet, shared, from);
    const bool outside = std::any_of(relays.begin(), relays.end(),
                                     [&](ipv4 relay) { return !prefix->contains(relay); });
    const auto link = shared ? shared->text_of("name") : outside ? name : std::string{};
    plan_network(here, name, link, from);
    for (const auto relay : relays)
      plan_relay(relay, *prefix, link);
    for (const auto& pool : items_of(subnet, "pools"))
      plan_pool(pool, *prefix, from);
    for (const auto* place : places)
      if (place != &dhcp4_ &&
          (place->find("client-class") || place->find("require-client-classes")))
        problem(from, tr("its client classes are not carried"));
    plan_hosts(items_of(subnet, "reservations"), from, terms_.service, plan_);
  }

  void plan_network(const scope& here, const std::string& name, const std::string& link,
                    const std::string& from) {
    std::vector<std::string> refused;
    const auto options = here.options(refused);
    for (auto& reason : refused)
      problem(from, std::move(reason));
    auto fields = json::object().set("name", text(name)).set("prefix", text(name));
    const auto add = [&](std::string_view field, const std::string& value) {
      if (!value.empty())
        fields.set(field, text(value));
    };
    add("link", link);
    add("interface", here.text_of("interface"));
    add("router", options.router());
    add("dns", options.dns());
    add("options", options.text());
    if (const auto next = parse_ipv4(here.text_of("next-server")); next && *next)
      add("next_server", to_string(*next));
    add("boot_file", here.text_of("boot-file-name"));
    std::uint64_t lifetime = 7200; // Kea's own default
    (void)read_number(here.text_of("valid-lifetime"), lifetime);
    constexpr std::uint64_t shortest = 10;
    constexpr std::uint64_t longest = 31'536'000;
    constexpr std::uint64_t longest_of_guests = 86'400;
    fields.set("lease_seconds", json::of(std::clamp(lifetime, shortest, longest)));
    if (terms_.clients == kea_clients::guests)
      fields.set("guest_lease_seconds",
                 json::of(std::clamp(lifetime, shortest, longest_of_guests)));
    if (here.is_set("authoritative"))
      fields.set("authoritative", json::of(true));
    plan_.rows.push_back({"network", name, std::move(fields)});
  }

  // Of the subnet, else of the shared network; the old spelling has one address.
  std::vector<ipv4> relays_of(const json& subnet, const json* shared, const std::string& from) {
    const auto* relay = subnet.find("relay");
    if (!relay && shared)
      relay = shared->find("relay");
    std::vector<ipv4> out;
    if (!relay)
      return out;
    auto written = items_of(*relay, "ip-addresses");
    if (const auto* one = relay->find("ip-address"))
      written.push_back(*one);
    for (const auto& each : written)
      if (const auto address = parse_ipv4(each.text); address && *address)
        out.push_back(*address);
      else
        problem(from, say("the relay {} is no IPv4 address", each.text));
    return out;
  }

  void plan_relay(ipv4 relay, const prefix4& subnet, const std::string& link) {
    const auto name = "relay " + to_string(relay);
    const auto known = std::any_of(plan_.rows.begin(), plan_.rows.end(), [&](const moved_row& r) {
      return r.entity == "client" && r.name == name;
    });
    if (known)
      return;
    auto fields = json::object().set("name", text(name));
    fields.set("source", text(to_string(relay) + "/32"));
    // Nobody needs to know it: relays do not speak RADIUS.
    if (const auto secret = proof::generate_password(24))
      fields.set("secret", text(*secret));
    if (terms_.clients == kea_clients::guests)
      for (const auto* policy : {"on_unknown", "on_disabled", "on_unpaid"})
        fields.set(policy, text("guest"));
    plan_.rows.push_back({"client", name, std::move(fields)});
    if (subnet.contains(relay))
      return;
    auto wire = json::object().set("name", text(name));
    wire.set("prefix", text(to_string(relay) + "/32")).set("link", text(link));
    plan_.rows.push_back({"network", name, std::move(wire)});
  }

  void plan_pool(const json& pool, const prefix4& subnet, const std::string& from) {
    const auto written = pool.text_of("pool");
    auto range = range_of(written);
    if (!range)
      return problem(from, say("the pool {} is no range of addresses", written));
    if (!subnet.contains(range->first) || !subnet.contains(range->last))
      return problem(from, say("the pool {} does not lie in it", written));
    if (subnet.length < 31 && range->first == subnet.network)
      ++range->first.value;
    if (subnet.length < 31 && range->last == last_of(subnet))
      --range->last.value;
    const auto name = to_string(range->first) + "-" + to_string(range->last);
    std::vector<std::string> refused;
    kea_options options;
    options.add(pool.find("option-data"), refused);
    for (auto& reason : refused)
      problem(from, say("the pool {}: {}", written, reason));
    auto all = options.text();
    if (const auto router = options.router(); !router.empty())
      all.append(all.empty() ? "" : "; ").append("3=" + router);
    if (const auto dns = options.dns(); !dns.empty())
      all.append(all.empty() ? "" : "; ").append("6=" + dns);
    auto fields = json::object().set("name", text(name));
    fields.set("first", text(to_string(range->first))).set("last", text(to_string(range->last)));
    fields.set("kind", text(terms_.clients == kea_clients::guests ? "guest" : "internet"));
    if (!all.empty())
      fields.set("options", text(all));
    if (pool.find("client-class") || pool.find("require-client-classes"))
      problem(from, say("the pool {}: its client classes are not carried", written));
    plan_.rows.push_back({"pool", name, std::move(fields)});
  }

  const json& dhcp4_;
  const kea_terms& terms_;
  moving_plan& plan_;
};

} // namespace

void plan_kea_config(const json& config, const kea_terms& terms, moving_plan& into) {
  const auto* dhcp4 = config.find("Dhcp4");
  if (!dhcp4 || !dhcp4->is_object()) {
    into.problems.push_back({"Dhcp4", tr("the configuration has no such part")});
    return;
  }
  kea_planner{*dhcp4, terms, into}.plan();
}

} // namespace uzel::ctl
