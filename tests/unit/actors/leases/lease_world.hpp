// Random clients, sessions, desk decisions, time and sleep in random interleavings, with a slow and
// obvious model of what the clients were told: an address is theirs until then.
#pragma once

#include "tests/unit/actors/leases/lease_bench.hpp"

#include <map>
#include <set>

namespace uzel::test {
using kind = accounting_kind;

// What a place was told: an address is its own until then.
struct promise {
  ipv4 address;
  attachment_key place;
  instant until;
  account_id who;
  bool leased = false;     // by an ACK: the journal must have it
  bool by_radius = false;  // by an Access-Accept
  bool in_session = false; // by the answers to accounting
};

struct open_session {
  device_at device;
  std::string id;
  ipv4 address;
  account_id who;
};

// A login that was asked; what comes of it is worth nothing once its place started anew.
struct asked {
  login what;
  device_at device;
};

struct lease_world : lease_bench {
  explicit lease_world(std::uint64_t seed_) : seed{seed_}, random{seed_} {
    settings.offer_time = seconds{10};
    settings.idle_sleep = seconds{15};
    settings.interim_interval = seconds{20};
    settings.declines_per_hour = 3;
    settings.decline_quarantine = seconds{60};
    sync_at_once = false;
    one_per_port = any(3) == 0;
    lan_row.one_lease_per_port = one_per_port;
    lan_row.lease_seconds = far_row.lease_seconds = guest_row.lease_seconds = 60;
    lan_row.guest_lease_seconds = guest_row.guest_lease_seconds = 20;
    lan_pool.last = {10, 0, 0, 13};
    guest_pool.last = {10, 9, 0, 12};
    far_pool.last = {10, 5, 0, 11};
    lan_pool.sticky_seconds = any(2) ? 15 : 0;
    guest_pool.sticky_seconds = 0;
    for (const auto& row : {lan_row, guest_row, far_row})
      picture = with_change(*picture, "network", row.id, &row);
    for (const auto& row : {lan_pool, guest_pool, far_pool})
      picture = with_change(*picture, "pool", row.id, &row);
    client c = *picture->find_client(relay);
    for (const auto id : {relay, bras}) {
      c.id = id.value;
      c.interim_interval = 20;
      picture = with_change(*picture, "client", c.id, &c);
    }
    statics[carls_static] = carl;
    synced_statics = statics;
    start();
  }

  std::uint64_t any(std::uint64_t below) { return random() % below; }
  std::string told() const { return " (seed " + std::to_string(seed) + ")"; }

  // --- who there is: some at home, some with a MAC of somebody else
  device_at any_device() {
    static const device_at homes[] = {
      {alices},   {carls},    {doras},     {emils},
      {0x21, 7},  {0x22, 7},  {0x61},      {0x62},
      {ginas, 8}, {ginas, 9}, {alices, 9}, {0x23, 0, lan, relay, std::string{freds_identifier}}};
    auto d = homes[any(std::size(homes))];
    if (any(12) == 0)
      d.network = far;
    if (any(12) == 0)
      d.port = 7;
    return d;
  }
  static attachment_key place_of(const device_at& d) {
    return key_of({}, mac_address{d.mac}, {}, {});
  }
  ipv4 any_address() {
    switch (any(8)) {
    case 0:
      return carls_static;
    case 1:
      return {192, 0, 2, 1};
    case 2:
      return {10, 5, 0, static_cast<std::uint8_t>(10 + any(2))};
    case 3:
    case 4:
      return {10, 9, 0, static_cast<std::uint8_t>(10 + any(3))};
    default:
      return {10, 0, 0, static_cast<std::uint8_t>(10 + any(4))};
    }
  }
  // What the device believes to have, if anything.
  ipv4 address_of(const device_at& d) {
    for (const auto& p : promises)
      if (p.place == place_of(d) && p.until > now())
        return p.address;
    return {};
  }

  // --- promises
  void forget(const auto& which) { std::erase_if(promises, which); }
  void begin_anew(const device_at& d) {
    const auto place = place_of(d);
    std::erase_if(questions, [&](const auto& q) { return place_of(q.second.device) == place; });
  }
  // The desk or the policy took it: nothing that is under way counts either.
  void void_address(ipv4 address) {
    forget([&](const auto& p) { return p.address == address; });
    std::erase_if(sessions, [&](const auto& s) { return s.address == address; });
    std::erase_if(left_behind, [&](const auto& a) { return a.address == address; });
  }
  void void_account(account_id who) {
    std::set<ipv4> all;
    for (const auto& p : promises)
      if (p.who == who)
        all.insert(p.address);
    for (const auto address : all)
      void_address(address);
    std::erase_if(left_behind, [&](const auto& a) { return a.who == who; });
  }
  // A promise leaves the house.
  void leaves(const login_answered& a) {
    const auto at = questions.find(a.to.slot);
    if (at == questions.end())
      return;
    const auto q = at->second;
    questions.erase(at);
    const auto place = place_of(q.device);
    if (a.verdict == login_verdict::reject)
      return;
    check_kind(a, q);
    if (q.what.step == lease_step::none && disabled.contains(a.who))
      return; // he is answered as a guest with what he had, which may move at any time
    for (const auto& p : promises)
      BOOST_REQUIRE_MESSAGE(p.address != a.address || p.place == place || p.until <= now(),
                            to_string(a.address) << " is promised twice" << told());
    promise p{a.address, place, a_time[a.to.slot] + settings.offer_time, a.who};
    if (q.what.step > lease_step::discover) {
      p.leased = true;
      // A client counts from when it asked (RFC 2131 section 4.4.1).
      p.until = q.what.received + seconds{a.lease_seconds};
    }
    p.by_radius = q.what.step == lease_step::none;
    promises.push_back(p);
  }
  void check_kind(const login_answered& a, const asked& q) {
    const bool is_static = statics.contains(a.address) || was_static.contains(a.address);
    const auto& picture_now = *here().desk.picture;
    const uzel::pool* in = nullptr;
    for (const auto& [id, p] : *picture_now.pools)
      if (p.first <= a.address && a.address <= p.last)
        in = &p;
    BOOST_REQUIRE_MESSAGE(in || is_static, to_string(a.address) << " is in no range" << told());
    if (q.what.step == lease_step::none)
      return;
    const auto link = picture_now.link_of(picture_now.find_network(q.what.network));
    BOOST_REQUIRE_MESSAGE(picture_now.link_at(town, a.address) == link,
                          to_string(a.address) << " is on another wire" << told());
    const auto wanted_kind =
      a.verdict == login_verdict::accept ? pool_kind::internet : pool_kind::guest;
    // A static address may lie in any range.
    BOOST_REQUIRE_MESSAGE(is_static || in->kind == wanted_kind,
                          to_string(a.address) << " is of the wrong kind" << told());
  }

  // --- what happens
  void ask(const device_at& d, lease_step step, ipv4 wanted) {
    const auto l = question(d, step, wanted);
    one_after_another(place_of(d));
    if (step == lease_step::discover || step == lease_step::none) {
      begin_anew(d);
      // Who asks anew does not use what he had; a session of his goes on, though, and a lease while
      // he dials, and the other way round.
      forget([&](const auto& p) {
        return p.place == place_of(d) && !p.in_session &&
               (step == lease_step::discover ? !p.by_radius : !p.leased);
      });
    }
    const bool takes_over =
      one_per_port && d.port == 7 && step != lease_step::none && step <= lease_step::reboot;
    if (takes_over) {
      run_all();
      void_others_behind(d);
    }
    questions[l.to.slot] = {l, d};
    if (step == lease_step::renew)
      put_renewal(l);
    else
      put(l);
    if (takes_over)
      run_all();
  }
  // A device waits for the answer to its last packet; others do not wait for it.
  void one_after_another(attachment_key place) {
    if (busy.contains(place))
      run_all();
    busy.insert(place);
  }
  // A new device behind bob's port takes over what the others there have.
  void void_others_behind(const device_at& d) {
    std::set<ipv4> all;
    for (const auto& p : promises)
      if (p.who == bob && p.place != place_of(d) && !statics.contains(p.address))
        all.insert(p.address);
    for (const auto& a : left_behind)
      if (a.who == bob)
        all.insert(a.address);
    for (const auto address : all)
      if (std::none_of(sessions.begin(), sessions.end(),
                       [&](const auto& s) { return s.address == address; }))
        void_address(address);
    for (const auto& [address, who] : statics)
      if (who == bob)
        void_address(address);
  }
  void somebody_asks() {
    const auto d = any_device();
    if (any(3) == 0)
      return ask(d, lease_step::discover, any(3) ? ipv4{} : any_address());
    auto wanted = address_of(d);
    if (!wanted || any(5) == 0)
      wanted = any_address();
    constexpr lease_step steps[] = {lease_step::select, lease_step::reboot, lease_step::rebind,
                                    lease_step::renew, lease_step::renew};
    auto asks = d;
    const auto step = steps[any(std::size(steps))];
    if (step == lease_step::renew)
      asks.port = 0;
    ask(asks, step, wanted);
  }
  void somebody_gives_back() {
    auto d = any_device();
    auto address = address_of(d);
    if (!address || any(4) == 0)
      address = any_address();
    one_after_another(place_of(d));
    begin_anew(d);
    // Who declines says that another device uses it: what a NAS was told counts no more either.
    const bool declined = any(4) == 0;
    forget([&](const auto& p) {
      return p.place == place_of(d) && p.address == address && !p.in_session &&
             (declined || !p.by_radius);
    });
    d.port = 0;
    caf::anon_send(here().space, end_lease{town,
                                           address,
                                           key_of_device(facts_of(d)),
                                           declined ? lease_end::declined : lease_end::released,
                                           now(),
                                           {},
                                           {},
                                           {}});
  }
  void somebody_dials() {
    auto d = any_device();
    d.network = lan;
    d.from = bras;
    ask(d, lease_step::none, {});
  }
  void a_session_begins() {
    for (const auto& p : promises) {
      if (!p.by_radius || p.until <= now() || disabled.contains(p.who))
        continue;
      if (is_guest(p.who) && p.place.value == ginas)
        continue; // without the port nobody can tell that it is not her
      device_at d{p.place.value};
      if (p.who == bob)
        d.port = 7;
      if (p.who == gina)
        d.port = 8;
      const open_session fresh{d, "s" + std::to_string(++last_session), p.address, p.who};
      one_after_another(p.place);
      std::erase_if(sessions, [&](const auto& s) { return place_of(s.device) == place_of(d); });
      sessions.push_back(fresh);
      report_session(kind::start, fresh);
      return run_all();
    }
  }
  void report_session(kind what, const open_session& s) {
    put(usage(s.device, what, s.id, s.address));
    void_offers(place_of(s.device));
    forget([&](const auto& p) {
      return (p.by_radius || p.in_session) && p.place == place_of(s.device);
    });
    if (what != kind::stop) // his for as long as it reports, less what a packet takes
      promises.push_back(
        {s.address, place_of(s.device), now() + seconds{40}, s.who, false, false, true});
  }
  void a_session_goes_on() {
    if (sessions.empty())
      return;
    const auto which = any(sessions.size());
    const auto s = sessions[which];
    if (std::none_of(promises.begin(), promises.end(), [&](const auto& p) {
          return p.in_session && p.place == place_of(s.device) && p.address == s.address &&
                 p.until > now();
        })) {
      sessions.erase(sessions.begin() + static_cast<std::ptrdiff_t>(which)); // lost at the NAS
      return;
    }
    const bool ends = any(3) == 0;
    run_all(); // its Start is not overtaken
    report_session(ends ? kind::stop : kind::interim, s);
    if (ends)
      sessions.erase(sessions.begin() + static_cast<std::ptrdiff_t>(which));
    run_all();
  }
  void desk_decides() {
    run_all();
    const account_id who{1 + any(7)};
    const auto address = any_address();
    switch (any(7)) {
    case 0:
      void_account(who);
      disabled.erase(who);
      if (any(3) == 0)
        disabled.insert(who);
      set_status(who, disabled.contains(who) ? account_status::disabled : account_status::active);
      break;
    case 1:
      pay(who, any(2) ? now() + seconds{1 + any(90)} : instant{});
      break;
    case 2:
      stop_paying(who);
      break;
    case 3:
      if (assign(who, address))
        statics[address] = who;
      break;
    case 4:
      void_address(address);
      if (withdraw(who, address)) {
        statics.erase(address);
        was_static.insert(address);
      }
      break;
    case 5:
      void_address(address);
      if (!statics.contains(address))
        remove(address);
      break;
    default:
      lease_bench::ask<binding_removed>(
        here().space, quarantine_address{town, address, any(2) ? now() + seconds{20} : instant{}});
    }
    run_all();
  }
  void time_passes() {
    collect();
    for (auto n = 1 + any(any(6) == 0 ? 40 : 8); n > 0; --n) {
      here().time.at = here().time.at + seconds{1};
      here().scheduler.advance_time(std::chrono::seconds{1});
      some_run();
    }
  }
  void some_run() {
    auto& jobs = here().scheduler.jobs;
    for (auto n = any(16); n > 0 && !jobs.empty(); --n) {
      std::shuffle(jobs.begin(), jobs.end(), random);
      here().scheduler.run_once();
      collect();
    }
  }
  void run_all() {
    auto& h = here();
    while (!h.scheduler.jobs.empty()) {
      std::shuffle(h.scheduler.jobs.begin(), h.scheduler.jobs.end(), random);
      h.scheduler.run_once();
      collect();
    }
    collect();
    busy.clear();
  }
  void collect() {
    auto& all = here().gate.answers;
    for (const auto& a : all) {
      BOOST_REQUIRE_MESSAGE(a.rests_on.value <= records(), "rests on nothing" << told());
      a_time[a.to.slot] = now();
      void_replaced(a);
      left_behind.push_back(a);
    }
    all.clear();
  }
  // Whose renewal is refused has lost the address, though he does not know it yet; whose request
  // is granted has lost what was only offered to him.
  void void_replaced(const login_answered& a) {
    const auto q = questions.find(a.to.slot);
    if (q == questions.end() || q->second.what.step <= lease_step::discover)
      return;
    const auto& what = q->second.what;
    const auto place = place_of(q->second.device);
    if (a.verdict != login_verdict::reject)
      return void_offers(place);
    forget([&](const auto& p) {
      return p.place == place && p.address == what.wanted && !p.in_session && !p.by_radius;
    });
    // ... and so does what was answered before it and has not left.
    std::erase_if(left_behind, [&](const auto& earlier) {
      const auto of = questions.find(earlier.to.slot);
      return of != questions.end() && earlier.address == what.wanted &&
             of->second.what.step != lease_step::none && place_of(of->second.device) == place;
    });
  }
  // An offer to a DHCP client is worth nothing once its place uses an address: he has to ask again.
  void void_offers(attachment_key place) {
    forget([&](const auto& p) {
      return p.place == place && !p.leased && !p.in_session && !p.by_radius;
    });
    std::erase_if(left_behind, [&](const auto& earlier) {
      const auto of = questions.find(earlier.to.slot);
      return of != questions.end() && of->second.what.step == lease_step::discover &&
             place_of(of->second.device) == place;
    });
  }
  void journal_syncs() {
    collect();
    here().log.synced_number = journal_number{records()};
    // An answer that leaves after its lease has ended would be late, and net has a deadline.
    for (const auto& a : std::exchange(left_behind, {}))
      leaves(a);
    synced_statics = statics;
    synced_were = was_static;
    synced_disabled = disabled;
  }
  std::uint64_t seed;
  std::mt19937_64 random;
  bool one_per_port = false;
  std::vector<promise> promises;
  std::map<std::uint32_t, asked> questions; // by ticket
  std::map<std::uint32_t, instant> a_time;  // when it was answered
  std::vector<login_answered> left_behind;  // not left yet: not synced
  std::vector<open_session> sessions;
  std::map<ipv4, account_id> statics, synced_statics;
  std::set<ipv4> was_static, synced_were;
  std::set<account_id> disabled{emil}, synced_disabled{emil};
  std::set<attachment_key> busy; // asked something that may not have been heard yet
  std::uint64_t last_session = 0;
};

} // namespace uzel::test
