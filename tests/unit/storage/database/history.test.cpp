#include "storage/history.hpp"

#include "tests/unit/storage/database/random_live.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

using namespace uzel;
using namespace uzel::storage;

namespace {

constexpr std::int64_t noon = 1'700'000'000;
instant at(std::int64_t s) {
  return instant::from_unix(noon + s);
}

// Feeds records for one address to the projector.
struct history_fixture : test::store_fixture {
  void record(binding b, std::int64_t when) {
    b.number = journal_number{journal.last().value + 1};
    journal.add({b.number, at(when), binding_changed{b}});
  }
  binding offer(std::uint64_t holder, std::uint64_t id, std::int64_t since) {
    binding b;
    b.id = binding_id{id};
    b.domain = routing_domain_id{1};
    b.address = ipv4{10, 0, 0, 7};
    b.state = binding_state::offered;
    b.holder = account_id{holder};
    b.place.mac = mac_address{0xA0 + holder};
    b.place.device = device_id{5};
    b.place.port = port_id{6};
    b.place.nas = nas_id{2};
    b.since = at(since);
    return b;
  }
  std::uint64_t holder_at(std::int64_t when) {
    const auto found = reader()->find_holder(routing_domain_id{1}, ipv4{10, 0, 0, 7}, at(when));
    if (!found)
      return 0;
    const auto& e = entity_of<address_use>();
    return static_cast<std::uint64_t>((*found)[e.index_of("account_id")].number);
  }
  std::int64_t rows() { return number_in("SELECT COUNT(*) FROM address_history"); }

  test::memory_journal journal;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(history, history_fixture)

BOOST_AUTO_TEST_CASE(an_offer_alone_is_no_use) {
  record(offer(1, 1, 0), 0);
  auto b = offer(1, 1, 0);
  b.state = binding_state::free;
  record(b, 60);
  project(journal);
  BOOST_TEST(rows() == 0);
  BOOST_TEST(holder_at(1) == 0u);
}

BOOST_AUTO_TEST_CASE(a_use_runs_from_the_offer_to_the_last_sign_not_to_now) {
  auto b = offer(1, 1, 0);
  record(b, 0);
  b.state = binding_state::bound;
  b.last_seen = at(2);
  record(b, 2);
  b.session = session_id{77}; // told a little later
  record(b, 3);
  b.state = binding_state::held;
  b.last_seen = at(305); // the last interim; reaped at 1200
  record(b, 1200);
  project(journal);
  BOOST_TEST(rows() == 1);
  BOOST_TEST(holder_at(-1) == 0u);
  BOOST_TEST(holder_at(0) == 1u);
  BOOST_TEST(holder_at(304) == 1u);
  BOOST_TEST(holder_at(305) == 0u);
  BOOST_TEST(number_in("SELECT session_id FROM address_history") == 77);
  BOOST_TEST(number_in("SELECT mac FROM address_history") == 0xA1);
  BOOST_TEST(number_in("SELECT device_id * 10 + port_id FROM address_history") == 56);
  BOOST_TEST(number_in("SELECT ended FROM address_history") == at(305).us);
}

BOOST_AUTO_TEST_CASE(a_lease_is_use_without_a_session) {
  auto b = offer(1, 1, 0);
  record(b, 0);
  b.state = binding_state::bound;
  b.last_seen = at(1);
  record(b, 1);
  b.last_seen = at(1800); // renewed
  record(b, 1800);
  b.state = binding_state::held;
  record(b, 5400);
  project(journal);
  BOOST_TEST(rows() == 1);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history WHERE session_id = 0") == 1);
  BOOST_TEST(holder_at(1799) == 1u);
  BOOST_TEST(holder_at(1801) == 0u);
}

BOOST_AUTO_TEST_CASE(an_address_that_moves_gives_two_rows_that_do_not_overlap) {
  auto first = offer(1, 1, 0);
  record(first, 0);
  first.state = binding_state::bound;
  first.last_seen = at(100);
  record(first, 1);
  // Moved without a word of the first holder's end.
  auto second = offer(2, 2, 50);
  second.state = binding_state::bound;
  second.last_seen = at(60);
  record(second, 60);
  project(journal);
  BOOST_TEST(rows() == 2);
  BOOST_TEST(holder_at(40) == 1u);
  BOOST_TEST(holder_at(70) == 2u);
  BOOST_TEST(
    number_in("SELECT COUNT(*) FROM address_history a JOIN address_history b ON a.id < "
              "b.id AND b.begun < CASE a.ended WHEN 0 THEN b.begun + 1 ELSE a.ended END") == 0);
}

BOOST_AUTO_TEST_CASE(a_pause_of_the_same_holder_is_not_use) {
  auto b = offer(1, 1, 0);
  b.state = binding_state::bound;
  b.last_seen = at(10);
  record(b, 10);
  b.state = binding_state::held;
  record(b, 11);
  b.state = binding_state::bound;
  b.last_seen = at(500);
  record(b, 501);
  project(journal);
  BOOST_TEST(rows() == 2);
  BOOST_TEST(holder_at(5) == 1u);
  BOOST_TEST(holder_at(200) == 0u);
  BOOST_TEST(holder_at(500) == 1u);
}

BOOST_AUTO_TEST_CASE(a_static_address_is_used_from_the_login_not_from_its_assignment) {
  auto b = offer(1, 1, 0);
  b.fixed = true;
  b.state = binding_state::held;
  record(b, 0);
  b.state = binding_state::bound;
  b.last_seen = at(900);
  record(b, 900);
  b.state = binding_state::held;
  b.last_seen = at(950);
  record(b, 960);
  project(journal);
  BOOST_TEST(rows() == 1);
  BOOST_TEST(holder_at(899) == 0u);
  BOOST_TEST(holder_at(900) == 1u);
  BOOST_TEST(holder_at(950) == 0u);
}

BOOST_AUTO_TEST_CASE(another_session_or_place_begins_another_row) {
  auto b = offer(1, 1, 0);
  b.state = binding_state::bound;
  b.session = session_id{1};
  record(b, 0);
  b.session = session_id{2};
  b.last_seen = at(100);
  record(b, 100);
  b.place.port = port_id{9};
  b.last_seen = at(200);
  record(b, 200);
  project(journal);
  BOOST_TEST(rows() == 3);
  BOOST_TEST(holder_at(150) == 1u);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history WHERE ended = 0") == 1);
}

BOOST_AUTO_TEST_CASE(nothing_ends_later_than_it_was_known) {
  auto b = offer(1, 1, 0);
  b.state = binding_state::bound;
  record(b, 0);
  b.state = binding_state::free;
  b.last_seen = at(5000);
  record(b, 100);
  project(journal);
  BOOST_TEST(number_in("SELECT ended FROM address_history") == at(100).us);
}

BOOST_AUTO_TEST_CASE(random_histories_never_overlap_and_answer_one_holder) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  test::live_stream stream{seed};
  for (int i = 0; i < 3000; ++i)
    journal.add(stream.next());
  project(journal);
  BOOST_TEST(rows() > 100);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history a JOIN address_history b ON "
                       "a.routing_domain_id = b.routing_domain_id AND a.address = b.address AND "
                       "a.id < b.id AND (a.ended = 0 OR a.ended > b.begun)") == 0);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history WHERE ended <> 0 AND ended < begun") ==
             0);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM address_history h WHERE ended = 0 AND NOT EXISTS "
                       "(SELECT 1 FROM bindings b WHERE b.routing_domain_id = h.routing_domain_id "
                       "AND b.address = h.address AND b.state = 2 AND b.account_id = "
                       "h.account_id)") == 0);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM bindings b WHERE state = 2 AND NOT EXISTS (SELECT 1 "
                       "FROM address_history h WHERE b.routing_domain_id = h.routing_domain_id AND "
                       "b.address = h.address AND h.ended = 0)") == 0);
}

BOOST_AUTO_TEST_CASE(repeating_all_records_changes_no_history) {
  test::live_stream stream{7};
  for (int i = 0; i < 600; ++i)
    journal.add(stream.next());
  project(journal);
  const auto before = rows();
  const auto sum = number_in("SELECT SUM(begun % 1000003 + ended % 1000003) FROM address_history");
  run("UPDATE lanes SET applied = 0");
  project(journal);
  BOOST_TEST(rows() == before);
  BOOST_TEST(number_in("SELECT SUM(begun % 1000003 + ended % 1000003) FROM address_history") ==
             sum);
}

BOOST_AUTO_TEST_SUITE_END()
