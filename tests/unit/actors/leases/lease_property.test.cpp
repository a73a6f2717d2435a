// Every promise that left the house is kept: through random interleavings and power cuts, memory
// and journal say the same, and whoever was told something still has it.
#include "tests/unit/actors/leases/lease_world.hpp"

#include <cstdlib>

namespace uzel::test {
namespace {

struct world : lease_world {
  using lease_world::lease_world;

  void fail_power() {
    run_all();
    collect();
    left_behind.clear();
    questions.clear();
    // A Start that was not synced was not acknowledged: the NAS says it again, here it does not.
    sessions.clear();
    forget([](const auto& p) { return p.by_radius || p.in_session; });
    power_cut();
    run_all();
    // An offer of what a place had already rests on no record of its own; its client asks anew.
    const auto kept = rows();
    forget([&](const auto& p) {
      return !p.leased && std::none_of(kept.begin(), kept.end(), [&](const auto& b) {
        return b.address == p.address && b.place.key == p.place &&
               b.state == binding_state::offered;
      });
    });
    statics.clear();
    for (const auto& b : rows())
      if (b.fixed)
        statics[b.address] = b.holder;
    BOOST_REQUIRE_MESSAGE(statics == synced_statics, "static addresses were lost" << told());
    was_static = synced_were;
    disabled = synced_disabled;
    check_state();
  }

  // --- what must hold whenever everything has settled
  void check_state() {
    run_all();
    std::map<ipv4, binding> written;
    for (const auto& r : here().log.records)
      if (const auto* b = std::get_if<storage::binding_changed>(&r.what)) {
        auto& before = written[b->after.address];
        BOOST_REQUIRE_MESSAGE(before.id == b->after.id || !before.id ||
                                before.state == binding_state::free,
                              "an owner was replaced before he ended" << told());
        before = b->after;
        before.number = r.number;
      }
    std::erase_if(written, [](const auto& b) { return b.second.state == binding_state::free; });
    for (const auto& b : image.bindings)
      if (!written.contains(b.address) && statics.contains(b.address))
        written[b.address] = b;
    const auto shown = rows();
    BOOST_REQUIRE_MESSAGE(shown.size() == written.size(), "rows differ" << told());
    pool_count sum, counted;
    for (const auto& b : shown) {
      const auto& m = written[b.address];
      BOOST_REQUIRE_MESSAGE(m.id == b.id && m.holder == b.holder && m.state == b.state &&
                              m.fixed == b.fixed && m.place == b.place && m.number == b.number,
                            "memory and journal differ" << told());
      sum.bound += b.state == binding_state::bound;
      sum.offered += b.state == binding_state::offered;
    }
    const auto counts = lease_bench::ask<pools_counted>(here().space, count_pools{town});
    for (const auto& c : counts->pools) {
      counted.bound += c.bound;
      counted.offered += c.offered;
    }
    BOOST_REQUIRE_MESSAGE(sum.bound == counted.bound && sum.offered == counted.offered,
                          "counters differ" << told());
    for (const auto& [address, who] : statics)
      BOOST_REQUIRE_MESSAGE(written.contains(address) && written[address].fixed &&
                              written[address].holder == who,
                            "a static address was lost" << told());
    std::set<ipv4> leased;
    for (const auto& p : promises) {
      if (!p.leased || p.until <= now())
        continue;
      leased.insert(p.address);
      const auto at = written.find(p.address);
      BOOST_REQUIRE_MESSAGE(at != written.end() && is_live(at->second) &&
                              at->second.place.key == p.place,
                            to_string(p.address) << " was promised and is not kept" << told()
                                                 << history(p.address, p.until));
      BOOST_REQUIRE_MESSAGE(p.until <= at->second.until,
                            to_string(p.address) << " is promised for longer than the journal has"
                                                 << told() << history(p.address, p.until));
    }
    BOOST_REQUIRE_MESSAGE(leased.size() <= sum.bound, "more leases than bindings" << told());
    BOOST_REQUIRE_MESSAGE(here().fatal.empty(), "a subscriber died" << told());
  }
  // When nobody does anything any more, nothing is left but what is for good.
  void check_end() {
    journal_syncs();
    std::map<session_id, session> all;
    for (const auto& r : here().log.records)
      if (const auto* s = std::get_if<storage::session_changed>(&r.what))
        all[s->after.id] = s->after;
    here().time.at = here().time.at + seconds{100};
    for (const auto& [id, s] : all)
      caf::anon_send(here().wires.shard_of(s.account), close_stale{s.account, id, now()});
    for (int i = 0; i < 60; ++i) {
      here().time.at = here().time.at + seconds{20};
      here().scheduler.advance_time(std::chrono::seconds{20});
      run_all();
    }
    for (const auto& b : rows())
      BOOST_REQUIRE_MESSAGE(b.fixed && !is_live(b), to_string(b.address)
                                                      << " never ends" << told()
                                                      << history(b.address, b.until));
    BOOST_REQUIRE_MESSAGE(here().shard(0).guests + here().shard(1).guests == 0,
                          "a guest is never forgotten" << told());
  }

  void step() {
    switch (any(32)) {
    case 0:
      return fail_power();
    case 1:
    case 2:
      return check_state();
    case 3:
    case 4:
      return desk_decides();
    case 5:
    case 6:
    case 7:
      return somebody_gives_back();
    case 8:
    case 9:
      return somebody_dials();
    case 10:
    case 11:
      return a_session_begins();
    case 12:
    case 13:
      return a_session_goes_on();
    case 14:
    case 15:
    case 16:
      return time_passes();
    case 17:
    case 18:
    case 19:
    case 20:
      return journal_syncs();
    case 21:
    case 22:
    case 23:
      return some_run();
    default:
      return somebody_asks();
    }
  }
  // What the journal says of an address, in seconds from now.
  std::string history(ipv4 address, instant until) {
    const auto from_now = [this](instant t) {
      return t ? std::to_string((t - now()).count() / 1'000'000) : std::string{"-"};
    };
    std::string out = "\npromised until " + from_now(until);
    for (const auto& r : here().log.records)
      if (const auto* b = std::get_if<storage::binding_changed>(&r.what))
        if (b->after.address == address)
          out += "\n" + std::to_string(r.number.value) + " at " + from_now(r.time) + ": state " +
                 std::to_string(static_cast<int>(b->after.state)) + ", holder " +
                 std::to_string(b->after.holder.value) + ", place " +
                 std::to_string(b->after.place.key.value) + ", session " +
                 std::to_string(b->after.session.value) + ", until " + from_now(b->after.until);
    return out;
  }
};

BOOST_AUTO_TEST_CASE(every_promise_is_kept_whatever_happens) {
  const auto* given = std::getenv("UZEL_TEST_SEED");
  const std::uint64_t start = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  BOOST_TEST_MESSAGE("seeds from " << start);
  for (std::uint64_t run = 0; run < (given ? 1 : 200); ++run) {
    world w{start + run};
    for (int i = 0; i < 150; ++i)
      w.step();
    w.check_state();
    w.journal_syncs();
    w.fail_power();
    w.check_end();
  }
}

} // namespace
} // namespace uzel::test
