// uzel-load radius: subscribers of many NASes.
#include "bench/load/commands.hpp"
#include "bench/load/mix_plan.hpp"
#include "bench/load/radius_protocol.hpp"

#include <algorithm>
#include <memory>

namespace uzel::load {
namespace {

namespace kind = radius_kind;

struct arguments {
  std::string mode;
  std::string method = "pap";
  std::string status = "start";
  std::string logins = "demo{}";
  std::string passwords = "demo{}";
  std::string first_mac = "02:00:00:00:00:01";
  std::string source = "127.0.0.1";
  unsigned sources = 1;
  std::uint16_t auth_port = 1812;
  std::uint16_t acct_port = 1813;
  unsigned interims = 2;
  bool bound = false;
  bool once = false;
  bool wrong_password = false;
  bool no_address = false;
  radius_options subscribers;
  address_files files;
  run_options run;
};

bool settle(arguments& a, std::string& why) {
  const auto logins = name_pattern::parse(a.logins);
  const auto passwords = name_pattern::parse(a.passwords);
  const auto first_mac = parse_mac(a.first_mac);
  if (!logins || !passwords || !first_mac) {
    why = (!logins ? a.logins : !passwords ? a.passwords : a.first_mac) + " is no pattern";
    return false;
  }
  a.subscribers.logins = *logins;
  a.subscribers.passwords = *passwords;
  a.subscribers.first_mac = *first_mac;
  a.subscribers.method = a.method == "chap" ? login_method::chap : login_method::pap;
  a.subscribers.wants_address = !a.no_address;
  if (a.mode == "storm")
    make_storm(a.run, a.subscribers.subscribers);
  if (!settle(a.run, why))
    return false;
  a.run.window = std::min(a.run.window, a.subscribers.subscribers);
  a.subscribers.seed = a.run.seed;
  return true;
}

// Enough sockets that identifiers do not run out: 256 each, and half as many again in reserve.
std::vector<engine::group> sockets_of(const arguments& a, std::uint32_t source) {
  const auto nases = a.subscribers.nases;
  const auto ids = std::uint64_t{256} * nases;
  const auto each = (std::uint64_t{a.run.window} * 3 / 2 + ids - 1) / ids;
  std::vector<engine::group> out;
  for (unsigned nas = 0; nas < nases; ++nas)
    for (const auto port : {a.auth_port, a.acct_port}) {
      engine::group g;
      g.from.assign(std::max<std::uint64_t>(each, 1), {source + nas % a.sources, 0});
      g.to = {a.run.address, port};
      out.push_back(std::move(g));
    }
  return out;
}

std::vector<std::uint8_t> steps_of(const arguments& a) {
  if (a.mode == "auth")
    return {a.wrong_password ? kind::wrong_login : kind::login};
  if (a.mode == "acct")
    return {a.status == "start" ? kind::start : a.status == "stop" ? kind::stop : kind::interim};
  if (a.mode == "storm")
    return {kind::login, kind::start};
  std::vector<std::uint8_t> out{kind::login, kind::start};
  out.insert(out.end(), a.interims, kind::interim);
  out.push_back(kind::stop);
  return out;
}

// What everybody must have done before measuring makes sense.
std::vector<std::uint8_t> preparation_of(const arguments& a) {
  if (a.mode == "mix" || (a.mode == "acct" && a.status != "start"))
    return {kind::login, kind::start};
  if (a.mode == "acct" || (a.mode == "auth" && a.bound))
    return {kind::login};
  return {};
}

std::unique_ptr<plan> plan_of(const arguments& a) {
  const auto n = a.subscribers.subscribers;
  if (a.mode == "mix")
    return std::make_unique<mix_plan>(n, true, mix_shares{}, a.run.seed);
  // A session ends once.
  const bool once =
    a.once || a.run.seconds == 0 || a.mode == "storm" || (a.mode == "acct" && a.status == "stop");
  return std::make_unique<chain_plan>(steps_of(a), n, once ? 1 : 0);
}

std::string title_of(const arguments& a) {
  if (a.mode == "auth")
    return a.wrong_password ? "auth, wrong passwords"
                            : "auth " + a.method + (a.bound ? ", already bound" : "");
  return a.mode == "acct" ? "accounting " + a.status : a.mode;
}

exit_code run(arguments& a) {
  std::string why;
  if (!settle(a, why))
    return fail(why);
  const auto source = parse_address(a.source);
  if (!source)
    return fail(a.source + " is no IPv4 address");
  const auto& s = a.subscribers;
  address_ledger addresses{s.subscribers};
  if (!a.files.expect.empty() && !addresses.expect(a.files.expect, s.logins, s.first, why))
    return fail(why);
  radius_protocol protocol{s, addresses};
  engine by{protocol, retries_of(a.run), a.run.seed};
  if (!by.open(sockets_of(a, *source), why))
    return fail(why);
  if (const auto before = preparation_of(a);
      !before.empty() && !prepare(by, before, s.subscribers, why))
    return fail(why);
  auto how = pace_of(a.run);
  how.at_once = a.mode == "storm";
  if (how.at_once && how.seconds == 0)
    how.seconds = 60;
  const auto what = plan_of(a);
  auto found = measure(by, *what, how, a.run);
  found.protocol = "radius";
  found.mode = title_of(a);
  found.subscribers = s.subscribers;
  if (!a.files.save.empty() && !addresses.save(a.files.save, s.logins, s.first, why))
    return fail(why);
  return conclude(found, addresses, a.run);
}

void add_subscriber_options(CLI::App& c, arguments& a) {
  c.add_option("--subscribers", a.subscribers.subscribers, "How many there are")
    ->capture_default_str()
    ->check(CLI::Range(1, 10'000'000));
  c.add_option("--first", a.subscribers.first, "Number of the first one")->capture_default_str();
  c.add_option("--logins", a.logins, "Their logins; {} is the number, {06} with zeros before it")
    ->capture_default_str();
  c.add_option("--passwords", a.passwords, "Their passwords, in the same way")
    ->capture_default_str();
  c.add_option("--first-mac", a.first_mac, "Calling-Station-Id of the first one; the next follow")
    ->capture_default_str();
  c.add_option("--nases", a.subscribers.nases, "NAS-Identifiers and NAS-IP-Addresses")
    ->capture_default_str()
    ->check(CLI::Range(1, 250));
  c.add_option("--source", a.source, "Address that requests come from")->capture_default_str();
  c.add_option("--sources", a.sources, "Addresses from --source on, shared by the NASes")
    ->capture_default_str()
    ->check(CLI::Range(1, 250));
}

} // namespace

void add_radius_command(CLI::App& app, chosen& chosen_run) {
  auto& c = *app.add_subcommand("radius", "Logins and accounting of many subscribers");
  const auto a = std::make_shared<arguments>();
  c.add_option(
     "mode", a->mode,
     "auth: logins; acct: accounting of sessions that are logged in first; session: login, "
     "Start, interims, Stop; mix: a working day; storm: everybody at once until online")
    ->required()
    ->check(CLI::IsMember({"auth", "acct", "session", "mix", "storm"}));
  c.add_option("--method", a->method, "How passwords are sent")
    ->capture_default_str()
    ->check(CLI::IsMember({"pap", "chap"}));
  c.add_option("--status", a->status, "acct: which requests")
    ->capture_default_str()
    ->check(CLI::IsMember({"start", "interim", "stop"}));
  c.add_option("--interims", a->interims, "session: interims of each")
    ->capture_default_str()
    ->check(CLI::Range(0, 1000));
  c.add_flag("--bound", a->bound, "auth: log everybody in first, so that all hold an address");
  c.add_flag("--once", a->once, "End when everybody had a turn, even before --seconds are over");
  c.add_flag("--wrong-password", a->wrong_password, "auth: every password is wrong");
  c.add_flag("--no-address", a->no_address, "An Accept needs no Framed-IP-Address");
  c.add_flag("--require-seal", a->subscribers.wants_seal,
             "Answers to logins must have a Message-Authenticator");
  c.add_option("--secret", a->subscribers.secret, "The shared secret")->capture_default_str();
  c.add_option("--auth-port", a->auth_port, "Port for logins")->capture_default_str();
  c.add_option("--acct-port", a->acct_port, "Port for accounting")->capture_default_str();
  add_subscriber_options(c, *a);
  add_address_options(c, a->files);
  add_run_options(c, a->run);
  c.callback([a, &chosen_run] { chosen_run = [a] { return run(*a); }; });
}

} // namespace uzel::load
