#include "apps/uzelctl/import_kea_options.hpp"

#include "apps/uzelctl/lookup.hpp"
#include "protocols/dhcp4/option_text.hpp"
#include "protocols/dhcp4/options.hpp"

#include <algorithm>
#include <array>

namespace uzel::ctl {
namespace {

constexpr unsigned routers = 3;
constexpr unsigned name_servers = 6;

struct named_option {
  std::string_view name;
  unsigned code;
};
// Standard options by Kea's names (Kea ARM, section "Standard DHCPv4 Options").
constexpr std::array<named_option, 62> standard{{
  {"time-offset", 2},
  {"routers", 3},
  {"time-servers", 4},
  {"name-servers", 5},
  {"domain-name-servers", 6},
  {"log-servers", 7},
  {"cookie-servers", 8},
  {"lpr-servers", 9},
  {"impress-servers", 10},
  {"resource-location-servers", 11},
  {"host-name", 12},
  {"boot-size", 13},
  {"merit-dump", 14},
  {"domain-name", 15},
  {"swap-server", 16},
  {"root-path", 17},
  {"extensions-path", 18},
  {"ip-forwarding", 19},
  {"non-local-source-routing", 20},
  {"policy-filter", 21},
  {"max-dgram-reassembly", 22},
  {"default-ip-ttl", 23},
  {"path-mtu-aging-timeout", 24},
  {"path-mtu-plateau-table", 25},
  {"interface-mtu", 26},
  {"all-subnets-local", 27},
  {"broadcast-address", 28},
  {"perform-mask-discovery", 29},
  {"mask-supplier", 30},
  {"router-discovery", 31},
  {"router-solicitation-address", 32},
  {"static-routes", 33},
  {"trailer-encapsulation", 34},
  {"arp-cache-timeout", 35},
  {"ieee802-3-encapsulation", 36},
  {"default-tcp-ttl", 37},
  {"tcp-keepalive-interval", 38},
  {"tcp-keepalive-garbage", 39},
  {"nis-domain", 40},
  {"nis-servers", 41},
  {"ntp-servers", 42},
  {"vendor-encapsulated-options", 43},
  {"netbios-name-servers", 44},
  {"netbios-dd-server", 45},
  {"netbios-node-type", 46},
  {"netbios-scope", 47},
  {"font-servers", 48},
  {"x-display-manager", 49},
  {"nisplus-domain-name", 64},
  {"nisplus-servers", 65},
  {"tftp-server-name", 66},
  {"boot-file-name", 67},
  {"smtp-server", 69},
  {"pop-server", 70},
  {"www-server", 72},
  {"pcode", 100},
  {"tcode", 101},
  {"v6-only-preferred", 108},
  {"domain-search", 119},
  {"classless-static-route", 121},
  {"tftp-servers", 150},
  {"v4-captive-portal", 114},
}};

unsigned code_of(const json& option) {
  std::uint64_t number = 0;
  if (read_number(option.text_of("code"), number))
    return number < 255 ? static_cast<unsigned>(number) : 0;
  const auto at = std::find_if(standard.begin(), standard.end(), [&](const named_option& o) {
    return o.name == option.text_of("name");
  });
  return at == standard.end() ? 0 : at->code;
}

bool is_true(const json& of, std::string_view name, bool otherwise) {
  const auto* member = of.find(name);
  return member && member->kind == json::type::boolean ? member->truth : otherwise;
}

std::string without_spaces(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return c != ' ' && c != '\t'; });
  return out;
}

// "0x0a 0B" or "0a:0b" as hex:0a0b.
std::string hex_of(std::string_view data) {
  std::string out{"hex:"};
  if (data.starts_with("0x"))
    data.remove_prefix(2);
  for (const char c : data)
    if (c != ' ' && c != ':')
      out += c;
  return out;
}

std::string quoted(std::string_view text) {
  std::string out{"\""};
  for (const char c : text)
    out.append(c == '"' || c == '\\' ? "\\" : "").append(1, c);
  return out + "\"";
}

// Data as Kea writes it in csv-format, as we write it.
std::string value_of(unsigned code, std::string_view data) {
  using dhcp4::value_kind;
  switch (dhcp4::row_of(static_cast<dhcp4::option>(code)).kind) {
  case value_kind::text:
    return quoted(data);
  case value_kind::boolean: {
    const auto plain = without_spaces(data);
    return plain == "true" || plain == "1"    ? "yes"
           : plain == "false" || plain == "0" ? "no"
                                              : plain;
  }
  case value_kind::routes: {
    // "10.0.0.0/8 - 10.0.0.1, …"
    std::string out{data};
    for (auto at = out.find(" - "); at != std::string::npos; at = out.find(" - ", at))
      out.replace(at, 3, " via ");
    return out;
  }
  case value_kind::raw:
    return hex_of(data);
  default:
    return without_spaces(data);
  }
}

} // namespace

void kea_options::add(const json* list, std::vector<std::string>& refused) {
  for (const auto& option : list ? list->items : std::vector<json>{}) {
    const auto name =
      option.text_of("name").empty() ? option.text_of("code") : option.text_of("name");
    const auto space = option.text_of("space");
    const auto code = code_of(option);
    if (code == 0 || (!space.empty() && space != "dhcp4")) {
      refused.push_back(say("option {} is none of the standard ones", name));
      continue;
    }
    const auto data = option.text_of("data");
    const auto value = is_true(option, "csv-format", true) ? value_of(code, data) : hex_of(data);
    const bool always = is_true(option, "always-send", false);
    const auto entry = (always ? "!" : "") + std::to_string(code) + "=" + value;
    if (const auto read = dhcp4::parse_option_text(entry); !read) {
      refused.push_back(say("option {}: {}", name, read.error().problem));
      continue;
    }
    entries_[code] = entry;
    values_[code] = value;
  }
}

// Addresses as they stand in a field of a network; empty when they were given as octets.
std::string kea_options::addresses_of(unsigned code) const {
  const auto at = values_.find(code);
  return at == values_.end() || at->second.starts_with("hex:") ? std::string{} : at->second;
}

std::string kea_options::router() const {
  const auto all = addresses_of(routers);
  return all.find(',') == std::string::npos ? all : std::string{};
}

std::string kea_options::dns() const {
  return addresses_of(name_servers);
}

std::string kea_options::text() const {
  std::string out;
  for (const auto& [code, entry] : entries_)
    if ((code != routers || router().empty()) && (code != name_servers || dns().empty()))
      out.append(out.empty() ? "" : "; ").append(entry);
  return out;
}

} // namespace uzel::ctl
