// What hangs on an account: accesses, static addresses, the subscription.
#include "apps/uzelctl/account_commands.hpp"
#include "apps/uzelctl/lookup.hpp"
#include "apps/uzelctl/show.hpp"
#include "domain/ipv4.hpp"
#include "domain/mac_address.hpp"
#include "protocols/proof/login_name.hpp"

namespace uzel::ctl {
namespace {

struct access_arguments {
  std::string who;
  std::string kind;
  std::string value;
};

struct address_arguments {
  std::string who;
  std::string address;
  std::string mac;
};

struct subscription_arguments {
  std::string who;
  std::string service;
  std::string until;
  std::string price;
};

// The row of that port number of a device.
outcome<std::uint64_t> find_port(api& server, std::uint64_t device, const std::string& number) {
  const auto found =
    server.get("/ports", {{"device_id", std::to_string(device)}, {"number", number}});
  if (!found)
    return found.error();
  const auto* items = found->find("items");
  std::uint64_t id = 0;
  if (!items || items->items.empty() || !read_number(items->items.front().text_of("id"), id))
    return failure{exit_code::not_found, say("device {} has no port {}", device, number)};
  return id;
}

// "DEVICE" or "DEVICE/PORT", by name or id and by the number that option 82 names.
outcome<> read_place(api& server, const std::string& text, json& out) {
  const auto slash = text.rfind('/');
  const auto device = find_id(server, *find_entity("device"), text.substr(0, slash));
  if (!device)
    return device.error();
  out.set("device_id", json::of(std::uint64_t{*device}));
  if (slash == std::string::npos)
    return {};
  const auto port = find_port(server, *device, text.substr(slash + 1));
  if (!port)
    return port.error();
  out.set("port_id", json::of(std::uint64_t{*port}));
  return {};
}

// The octets of option 61 in lower-case hex, however they were separated; empty when they are none.
std::string client_identifier_in(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c >= 'A' && c <= 'F')
      out += static_cast<char>(c - 'A' + 'a');
    else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
      out += c;
    else if (c != ':' && c != '-' && c != '.')
      return {};
  return out.size() % 2 == 0 ? out : std::string{};
}

outcome<json> read_access(api& server, const access_arguments& given) {
  auto out = json::object();
  out.set("kind", json::of(std::string_view{given.kind}));
  if (given.kind == "login") {
    const auto login = proof::normalise_login(given.value);
    if (!login)
      return failure{exit_code::usage, say("{} is no login", given.value)};
    out.set("login", json::of(std::string_view{*login}));
  } else if (given.kind == "mac") {
    const auto mac = parse_mac(given.value);
    if (!mac)
      return failure{exit_code::usage, say("{} is no MAC address", given.value)};
    const auto text = to_string(*mac);
    out.set("mac", json::of(std::string_view{text}));
  } else if (given.kind == "client_identifier") {
    const auto octets = client_identifier_in(given.value);
    if (octets.empty())
      return failure{exit_code::usage, say("{} is no client identifier in hex", given.value)};
    out.set("login", json::of(std::string_view{octets}));
  } else if (const auto done = read_place(server, given.value, out); !done) {
    return done.error();
  }
  return out;
}

bool says_the_same(const json& row, const json& wanted) {
  for (const auto* name : {"kind", "login", "mac", "device_id", "port_id"})
    if (row.text_of(name) != wanted.text_of(name))
      return false;
  return true;
}

void show_changed(const context& ctx, const json& account) {
  show_done(ctx, say("account {} was changed", account.text_of("number")), account);
}

// Adds a part to an account that is named by its number, login or MAC.
outcome<> add_part(context& ctx, api& server, const std::string& who, const char* verb,
                   const char* part, const json& body) {
  const auto id = find_account(server, who);
  if (!id)
    return id.error();
  const auto done = server.send(verb, account_path(*id) + part, body);
  if (!done)
    return done.error();
  show_changed(ctx, *done);
  return {};
}

// Deletes the row of a part that `is_meant` recognises.
template <class IsMeant>
outcome<> remove_part(context& ctx, api& server, const std::string& who, const std::string& part,
                      IsMeant is_meant) {
  const auto id = find_account(server, who);
  if (!id)
    return id.error();
  const auto account = server.get(account_path(*id));
  if (!account)
    return account.error();
  const auto* rows = account->find(part);
  for (const auto& row : rows ? rows->items : std::vector<json>{}) {
    if (!is_meant(row))
      continue;
    const auto done =
      server.call("DELETE", account_path(*id) + "/" + part + "/" + row.text_of("id"));
    if (!done)
      return done.error();
    show_changed(ctx, *done);
    return {};
  }
  return failure{exit_code::not_found, tr("the account has nothing of the kind")};
}

outcome<> add_access(context& ctx, const access_arguments& given) {
  api server{ctx};
  const auto body = read_access(server, given);
  if (!body)
    return body.error();
  return add_part(ctx, server, given.who, "POST", "/accesses", *body);
}

outcome<> remove_access(context& ctx, const access_arguments& given) {
  api server{ctx};
  const auto wanted = read_access(server, given);
  if (!wanted)
    return wanted.error();
  return remove_part(ctx, server, given.who, "accesses",
                     [&](const json& row) { return says_the_same(row, *wanted); });
}

outcome<> add_address(context& ctx, const address_arguments& given) {
  api server{ctx};
  auto body = json::object();
  body.set("address", json::of(std::string_view{given.address}));
  if (!given.mac.empty())
    body.set("mac", json::of(std::string_view{given.mac}));
  return add_part(ctx, server, given.who, "POST", "/addresses", body);
}

outcome<> remove_address(context& ctx, const address_arguments& given) {
  const auto address = parse_ipv4(given.address);
  if (!address)
    return failure{exit_code::usage, say("{} is no IPv4 address", given.address)};
  api server{ctx};
  return remove_part(ctx, server, given.who, "addresses", [&](const json& row) {
    return row.text_of("address") == to_string(*address);
  });
}

outcome<> subscribe(context& ctx, const subscription_arguments& given) {
  api server{ctx};
  const auto service = find_id(server, *find_entity("service"), given.service);
  if (!service)
    return service.error();
  auto body = json::object();
  body.set("service_id", json::of(std::uint64_t{*service}));
  std::uint64_t price = 0;
  if (read_number(given.price, price))
    body.set("price_paid", json::of(price));
  if (!given.until.empty()) {
    const auto until = read_time(given.until);
    if (!until)
      return until.error();
    body.set("ends", json::of(std::string_view{*until}));
  }
  return add_part(ctx, server, given.who, "PUT", "/subscription", body);
}

outcome<> unsubscribe(context& ctx, const subscription_arguments& given) {
  api server{ctx};
  const auto id = find_account(server, given.who);
  if (!id)
    return id.error();
  const auto done = server.call("DELETE", account_path(*id) + "/subscription");
  if (!done)
    return done.error();
  show_changed(ctx, *done);
  return {};
}

} // namespace

void add_account_part_commands(CLI::App& group, context& ctx) {
  auto& accesses = add_group(group, "access", "How the network recognises the account");
  for (const bool adds : {true, false}) {
    auto& given = ctx.hold<access_arguments>();
    auto& command =
      adds ? add_command(accesses, "add", "Add an access", ctx, given, add_access)
           : add_command(accesses, "remove", "Remove an access", ctx, given, remove_access);
    add_who(command, given.who);
    command.add_option("kind", given.kind, tr("login, mac, port or client_identifier"))
      ->required()
      ->check(CLI::IsMember({"login", "mac", "port", "client_identifier"}));
    command
      .add_option("value", given.value,
                  tr("The login, the MAC address, DEVICE or DEVICE/PORT, or DHCP option 61 in hex"))
      ->required();
  }
  auto& addresses = add_group(group, "address", "Static addresses of the account");
  for (const bool adds : {true, false}) {
    auto& given = ctx.hold<address_arguments>();
    auto& command =
      adds ? add_command(addresses, "add", "Add a static address", ctx, given, add_address)
           : add_command(addresses, "remove", "Take a static address away", ctx, given,
                         remove_address);
    add_who(command, given.who);
    command.add_option("address", given.address, tr("The address"))->required();
    if (adds)
      command.add_option("--mac", given.mac, tr("Only for this device"));
  }
  auto& bought = ctx.hold<subscription_arguments>();
  auto& buying =
    add_command(group, "subscribe", "Give an account a service", ctx, bought, subscribe);
  add_who(buying, bought.who);
  buying.add_option("service", bought.service, tr("Service: name or id"))->required();
  buying.add_option("--until", bought.until, tr("When the subscription ends; else never"));
  buying.add_option("--price", bought.price, tr("What was paid, in minor units"))
    ->check(CLI::NonNegativeNumber);
  auto& ended = ctx.hold<subscription_arguments>();
  add_who(
    add_command(group, "unsubscribe", "End the account's subscription", ctx, ended, unsubscribe),
    ended.who);
}

} // namespace uzel::ctl
