// uzel-load dhcp: clients behind many relays.
#include "bench/load/commands.hpp"
#include "bench/load/dhcp_protocol.hpp"

#include <algorithm>
#include <memory>

namespace uzel::load {
namespace {

namespace kind = dhcp_kind;

struct arguments {
  std::string mode;
  std::string option82 = "both";
  std::string circuits = "eth 0/1/{}";
  std::string remotes = "remote-{}";
  std::string first_mac = "02:00:00:00:00:01";
  std::string relay = "127.0.0.2";
  std::uint16_t server_port = 67;
  std::uint16_t relay_port = 67;
  bool once = false;
  bool no_client_id = false;
  dhcp_options clients;
  address_files files;
  run_options run;
};

bool settle(arguments& a, std::string& why) {
  const auto circuits = name_pattern::parse(a.circuits);
  const auto remotes = name_pattern::parse(a.remotes);
  const auto first_mac = parse_mac(a.first_mac);
  const auto relay = parse_address(a.relay);
  if (!circuits || !remotes || !first_mac || !relay) {
    why = "a pattern or an address cannot be understood";
    return false;
  }
  a.clients.circuits = *circuits;
  a.clients.remotes = *remotes;
  a.clients.first_mac = *first_mac;
  a.clients.first_relay = *relay;
  a.clients.client_id = !a.no_client_id;
  a.clients.circuit = a.option82 == "both" || a.option82 == "circuit";
  a.clients.remote = a.option82 == "both" || a.option82 == "remote";
  if (a.mode == "storm")
    make_storm(a.run, a.clients.clients);
  if (!settle(a.run, why))
    return false;
  a.run.window = std::min({a.run.window, a.clients.clients, dhcp_protocol::most_slots / 2});
  a.clients.relays = std::min(a.clients.relays, a.clients.clients);
  a.clients.seed = static_cast<std::uint32_t>(a.run.seed);
  return true;
}

std::vector<engine::group> sockets_of(const arguments& a) {
  std::vector<engine::group> out;
  for (unsigned i = 0; i < a.clients.relays; ++i) {
    engine::group g;
    g.from = {{a.clients.first_relay + i, a.relay_port}};
    g.to = {a.run.address, a.server_port};
    g.connected = false; // a server may answer from another of its addresses
    g.slots = std::max<std::uint32_t>(64, a.run.window * 3 / 2 / a.clients.relays + 1);
    out.push_back(std::move(g));
  }
  return out;
}

std::vector<std::uint8_t> steps_of(const std::string& mode) {
  if (mode == "renew")
    return {kind::renew};
  if (mode == "release")
    return {kind::release, kind::discover, kind::request};
  return {kind::discover, kind::request};
}

exit_code run(arguments& a) {
  std::string why;
  if (!settle(a, why))
    return fail(why);
  const auto& c = a.clients;
  const auto names = name_pattern::parse("{}");
  address_ledger addresses{c.clients};
  if (!a.files.expect.empty() && !addresses.expect(a.files.expect, *names, c.first, why))
    return fail(why);
  dhcp_protocol protocol{c, addresses};
  engine by{protocol, retries_of(a.run), a.run.seed};
  if (!by.open(sockets_of(a), why))
    return fail(why);
  const bool held = a.mode == "renew" || a.mode == "release";
  if (held && !prepare(by, {kind::discover, kind::request}, c.clients, why))
    return fail(why);
  auto how = pace_of(a.run);
  how.at_once = a.mode == "storm";
  if (how.at_once && how.seconds == 0)
    how.seconds = 60;
  const bool once = a.once || a.run.seconds == 0 || how.at_once;
  chain_plan what{steps_of(a.mode), c.clients, once ? std::uint64_t{1} : 0};
  auto found = measure(by, what, how, a.run);
  found.protocol = "dhcp";
  found.mode = a.mode;
  found.subscribers = c.clients;
  if (!a.files.save.empty() && !addresses.save(a.files.save, *names, c.first, why))
    return fail(why);
  return conclude(found, addresses, a.run);
}

} // namespace

void add_dhcp_command(CLI::App& app, chosen& chosen_run) {
  auto& c = *app.add_subcommand("dhcp", "DHCPv4 of many clients behind relays");
  const auto a = std::make_shared<arguments>();
  c.add_option(
     "mode", a->mode,
     "dora: DISCOVER to ACK; renew: REQUEST of a held address; release: RELEASE, then DORA; "
     "storm: DORA of everybody at once")
    ->required()
    ->check(CLI::IsMember({"dora", "renew", "release", "storm"}));
  c.add_option("--clients", a->clients.clients, "How many there are")
    ->capture_default_str()
    ->check(CLI::Range(1, 10'000'000));
  c.add_option("--first", a->clients.first, "Number of the first one")->capture_default_str();
  c.add_option("--first-mac", a->first_mac, "Hardware address of the first one; the next follow")
    ->capture_default_str();
  c.add_option("--relay", a->relay, "giaddr and source address of the first relay")
    ->capture_default_str();
  c.add_option("--relays", a->clients.relays, "Relays on consecutive addresses")
    ->capture_default_str()
    ->check(CLI::Range(1, 1000));
  c.add_option("--relay-port", a->relay_port, "Port that the relays are bound to")
    ->capture_default_str();
  c.add_option("--server-port", a->server_port, "Port of the server")->capture_default_str();
  c.add_option("--option82", a->option82, "What the relays add")
    ->capture_default_str()
    ->check(CLI::IsMember({"none", "circuit", "remote", "both"}));
  c.add_option("--circuits", a->circuits, "Circuit-ids; {} is the number of the client")
    ->capture_default_str();
  c.add_option("--remotes", a->remotes, "Remote-ids, in the same way")->capture_default_str();
  c.add_flag("--no-client-id", a->no_client_id, "Clients send no option 61");
  c.add_flag("--once", a->once, "End when everybody had a turn, even before --seconds are over");
  add_address_options(c, a->files);
  add_run_options(c, a->run);
  c.callback([a, &chosen_run] { chosen_run = [a] { return run(*a); }; });
}

} // namespace uzel::load
