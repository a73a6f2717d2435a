// A directory of any number of shards with subscribers and a space that do as the test says.
#pragma once

#include "actors/directory.hpp"
#include "protocols/proof/master_key.hpp"
#include "tests/support/actors/actor_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace uzel::test {

// What subscribers heard, in order.
struct heard {
  account_id who;
  std::string what;
  std::uint32_t slot = 0; // of the ticket
  login asked;            // logins only
  account_usage report;   // reports only
};

struct told {
  std::vector<heard> words;
  int living = 0;
  std::vector<given_up> given_up_bindings;
  std::vector<binding_kept> kept;
  std::vector<alarm_raised> alarms;
  std::vector<login_happened> logins;
  std::map<ipv4, account_id> statics;
  ipv4 refused_static; // the space refuses this one
};

struct fake_subscriber_state {
  explicit fake_subscriber_state(subscriber_actor::pointer me) : self{me} {}
  subscriber_actor::pointer self;
  wiring* wires = nullptr;
  account_shown known;
  told* log = nullptr;
  std::uint32_t heard = 0;

  fake_subscriber_state& count() {
    ++heard;
    return *this;
  }
  void hear(const char* what) { count().log->words.push_back({known.account.id, what, 0, {}, {}}); }
  ~fake_subscriber_state() {
    if (log)
      --log->living;
  }
};

// Counts its logins in the balance, so that a lost or repeated one shows after any number of
// sleeps. close_stale makes it ready to sleep.
inline subscriber_actor::behavior_type
fake_subscriber(subscriber_actor::stateful_pointer<fake_subscriber_state> self, wiring* wires,
                account_shown known, told* log) {
  auto& s = self->state;
  s.wires = wires;
  s.known = std::move(known);
  s.log = log;
  const auto shown = [&s] { return s.count().known; };
  return {
    [&s](const login& m) {
      ++s.count().known.account.balance.minor;
      s.log->words.push_back({s.known.account.id, "login", m.to.slot, m, {}});
    },
    [&s](const account_usage& m) {
      s.count().log->words.push_back({s.known.account.id, "usage", m.to.slot, {}, m});
    },
    [&s](const address_taken&) { s.hear("address_taken"); },
    [&s](const address_refused&) { s.hear("address_refused"); },
    [&s](const give_up&) { s.hear("give_up"); },
    [&s](const close_restarted&) { s.hear("close_restarted"); },
    [&s, self](const close_stale& m) {
      const auto& k = s.count().known;
      self->send(
        s.wires->shard_of(m.who),
        ready_to_sleep{m.who, s.heard, put_to_rest({k.account, k.bindings, k.sessions, k.commit})});
    },
    [&s](const hand_over_session& m) {
      s.count().log->words.push_back(
        {s.known.account.id, "hand_over", m.report.to.slot, {}, m.report});
    },
    [&s](const continue_session&) { s.hear("continue"); },
    [&s](const end_lease&) { s.hear("end_lease"); },
    [shown](const show_account&) { return shown(); },
    [&s](const change_account& m) -> caf::result<account_shown> {
      ++s.heard;
      if (m.to.number == "refused")
        return caf::make_error(errc::store_full);
      if ((m.parts & part_number) != 0)
        s.known.account.number = m.to.number;
      return s.known;
    },
    [&s](const add_access& m) -> caf::result<account_shown> {
      ++s.heard;
      if (m.what.login == "refused")
        return caf::make_error(errc::store_full);
      s.known.account.accesses.push_back(m.what);
      return s.known;
    },
    [&s, self](const remove_access& m) -> caf::result<account_shown> {
      std::erase(s.count().known.account.accesses, m.what);
      self->send(s.wires->shard_of(m.who),
                 account_settled{m.who, account_status::active, {m.what}, journal_number{77}});
      return s.known;
    },
    [shown](const set_subscription&) { return shown(); },
    [shown](const add_static_address&) { return shown(); },
    [shown](const remove_static_address&) { return shown(); },
    [&s](const disconnect_session&) {
      ++s.heard;
      return session_disconnected{};
    },
    [&s](const look_idle&) { ++s.heard; },
  };
}

// Gives static addresses once; remembers what was given up.
inline address_space_actor::behavior_type fake_space(address_space_actor::pointer, told* log) {
  return {
    [](const take_address&) {},
    [](const confirm_binding&) {},
    [](const release_binding&) {},
    [](const adopt_address&) {},
    [](const find_leaseholder&) {},
    [](const end_lease&) {},
    [](const decline_binding&) {},
    [log](const given_up& m) { log->given_up_bindings.push_back(m); },
    [log](const binding_kept& m) { log->kept.push_back(m); },
    [log](const assign_static& m) -> caf::result<static_settled> {
      if (m.address == log->refused_static || log->statics.contains(m.address))
        return caf::make_error(errc::address_taken);
      log->statics[m.address] = m.who;
      binding b;
      b.id = binding_id{m.address.value};
      b.address = m.address;
      b.holder = m.who;
      b.fixed = true;
      b.domain = m.domain;
      b.state = binding_state::held;
      return static_settled{b};
    },
    [log](const withdraw_static& m) -> caf::result<static_settled> {
      const auto at = log->statics.find(m.address);
      if (at == log->statics.end() || at->second != m.who)
        return caf::make_error(errc::not_found);
      log->statics.erase(at);
      return static_settled{};
    },
    [](const remove_binding&) { return binding_removed{}; },
    [](const quarantine_address&) { return binding_removed{}; },
    [](const keep_address&) { return address_kept{}; },
    [](const page_bindings&) { return bindings_page{}; },
    [](const count_pools&) { return pools_counted{}; },
    [](const check_range&) { return range_checked{}; },
    [](const range_settled&) {},
    [](const desk_published&) {},
    [](const pool_defined&) {},
    [](const look_at_time&) {},
    [](const pool_full&) {},
    [](const pool_has_room&) {},
    [](const place_left&) {},
  };
}

inline events_actor::behavior_type fake_events(events_actor::pointer, told* log) {
  return {
    [log](const login_happened& m) { log->logins.push_back(m); },
    [log](const alarm_raised& m) { log->alarms.push_back(m); },
    [](const subscribe_events&) { return events_subscribed{}; },
    [](const unsubscribe_events&) {},
    [](const synced_records&) {},
    [](const list_alarms&) { return alarms_listed{}; },
  };
}

// An answer or the reason why there is none.
template <class T>
struct outcome {
  std::optional<T> value;
  caf::error why;
  bool is(errc e) const {
    return !value && why.category() == caf::atom("uzel") && why.code() == static_cast<int>(e);
  }
  std::string text() const { return caf::to_string(why.context()); }
};

class directory_bench : public actor_fixture {
 public:
  static constexpr std::uint64_t polite = 1, guesty = 2, distrusted = 3; // clients

  directory_bench() {
    sealing_key = std::move(proof::master_key::generate().value());
    wires.master_key = &sealing_key;
    wires.next_account = &next_account;
    wires.next_session = &next_session;
    wires.fatal = [this](const std::string& why) { fatal.push_back(why); };
    wires.events = system.spawn(fake_events, &log_of);
    wires.spaces.add(routing_domain_id{1}, system.spawn(fake_space, &log_of));
    furnish();
  }
  ~directory_bench() {
    asker.reset();
    for (const auto& shard : wires.directory)
      caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
    settle();
  }

  void start(std::size_t shards) {
    image.desk = desk.picture;
    for (const auto& a : image.accounts)
      next_account = std::max(next_account.load(), a.id.value + 1);
    auto slices = slice_boot_image(image, shards, time.at, wires.settings.offer_time);
    const subscriber_spawner spawn = [this](caf::execution_unit& near, wiring& to,
                                            account_shown who) {
      ++log_of.living;
      return near.system().spawn(fake_subscriber, &to, std::move(who), &log_of);
    };
    for (std::uint32_t i = 0; i < shards; ++i)
      wires.directory.push_back(system.spawn(directory, &wires, i, slices[i], spawn));
    settle();
  }

  directory_state& state(std::size_t shard) {
    using pointer = directory_actor::stateful_pointer<directory_state>;
    auto* const any = caf::actor_cast<caf::abstract_actor*>(wires.directory[shard]);
    return dynamic_cast<std::remove_pointer_t<pointer>&>(*any).state;
  }
  directory_state& home(account_id who) {
    for (std::size_t i = 0; i + 1 < wires.directory.size(); ++i)
      if (state(i).is_mine(who))
        return state(i);
    return state(wires.directory.size() - 1);
  }
  std::size_t keys_held() {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < wires.directory.size(); ++i)
      sum += state(i).keys.size();
    return sum;
  }

  account_state& account(std::uint64_t id, std::vector<uzel::access> accesses) {
    account_state a;
    a.id = account_id{id};
    a.number = "n" + std::to_string(id);
    a.accesses = std::move(accesses);
    image.accounts.push_back(std::move(a));
    return image.accounts.back();
  }

  // A login from a client, told to any shard; what came of it.
  login question(std::uint64_t client, std::string name, std::uint64_t mac) {
    login l;
    l.to.slot = ++last_slot;
    l.received = time.at;
    l.facts.from = client_id{client};
    l.facts.nas = nas_id{5};
    l.facts.nas_name = "bras";
    l.facts.nas_port = "ge-0/0/1";
    l.facts.login = std::move(name);
    l.facts.mac = mac_address{mac};
    return l;
  }
  void at_port(network_facts& facts, std::uint64_t device, std::uint32_t port) {
    facts.has_option82 = true;
    facts.device_mac = mac_address{device};
    facts.device_port = port;
  }
  void put(const login& l, std::size_t shard = 0) {
    caf::anon_send(wires.directory[shard % wires.directory.size()], l);
    settle();
  }
  // The account that heard the last word, 0 = nobody.
  account_id reached() const {
    return log_of.words.empty() ? account_id{} : log_of.words.back().who;
  }
  bool traced(const login& l, trace_code code) const {
    for (std::size_t i = 0; i < l.trace.count; ++i)
      if (l.trace.steps[i].code == code)
        return true;
    return false;
  }

  template <class T, class Message>
  auto begin(const directory_actor& to, const Message& m) {
    if (!asker)
      asker.emplace(system);
    return (*asker)->request(to, caf::infinite, m);
  }
  template <class T, class Handle>
  outcome<T> end(Handle&& handle) {
    outcome<T> out;
    handle.receive([&](const T& x) { out.value = x; }, [&](caf::error& e) { out.why = e; });
    return out;
  }
  template <class T, class Message>
  outcome<T> ask(const directory_actor& to, const Message& m) {
    auto pending = begin<T>(to, m);
    settle();
    return end<T>(pending);
  }

  told log_of;
  boot_image image;
  proof::master_key sealing_key;
  std::atomic<std::uint64_t> next_account{1};
  std::atomic<std::uint64_t> next_session{1};
  std::vector<std::string> fatal;
  std::uint32_t last_slot = 0;
  std::optional<caf::scoped_actor> asker;

 private:
  // A switch (MAC A1) with ports 7 (id 17) and 8 (id 18), an ONU (A2), and clients of each policy.
  void furnish() {
    catalogue_builder build;
    for (const auto id : {polite, guesty, distrusted}) {
      client c;
      c.id = id;
      c.on_unknown = id == polite ? refusal_policy::reject : refusal_policy::guest;
      c.trust_option82 = id != distrusted;
      build.add(c);
    }
    device sw;
    sw.id = 1;
    sw.mac = mac_address{0xA1};
    build.add(sw);
    device onu;
    onu.id = 2;
    onu.mac = mac_address{0xA2};
    onu.kind = "onu";
    onu.tells_ports = false;
    build.add(onu);
    for (const std::uint32_t number : {7u, 8u}) {
      port p;
      p.id = 10 + number;
      p.device_id = 1;
      p.number = number;
      build.add(p);
    }
    desk.picture = build.finish();
  }
};

inline uzel::access by_login(std::string text) {
  return {access_kind::login, std::move(text), {}, {}, {}};
}
inline uzel::access by_mac(std::uint64_t mac) {
  return {access_kind::mac, {}, mac_address{mac}, {}, {}};
}
inline uzel::access by_port(std::uint64_t device, std::uint64_t port) {
  return {access_kind::port, {}, {}, device_id{device}, port_id{port}};
}

} // namespace uzel::test
