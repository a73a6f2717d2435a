#include "apps/uzeld/first_run.hpp"

#include "domain/entities/desk.hpp"
#include "domain/entities/entity.hpp"
#include "protocols/proof/login_name.hpp"

#include <caf/scoped_actor.hpp>

namespace uzel {
namespace {

using storage::store_result;

constexpr unsigned demo_accounts = 100;
// The last of them have a static address each, inside the pool of the others.
constexpr unsigned demo_statics = 5;
constexpr ipv4 demo_first{100, 64, 0, 2};
constexpr ipv4 demo_last{100, 64, 3, 254};
// The first of them have a MAC besides: 02:00:00:de:00:01 and so on, for DHCP.
constexpr unsigned demo_macs = 2;
constexpr std::uint64_t demo_mac_base = 0x020000DE0000;
constexpr ipv4 demo_relay_address{127, 0, 0, 2};

template <class T>
store_result<std::uint64_t> create(storage::desk& desk, const T& object, instant now) {
  auto made = desk.create(entity_of<T>(), to_row(object), now);
  if (!made)
    return made.error();
  return static_cast<std::uint64_t>(made->after.at(0).number);
}

store_result<bool> has_rows(storage::store& store, const entity& e) {
  auto reader = store.open_reader();
  if (!reader)
    return reader.error();
  storage::page_request one;
  one.limit = 1;
  auto rows = (*reader)->list(e, one);
  if (!rows)
    return rows.error();
  return !rows->rows.empty();
}

client demo_client(std::string sealed_secret) {
  client c;
  c.name = "localhost";
  c.source = {ipv4{127, 0, 0, 1}, 32};
  c.secret = std::move(sealed_secret);
  c.vendor = vendor::mikrotik;
  c.limit_proxy_state = tristate::automatic;
  return c;
}

service demo_service(std::string name, std::int64_t rubles, std::uint32_t mbit) {
  service s;
  s.name = std::move(name);
  s.price = {rubles * 100};
  s.down_kbit = mbit * 1000;
  s.up_kbit = mbit * 1000;
  s.address_list = "paid";
  return s;
}

pool demo_pool(std::string name, pool_kind kind, ipv4 first, ipv4 last) {
  pool p;
  p.name = std::move(name);
  p.kind = kind;
  p.first = first;
  p.last = last;
  return p;
}

// Guests of DHCP alone: the load generators of others ask for tens of thousands of leases.
client demo_relay(std::string sealed_secret) {
  client c;
  c.name = "demo relay";
  c.source = {demo_relay_address, 32};
  c.secret = std::move(sealed_secret);
  c.on_unknown = c.on_disabled = c.on_unpaid = refusal_policy::guest;
  c.limit_dhcp = false;
  return c;
}

network demo_network(std::string name, prefix4 prefix, ipv4 router) {
  network n;
  n.name = std::move(name);
  n.prefix = prefix;
  n.link = "demo";
  n.router = router;
  if (router)
    n.dns = to_string(router);
  n.lease_seconds = n.guest_lease_seconds = 3600;
  n.authoritative = true;
  return n;
}

// What DHCP needs of the desk: a relay, three subnets on its wire, and addresses for its guests.
store_result<> seed_demo_dhcp(storage::desk& desk, const process_keys& keys, instant now) {
  const auto words = proof::generate_password(32);
  const auto secret = words ? keys.seal("client", "secret", *words) : words;
  if (!secret)
    return storage::store_error{errc::io_failed, "the demo relay's secret cannot be made"};
  const auto relay = create(desk, demo_relay(*secret), now);
  if (!relay)
    return relay.error();
  auto guests =
    demo_pool("dhcp guests", pool_kind::guest, ipv4{10, 200, 0, 10}, ipv4{10, 200, 255, 250});
  guests.client_id = *relay;
  guests.sticky_seconds = 60;
  if (const auto made = create(desk, guests, now); !made)
    return made.error();
  for (const auto& n : {demo_network("demo relay", {demo_relay_address, 32}, {}),
                        demo_network("demo dhcp", {ipv4{10, 200, 0, 0}, 16}, ipv4{10, 200, 0, 1}),
                        demo_network("demo homes", {ipv4{100, 64, 0, 0}, 22}, ipv4{100, 64, 0, 1})})
    if (const auto made = create(desk, n, now); !made)
      return made.error();
  return {};
}

account_state demo_account(unsigned n, service_id sold, instant now) {
  account_state a;
  const auto login = "demo" + std::to_string(n);
  a.number = std::to_string(100000 + n);
  a.accesses = {{access_kind::login, login, {}, {}, {}}};
  if (n <= demo_macs)
    a.accesses.push_back({access_kind::mac, {}, mac_address{demo_mac_base + n}, {}, {}});
  a.current.service = sold;
  a.current.state = subscription_state::active;
  a.current.start = now;
  if (n > demo_accounts - demo_statics)
    a.addresses = {{routing_domain_id{1}, ipv4{demo_last.value - (demo_accounts - n)}, {}}};
  return a;
}

} // namespace

store_result<first_admin> ensure_admin(storage::store& store, const password_hasher& hash,
                                       instant now) {
  const auto known = has_rows(store, entity_of<staff>());
  if (!known)
    return known.error();
  if (*known)
    return first_admin{};
  const auto password = proof::generate_password(16);
  if (!password)
    return storage::store_error{errc::io_failed,
                                "no random numbers for the administrator's password"};
  auto desk = store.open_desk();
  if (!desk)
    return desk.error();
  staff admin;
  admin.login = "admin";
  admin.name = "Administrator";
  admin.password_hash = hash(*password);
  admin.permissions = "*";
  if (const auto made = create(**desk, admin, now); !made)
    return made.error();
  return first_admin{admin.login, *password};
}

store_result<> seed_demo_desk(storage::store& store, const process_keys& keys, instant now) {
  const auto known = has_rows(store, entity_of<client>());
  if (!known)
    return known.error();
  if (*known)
    return {};
  auto desk = store.open_desk();
  if (!desk)
    return desk.error();
  const auto secret = keys.seal("client", "secret", "testing123");
  if (!secret)
    return storage::store_error{errc::io_failed, "the demo's secret cannot be sealed"};
  if (const auto made = create(**desk, demo_client(*secret), now); !made)
    return made.error();
  for (const auto& s : {demo_service("Home 20", 400, 20), demo_service("Home 100", 700, 100)})
    if (const auto made = create(**desk, s, now); !made)
      return made.error();
  for (const auto& p :
       {demo_pool("homes", pool_kind::internet, demo_first, demo_last),
        demo_pool("guests", pool_kind::guest, ipv4{100, 65, 0, 2}, ipv4{100, 65, 3, 254})})
    if (const auto made = create(**desk, p, now); !made)
      return made.error();
  return seed_demo_dhcp(**desk, keys, now);
}

std::string seed_demo_accounts(caf::actor_system& system, const wiring& wires, instant now) {
  import_accounts order;
  for (unsigned n = 1; n <= demo_accounts; ++n) {
    order.drafts.push_back(demo_account(n, service_id{1 + n % 2}, now));
    order.passwords.push_back("demo" + std::to_string(n));
  }
  std::string problem;
  caf::scoped_actor self{system};
  self->request(wires.directory.front(), std::chrono::seconds{30}, order)
    .receive(
      [&](const accounts_imported& done) {
        if (!done.problems.empty())
          problem = done.problems.front().field + ": " + done.problems.front().problem;
      },
      [&](const caf::error& e) { problem = system.render(e); });
  return problem;
}

} // namespace uzel
