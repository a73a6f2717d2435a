// A small town: real shards of the directory, subscribers, an address space and its pools over a
// journal in memory and virtual time. DHCP clients and a BRAS ask, the desk decides, power fails.
#pragma once

#include "actors/address_space.hpp"
#include "actors/api/identification.hpp"
#include "actors/directory.hpp"
#include "actors/subscriber.hpp"
#include "storage/boot.hpp"
#include "tests/support/actors/actor_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace uzel::test {

inline constexpr routing_domain_id town{1};
// Networks: `lan` and `guests` share a wire, `far` is another one.
inline constexpr network_id lan{1}, guests{2}, far{3};
// Who relays, and what happens there to those who may not have their service.
inline constexpr client_id relay{1}, strict_relay{2}, bras{3};
inline constexpr std::uint64_t switch_mac = 0xA1; // ports 7 and 8 are the desk's 17 and 18
// Accounts and their MACs.
inline constexpr account_id alice{1}, bob{2}, carl{3}, dora{4}, emil{5}, fred{6}, gina{7};
inline constexpr std::uint64_t alices = 0x10, carls = 0x30, doras = 0x40, emils = 0x50,
                               ginas = 0x70;
inline constexpr ipv4 carls_static{10, 0, 0, 200};
inline constexpr std::string_view freds_identifier = "01aabbcc";

class alarm_list {
 public:
  static events_actor::behavior_type events(events_actor::pointer, alarm_list* to) {
    return {
      [](const login_happened&) {},
      [to](const alarm_raised& m) { to->ids.push_back(m.id); },
      [](const subscribe_events&) { return events_subscribed{}; },
      [](const unsubscribe_events&) {},
      [](const synced_records&) {},
      [](const list_alarms&) { return alarms_listed{}; },
    };
  }
  std::vector<std::string> ids;
};

class step_traces : public trace_sink {
 public:
  void add(const login& asked, const login_answered&) override { last = asked; }
  bool has(trace_code code) const {
    for (std::size_t i = 0; i < last.trace.count; ++i)
      if (last.trace.steps[i].code == code)
        return true;
    return false;
  }
  login last;
};

// One life of the daemon, from its start to the power cut.
class life : public actor_fixture {
 public:
  life(const boot_image& image, const config::actor_settings& settings, instant now,
       std::vector<storage::numbered_record> journal, bool sync_at_once) {
    desk.picture = image.desk;
    time.at = now;
    log.records = std::move(journal);
    log.synced_number = journal_number{log.records.size()};
    log.sync_at_once = sync_at_once;
    next_binding = image.next_binding;
    next_account = image.next_account;
    next_session = image.next_session;
    wires.settings = settings;
    wires.next_account = &next_account;
    wires.next_session = &next_session;
    wires.traces = &seen;
    wires.fatal = [this](const std::string& why) { fatal.push_back(why); };
    wires.events = system.spawn(alarm_list::events, &alarms);
    space = system.spawn(address_space, &wires, town, image.bindings);
    wires.spaces.add(town, space);
    auto slices = slice_boot_image(image, 2, now, settings.offer_time);
    const subscriber_spawner spawn = spawn_subscriber;
    for (std::uint32_t i = 0; i < 2; ++i)
      wires.directory.push_back(system.spawn(directory, &wires, i, slices[i], spawn));
  }
  ~life() {
    for (const auto& shard : wires.directory)
      caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(space, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(wires.events, caf::exit_reason::user_shutdown);
    space = nullptr;
    time.at = time.at + seconds{86400};
    settle();
  }

  directory_state& shard(std::size_t index) {
    using pointer = directory_actor::stateful_pointer<directory_state>;
    auto* const any = caf::actor_cast<caf::abstract_actor*>(wires.directory[index]);
    return dynamic_cast<std::remove_pointer_t<pointer>&>(*any).state;
  }
  account_slot* slot_of(account_id who) {
    for (std::size_t i = 0; i < wires.directory.size(); ++i)
      if (auto* slot = shard(i).accounts.find(who))
        return slot;
    return nullptr;
  }

  std::atomic<std::uint64_t> next_account{1};
  std::atomic<std::uint64_t> next_session{1};
  alarm_list alarms;
  step_traces seen;
  std::vector<std::string> fatal;
  address_space_actor space;
};

// A device that speaks DHCP, and where it is plugged in.
struct device_at {
  std::uint64_t mac = 0;
  std::uint32_t port = 0; // of the switch; 0 = the relay adds no option 82
  network_id network = lan;
  client_id from = relay;
  std::string identifier = {};
};

class lease_bench {
 public:
  lease_bench() {
    furnish();
    people();
    settings.idle_sleep = seconds{300};
    settings.offer_time = seconds{60};
  }

  // --- the daemon
  void start() {
    auto loaded = image;
    loaded.desk = picture;
    storage::boot_replay replay{loaded};
    for (const auto& r : journal)
      replay.apply(as_read(r));
    replay.finish();
    loaded.next_account = std::max<std::uint64_t>(loaded.next_account, 100);
    now_lives = std::make_unique<life>(loaded, settings, wall, journal, sync_at_once);
    now_lives->settle();
  }
  // Images carry the number of their record once they are read back.
  static storage::numbered_record as_read(storage::numbered_record r) {
    if (auto* b = std::get_if<storage::binding_changed>(&r.what))
      b->after.number = r.number;
    if (auto* s = std::get_if<storage::session_changed>(&r.what))
      s->after.number = r.number;
    if (auto* a = std::get_if<storage::account_changed>(&r.what))
      a->after.number_of_change = r.number;
    return r;
  }
  // Only what was synced is there again.
  void power_cut() {
    now_lives->log.power_cut();
    journal = std::move(now_lives->log.records);
    wall = now_lives->time.at;
    now_lives.reset();
    start();
  }
  life& here() {
    if (!now_lives)
      start();
    return *now_lives;
  }
  void pass(duration by) {
    here().advance(by);
    for (int i = 0; i < 3; ++i)
      here().advance(seconds{1});
  }
  instant now() { return here().time.at; }

  // --- questions
  network_facts facts_of(const device_at& d) {
    network_facts f;
    f.from = d.from;
    f.nas = nas_id{d.from.value * 100 + d.network.value};
    f.nas_name = "relay";
    f.mac = mac_address{d.mac};
    f.client_identifier = d.identifier;
    if (d.port != 0) {
      f.has_option82 = true;
      f.device_mac = mac_address{switch_mac};
      f.device_port = d.port;
    }
    return f;
  }
  login question(const device_at& d, lease_step step, ipv4 wanted = {}) {
    using source = identity_source;
    login l;
    l.to = {1, ++slots, slots};
    l.received = now();
    l.deadline = now() + seconds{2};
    l.facts = facts_of(d);
    l.wanted = wanted;
    l.step = step;
    if (step != lease_step::none) {
      l.network = d.network;
      l.order = {source::port, source::mac, source::client_identifier};
    }
    return l;
  }
  void put(const login& l) {
    auto& h = here();
    const auto route = identification_route(l.facts, order_of(l), *h.desk.picture);
    caf::anon_send(h.wires.directory[route % h.wires.directory.size()], l);
  }
  void put_renewal(const login& l) {
    caf::anon_send(here().space, find_leaseholder{town, key_of_device(l.facts), l});
  }
  static attachment_key key_of_device(const network_facts& f) {
    return key_of(f.nas, f.mac, f.nas_port, f.calling_station);
  }
  std::optional<login_answered> answer_to(const login& l) {
    here().settle();
    const auto& all = here().gate.answers;
    const auto found =
      std::find_if(all.rbegin(), all.rend(), [&](const auto& a) { return a.to == l.to; });
    return found == all.rend() ? std::nullopt : std::optional{*found};
  }
  std::optional<login_answered> say(const login& l) {
    put(l);
    return answer_to(l);
  }
  std::optional<login_answered> discover(const device_at& d, ipv4 wanted = {}) {
    return say(question(d, lease_step::discover, wanted));
  }
  std::optional<login_answered> request(const device_at& d, lease_step step, ipv4 wanted) {
    return say(question(d, step, wanted));
  }
  // DISCOVER and REQUEST; 0.0.0.0 = no lease came of it.
  ipv4 lease(const device_at& d) {
    const auto offer = discover(d);
    if (!offer || offer->verdict == login_verdict::reject)
      return {};
    const auto ack = request(d, lease_step::select, offer->address);
    return ack && ack->verdict != login_verdict::reject ? ack->address : ipv4{};
  }
  // Straight from the client, without the relay's option 82.
  std::optional<login_answered> renew(device_at d, ipv4 address) {
    d.port = 0;
    const auto l = question(d, lease_step::renew, address);
    put_renewal(l);
    return answer_to(l);
  }
  void give_back(device_at d, ipv4 address, lease_end how = lease_end::released) {
    d.port = 0;
    caf::anon_send(here().space,
                   end_lease{town, address, key_of_device(facts_of(d)), how, now(), {}, {}, {}});
    here().settle();
  }
  std::optional<login_answered> radius(device_at d) {
    d.from = bras;
    return say(question(d, lease_step::none));
  }
  account_usage usage(device_at d, accounting_kind kind, const std::string& id, ipv4 address) {
    d.from = bras;
    account_usage u;
    u.to = {2, ++slots, slots};
    u.kind = kind;
    u.received = u.happened = now();
    u.facts = facts_of(d);
    u.acct_session_id = id;
    u.address = address;
    u.epoch = 1;
    return u;
  }
  void put(const account_usage& u) {
    auto& h = here();
    const auto route = usage_route(u, *h.desk.picture);
    caf::anon_send(h.wires.directory[route % h.wires.directory.size()], u);
  }
  void report(const device_at& d, accounting_kind kind, const std::string& id, ipv4 address) {
    put(usage(d, kind, id, address));
    here().settle();
  }

  // --- the desk
  template <class Answer, class Handle, class Message>
  std::optional<Answer> ask(const Handle& whom, const Message& m) {
    caf::scoped_actor asker{here().system};
    auto pending = asker->request(whom, caf::infinite, m);
    here().settle();
    std::optional<Answer> out;
    pending.receive([&](const Answer& a) { out = a; }, [](const caf::error&) {});
    return out;
  }
  template <class Message>
  std::optional<account_shown> tell(const Message& m) {
    return ask<account_shown>(here().wires.shard_of(m.who), m);
  }
  bool pay(account_id who, instant until = {}) {
    set_subscription m;
    m.who = who;
    m.to.state = subscription_state::active;
    m.to.service = service_id{3};
    m.to.end = until;
    return tell(m).has_value();
  }
  bool stop_paying(account_id who) {
    set_subscription m;
    m.who = who;
    return tell(m).has_value();
  }
  bool set_status(account_id who, account_status status) {
    change_account m;
    m.who = who;
    m.parts = part_status;
    m.to.status = status;
    return tell(m).has_value();
  }
  bool set_limit(account_id who, std::uint16_t limit) {
    change_account m;
    m.who = who;
    m.parts = part_session_limit;
    m.to.session_limit = limit;
    return tell(m).has_value();
  }
  bool assign(account_id who, ipv4 address) {
    add_static_address m;
    m.who = who;
    m.what = {town, address, {}};
    return tell(m).has_value();
  }
  bool withdraw(account_id who, ipv4 address) {
    remove_static_address m;
    m.who = who;
    m.what = {town, address, {}};
    return tell(m).has_value();
  }
  bool remove(ipv4 address) {
    return ask<binding_removed>(here().space, remove_binding{town, {}, address}).has_value();
  }
  template <class Row>
  void edit(std::string_view table, const Row& row) {
    picture = with_change(*here().desk.picture, table, row.id, &row);
    here().desk.picture = picture;
    caf::anon_send(here().space, desk_published{{}, std::string{table}, row.id});
    here().settle();
  }

  // --- what there is
  std::vector<binding> rows() {
    std::vector<binding> all;
    page_bindings next{town, {}, 500};
    for (;;) {
      const auto page = ask<bindings_page>(here().space, next);
      if (!page)
        return all;
      all.insert(all.end(), page->rows.begin(), page->rows.end());
      if (page->last || page->rows.empty())
        return all;
      next.after = page->rows.back().address;
    }
  }
  std::optional<binding> row_of(ipv4 address) {
    for (const auto& b : rows())
      if (b.address == address)
        return b;
    return std::nullopt;
  }
  bool is_in(ipv4 address, binding_state state) {
    const auto row = row_of(address);
    return row && row->state == state;
  }
  std::size_t records() { return here().log.records.size(); }
  bool alarmed(std::string_view id) {
    const auto& ids = here().alarms.ids;
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  }

  network lan_row, guest_row, far_row;
  uzel::pool lan_pool, guest_pool, far_pool;
  config::actor_settings settings;
  boot_image image;
  std::shared_ptr<const catalogue> picture; // for the lives to come too
  instant wall = instant::from_unix(1'700'000'000);
  std::vector<storage::numbered_record> journal;
  bool sync_at_once = true;
  std::uint32_t slots = 0;

 private:
  void furnish() {
    catalogue_builder desk;
    routing_domain d;
    d.id = town.value;
    desk.add(d);
    for (const auto id : {relay, strict_relay, bras}) {
      client c;
      c.id = id.value;
      c.interim_interval = 600;
      if (id != strict_relay)
        c.on_unknown = c.on_disabled = c.on_unpaid = refusal_policy::guest;
      desk.add(c);
    }
    service s;
    s.id = 3;
    desk.add(s);
    lan_row.id = lan.value;
    lan_row.prefix = {ipv4{10, 0, 0, 0}, 24};
    lan_row.link = guest_row.link = "wire";
    guest_row.id = guests.value;
    guest_row.prefix = {ipv4{10, 9, 0, 0}, 24};
    far_row.id = far.value;
    far_row.prefix = {ipv4{10, 5, 0, 0}, 24};
    desk.add(lan_row);
    desk.add(guest_row);
    desk.add(far_row);
    lan_pool = range(1, {10, 0, 0, 10}, {10, 0, 0, 19}, pool_kind::internet);
    guest_pool = range(2, {10, 9, 0, 10}, {10, 9, 0, 19}, pool_kind::guest);
    far_pool = range(3, {10, 5, 0, 10}, {10, 5, 0, 19}, pool_kind::internet);
    desk.add(lan_pool);
    desk.add(guest_pool);
    desk.add(far_pool);
    device sw;
    sw.id = 1;
    sw.mac = mac_address{switch_mac};
    desk.add(sw);
    for (const std::uint32_t number : {7u, 8u}) {
      port p;
      p.id = 10 + number;
      p.device_id = sw.id;
      p.number = number;
      desk.add(p);
    }
    picture = desk.finish();
  }
  static uzel::pool range(std::uint64_t id, ipv4 from, ipv4 to, pool_kind kind) {
    uzel::pool p;
    p.id = id;
    p.name = "p" + std::to_string(id);
    p.first = from;
    p.last = to;
    p.kind = kind;
    p.sticky_seconds = 600;
    return p;
  }

  account_state& person(account_id who, std::vector<uzel::access> accesses) {
    account_state a;
    a.id = who;
    a.number = "n" + std::to_string(who.value);
    a.accesses = std::move(accesses);
    a.current.state = subscription_state::active;
    a.current.service = service_id{3};
    a.current.start = wall - seconds{60};
    image.accounts.push_back(std::move(a));
    return image.accounts.back();
  }
  static uzel::access by_mac(std::uint64_t mac) {
    return {access_kind::mac, {}, mac_address{mac}, {}, {}};
  }
  static uzel::access by_port(std::uint64_t id) {
    return {access_kind::port, {}, {}, device_id{1}, port_id{id}};
  }
  void people() {
    person(alice, {by_mac(alices)});
    person(bob, {by_port(17)}).session_limit = 2;
    person(carl, {by_mac(carls)}).addresses = {{town, carls_static, {}}};
    person(dora, {by_mac(doras)}).current = {};
    person(emil, {by_mac(emils)}).status = account_status::disabled;
    person(fred, {{access_kind::client_identifier, std::string{freds_identifier}, {}, {}, {}}});
    person(gina, {by_mac(ginas), by_port(18)});
    binding b;
    b.id = binding_id{1};
    b.domain = town;
    b.address = carls_static;
    b.state = binding_state::held;
    b.fixed = true;
    b.holder = carl;
    b.since = wall;
    image.bindings.push_back(b);
    image.next_binding = 2;
  }

  std::unique_ptr<life> now_lives;
};

} // namespace uzel::test
