// A full /16 of guests whose leases lapse at once, while customers renew: nobody waits for the
// whole pool, and what guests leave behind is given back. UZEL_TEST_ROUNDS=16 makes a million.
#include "tests/unit/actors/leases/lease_bench.hpp"

#include <cstdlib>
#include <ctime>

namespace uzel::test {
namespace {

// Numbers records and forgets them.
class counting_log : public storage::record_log {
 public:
  using storage::record_log::append;
  result<journal_number> append(instant, std::span<const storage::record> group) override {
    last += group.size();
    return journal_number{last};
  }
  journal_number synced() const noexcept override { return journal_number{last}; }
  std::uint64_t last = 0;
};

constexpr std::uint32_t first_address = (10u << 24) + (64u << 16) + 1;
constexpr std::uint32_t size = 65'534, lasting = 10'000;

struct crowd : lease_bench {
  crowd() {
    guest_row.prefix = {ipv4{10, 64, 0, 0}, 16};
    guest_row.guest_lease_seconds = 120;
    picture = with_change(*picture, "network", guest_row.id, &guest_row);
    guest_pool.first = ipv4{first_address};
    guest_pool.last = ipv4{first_address + size - 1};
    guest_pool.sticky_seconds = 0;
    picture = with_change(*picture, "pool", guest_pool.id, &guest_pool);
    settings.guest_limit = 200'000;
    for (std::uint32_t i = 0; i < size; ++i)
      image.bindings.push_back(lease_of(i));
    image.next_binding = 2 + size;
    start();
    here().wires.log = &log;
    here().settle();
  }
  static std::uint64_t mac_of(std::uint32_t i) { return 0x020000000000 + i; }
  binding lease_of(std::uint32_t i) const {
    binding b;
    b.id = binding_id{2 + i};
    b.domain = town;
    b.pool = pool_id{guest_pool.id};
    b.address = ipv4{first_address + i};
    b.state = binding_state::bound;
    b.place.mac = mac_address{mac_of(i)};
    b.place.key = key_of({}, b.place.mac, {}, {});
    b.holder = guest_of(b.place.key);
    b.since = b.last_seen = wall;
    b.until = wall + (i < lasting ? seconds{120} : seconds{60});
    b.number = journal_number{1};
    return b;
  }
  std::size_t guests_kept() { return here().shard(0).guests + here().shard(1).guests; }
  // Of this thread: others on the machine do not count.
  static std::int64_t cpu_microseconds() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1000;
  }
  // Runs until nothing is left to do, a renewal every few turns; the longest turn of anybody.
  std::int64_t drain(std::uint32_t& renewed) {
    std::int64_t longest = 0;
    auto& scheduler = here().scheduler;
    for (std::uint64_t turns = 0; !scheduler.jobs.empty(); ++turns) {
      const auto from = cpu_microseconds();
      scheduler.run_once();
      longest = std::max(longest, cpu_microseconds() - from);
      if (turns % 8 == 0 && renewed < lasting) {
        const device_at d{mac_of(renewed), 0, guests};
        put_renewal(question(d, lease_step::renew, ipv4{first_address + renewed}));
        ++renewed;
      }
    }
    return longest;
  }

  counting_log log;
};

BOOST_AUTO_TEST_CASE(a_full_pool_lapses_in_short_turns) {
  const auto* given = std::getenv("UZEL_TEST_ROUNDS");
  const auto rounds = given ? std::strtoull(given, nullptr, 10) : 1;
  std::int64_t longest = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    crowd c;
    BOOST_TEST(c.guests_kept() == size);
    std::uint32_t renewed = 0;
    c.here().time.at = c.here().time.at + seconds{61};
    c.here().scheduler.advance_time(std::chrono::seconds{61});
    longest = std::max(longest, c.drain(renewed));
    BOOST_TEST(renewed == lasting);
    BOOST_TEST(c.here().gate.answers.size() == lasting);
    BOOST_TEST(std::all_of(c.here().gate.answers.begin(), c.here().gate.answers.end(),
                           [](const auto& a) { return a.verdict != login_verdict::reject; }));
    const auto counts = c.ask<pools_counted>(c.here().space, count_pools{town});
    for (const auto& p : counts->pools)
      BOOST_TEST(p.bound == (p.pool == pool_id{2} ? lasting : 0u));
    BOOST_TEST(c.guests_kept() == lasting); // the others were forgotten with their leases
  }
  BOOST_TEST_MESSAGE("longest turn " << longest << " us, " << rounds * (size - lasting)
                                     << " leases lapsed, " << rounds * lasting << " renewals");
}

} // namespace
} // namespace uzel::test
