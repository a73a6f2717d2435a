#include "apps/uzelctl/store_backup.hpp"

#include "apps/uzelctl/child_process.hpp"
#include "apps/uzelctl/database_reading.hpp"
#include "apps/uzelctl/store_check.hpp"
#include "apps/uzelctl/store_facts.hpp"
#include "storage/copy.hpp"
#include "storage/schema.hpp"
#include "tests/unit/apps/uzelctl/store_folder.hpp"

#include <chrono>
#include <fstream>

using namespace uzel;
using test::bound;
using test::opened;
using test::store_folder;
namespace fs = std::filesystem;

namespace {

constexpr ipv4 first{10, 0, 0, 1};
constexpr ipv4 second{10, 0, 0, 2};

std::unique_ptr<storage::connection> open(const std::string& url, storage::access_mode mode) {
  auto db = ctl::open_database(url, mode);
  BOOST_REQUIRE_MESSAGE(db.has_value(), db.error().lines.front());
  return std::move(*db);
}

void run_on(const fs::path& file, const std::string& sql) {
  const auto db = open("sqlite:" + file.string(), storage::access_mode::read_write);
  const auto done = db->script(sql);
  BOOST_REQUIRE_MESSAGE(done.has_value(), done.error().sentence);
}

// A store with some rows, and where its backups go.
struct backup_fixture : store_folder {
  backup_fixture() {
    run({opened(1), opened(2), bound(1, first, 1)});
    run_on(database(),
           "INSERT INTO clients VALUES (1, 4, 5, 'bras', 10737418248, 'ff', 1, 2, 1, 2, "
           "1, 1, 1, 1, 2, 0, 300, 3799, 1, 1)");
  }
  fs::path database() const { return folder / "uzel.db"; }
  fs::path saved() const { return folder / "saved"; }
  ctl::named_store named() const { return {settings, true}; }
  ctl::backup_manifest backed_up() const {
    auto done = ctl::backup_store(settings, saved());
    BOOST_REQUIRE_MESSAGE(done.has_value(), done.error().lines.front());
    return *done;
  }
  std::string clients() const {
    const auto db = open(settings.url, storage::access_mode::read_only);
    std::string out;
    const auto done = db->execute(storage::statement{"look", "SELECT name FROM clients"}, {},
                                  [&](const storage::row_view& r) { out += r.text(0); });
    BOOST_TEST(done.has_value());
    return out;
  }
};

ctl::exit_code code_of(const ctl::failure& why) {
  return why.code;
}

bool tells(const ctl::failure& why, std::string_view part) {
  for (const auto& line : why.lines)
    if (line.find(part) != std::string::npos)
      return true;
  return false;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(store_backup_suite, backup_fixture)

BOOST_AUTO_TEST_CASE(a_backup_says_what_it_holds_and_comes_back) {
  const auto made = backed_up();
  BOOST_TEST(made.kind == "sqlite");
  BOOST_TEST(made.tables.size() == storage::schema_tables().value().size());
  BOOST_TEST((*ctl::read_manifest(saved()) == made));
  run_on(database(), "UPDATE clients SET name = 'other'");
  const auto done = ctl::restore_store(named(), saved(), true);
  BOOST_REQUIRE_MESSAGE(done.has_value(), done.error().lines.front());
  BOOST_TEST(clients() == "bras");
  BOOST_TEST(done->set_aside.filename() == "uzel.db.before-restore-1");
  BOOST_TEST(fs::exists(done->set_aside));
  BOOST_TEST(ctl::verify_store(named())->damage.empty());
  BOOST_TEST(ctl::restore_store(named(), saved(), true)->set_aside.filename() ==
             "uzel.db.before-restore-2");
  run({opened(3)}); // starts as a daemon does
  BOOST_TEST(ctl::verify_store(named())->accounts == 3u);
}

BOOST_AUTO_TEST_CASE(a_database_that_is_gone_comes_back_into_its_place) {
  backed_up();
  fs::remove(database());
  BOOST_REQUIRE(ctl::restore_store(named(), saved(), false).has_value());
  BOOST_TEST(clients() == "bras");
  BOOST_TEST(ctl::verify_store(named())->damage.empty());
}

BOOST_AUTO_TEST_CASE(a_database_that_is_there_stays_unless_asked) {
  backed_up();
  const auto refused = ctl::restore_store(named(), saved(), false);
  BOOST_REQUIRE(refused.has_error());
  BOOST_TEST((code_of(refused.error()) == ctl::exit_code::refused));
  BOOST_TEST(!fs::exists(folder / "uzel.db.before-restore-1"));
}

BOOST_AUTO_TEST_CASE(a_backup_that_fails_leaves_nothing) {
  std::ofstream{database()} << std::string(8192, 'x');
  const auto refused = ctl::backup_store(settings, saved());
  BOOST_REQUIRE(refused.has_error());
  BOOST_TEST((code_of(refused.error()) == ctl::exit_code::damaged));
  BOOST_TEST(fs::is_empty(saved()));
}

BOOST_AUTO_TEST_CASE(a_full_folder_is_no_place_for_a_backup) {
  backed_up();
  const auto again = ctl::backup_store(settings, saved());
  BOOST_REQUIRE(again.has_error());
  BOOST_TEST((code_of(again.error()) == ctl::exit_code::refused));
}

BOOST_AUTO_TEST_CASE(a_changed_value_in_a_backup_is_noticed_before_anything_is_replaced) {
  backed_up();
  run_on(saved() / "uzel.db", "UPDATE accounts SET status = status + 1");
  run_on(saved() / "uzel.db", "DELETE FROM clients");
  run_on(database(), "UPDATE clients SET name = 'younger'");
  const auto refused = ctl::restore_store(named(), saved(), true);
  BOOST_REQUIRE(refused.has_error());
  BOOST_TEST((code_of(refused.error()) == ctl::exit_code::damaged));
  BOOST_TEST(tells(refused.error(), "the table clients has 0 rows, the backup had 1"));
  BOOST_TEST(clients() == "younger");
  for (const auto& file : fs::directory_iterator{folder})
    BOOST_TEST(file.path().string().find("restor") == std::string::npos, file.path());
}

BOOST_AUTO_TEST_CASE(a_backup_that_was_not_finished_is_none) {
  backed_up();
  fs::remove(saved() / ctl::manifest_name);
  const auto refused = ctl::restore_store(named(), saved(), true);
  BOOST_TEST((code_of(refused.error()) == ctl::exit_code::not_found));
  std::ofstream{saved() / ctl::manifest_name} << "{\"applied\": 1}";
  BOOST_TEST(
    (code_of(ctl::restore_store(named(), saved(), true).error()) == ctl::exit_code::damaged));
}

BOOST_AUTO_TEST_CASE(a_store_at_work_is_saved_and_not_replaced) {
  auto database = storage::store::open(settings);
  auto running = storage::journal::open(journal(), (*database)->identity(), (*database)->applied(),
                                        [](const auto&) {});
  BOOST_REQUIRE(running.has_value());
  backed_up();
  const auto refused = ctl::restore_store(named(), saved(), true);
  BOOST_REQUIRE(refused.has_error());
  BOOST_TEST((code_of(refused.error()) == ctl::exit_code::unavailable));
}

BOOST_AUTO_TEST_CASE(a_backup_of_another_kind_is_refused) {
  backed_up();
  auto other = named();
  other.settings.url = "postgresql:///nowhere";
  BOOST_TEST(
    (code_of(ctl::restore_store(other, saved(), true).error()) == ctl::exit_code::refused));
}

BOOST_AUTO_TEST_CASE(each_difference_from_a_manifest_is_told) {
  ctl::backup_manifest wanted;
  wanted.tables = {{"a", 1, 1}, {"b", 2, 2}, {"c", 3, 3}, {"d", 4, 4}};
  const auto lines = ctl::differences(wanted, {{"a", 1, 1}, {"b", 2, 9}, {"c", 9, 3}, {"e", 0, 0}});
  const std::vector<std::string> told{"the table b has other values than when the backup was made",
                                      "the table c has 9 rows, the backup had 3",
                                      "the table d is not there",
                                      "the table e was not in the backup"};
  BOOST_TEST(lines == told, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(facts_are_told_and_a_damaged_file_is_noticed) {
  const auto facts = ctl::check_store(named());
  BOOST_REQUIRE_MESSAGE(facts.has_value(), facts.error().lines.front());
  BOOST_TEST(facts->damage.empty());
  BOOST_TEST(facts->program.find("SQLite 3") == 0u);
  BOOST_TEST(facts->encoding == "UTF-8");
  BOOST_TEST(facts->missing_migrations.empty());
  BOOST_TEST(facts->database.owner == 1u);
  BOOST_TEST(!facts->in_use);
  run_on(database(), "PRAGMA foreign_keys = OFF; UPDATE clients SET routing_domain_id = 77");
  const auto dangling = ctl::check_store(named());
  BOOST_REQUIRE(dangling->damage.size() == 1u);
  BOOST_TEST(dangling->damage.front() ==
             "row 1 of the table clients refers to nothing in routing_domains");
  {
    std::fstream file{database(), std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(-4096, std::ios::end);
    file << std::string(4096, '\xFF');
  }
  const auto torn = ctl::check_store(named());
  BOOST_TEST((torn.has_error() || torn->damage.size() > 1u));
}

BOOST_AUTO_TEST_CASE(an_older_schema_is_told_and_saved_as_it_is) {
  fs::remove(database());
  {
    const auto db = open(settings.url, storage::access_mode::read_write);
    BOOST_REQUIRE(
      storage::migrate(*db, storage::all_migrations().first(3), instant{1}).has_value());
  }
  run_on(database(), "INSERT INTO store_identity VALUES (1, '" + std::string(32, 'a') + "', 1, 1)");
  const auto facts = ctl::check_store({settings, false});
  BOOST_REQUIRE_MESSAGE(facts.has_value(), facts.error().lines.front());
  BOOST_TEST(facts->database.schema == 3u);
  BOOST_TEST(facts->missing_migrations.front() == "dhcp");
  BOOST_TEST(backed_up().schema == 3u);
  BOOST_REQUIRE(ctl::restore_store(named(), saved(), true).has_value());
  BOOST_TEST(ctl::check_store({settings, false})->database.schema == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(child_process_suite)

BOOST_AUTO_TEST_CASE(words_reach_a_program_as_they_are) {
  const std::string word = "a b; $HOME 'x' \"y\" *";
  auto same = ctl::child_process::start({"test", word, "=", word});
  BOOST_REQUIRE(same.has_value());
  BOOST_TEST(same->wait().has_value());
  auto other = ctl::child_process::start({"test", word, "=", "a"});
  const auto ended = other->wait();
  BOOST_REQUIRE(ended.has_error());
  BOOST_TEST(ended.error().lines.front() == "test ended with 1");
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_told) {
  const auto none = ctl::child_process::start({"uzel-no-such-program"});
  BOOST_REQUIRE(none.has_error());
  BOOST_TEST((none.error().code == ctl::exit_code::usage));
}

BOOST_AUTO_TEST_CASE(a_child_ends_with_its_owner) {
  const auto begun = std::chrono::steady_clock::now();
  BOOST_TEST(ctl::child_process::start({"sleep", "60"}).has_value());
  BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds{30}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(store_places_suite)

BOOST_AUTO_TEST_CASE(a_password_in_a_url_is_refused) {
  for (const auto* url : {"postgresql://u:p@h/d", "postgresql:///d?password=p", "mysql://h/d",
                          "sqlite:", "/var/lib/uzel/uzel.db"})
    BOOST_TEST_CONTEXT(url)
  BOOST_TEST(ctl::checked_url(url).has_error());
  for (const auto* url : {"postgresql://u@h/d?passfile=/p", "sqlite:/tmp/x"})
    BOOST_TEST(*ctl::checked_url(url) == url);
}

BOOST_AUTO_TEST_CASE(a_database_named_alone_has_no_journal) {
  store_folder store;
  ctl::store_places demo;
  demo.data = store.folder.string();
  BOOST_TEST((ctl::find_store(demo).error().code == ctl::exit_code::not_found));
  BOOST_TEST(ctl::find_store(demo, ctl::absent_file::allowed)->has_journal);
  store.run({});
  BOOST_TEST(ctl::find_store(demo)->settings.journal_directory ==
             (store.folder / "journal").string());
  ctl::store_places alone;
  alone.url = store.settings.url;
  BOOST_TEST(!ctl::find_store(alone)->has_journal);
  demo.url = store.settings.url;
  BOOST_TEST(ctl::find_store(demo)->has_journal);
}

BOOST_AUTO_TEST_SUITE_END()
