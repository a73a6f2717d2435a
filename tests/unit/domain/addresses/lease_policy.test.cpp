#include "domain/lease_policy.hpp"

#include "domain/holder_questions.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace uzel {
namespace {

using enum binding_state;
constexpr auto noon = instant::from_unix(1'700'000'000);
constexpr account_id he{1}, she{2};
constexpr attachment_key home{10}, garage{11};

address_record record_of(binding_state state, account_id holder, bool fixed,
                         attachment_key place = home) {
  address_record r;
  r.state = state;
  r.holder = holder;
  r.fixed = fixed;
  r.place = place;
  return r;
}

BOOST_AUTO_TEST_SUITE(lease_policy_suite)

BOOST_AUTO_TEST_CASE(a_login_may_have_an_address_by_this_table) {
  struct line {
    const char* what;
    address_record there;

    claim_verdict as_wish, as_fixed;
  };
  using enum claim_verdict;
  std::vector<line> table;
  const auto add = [&](const char* what, address_record there, claim_verdict w, claim_verdict f) {
    table.push_back({what, std::move(there), w, f});
  };
  add("his, kept", record_of(held, he, false, garage), again, again);
  add("his, live here", record_of(bound, he, false), again, again);
  add("his, live elsewhere", record_of(bound, he, false, garage), refuse, ask_holder);
  add("his static, idle", record_of(held, he, true), refuse, again);
  add("his static, live here", record_of(offered, he, true), refuse, again);
  add("his static, live elsewhere", record_of(bound, he, true, garage), refuse, ask_holder);
  add("hers, kept", record_of(held, she, false), ask_holder, take_over);
  add("hers, live", record_of(bound, she, false), ask_holder, ask_holder);
  add("hers, offered", record_of(offered, she, false), ask_holder, ask_holder);
  add("her static, idle", record_of(held, she, true), refuse, refuse);
  add("her static, live", record_of(bound, she, true), refuse, refuse);
  add("in quarantine", record_of(quarantined, {}, false), refuse, refuse);
  for (const auto& l : table)
    BOOST_TEST_CONTEXT(l.what) {
      BOOST_TEST((judge_take(&l.there, he, home, false) == l.as_wish));
      BOOST_TEST((judge_take(&l.there, he, home, true) == l.as_fixed));
    }
  BOOST_TEST((judge_take(nullptr, he, home, true) == give));
  BOOST_TEST((judge_take(nullptr, he, home, false) == give));
}

BOOST_AUTO_TEST_CASE(an_address_becomes_static_or_is_adopted_by_this_table) {
  using enum claim_verdict;
  struct line {
    const char* what;
    address_record there;
    claim_verdict as_static, as_adopted;
  };
  std::vector<line> table;
  const auto add = [&](const char* what, address_record there, claim_verdict s, claim_verdict a) {
    table.push_back({what, std::move(there), s, a});
  };
  add("his, live here", record_of(bound, he, false), again, again);
  add("his, live elsewhere", record_of(bound, he, false, garage), again, refuse);
  add("his, kept", record_of(held, he, false, garage), again, again);
  add("his static", record_of(held, he, true), again, again);
  add("hers, live", record_of(bound, she, false), refuse, refuse);
  add("hers, kept", record_of(held, she, false), take_over, refuse);
  add("her static", record_of(held, she, true), refuse, refuse);
  add("in quarantine", record_of(quarantined, {}, false), refuse, refuse);
  for (const auto& l : table)
    BOOST_TEST_CONTEXT(l.what) {
      BOOST_TEST((judge_static(&l.there, he) == l.as_static));
      BOOST_TEST((judge_adopt(&l.there, he, home) == l.as_adopted));
    }
  BOOST_TEST((judge_static(nullptr, he) == give));
  BOOST_TEST((judge_adopt(nullptr, he, home) == give));
}

BOOST_AUTO_TEST_CASE(the_journal_hears_of_a_lapse_that_moved_by_more_than_a_quarter) {
  auto r = record_of(bound, he, false);
  r.last_seen = noon;
  r.recorded_until = noon + seconds{1800};
  binding after;
  after.state = bound;
  after.holder = he;
  after.place.key = home;
  struct line {
    int seen, until;
    bool worth;
  };
  for (const auto& l :
       {line{0, 1800, false}, line{450, 2250, false}, line{451, 2251, true}, line{0, 1300, true}}) {
    BOOST_TEST_CONTEXT("seen after " << l.seen << " s, lapses after " << l.until) {
      after.last_seen = noon + seconds{l.seen};
      after.until = noon + seconds{l.until};
      BOOST_TEST(worth_recording(r, after) == l.worth);
    }
  }
  after.until = {};
  BOOST_TEST(worth_recording(r, after)); // for ever is another promise
  after.until = r.recorded_until;
  after.session = session_id{4};
  BOOST_TEST(worth_recording(r, after));
  after.session = {};
  after.place.nas_port = "ether2";
  BOOST_TEST(worth_recording(r, after));
}

BOOST_AUTO_TEST_CASE(use_ends_when_it_was_last_seen_and_not_before_it_began) {
  binding b;
  b.state = bound;
  b.since = noon;
  b.last_seen = noon + seconds{100};
  const auto now = noon + seconds{900};
  BOOST_TEST((after_use(b, {}, now, seconds{60}).last_seen == noon + seconds{100}));
  BOOST_TEST(
    (after_use(b, noon + seconds{300}, now, seconds{60}).last_seen == noon + seconds{300}));
  BOOST_TEST((after_use(b, noon - seconds{300}, now, seconds{60}).last_seen == noon));
  BOOST_TEST((after_use(b, now + seconds{300}, now, seconds{60}).last_seen == now));
  BOOST_TEST((after_use(b, {}, now, seconds{60}).until == now + seconds{60}));
  BOOST_TEST((after_use(b, {}, now, seconds{60}).state == held));
  BOOST_TEST((after_use(b, {}, now, seconds{0}).state == binding_state::free));
  b.fixed = true;
  BOOST_TEST((after_use(b, {}, now, seconds{0}).state == held));
  BOOST_TEST(!after_use(b, {}, now, seconds{0}).until);
}

BOOST_AUTO_TEST_CASE(an_offer_leaves_what_was_left_of_the_use_before_it) {
  binding b;
  b.state = held;
  b.since = noon;
  b.last_seen = noon + seconds{100};
  const auto offered = given_again(b, {}, noon + seconds{200}, seconds{60});
  BOOST_TEST((offered.state == binding_state::offered && offered.since == noon + seconds{200}));
  BOOST_TEST((keeping_time(offered, noon + seconds{260}, seconds{600}) == seconds{440}));
  BOOST_TEST((keeping_time(offered, noon + seconds{701}, seconds{600}) == duration{}));
  BOOST_TEST((keeping_time(offered, noon + seconds{260}, seconds{0}) == duration{}));
  auto first = offered; // nobody used it before
  first.last_seen = first.since;
  BOOST_TEST((keeping_time(first, noon + seconds{260}, seconds{600}) == duration{}));
  b.state = bound;
  BOOST_TEST((keeping_time(b, noon + seconds{900}, seconds{600}) == seconds{600}));
}

BOOST_AUTO_TEST_CASE(an_offer_gets_its_time_again_after_a_restart) {
  binding b;
  b.state = offered;
  b.until = noon - seconds{5};
  BOOST_TEST((at_start(b, noon, seconds{60}).until == noon + seconds{60}));
  b.state = bound;
  BOOST_TEST((at_start(b, noon, seconds{60}).until == noon - seconds{5}));
}

BOOST_AUTO_TEST_CASE(patience_grows_and_has_an_end) {
  BOOST_TEST((patience(1) == seconds{5}));
  BOOST_TEST((patience(2) == seconds{10}));
  BOOST_TEST((patience(100) == seconds{320}));
}

BOOST_AUTO_TEST_CASE(an_answer_from_before_the_holder_came_back_does_not_count) {
  holder_questions subject;
  const ipv4 a{10, 0, 0, 1};
  BOOST_TEST(!subject.answered(a)); // nobody asked
  subject.asked(a);
  BOOST_TEST(subject.answered(a));
  subject.asked(a);
  subject.used(a); // he took it again
  subject.asked(a);
  BOOST_TEST(subject.waits_for(a));
  BOOST_TEST(!subject.answered(a)); // this was the answer to the first question
  BOOST_TEST(subject.answered(a));
  BOOST_TEST(subject.size() == 0u);
  subject.asked(a);
  subject.forget(a);
  BOOST_TEST(!subject.answered(a));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace uzel
