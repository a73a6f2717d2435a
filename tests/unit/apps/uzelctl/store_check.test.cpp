#include "apps/uzelctl/store_check.hpp"

#include "storage/record.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace uzel;
namespace fs = std::filesystem;

namespace {

// A store in a folder of its own, as a daemon leaves it.
struct store_folder {
  fs::path folder;
  config::store_settings settings;

  store_folder() {
    static int made = 0;
    folder = fs::temp_directory_path() /
             ("uzelctl-store-" + std::to_string(::getpid()) + "-" + std::to_string(made++));
    fs::create_directories(folder / "journal");
    settings.url = "sqlite:" + (folder / "uzel.db").string();
    settings.journal_directory = (folder / "journal").string();
    settings.journal_segment_bytes = 8u << 20;
    settings.journal_max_bytes = 64u << 20;
  }
  store_folder(const store_folder&) = delete;
  store_folder& operator=(const store_folder&) = delete;
  ~store_folder() { fs::remove_all(folder); }

  storage::journal_settings journal() const {
    storage::journal_settings out;
    out.directory = settings.journal_directory;
    out.segment_bytes = settings.journal_segment_bytes;
    out.max_bytes = settings.journal_max_bytes;
    return out;
  }

  // Starts as a daemon does, appends the records, stops.
  void run(const std::vector<storage::record>& records) {
    auto database = storage::store::open(settings);
    BOOST_REQUIRE_MESSAGE(database.has_value(), database.error().sentence);
    auto opened = storage::journal::open(journal(), (*database)->identity(), (*database)->applied(),
                                         [](const auto&) {});
    BOOST_REQUIRE_MESSAGE(opened.has_value(), opened.error().sentence);
    opened->log->start();
    for (const auto& what : records) {
      std::vector<std::uint8_t> bytes;
      storage::encode(what, bytes);
      const storage::encoded_record one{static_cast<std::uint16_t>(storage::kind_of(what)), bytes};
      const auto number = opened->log->append(instant{1'700'000'000'000'000}, {&one, 1});
      BOOST_REQUIRE(number.has_value());
    }
    opened->log->stop();
  }

  fs::path segment() const {
    for (const auto& file : fs::directory_iterator{settings.journal_directory})
      if (file.is_regular_file() && file.file_size() >= 4096 &&
          file.path().filename().string().find("spare") == std::string::npos)
        return file.path();
    return {};
  }
};

storage::record bound(std::uint64_t id, ipv4 address, std::uint64_t holder) {
  binding b;
  b.id = binding_id{id};
  b.domain = routing_domain_id{1};
  b.address = address;
  b.state = binding_state::bound;
  b.holder = account_id{holder};
  return storage::binding_changed{b};
}

storage::record opened(std::uint64_t id) {
  account_state a;
  a.id = account_id{id};
  a.number = std::to_string(id);
  return storage::account_changed{a};
}

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
  const auto found = ctl::verify_store(store.settings);
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
  const auto found = ctl::verify_store(store.settings);
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
  const auto found = ctl::verify_store(store.settings);
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
  const auto before = ctl::verify_store(store.settings);
  BOOST_REQUIRE(before.has_value());
  BOOST_REQUIRE(!before->damage.empty());
  BOOST_TEST(before->damage.front().find("the journal is of store") == 0U);

  const auto plan = ctl::plan_adoption(store.settings);
  BOOST_REQUIRE(plan.has_value());
  BOOST_TEST(plan->next.value == 3U);
  BOOST_TEST(plan->left_out == 2U);
  BOOST_TEST(ctl::verify_store(store.settings)->damage.size() == before->damage.size());

  const auto done = ctl::adopt_store(store.settings);
  BOOST_REQUIRE_MESSAGE(done.has_value(), done.error().lines.front());
  BOOST_TEST((done->after == plan->after));
  const auto after = ctl::verify_store(store.settings);
  BOOST_REQUIRE(after.has_value());
  BOOST_TEST(told(after->damage) == "");
  BOOST_TEST(after->journal.identity->epoch == 2U);
  store.run({opened(1)});
  const auto later = ctl::verify_store(store.settings);
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
  BOOST_TEST(!ctl::verify_store(store.settings)->damage.empty());
  const auto done = ctl::adopt_store(store.settings);
  BOOST_REQUIRE_MESSAGE(done.has_value(), done.error().lines.front());
  BOOST_TEST(done->after.epoch == 4U);
  BOOST_TEST(told(ctl::verify_store(store.settings)->damage) == "");
}

BOOST_AUTO_TEST_CASE(a_store_in_use_is_left_alone) {
  store_folder store;
  store.run({opened(1)});
  auto database = storage::store::open(store.settings);
  auto running = storage::journal::open(store.journal(), (*database)->identity(),
                                        (*database)->applied(), [](const auto&) {});
  BOOST_REQUIRE(running.has_value());
  BOOST_TEST((ctl::verify_store(store.settings).error().code == ctl::exit_code::unavailable));
  BOOST_TEST((ctl::adopt_store(store.settings).error().code == ctl::exit_code::unavailable));
}

BOOST_AUTO_TEST_SUITE_END()
