// Random takes, uses, releases, lapses, desk decisions and power cuts in random interleavings,
// against what subscribers believe and what the journal says.
#include "tests/unit/actors/addresses/address_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <map>
#include <set>

namespace uzel::test {
namespace {

constexpr ipv4 first_pool{10, 0, 0, 1}, second_pool{10, 0, 1, 1}, apart{10, 9, 9, 9};
constexpr std::uint32_t first_size = 5, second_size = 3;
constexpr std::uint64_t accounts = 6;

// What a subscriber takes for his: from the answer on until he lets go.
struct belief {
  binding what;
  bool told = false; // the answer left: its record is synced
};

struct world : address_fixture {
  explicit world(std::uint64_t seed_) : seed{seed_}, random{seed_} {
    auto p = range(1, first_pool, ipv4{first_pool.value + first_size - 1});
    p.sticky_seconds = random() % 2 ? 20 : 0;
    publish(p);
    publish(range(2, second_pool, ipv4{second_pool.value + second_size - 1}));
    log.sync_at_once = false;
    said.on_taken = [this](const address_taken& t) { believe(t); };
    said.on_refused = [this](const address_refused& r) { pending.erase(r.request); };
    said.on_give_up = [this](const give_up& q) { decide(q); };
    start();
  }

  std::uint64_t any(std::uint64_t below) { return random() % below; }
  ipv4 any_address() {
    switch (any(5)) {
    case 0:
      return ipv4{second_pool.value + static_cast<std::uint32_t>(any(second_size))};
    case 1:
      return apart;
    default:
      return ipv4{first_pool.value + static_cast<std::uint32_t>(any(first_size))};
    }
  }

  // --- the subscribers
  void believe(const address_taken& t) {
    pending.erase(t.request);
    const auto& b = t.given;
    const auto known = beliefs.find(b.address);
    if (known != beliefs.end()) {
      const auto& before = known->second.what;
      BOOST_REQUIRE_MESSAGE(before.holder == b.holder && before.place.key == b.place.key,
                            to_string(b.address) << " has two owners, seed " << seed);
    }
    const bool in_range =
      (first_pool <= b.address && b.address.value < first_pool.value + first_size) ||
      (second_pool <= b.address && b.address.value < second_pool.value + second_size) ||
      b.address == apart;
    BOOST_REQUIRE_MESSAGE(in_range, "outside of every range, seed " << seed);
    const auto at = b.number.value;
    BOOST_REQUIRE_MESSAGE(at > 0 && at <= log.records.size(), "rests on nothing, seed " << seed);
    const auto& record = std::get<storage::binding_changed>(log.records[at - 1].what).after;
    BOOST_REQUIRE_MESSAGE(record.id == b.id && record.address == b.address &&
                            record.holder == b.holder && record.state == b.state,
                          "rests on another record, seed " << seed);
    beliefs[b.address] = {b, false};
  }
  void decide(const give_up& q) {
    if (any(8) == 0)
      return; // says nothing
    for (auto at = beliefs.begin(); at != beliefs.end(); ++at) {
      if (at->second.what.id != q.binding)
        continue;
      if (any(2)) {
        const auto until = any(3) ? time.now() + seconds{1 + any(60)} : instant{};
        return tell(binding_kept{q.who, q.domain, q.pool, q.binding, until});
      }
      beliefs.erase(at);
      break;
    }
    tell(given_up{q.who, q.domain, q.pool, q.binding});
  }
  bool waits(account_id who) const {
    for (const auto& [request, account] : pending)
      if (account == who)
        return true;
    return false;
  }
  std::optional<binding> any_belief() {
    if (beliefs.empty())
      return std::nullopt;
    return std::next(beliefs.begin(), static_cast<std::ptrdiff_t>(any(beliefs.size())))
      ->second.what;
  }

  // --- what happens
  void somebody_takes() {
    auto a = ask(1 + any(accounts), 1 + any(2));
    if (any(3) == 0)
      a.wanted = any_address();
    if (any(4) == 0 && !statics.empty()) {
      const auto& [address, who] =
        *std::next(statics.begin(), static_cast<std::ptrdiff_t>(any(statics.size())));
      a.fixed = address;
      a.who = any(4) ? who : a.who;
      a.place.key = attachment_key{a.who.value * 100 + 1 + any(2)};
    }
    if (any(2))
      a.deadline = time.now() + seconds{2};
    // A static address that is not his is not claimed by a subscriber who knows his own.
    if (a.fixed && statics[a.fixed] != a.who)
      a.fixed = {};
    pending[a.request] = a.who;
    tell(a);
  }
  void somebody_uses() {
    if (const auto b = any_belief())
      tell(confirm_binding{domain_1, b->pool, b->id, b->address, b->holder, session_id{1 + any(3)},
                           time.now(), any(4) ? time.now() + seconds{1 + any(60)} : instant{}});
  }
  void somebody_leaves() {
    const auto b = any_belief();
    if (!b || waits(b->holder))
      return;
    beliefs.erase(b->address);
    tell(release_binding{domain_1, b->pool, b->id, b->address, b->holder, time.now(), any(2) == 0});
    old.push_back(*b);
  }
  void something_stale() {
    if (old.empty())
      return;
    const auto& b = old[any(old.size())];
    for (const auto& [address, known] : beliefs)
      if (known.what.id == b.id)
        return;
    if (waits(b.holder))
      return;
    if (any(2))
      tell(release_binding{domain_1, b.pool, b.id, b.address, b.holder, time.now(), true});
    else
      tell(given_up{b.holder, domain_1, b.pool, b.id});
  }
  void accounting_names() {
    const auto by = ask(1 + any(accounts), 1 + any(2));
    pending[by.request] = by.who;
    tell(use_of(any_address(), session_id{9}, by, time.now() + seconds{30}));
  }
  void desk_decides() {
    const auto address = any_address();
    const account_id who{1 + any(accounts)};
    settle(random);
    switch (any(3)) {
    case 0:
      if (request<static_settled>(assign_static{domain_1, who, address, {}}))
        statics[address] = who;
      break;
    case 1:
      if (request<static_settled>(withdraw_static{domain_1, who, address}))
        statics.erase(address);
      break;
    default:
      // The session is ended first; then nobody believes in it.
      beliefs.erase(address);
      if (request<binding_removed>(remove_binding{domain_1, {}, address}))
        statics.erase(address);
    }
  }
  void time_passes() {
    time.at = time.at + seconds{1 + any(20)};
    scheduler.advance_time(std::chrono::seconds{1});
  }
  void some_run() {
    for (auto n = any(12); n > 0 && !scheduler.jobs.empty(); --n) {
      std::shuffle(scheduler.jobs.begin(), scheduler.jobs.end(), random);
      scheduler.run_once();
    }
  }
  void journal_syncs() {
    log.synced_number = journal_number{log.records.size()};
    for (auto& [address, b] : beliefs)
      b.told = true;
    synced_statics = statics;
  }

  // --- a power cut: what was not synced is gone, and with it every message
  void power_cut() {
    settle(random);
    for (auto& [address, b] : beliefs)
      b.told = b.told || b.what.number.value <= log.synced_number.value;
    said.on_give_up = {};
    stop();
    said.on_give_up = [this](const give_up& q) { decide(q); };
    log.power_cut();
    pending.clear();
    std::erase_if(beliefs, [](const auto& b) { return !b.second.told; });
    const auto rows_kept = kept();
    std::uint64_t last_id = 0;
    for (const auto& r : log.records)
      last_id = std::max(last_id, std::get<storage::binding_changed>(r.what).after.id.value);
    next_binding = last_id + 1;
    old.clear();
    statics.clear();
    for (const auto& b : rows_kept)
      if (b.fixed)
        statics[b.address] = b.holder;
    for (const auto& [address, b] : beliefs) {
      const auto at = std::ranges::find(rows_kept, address, &binding::address);
      BOOST_REQUIRE_MESSAGE(at != rows_kept.end() && at->holder == b.what.holder && is_live(*at),
                            "a granted address was lost, seed " << seed);
    }
    start(rows_kept);
  }

  // --- what must hold whenever everything has settled
  void check_history() {
    std::map<ipv4, binding> now_is;
    for (const auto& r : log.records) {
      const auto& b = std::get<storage::binding_changed>(r.what).after;
      auto& before = now_is[b.address];
      if (before.id && before.id != b.id && before.state != binding_state::free)
        BOOST_FAIL("an owner was replaced before he ended, seed " << seed);
      if (before.id && before.id == b.id && b.state != binding_state::free &&
          before.holder != b.holder && before.state != binding_state::quarantined)
        BOOST_FAIL("a binding changed its owner, seed " << seed);
      before = b;
    }
  }
  void check_state() {
    settle(random);
    check_history();
    std::map<ipv4, binding> model;
    for (const auto& b : kept())
      model[b.address] = b;
    const auto shown = rows();
    BOOST_REQUIRE_MESSAGE(shown.size() == model.size(), "rows differ, seed " << seed);
    std::map<std::uint64_t, pool_count> sums;
    for (const auto& b : shown) {
      const auto& m = model[b.address];
      BOOST_REQUIRE_MESSAGE(m.id == b.id && m.holder == b.holder && m.state == b.state &&
                              m.fixed == b.fixed && m.place == b.place && m.number == b.number,
                            "memory and journal differ, seed " << seed);
      auto& sum = sums[b.pool.value];
      sum.offered += b.state == binding_state::offered;
      sum.bound += b.state == binding_state::bound;
      sum.held += b.state == binding_state::held;
      sum.fixed += b.fixed;
    }
    for (const std::uint64_t id : {0, 1, 2}) {
      const auto c = count(id);
      const auto& sum = sums[id];
      BOOST_REQUIRE_MESSAGE(c.offered == sum.offered && c.bound == sum.bound &&
                              c.held == sum.held && c.fixed == sum.fixed,
                            "counters differ in pool "
                              << id << ": " << c.offered << c.bound << c.held << c.fixed << " not "
                              << sum.offered << sum.bound << sum.held << sum.fixed << ", seed "
                              << seed);
    }
    for (const auto& [address, who] : statics) {
      const auto at = model.find(address);
      BOOST_REQUIRE_MESSAGE(at != model.end() && at->second.fixed && at->second.holder == who,
                            "a static address was lost, seed " << seed);
    }
    for (const auto& [address, b] : beliefs) {
      const auto at = model.find(address);
      BOOST_REQUIRE_MESSAGE(at != model.end() && at->second.id == b.what.id &&
                              is_live(at->second) && at->second.place.key == b.what.place.key,
                            to_string(address)
                              << " is used by somebody who does not hold it, seed " << seed);
    }
  }

  void step() {
    switch (any(24)) {
    case 0:
      return power_cut();
    case 1:
      return check_state();
    case 2:
      return desk_decides();
    case 3:
      return accounting_names();
    case 4:
      return something_stale();
    case 5:
    case 6:
    case 7:
      return somebody_leaves();
    case 8:
    case 9:
    case 10:
      return time_passes();
    case 11:
    case 12:
      return journal_syncs();
    case 13:
    case 14:
    case 15:
      return somebody_uses();
    default:
      return any(3) ? somebody_takes() : some_run();
    }
  }

  std::uint64_t seed;
  std::mt19937_64 random;
  std::map<ipv4, belief> beliefs;
  std::map<std::uint64_t, account_id> pending; // request -> who
  std::map<ipv4, account_id> statics, synced_statics;
  std::vector<binding> old;
};

BOOST_AUTO_TEST_CASE(no_address_has_two_owners_whatever_happens) {
  const auto* given = std::getenv("UZEL_TEST_SEED");
  const std::uint64_t start = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  BOOST_TEST_MESSAGE("seeds from " << start);
  for (std::uint64_t run = 0; run < (given ? 1 : 300); ++run) {
    world w{start + run};
    for (int i = 0; i < 120; ++i)
      w.step();
    w.check_state();
    w.journal_syncs();
    w.power_cut();
    w.check_state();
  }
}

} // namespace
} // namespace uzel::test
