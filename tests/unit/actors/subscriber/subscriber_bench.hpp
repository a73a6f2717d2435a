// One subscriber among recording stand-ins for the directory, an address space, a NAS and events.
#pragma once

#include "actors/subscriber.hpp"
#include "protocols/proof/master_key.hpp"
#include "protocols/proof/sealed_secret.hpp"
#include "tests/support/actors/actor_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>

namespace uzel::test {

// What the stand-ins heard.
struct heard_by_fakes {
  std::vector<take_address> takes;
  std::vector<confirm_binding> confirms;
  std::vector<release_binding> releases;
  std::vector<adopt_address> adoptions;
  std::vector<given_up> given;
  std::vector<binding_kept> kept;
  std::vector<assign_static> assigned;
  std::vector<withdraw_static> withdrawn;
  std::vector<session_noted> notes;
  std::vector<session> ends;
  std::vector<caf::response_promise> end_promises;
  std::vector<alarm_raised> alarms;
  std::vector<login_happened> logins;
  std::vector<ready_to_sleep> asleep;
  std::vector<account_settled> settled;
  std::vector<continue_session> moves;
};

class kept_traces : public trace_sink {
 public:
  void add(const login& asked, const login_answered& answered) override {
    asks.push_back(asked);
    answers.push_back(answered);
  }
  bool has(trace_code code) const {
    const auto& t = asks.back().trace;
    return std::any_of(t.steps.begin(), t.steps.begin() + t.count,
                       [code](const auto& s) { return s.code == code; });
  }
  std::vector<login> asks;
  std::vector<login_answered> answers;
};

// The stand-ins are untyped actors, so that they hear what they need of interfaces that grow.
class subscriber_bench : public actor_fixture {
 public:
  static constexpr account_id who{7};
  static constexpr client_id from{2};
  static constexpr nas_id bras{11};
  static constexpr routing_domain_id domain{1};

  subscriber_bench() {
    wires.traces = &seen;
    wires.next_session = &session_ids;
    wires.settings.idle_sleep = seconds{900};
    key = *proof::master_key::from_octets(std::vector<std::uint8_t>(32, 5));
    wires.master_key = &key;
    build_desk();
    wires.directory.push_back(caf::actor_cast<directory_actor>(system.spawn(directory, this)));
    wires.spaces.add(domain, caf::actor_cast<address_space_actor>(system.spawn(space, this)));
    wires.nases = caf::actor_cast<nas_router_actor>(system.spawn(nases, this));
    wires.events = caf::actor_cast<events_actor>(system.spawn(events, this));
    settle();
  }
  ~subscriber_bench() {
    people.clear();
    heard.end_promises.clear();
  }

  static attachment place(std::uint64_t mac, nas_id at = bras) {
    attachment p;
    p.key = attachment_key{mac};
    p.mac = mac_address{mac};
    p.nas = at;
    return p;
  }

  // A paid account with the login "bob" and the password "tell nobody".
  account_state bob() const {
    account_state a;
    a.id = who;
    a.number = "000007";
    a.accesses = {{access_kind::login, "bob", {}, {}, {}}};
    const auto sealed = proof::seal_password(key, who, "tell nobody");
    a.credential = sealed->sealed;
    a.credential_form = static_cast<std::uint8_t>(sealed->form);
    a.current = {subscription_id{1},    service_id{3},           subscription_state::active, {},
                 time.at - seconds{60}, time.at + seconds{86400}};
    a.number_of_change = journal_number{0};
    return a;
  }

  subscriber_actor& start(account_state a, std::vector<binding> bindings = {},
                          std::vector<session> sessions = {}) {
    return start(account_shown{std::move(a), std::move(bindings), std::move(sessions), {}});
  }
  subscriber_actor& start(account_shown known) {
    auto& actor = people[known.account.id];
    caf::scoped_execution_unit here{&system};
    actor = spawn_subscriber(here, wires, std::move(known));
    messages = 0;
    settle();
    return actor;
  }

  template <class Message>
  void tell(Message m, account_id to = who) {
    ++messages;
    caf::anon_send(people.at(to), std::move(m));
    settle();
  }
  // Is he ready to sleep, with all that he was told?
  bool is_ready() const { return !heard.asleep.empty() && heard.asleep.back().heard == messages; }
  // Nothing was heard of him for long enough; what he leaves behind.
  account_shown asleep() {
    advance(wires.settings.idle_sleep);
    tell(look_idle{});
    BOOST_TEST_REQUIRE(is_ready());
    auto known = unpack(heard.asleep.back().state.packed);
    return {std::move(known.account), std::move(known.bindings), std::move(known.sessions),
            known.commit, std::move(known.memories)};
  }
  // The answer to a desk command, or its error.
  template <class Answer, class Message>
  std::pair<std::optional<Answer>, errc> ask(Message m, account_id to = who) {
    caf::scoped_actor asker{system};
    ++messages;
    auto pending = asker->request(people.at(to), caf::infinite, std::move(m));
    settle();
    std::pair<std::optional<Answer>, errc> out{std::nullopt, errc::ok};
    pending.receive([&](const Answer& a) { out.first = a; },
                    [&](const caf::error& e) { out.second = static_cast<errc>(e.code()); });
    return out;
  }

  login ask_login(std::uint64_t mac, const std::string& password = "tell nobody") {
    login l;
    l.to = {0, ++slot, slot};
    l.received = time.at;
    l.deadline = time.at + seconds{2};
    l.facts.from = from;
    l.facts.nas = bras;
    l.facts.nas_name = "bras";
    l.facts.login = "bob";
    l.facts.mac = mac_address{mac};
    l.proof.how = proof_method::pap;
    l.proof.name = "bob";
    l.proof.secret = password;
    l.who = who;
    l.place = place(mac);
    l.identified_by = identity_source::login;
    return l;
  }
  login ask_by_mac(std::uint64_t mac) {
    auto l = ask_login(mac);
    l.facts.login.clear();
    l.proof = {};
    l.identified_by = identity_source::mac;
    return l;
  }

  account_usage usage_of(accounting_kind kind, const std::string& id, std::uint64_t mac,
                         std::uint64_t octets = 0, ipv4 address = {10, 0, 0, 1}) {
    account_usage r;
    r.to = {1, ++slot, slot};
    r.kind = kind;
    r.received = r.happened = time.at;
    r.facts.from = from;
    r.facts.nas = bras;
    r.facts.mac = mac_address{mac};
    r.acct_session_id = id;
    r.user_name = "bob";
    r.address = address;
    r.reported = {octets, octets * 2, octets / 100, octets / 50};
    r.epoch = 1;
    r.who = who;
    r.place = place(mac);
    return r;
  }

  // What the pool says to the last question (or the one given).
  binding grant_of(const take_address& t, ipv4 address = {10, 0, 0, 1}) {
    binding b;
    b.id = binding_id{++binding_ids};
    b.domain = t.domain;
    b.pool = t.kind == pool_kind::guest ? pool_id{2} : pool_id{1};
    b.address = t.fixed ? t.fixed : address;
    b.fixed = bool(t.fixed);
    b.state = binding_state::offered;
    b.holder = t.who;
    b.place = t.place;
    b.since = time.at;
    b.until = time.at + wires.settings.offer_time;
    b.number = journal_number{100 + binding_ids};
    return b;
  }
  binding grant(std::size_t take, ipv4 address = {10, 0, 0, 1}) {
    const auto& t = heard.takes.at(take);
    const auto b = grant_of(t, address);
    tell(address_taken{t.who, t.request, b}, t.who);
    return b;
  }
  // A login that is accepted with the address; returns the binding.
  binding online(std::uint64_t mac, ipv4 address = {10, 0, 0, 1}) {
    tell(ask_login(mac));
    return grant(heard.takes.size() - 1, address);
  }
  void end(std::size_t which, disconnect_outcome outcome, std::uint32_t cause = 0) {
    caf::anon_send(caf::actor_cast<caf::actor>(wires.nases), std::uint64_t{which},
                   session_ended{outcome, cause});
    settle();
  }

  // The sessions that the journal knows, latest state each.
  std::map<std::uint64_t, session> journaled() const {
    std::map<std::uint64_t, session> out;
    for (const auto& r : log.records)
      if (const auto* s = std::get_if<storage::session_changed>(&r.what)) {
        out[s->after.id.value] = s->after;
        out[s->after.id.value].number = r.number;
      }
    return out;
  }
  client& policies() { return edited_client; }
  // Makes edits of policies() and others known.
  void publish() {
    auto next = std::make_shared<catalogue>(*desk.picture);
    ++next->version;
    auto clients = std::make_shared<catalogue::table<client>>();
    (*clients)[from.value] = edited_client;
    next->clients = clients;
    desk.picture = next;
  }

  heard_by_fakes heard;
  kept_traces seen;
  proof::master_key key;
  std::atomic<std::uint64_t> session_ids{1};
  std::map<account_id, subscriber_actor> people;
  // What the NAS says to a Disconnect at once; nothing = the test delivers it with end().
  std::optional<session_ended> end_at_once;
  errc static_refusal = errc::ok;
  bool deliver_moves = true;
  std::uint64_t binding_ids = 0;
  std::uint32_t slot = 0;
  std::uint32_t messages = 0; // to the one who was started last

 private:
  void build_desk() {
    edited_client.id = from.value;
    edited_client.interim_interval = 600;
    edited_client.on_session_limit = limit_policy::refuse;
    catalogue_builder all;
    all.add(edited_client);
    service s;
    s.id = 3;
    s.session_timeout = 3600;
    all.add(s);
    uzel::pool p;
    p.id = 1;
    p.kind = pool_kind::internet;
    all.add(p);
    p.id = 2;
    p.kind = pool_kind::guest;
    all.add(p);
    desk.picture = all.finish();
  }

  static caf::behavior directory(caf::event_based_actor* self, subscriber_bench* to) {
    self->set_default_handler(caf::drop);
    return {
      [to](const ready_to_sleep& m) { to->heard.asleep.push_back(m); },
      [to](const account_settled& m) { to->heard.settled.push_back(m); },
      [to](const continue_session& m) {
        to->heard.moves.push_back(m);
        if (to->deliver_moves && to->people.count(m.who) != 0)
          caf::anon_send(to->people.at(m.who), m);
      },
    };
  }
  static caf::behavior space(caf::event_based_actor* self, subscriber_bench* to) {
    self->set_default_handler(caf::drop);
    return {
      [to](const take_address& m) { to->heard.takes.push_back(m); },
      [to](const confirm_binding& m) { to->heard.confirms.push_back(m); },
      [to](const release_binding& m) { to->heard.releases.push_back(m); },
      [to](const adopt_address& m) { to->heard.adoptions.push_back(m); },
      [to](const given_up& m) { to->heard.given.push_back(m); },
      [to](const binding_kept& m) { to->heard.kept.push_back(m); },
      [to](const assign_static& m) -> caf::result<static_settled> {
        to->heard.assigned.push_back(m);
        if (to->static_refusal != errc::ok)
          return caf::make_error(to->static_refusal, std::string{"no"});
        binding b;
        b.id = binding_id{++to->binding_ids};
        b.domain = m.domain;
        b.address = m.address;
        b.fixed = true;
        b.state = binding_state::held;
        b.holder = m.who;
        return static_settled{b};
      },
      [to](const withdraw_static& m) -> caf::result<static_settled> {
        to->heard.withdrawn.push_back(m);
        return static_settled{};
      },
    };
  }
  static caf::behavior nases(caf::event_based_actor* self, subscriber_bench* to) {
    self->set_default_handler(caf::drop);
    return {
      [to](const session_noted& m) { to->heard.notes.push_back(m); },
      [self, to](const end_session& m) -> caf::result<session_ended> {
        to->heard.ends.push_back(m.what);
        if (to->end_at_once)
          return *to->end_at_once;
        auto promise = self->make_response_promise();
        to->heard.end_promises.push_back(promise);
        return caf::result<session_ended>{caf::delegated<session_ended>{}};
      },
      // A promise is kept on its actor's own turn.
      [to](std::uint64_t which, const session_ended& how) {
        to->heard.end_promises.at(which).deliver(how);
      },
    };
  }
  static caf::behavior events(caf::event_based_actor* self, subscriber_bench* to) {
    self->set_default_handler(caf::drop);
    return {
      [to](const alarm_raised& m) { to->heard.alarms.push_back(m); },
      [to](const login_happened& m) { to->heard.logins.push_back(m); },
    };
  }

  client edited_client;
};

} // namespace uzel::test
