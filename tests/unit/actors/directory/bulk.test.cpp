// A bulk of new accounts goes to the journal at the pace of the disk.
#include "tests/unit/actors/directory/bench.hpp"

using namespace uzel;
using namespace uzel::test;

namespace {

struct bulk_bench : directory_bench {
  bulk_bench() { start(2); }
  auto import(std::uint32_t count) {
    import_accounts rows;
    for (std::uint32_t i = 0; i < count; ++i)
      rows.drafts.emplace_back().accesses = {by_login("u" + std::to_string(i))};
    auto pending = begin<accounts_imported>(wires.directory[0], rows);
    settle();
    return pending;
  }
  void milliseconds_pass(int count) {
    for (int i = 0; i < count; ++i)
      advance(std::chrono::milliseconds{1});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(directory_bulk, bulk_bench)

BOOST_AUTO_TEST_CASE(an_import_leaves_the_journal_room_for_others) {
  log.sync_at_once = false;
  auto job = import(9000);
  int syncs = 0;
  for (; log.records.size() < 9000u && syncs < 9; ++syncs) {
    milliseconds_pass(10);
    BOOST_REQUIRE(log.records.size() <= log.synced_number.value + 2500);
    log.synced_number = journal_number{log.records.size()};
  }
  BOOST_TEST(syncs >= 3);
  BOOST_TEST(end<accounts_imported>(job).value->created == 9000u);
}

BOOST_AUTO_TEST_CASE(an_import_waits_for_a_journal_that_is_full_for_a_moment) {
  log.refuse = errc::overloaded;
  auto job = import(1000);
  milliseconds_pass(500);
  BOOST_TEST(log.records.empty());
  log.refuse = errc::ok;
  milliseconds_pass(10);
  const auto done = end<accounts_imported>(job);
  BOOST_TEST(done.value->created == 1000u);
  BOOST_TEST(done.value->problems.empty());
  BOOST_TEST(keys_held() == 2000u);
}

BOOST_AUTO_TEST_CASE(an_import_does_not_wait_for_ever) {
  log.refuse = errc::overloaded;
  auto job = import(1000);
  advance(std::chrono::seconds{31});
  milliseconds_pass(10);
  const auto done = end<accounts_imported>(job);
  BOOST_TEST(done.value->created == 0u);
  BOOST_TEST_REQUIRE(done.value->problems.size() == 1u);
  BOOST_TEST(done.value->problems[0].problem == "the journal refuses: a queue is full");
  BOOST_TEST((done.value->why == errc::overloaded));
  BOOST_TEST(keys_held() == 0u);
}

BOOST_AUTO_TEST_CASE(an_import_does_not_wait_for_a_store_that_is_full) {
  log.refuse = errc::store_full;
  const auto done = end<accounts_imported>(import(1000));
  BOOST_TEST(done.value->problems.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
