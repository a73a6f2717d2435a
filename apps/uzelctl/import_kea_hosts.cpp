#include "apps/uzelctl/import_kea_hosts.hpp"

#include "apps/uzelctl/words.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"

#include <array>
#include <unordered_map>

namespace uzel::ctl {
namespace {

// Parts of a reservation that have no counterpart here.
constexpr std::array<std::string_view, 6> not_carried{"option-data",     "client-classes",
                                                      "next-server",     "boot-file-name",
                                                      "server-hostname", "circuit-id"};

// "01:02:AA" or "'text'" in lower-case hex; empty when it is neither.
std::string hex_of(const std::string& written) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  if (written.size() > 2 && written.front() == '\'' && written.back() == '\'') {
    for (const char c : std::string_view{written}.substr(1, written.size() - 2)) {
      const auto byte = static_cast<unsigned char>(c);
      out.append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    }
    return out;
  }
  for (const char c : written) {
    const auto lower = static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
    if (digits.find(lower) != std::string_view::npos)
      out += lower;
    else if (c != ':' && c != ' ')
      return {};
  }
  return out.size() % 2 == 0 ? out : std::string{};
}

// What the network knows the host by; the number stays empty when it is nothing that we know.
moved_account account_of(const json& host, const std::string& where) {
  moved_account out;
  const auto mac = parse_mac(host.text_of("hw-address"));
  const auto client = hex_of(host.text_of("client-id"));
  if (mac && *mac) {
    out.number = to_string(*mac);
    out.macs.push_back(out.number);
  } else if (!client.empty()) {
    constexpr std::size_t longest_number = 64;
    out.client_identifier = client;
    out.number = client.substr(0, longest_number);
  }
  out.from = where + ", " +
             (out.number.empty() ? say("reservation {}", host.text_of("ip-address")) : out.number);
  return out;
}

// False, with the reason, when the host cannot be an account.
bool read_host(const json& host, moved_account& out, std::vector<moving_problem>& problems) {
  if (out.number.empty()) {
    problems.push_back({out.from, tr("it goes neither by hw-address nor by client-id")});
    return false;
  }
  const auto written = host.text_of("ip-address");
  const auto address = parse_ipv4(written);
  if (!written.empty() && (!address || !*address))
    problems.push_back({out.from, say("{} is no IPv4 address", written)});
  else if (!written.empty())
    out.addresses.push_back(to_string(*address));
  for (const auto name : not_carried)
    if (const auto* part = host.find(name); part && (!part->items.empty() || !part->text.empty()))
      problems.push_back({out.from, say("its {} is not carried", name)});
  return true;
}

} // namespace

void plan_hosts(const std::vector<json>& reservations, const std::string& where,
                const std::string& service, moving_plan& into) {
  std::unordered_map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < into.accounts.size(); ++i)
    known.emplace(into.accounts[i].number, i);
  for (const auto& host : reservations) {
    auto account = account_of(host, where);
    account.service = service;
    if (!read_host(host, account, into.problems))
      continue;
    const auto [at, fresh] = known.try_emplace(account.number, into.accounts.size());
    if (fresh) {
      into.accounts.push_back(std::move(account));
      continue;
    }
    // One host with an address in each of several subnets.
    auto& same = into.accounts[at->second].addresses;
    same.insert(same.end(), account.addresses.begin(), account.addresses.end());
  }
}

} // namespace uzel::ctl
