// A routing domain with its pools, and a directory that stands in for all subscribers.
#pragma once

#include "actors/address_space.hpp"
#include "actors/pool.hpp"
#include "tests/support/actors/actor_fixture.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace uzel::test {

// What subscribers were told and how they answer; `on_give_up` decides.
struct told {
  std::vector<address_taken> taken;
  std::vector<address_refused> refused;
  std::vector<give_up> asked;
  std::vector<alarm_raised> alarms;
  std::function<void(const address_taken&)> on_taken;
  std::function<void(const address_refused&)> on_refused;
  std::function<void(const give_up&)> on_give_up;
  const address_space_actor* space = nullptr;
  bool forgets_for_desk = true; // false: he never answers
};

// Only the messages that pools send.
inline caf::behavior any_subscriber(caf::event_based_actor* self, told* to) {
  return {
    [to](const address_taken& m) {
      to->taken.push_back(m);
      if (to->on_taken)
        to->on_taken(m);
    },
    [to](const address_refused& m) {
      to->refused.push_back(m);
      if (to->on_refused)
        to->on_refused(m);
    },
    [self, to](const give_up& m) {
      to->asked.push_back(m);
      if (m.by_desk) {
        // What the desk takes away is forgotten, whatever else he would answer.
        if (to->forgets_for_desk)
          self->send(*to->space, given_up{m.who, m.domain, m.pool, m.binding});
        return;
      }
      if (to->on_give_up)
        to->on_give_up(m);
    },
    [to](const alarm_raised& m) { to->alarms.push_back(m); },
  };
}

inline constexpr routing_domain_id domain_1{1};

class address_fixture : public actor_fixture {
 public:
  address_fixture() {
    said.space = &space;
    people = system.spawn(any_subscriber, &said);
    wires.directory = {caf::actor_cast<directory_actor>(people)};
    wires.events = caf::actor_cast<events_actor>(people);
  }
  ~address_fixture() {
    stop();
    caf::anon_send_exit(people, caf::exit_reason::user_shutdown);
    people = nullptr;
    settle();
  }

  static uzel::pool range(std::uint64_t id, ipv4 first, ipv4 last,
                          pool_kind kind = pool_kind::internet) {
    uzel::pool p;
    p.id = id;
    p.name = "p" + std::to_string(id);
    p.first = first;
    p.last = last;
    p.kind = kind;
    return p;
  }
  void publish(const uzel::pool& row) {
    desk.picture = with_change(*desk.picture, "pool", row.id, &row);
  }
  void withdraw_pool(std::uint64_t id) {
    desk.picture = with_change(*desk.picture, "pool", id, nullptr);
  }
  void start(const std::vector<binding>& kept = {}) {
    space = system.spawn(address_space, &wires, domain_1, kept);
    wires.spaces.add(domain_1, space);
    settle();
  }
  void stop() {
    if (space)
      caf::anon_send_exit(space, caf::exit_reason::user_shutdown);
    space = nullptr;
    wires.spaces.clear();
    settle();
  }
  // As a restart finds it: what the journal says, without what is free.
  std::vector<binding> kept() const {
    std::map<ipv4, binding> all;
    for (const auto& r : log.records) {
      auto b = std::get<storage::binding_changed>(r.what).after;
      b.number = r.number;
      if (b.state != binding_state::free)
        all[b.address] = b;
      else if (const auto at = all.find(b.address); at != all.end() && at->second.id == b.id)
        all.erase(at);
    }
    std::vector<binding> out;
    for (auto& [address, b] : all)
      out.push_back(b);
    return out;
  }

  take_address ask(std::uint64_t who, std::uint64_t place = 1) {
    take_address a;
    a.request = ++requests;
    a.domain = domain_1;
    a.who = account_id{who};
    a.place.key = attachment_key{who * 100 + place};
    a.now = time.now();
    return a;
  }
  // What accounting says: that session of a subscriber uses the address.
  adopt_address use_of(ipv4 address, session_id session, const take_address& by,
                       instant until = {}) {
    adopt_address a;
    a.request = by.request;
    a.domain = domain_1;
    a.who = by.who;
    a.place = by.place;
    a.address = address;
    a.session = session;
    a.seen = time.now();
    a.until = until;
    return a;
  }
  template <class Message>
  void tell(const Message& m) {
    caf::anon_send(space, m);
  }
  // Takes and waits until everything has settled; nothing when it was refused (see refused.back()).
  std::optional<binding> take(const take_address& a) {
    const auto before = said.taken.size();
    tell(a);
    settle();
    if (said.taken.size() == before)
      return std::nullopt;
    return said.taken.back().given;
  }
  std::optional<binding> take(std::uint64_t who, std::uint64_t place = 1) {
    return take(ask(who, place));
  }
  void confirm(const binding& b, seconds stays = seconds{1800},
               session_id session = session_id{7}) {
    tell(confirm_binding{domain_1, b.pool, b.id, b.address, b.holder, session, time.now(),
                         stays.count() ? time.now() + stays : instant{}});
    settle();
  }
  void release(const binding& b, bool keep = true) {
    tell(release_binding{domain_1, b.pool, b.id, b.address, b.holder, time.now(), keep});
    settle();
  }
  template <class Answer, class Message>
  std::optional<Answer> request(const Message& m, caf::error* why = nullptr) {
    caf::scoped_actor asker{system};
    auto pending = asker->request(space, caf::infinite, m);
    settle();
    std::optional<Answer> out;
    pending.receive([&](const Answer& a) { out = a; },
                    [&](const caf::error& e) {
                      if (why)
                        *why = e;
                    });
    return out;
  }
  errc refusal(const caf::error& e) const { return static_cast<errc>(e.code()); }
  std::vector<binding> rows() {
    std::vector<binding> all;
    page_bindings p{domain_1, {}, 7};
    for (;;) {
      auto page = request<bindings_page>(p);
      if (!page)
        return all;
      all.insert(all.end(), page->rows.begin(), page->rows.end());
      if (page->last || page->rows.empty())
        return all;
      p.after = page->rows.back().address;
    }
  }
  std::optional<binding> row_of(ipv4 address) {
    for (const auto& b : rows())
      if (b.address == address)
        return b;
    return std::nullopt;
  }
  pool_count count(std::uint64_t id) {
    const auto all = request<pools_counted>(count_pools{domain_1});
    for (const auto& c : all->pools)
      if (c.pool.value == id)
        return c;
    return {};
  }

  address_space_state& state() {
    using pointer = address_space_actor::stateful_pointer<address_space_state>;
    auto* const any = caf::actor_cast<caf::abstract_actor*>(space);
    return dynamic_cast<std::remove_pointer_t<pointer>&>(*any).state;
  }

  told said;
  caf::actor people;
  address_space_actor space;
  std::uint64_t requests = 0;
};

} // namespace uzel::test
