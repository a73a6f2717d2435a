#include "apps/uzelctl/store_check.hpp"

#include "apps/uzelctl/adoption.hpp"
#include "tests/unit/apps/uzelctl/store_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string>

using namespace uzel;
using test::bound;
using test::opened;
using test::store_folder;
namespace fs = std::filesystem;

namespace {

constexpr ipv4 first{10, 0, 0, 1};
constexpr ipv4 second{10, 0, 0, 2};

std::string told(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines)
    out += line + "\n";
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(store_check_suite)

BOOST_AUTO_TEST_CASE(a_sound_store_is_told_with_both_numbers) {
  store_folder store;
  store.run({opened(1), opened(2), bound(1, first, 1), bound(2, second, 2)});
  const auto found = ctl::verify_store({store.settings});
  BOOST_REQUIRE_MESSAGE(found.has_value(), found.error().lines.front());
  BOOST_TEST(told(found->damage) == "");
  BOOST_TEST(found->records == 4U);
  BOOST_TEST(found->tail == 4U);
  BOOST_TEST(found->accounts == 2U);
  BOOST_TEST(found->bindings == 2U);
  const auto words = ctl::render(*found);
  BOOST_TEST_CONTEXT(words) {
    BOOST_TEST(words.find("records 1 to 4 in 1 segments") != std::string::npos);
    BOOST_TEST(words.find("applied records up to 0") != std::string::npos);
    BOOST_TEST(words.find("the store is sound") != std::string::npos);
  }
  BOOST_TEST(ctl::to_json(*found).find("sound")->truth);
}

BOOST_AUTO_TEST_CASE(what_must_not_be_is_found_in_the_tail) {
  store_folder store;
  auto taken = bound(1, second, 2);
  store.run({opened(1), opened(2), bound(1, first, 1), taken});
  const auto found = ctl::verify_store({store.settings});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(told(found->damage) == "binding 1 is of two addresses: 10.0.0.1 and 10.0.0.2\n");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_record_are_damage) {
  store_folder store;
  for (const auto& what : {opened(1), opened(2), opened(3)})
    store.run({what}); // a batch each
  std::fstream file{store.segment(), std::ios::in | std::ios::out | std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  // The first batch, which valid ones follow.
  const auto at = bytes.find_first_not_of('\0', 4096);
  BOOST_REQUIRE(at != std::string::npos);
  file.seekp(static_cast<std::streamoff>(at + 24));
  file.put(static_cast<char>(bytes[at + 24] ^ 1));
  file.close();
  const auto found = ctl::verify_store({store.settings});
  BOOST_REQUIRE(found.has_value());
  BOOST_REQUIRE(!found->damage.empty());
  BOOST_TEST(found->damage.front().find("damaged") != std::string::npos, found->damage.front());
}

BOOST_AUTO_TEST_CASE(a_foreign_journal_is_damage_until_it_is_adopted) {
  store_folder store;
  store.run({opened(1)});
  store_folder other;
  other.run({opened(1), opened(2)});
  fs::remove_all(store.settings.journal_directory);
  fs::copy(other.settings.journal_directory, store.settings.journal_directory);
  const auto before = ctl::verify_store({store.settings});
  BOOST_REQUIRE(before.has_value());
  BOOST_REQUIRE(!before->damage.empty());
  BOOST_TEST(before->damage.front().find("the journal is of store") == 0U);

  const auto plan = ctl::plan_adoption(store.settings);
  BOOST_REQUIRE(plan.has_value());
  BOOST_TEST(plan->next.value == 3U);
  BOOST_TEST(plan->left_out == 2U);
  BOOST_TEST(ctl::verify_store({store.settings})->damage.size() == before->damage.size());

  const auto done = ctl::adopt_store(store.settings);
  BOOST_REQUIRE_MESSAGE(done.has_value(), done.error().lines.front());
  BOOST_TEST((done->after == plan->after));
  const auto after = ctl::verify_store({store.settings});
  BOOST_REQUIRE(after.has_value());
  BOOST_TEST(told(after->damage) == "");
  BOOST_TEST(after->journal.identity->epoch == 2U);
  store.run({opened(1)});
  const auto later = ctl::verify_store({store.settings});
  BOOST_TEST(later->journal.last.value == 3U);
}

BOOST_AUTO_TEST_CASE(a_database_restored_from_before_an_adoption_can_be_adopted_again) {
  store_folder store;
  store.run({opened(1)});
  fs::copy_file(store.folder / "uzel.db", store.folder / "backup.db");
  for (int n = 0; n < 2; ++n)
    BOOST_REQUIRE(ctl::adopt_store(store.settings).has_value());
  for (const auto* extra : {"uzel.db-wal", "uzel.db-shm"})
    fs::remove(store.folder / extra);
  fs::copy_file(store.folder / "backup.db", store.folder / "uzel.db",
                fs::copy_options::overwrite_existing);
  BOOST_TEST(!ctl::verify_store({store.settings})->damage.empty());
  const auto done = ctl::adopt_store(store.settings);
  BOOST_REQUIRE_MESSAGE(done.has_value(), done.error().lines.front());
  BOOST_TEST(done->after.epoch == 4U);
  BOOST_TEST(told(ctl::verify_store({store.settings})->damage) == "");
}

BOOST_AUTO_TEST_CASE(each_invariant_is_told_by_its_name) {
  store_folder store;
  store.run({opened(1), opened(2), bound(1, first, 1), bound(2, first, 2)});
  const auto found = ctl::verify_store({store.settings});
  BOOST_REQUIRE(found.has_value());
  // The later record has the address now; that it was given away is seen in the journal alone.
  BOOST_TEST(told(found->damage) == "records that gave an address away while another held it: 1\n");
  BOOST_TEST(found->broken[0] == 1u);
  BOOST_TEST(found->broken[1] + found->broken[2] + found->broken[3] == 0u);
  const auto words = ctl::render(*found);
  BOOST_TEST(words.find("broken, problems: 1") != std::string::npos, words);
  BOOST_TEST(words.find("accounts have no ledger yet") != std::string::npos, words);
  const auto all = ctl::to_json(*found);
  BOOST_REQUIRE(all.find("broken_invariants") != nullptr);
  BOOST_TEST(all.find("broken_invariants")->text_of("one_holder") == "1");
}

BOOST_AUTO_TEST_CASE(a_database_alone_is_checked_without_a_journal) {
  store_folder store;
  store.run({opened(1)});
  fs::remove_all(store.settings.journal_directory);
  const auto found = ctl::verify_store({store.settings, false});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(told(found->damage) == "");
  BOOST_TEST(ctl::render(*found).find("not looked at") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_store_at_work_is_verified_and_not_adopted) {
  store_folder store;
  store.run({opened(1)});
  auto database = storage::store::open(store.settings);
  auto running = storage::journal::open(store.journal(), (*database)->identity(),
                                        (*database)->applied(), [](const auto&) {});
  BOOST_REQUIRE(running.has_value());
  const auto found = ctl::verify_store({store.settings});
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->in_use);
  BOOST_TEST(told(found->damage) == "");
  BOOST_TEST(found->accounts == 1u);
  BOOST_TEST((ctl::adopt_store(store.settings).error().code == ctl::exit_code::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()
