#include "domain/session_rules.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <vector>

using namespace uzel;

namespace {

const auto t0 = instant::from_unix(1'700'000'000);

session_report report(report_kind kind, int at, std::uint64_t octets, std::uint32_t cause = 0) {
  session_report r;
  r.kind = kind;
  r.nas = nas_id{1};
  r.epoch = 1;
  r.acct_session_id = "s1";
  r.happened = t0 + seconds{at};
  r.counters = {octets, octets * 2, octets / 100, octets / 50};
  r.seconds = static_cast<std::uint32_t>(at);
  r.cause = cause;
  return r;
}

constexpr auto start = report_kind::start;
constexpr auto interim = report_kind::interim;
constexpr auto stop = report_kind::stop;

session begun(const session_report& r) {
  session draft;
  draft.id = session_id{5};
  return begin_session(draft, r);
}

bool has(const session& s, session_flag flag) {
  return (s.flags & flag) != 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_rules)

BOOST_AUTO_TEST_CASE(a_plain_session_counts_what_its_stop_says) {
  auto s = begun(report(start, 0, 0));
  BOOST_TEST((apply(s, report(interim, 600, 1000)) == report_effect::updated));
  BOOST_TEST((apply(s, report(stop, 900, 1500, 1)) == report_effect::closed));
  BOOST_TEST(s.used.in_octets == 1500u);
  BOOST_TEST(s.used.out_octets == 3000u);
  BOOST_TEST((s.ended == t0 + seconds{900}));
  BOOST_TEST(s.terminate_cause == 1u);
  BOOST_TEST(s.flags == 0);
}

BOOST_AUTO_TEST_CASE(repeated_packets_change_nothing) {
  auto s = begun(report(start, 0, 0));
  apply(s, report(interim, 600, 1000));
  auto before = s;
  for (const auto& r : {report(start, 0, 0), report(interim, 600, 1000)})
    BOOST_TEST((apply(s, r) == report_effect::none));
  BOOST_TEST((s == before));
  apply(s, report(stop, 900, 1500, 1));
  before = s;
  for (const auto& r :
       {report(start, 0, 0), report(interim, 600, 1000), report(stop, 900, 1500, 1)})
    BOOST_TEST((apply(s, r) == report_effect::none));
  auto late = report(stop, 900, 1500, 1);
  late.happened = late.happened + seconds{30}; // a retransmission without an event time
  BOOST_TEST((apply(s, late) == report_effect::none));
  BOOST_TEST((s == before));
}

BOOST_AUTO_TEST_CASE(a_lost_start_shows_and_a_late_one_heals) {
  auto s = begun(report(interim, 600, 1000));
  BOOST_TEST(has(s, session_begun_by_interim));
  BOOST_TEST((s.started == t0)); // by Acct-Session-Time
  BOOST_TEST((apply(s, report(start, 0, 0)) == report_effect::updated));
  BOOST_TEST(!has(s, session_begun_by_interim));
  BOOST_TEST((apply(s, report(start, 0, 0)) == report_effect::none));
  BOOST_TEST(s.used.in_octets == 1000u);
}

BOOST_AUTO_TEST_CASE(a_stop_before_its_start_is_a_closed_session) {
  auto s = begun(report(stop, 900, 1500, 2));
  BOOST_TEST((s.state == session_state::closed));
  BOOST_TEST((s.started == t0));
  BOOST_TEST((s.ended == t0 + seconds{900}));
  BOOST_TEST((apply(s, report(start, 0, 0)) == report_effect::updated));
  BOOST_TEST((s.state == session_state::closed));
  BOOST_TEST(s.used.in_octets == 1500u);
}

BOOST_AUTO_TEST_CASE(older_packets_lower_nothing) {
  auto s = begun(report(start, 0, 0));
  apply(s, report(interim, 660, 5000));
  const auto before = s;
  BOOST_TEST((apply(s, report(interim, 600, 1000)) == report_effect::none));
  BOOST_TEST((s == before));
  auto undated = report(interim, 600, 1000);
  undated.happened = t0 + seconds{690}; // retransmitted, and the NAS tells no delay
  apply(s, undated);
  BOOST_TEST((s.used == before.used));
  BOOST_TEST(!has(s, session_counter_reset));
}

BOOST_AUTO_TEST_CASE(counters_that_were_reset_go_on_from_what_was_used) {
  auto s = begun(report(start, 0, 0));
  apply(s, report(interim, 600, 10'000));
  apply(s, report(interim, 1200, 300));
  BOOST_TEST(has(s, session_counter_reset));
  BOOST_TEST(s.used.in_octets == 10'300u);
  apply(s, report(interim, 1200, 300));   // again
  apply(s, report(interim, 600, 10'000)); // and the one before
  BOOST_TEST(s.used.in_octets == 10'300u);
  apply(s, report(stop, 1800, 500));
  BOOST_TEST(s.used.in_octets == 10'500u);
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_a_reset_is_none) {
  auto s = begun(report(start, 0, 0));
  apply(s, report(interim, 600, 10'000));
  auto lagging = report(interim, 1200, 200); // a gigaword that lags: packets grew
  lagging.counters.in_packets = 5000;
  lagging.counters.out_packets = 5000;
  apply(s, lagging);
  BOOST_TEST(!has(s, session_counter_reset));
  BOOST_TEST(s.used.in_octets == 10'000u);
  apply(s, report(stop, 1300, 0)); // a Stop without counters
  BOOST_TEST(!has(s, session_counter_reset));
  BOOST_TEST(s.used.in_octets == 10'000u);
}

BOOST_AUTO_TEST_CASE(a_gigaword_is_no_reset) {
  auto s = begun(report(start, 0, 0));
  apply(s, report(interim, 600, 4'294'967'295));
  apply(s, report(interim, 1200, 4'294'967'296 + 17));
  BOOST_TEST(s.used.in_octets == 4'294'967'313u);
  BOOST_TEST(s.flags == 0);
}

BOOST_AUTO_TEST_CASE(a_presumed_end_is_taken_back_by_newer_packets_only) {
  auto s = begun(report(start, 0, 0));
  apply(s, report(interim, 600, 1000));
  close_session_at(s, s.last_seen, cause_lost_carrier, session_reaped);
  BOOST_TEST((s.ended == t0 + seconds{600}));
  BOOST_TEST((apply(s, report(interim, 600, 1000)) == report_effect::none));
  auto comes_back = s;
  BOOST_TEST((apply(comes_back, report(interim, 4000, 1800)) == report_effect::reopened));
  BOOST_TEST((comes_back.state == session_state::open));
  BOOST_TEST(!comes_back.ended);
  BOOST_TEST(comes_back.used.in_octets == 1800u);
  BOOST_TEST((apply(s, report(stop, 700, 1200, 1)) == report_effect::updated));
  BOOST_TEST((s.ended == t0 + seconds{700}));
  BOOST_TEST(s.terminate_cause == 1u);
  BOOST_TEST(!has(s, session_reaped));
  BOOST_TEST(s.used.in_octets == 1200u);
}

BOOST_AUTO_TEST_CASE(an_interim_after_a_stop_counts_only_when_its_session_time_went_on) {
  auto s = begun(report(start, 0, 0));
  apply(s, report(stop, 600, 1000, 1));
  const auto before = s;
  auto delayed = report(interim, 590, 990);
  delayed.happened = t0 + seconds{700};
  BOOST_TEST((apply(s, delayed) == report_effect::none));
  BOOST_TEST((s == before));
  BOOST_TEST((apply(s, report(interim, 1200, 1700)) == report_effect::reopened));
  BOOST_TEST(s.used.in_octets == 1700u);
}

BOOST_AUTO_TEST_CASE(reports_are_told_apart) {
  auto s = begun(report(start, 0, 0));
  apply(s, report(interim, 600, 1000));
  struct row {
    const char* what;
    bool same;
    session_report r;
  };
  auto other_nas = report(interim, 1200, 1);
  other_nas.nas = nas_id{2};
  auto other_id = report(interim, 1200, 1);
  other_id.acct_session_id = "s2";
  auto survivor = report(interim, 1200, 1);
  survivor.epoch = 2;
  auto reborn = report(start, 1200, 0);
  reborn.epoch = 2;
  auto younger = report(interim, 1200, 1);
  younger.epoch = 2;
  younger.seconds = 60;
  const row table[] = {
    {"next interim", true, report(interim, 1200, 1)},
    {"repeated start", true, report(start, 0, 0)},
    {"another NAS", false, other_nas},
    {"another id", false, other_id},
    {"it outlived an On", true, survivor},
    {"the id is used again after a restart", false, reborn},
    {"an interim of the one that uses it again", false, younger},
  };
  for (const auto& t : table)
    BOOST_TEST_CONTEXT(t.what)
  BOOST_TEST(speaks_of(t.r, s) == t.same);
  apply(s, report(stop, 1300, 1));
  BOOST_TEST(speaks_of(report(stop, 1300, 1), s));
  BOOST_TEST(speaks_of(report(start, 1320, 0), s));  // it may have been overtaken
  BOOST_TEST(!speaks_of(report(start, 1500, 0), s)); // the id is used again
  BOOST_TEST(!speaks_of(survivor, s));
}

BOOST_AUTO_TEST_CASE(a_wrong_clock_of_a_nas_is_not_believed) {
  const auto received = t0;
  BOOST_TEST((trusted_time(t0 - seconds{3600}, received) == t0 - seconds{3600}));
  BOOST_TEST((trusted_time(t0 + seconds{200}, received) == t0 + seconds{200}));
  BOOST_TEST((trusted_time(t0 + seconds{301}, received) == received));
  BOOST_TEST((trusted_time(instant::from_unix(86400), received) == received));
}

BOOST_AUTO_TEST_CASE(silence_is_measured_in_interim_intervals) {
  BOOST_TEST(!is_silent(t0, t0 + seconds{1800}, seconds{600}, 3));
  BOOST_TEST(is_silent(t0, t0 + seconds{1801}, seconds{600}, 3));
  auto s = begun(report(start, 100, 0));
  BOOST_TEST((end_by_restart(s, t0 + seconds{500}) == t0 + seconds{100}));
  BOOST_TEST((end_by_restart(s, t0 + seconds{50}) == t0 + seconds{50}));
  close_session_at(s, t0, cause_nas_reboot);
  BOOST_TEST((s.ended == s.started)); // never before it began
}

BOOST_AUTO_TEST_CASE(a_session_that_moves_is_counted_once) {
  auto old = begun(report(start, 0, 0));
  apply(old, report(interim, 600, 1000));
  close_session_at(old, old.last_seen, cause_lost_service, session_moved);
  auto fresh = continue_session_from({}, report(interim, 1200, 1600), old.reported);
  BOOST_TEST(has(fresh, session_moved));
  BOOST_TEST(fresh.used.in_octets == 600u);
  BOOST_TEST((fresh.started == t0 + seconds{1200}));
  apply(fresh, report(stop, 1300, 2000, 1));
  BOOST_TEST(old.used.in_octets + fresh.used.in_octets == 2000u);
  BOOST_TEST((apply(old, report(stop, 1300, 2000, 1)) == report_effect::none));
}

// Any order, any repetition: the totals are those of the last packet, and no step lowers anything.
BOOST_AUTO_TEST_CASE(every_order_and_repetition_ends_in_the_same_totals) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  for (int round = 0; round < 2000; ++round) {
    std::vector<session_report> packets{report(start, 0, 0)};
    std::uint64_t octets = 0;
    int at = 0;
    for (auto n = random() % 6; n > 0; --n)
      packets.push_back(report(interim, at += 600, octets += random() % 5'000'000'000));
    packets.push_back(report(stop, at += 100, octets += 100 + random() % 1000, 1));
    auto sent = packets;
    for (auto n = random() % 5; n > 0; --n)
      sent.push_back(packets[random() % packets.size()]);
    std::shuffle(sent.begin(), sent.end(), random);
    auto s = begun(sent.front());
    for (std::size_t i = 1; i < sent.size(); ++i) {
      const auto before = s;
      apply(s, sent[i]);
      BOOST_REQUIRE_GE(s.used.in_octets, before.used.in_octets);
      BOOST_REQUIRE((s.last_seen >= before.last_seen));
    }
    BOOST_REQUIRE_EQUAL(s.used.in_octets, octets);
    BOOST_REQUIRE_EQUAL(s.used.out_octets, octets * 2);
    BOOST_REQUIRE((s.state == session_state::closed));
    BOOST_REQUIRE((s.ended == t0 + seconds{at}));
    BOOST_REQUIRE((s.started == t0));
  }
}

BOOST_AUTO_TEST_SUITE_END()
