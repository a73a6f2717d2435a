// What open(), replay() and inspect_journal() make of journals that are not as they should be.
#include "storage/journal/format.hpp"
#include "tests/unit/storage/journal/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

namespace uzel::storage {
namespace {

using namespace testing;

constexpr std::uint64_t records_made = 300;

std::vector<std::uint8_t> payload_of(std::uint64_t n) {
  return std::vector<std::uint8_t>(1000, static_cast<std::uint8_t>(n));
}

// Writes a journal of 300 records of 1000 bytes, one batch each so that offsets are known, over
// several segments.
void write_records(const journal_settings& settings) {
  auto found = journal::open(settings, our_store, journal_number{0}, {}).value();
  found.log->start();
  for (std::uint64_t n = 1; n <= records_made; ++n) {
    const auto payload = payload_of(n);
    const encoded_record one{9, payload};
    const auto answer =
      append_patiently(*found.log, instant{static_cast<std::int64_t>(n)}, {&one, 1});
    BOOST_REQUIRE(answer.value().value == n);
    while (found.log->synced().value < n)
      ::usleep(10);
  }
}

// A copy of that journal to be broken.
class made_journal {
 public:
  made_journal() : settings_{small_segments(folder_.path())} {
    static const scratch_folder pattern;
    const auto from = small_segments(pattern.path());
    if (!std::filesystem::exists(from.directory))
      write_records(from);
    std::filesystem::copy(from.directory, settings_.directory);
  }

  static constexpr std::uint64_t batch_bytes = 48 + 1016;

  const journal_settings& settings() const { return settings_; }
  std::vector<std::filesystem::path> segments() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator{settings_.directory})
      if (entry.path().extension() == ".segment")
        found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
  }
  std::uint64_t first_of(const std::filesystem::path& segment) const {
    return std::stoull(segment.stem().string());
  }
  static std::uint64_t offset_of(std::uint64_t batch) { return 4096 + batch * batch_bytes; }
  // Batches in the last segment.
  std::uint64_t batches_at_end() const { return records_made - first_of(segments().back()) + 1; }

  store_error refusal(const store_identity& identity, std::uint64_t applied) const {
    const auto found = journal::open(settings_, identity, journal_number{applied}, {});
    return found ? store_error{} : found.error();
  }
  store_error refusal(std::uint64_t applied = 0) const { return refusal(our_store, applied); }

 private:
  scratch_folder folder_;
  journal_settings settings_;
};

void flip_bit(const std::filesystem::path& file, std::uint64_t offset) {
  std::fstream io{file, std::ios::in | std::ios::out | std::ios::binary};
  io.seekg(static_cast<std::streamoff>(offset));
  const int byte = io.get();
  io.seekp(static_cast<std::streamoff>(offset));
  io.put(static_cast<char>(byte ^ 0x10));
}

void zero(const std::filesystem::path& file, std::uint64_t offset, std::size_t count) {
  std::fstream io{file, std::ios::in | std::ios::out | std::ios::binary};
  io.seekp(static_cast<std::streamoff>(offset));
  io << std::string(count, '\0');
}

bool says(const std::string& sentence, const std::string& words) {
  const bool found = sentence.find(words) != std::string::npos;
  if (!found)
    BOOST_TEST_MESSAGE("said: " << sentence);
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_damage)

BOOST_AUTO_TEST_CASE(a_torn_tail_is_cut_wherever_it_tore) {
  // The last batch lacks its head, its middle, its end or one byte; or garbage stands where a batch
  // would.
  const struct {
    const char* name;
    std::uint64_t from;
    std::size_t count;
  } tears[] = {{"head", 0, 48},   {"checksum", 0, 8},   {"middle", 300, 300},
               {"end", 600, 464}, {"sector", 512, 512}, {"one byte", 100, 1}};
  for (const auto& tear : tears)
    BOOST_TEST_CONTEXT(tear.name) {
      const made_journal made;
      const auto file = made.segments().back();
      const auto torn = made_journal::offset_of(made.batches_at_end() - 1);
      zero(file, torn + tear.from, tear.count);

      const auto report = inspect_journal(made.settings().directory).value();
      BOOST_REQUIRE(report.torn.has_value());
      BOOST_TEST(report.torn->offset == torn);
      BOOST_TEST(!report.damage.has_value());
      BOOST_TEST(report.last.value == records_made - 1);
      BOOST_TEST(replay_all(made.settings().directory).size() == records_made - 1);

      auto found = journal::open(made.settings(), our_store, journal_number{0}, {}).value();
      BOOST_TEST(found.last.value == records_made - 1);
      BOOST_TEST(found.cut_bytes > 0u);
      found.log->start();
      const std::array<std::uint8_t, 2> bytes{1, 2};
      const encoded_record one{7, bytes};
      BOOST_TEST(append_patiently(*found.log, instant{1}, {&one, 1}).value().value == records_made);
      found.log.reset();
      const auto healed = inspect_journal(made.settings().directory).value();
      BOOST_TEST(!healed.torn.has_value());
      BOOST_TEST(!healed.damage.has_value());
      BOOST_TEST(healed.last.value == records_made);
    }
}

BOOST_AUTO_TEST_CASE(a_torn_tail_that_was_applied_stops_the_start_and_is_not_cut) {
  const made_journal made;
  const auto torn = made_journal::offset_of(made.batches_at_end() - 1);
  flip_bit(made.segments().back(), torn + 200);
  const auto refusal = made.refusal(records_made);
  BOOST_TEST(refusal.code == errc::store_damaged);
  BOOST_TEST(says(refusal.sentence, "ends at record 299"));
  BOOST_TEST(says(refusal.sentence, "applied up to 300"));
  BOOST_TEST(inspect_journal(made.settings().directory).value().torn.has_value());
}

BOOST_AUTO_TEST_CASE(a_bad_batch_before_a_valid_one_is_damage_with_file_and_offset) {
  for (const std::uint64_t byte : {0u, 9u, 13u, 17u, 25u, 33u, 41u, 50u, 60u, 700u, 1063u})
    BOOST_TEST_CONTEXT("flipped in byte " << byte << " of the batch") {
      const made_journal made;
      const auto file = made.segments().back();
      BOOST_REQUIRE(made.batches_at_end() >= 3);
      const auto bad = made_journal::offset_of(made.batches_at_end() - 2);
      flip_bit(file, bad + byte);
      const auto refusal = made.refusal();
      BOOST_TEST(refusal.code == errc::store_damaged);
      BOOST_TEST(says(refusal.sentence, file.string()));
      BOOST_TEST(says(refusal.sentence, "byte " + std::to_string(bad)));
      BOOST_TEST(says(refusal.sentence, "record 299 does not match"));
      const auto report = inspect_journal(made.settings().directory).value();
      BOOST_REQUIRE(report.damage.has_value());
      BOOST_TEST(report.damage->offset == bad);
      BOOST_TEST(report.last.value == 298u);
      BOOST_TEST(report.highest.value == records_made);
      const auto replayed = replay(made.settings().directory, journal_number{0},
                                   [](const record_view&) -> result<> { return {}; });
      BOOST_TEST((replayed.error().code == errc::store_damaged));
    }
}

BOOST_AUTO_TEST_CASE(a_bad_batch_in_an_earlier_segment_is_damage_unless_already_applied) {
  const made_journal made;
  const auto file = made.segments()[1];
  const auto last = made.first_of(made.segments()[2]) - made.first_of(file) - 1;
  flip_bit(file, made_journal::offset_of(last) + 500);
  BOOST_TEST(made.refusal().code == errc::store_damaged);
  BOOST_TEST(says(made.refusal().sentence, "a later segment exists"));
  // The start reads only what it has to replay; verify reads all.
  BOOST_TEST(made.refusal(made.first_of(made.segments()[3])).code == errc::ok);
  BOOST_TEST(inspect_journal(made.settings().directory).value().damage.has_value());
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_of_a_header_is_damage) {
  const made_journal made;
  for (const std::size_t which : {std::size_t{0}, std::size_t{2}, made.segments().size() - 1})
    for (const std::uint64_t byte : {0u, 8u, 16u, 20u, 24u, 40u, 48u, 56u, 64u, 72u, 2000u, 4095u})
      BOOST_TEST_CONTEXT("segment " << which << " byte " << byte) {
        const auto file = made.segments()[which];
        flip_bit(file, byte);
        const auto refusal = made.refusal();
        BOOST_TEST(refusal.code == errc::store_damaged);
        BOOST_TEST(says(refusal.sentence, file.string()));
        flip_bit(file, byte);
      }
  BOOST_TEST(made.refusal().code == errc::ok);
}

BOOST_AUTO_TEST_CASE(a_missing_segment_is_named) {
  {
    const made_journal made;
    const auto gone = made.segments()[2];
    std::filesystem::remove(gone);
    const auto refusal = made.refusal();
    BOOST_TEST(refusal.code == errc::store_damaged);
    BOOST_TEST(says(refusal.sentence, "a segment is missing"));
    BOOST_TEST(says(refusal.sentence, std::to_string(made.first_of(gone))));
  }
  {
    const made_journal made;
    std::filesystem::remove(made.segments().back());
    const auto last = made.first_of(made.segments().back());
    const auto refusal = made.refusal(records_made);
    BOOST_TEST(refusal.code == errc::store_damaged);
    BOOST_TEST(says(refusal.sentence, "applied up to 300"));
    BOOST_TEST(made.refusal(last).code == errc::ok);
  }
}

BOOST_AUTO_TEST_CASE(a_segment_of_another_store_in_the_middle_is_refused) {
  const made_journal made;
  const scratch_folder folder;
  auto settings = small_segments(folder.path());
  auto theirs = our_store;
  theirs.id[3] = 99;
  BOOST_REQUIRE(adopt(settings, theirs, journal_number{made.first_of(made.segments()[2])}));
  std::filesystem::copy_file(settings.directory / made.segments()[2].filename(), made.segments()[2],
                             std::filesystem::copy_options::overwrite_existing);
  BOOST_TEST(made.refusal().code == errc::store_foreign);
}

BOOST_AUTO_TEST_CASE(a_foreign_journal_or_epoch_is_refused_with_both_names) {
  const made_journal made;
  auto other_store = our_store;
  other_store.id[0] = 77;
  auto other_epoch = our_store;
  other_epoch.epoch = 2;
  for (const auto& identity : {other_store, other_epoch}) {
    const auto refusal = made.refusal(identity, 10);
    BOOST_TEST(refusal.code == errc::store_foreign);
    BOOST_TEST(says(refusal.sentence, to_string(our_store)));
    BOOST_TEST(says(refusal.sentence, to_string(identity)));
  }
}

BOOST_AUTO_TEST_CASE(an_empty_journal_under_a_used_database_is_refused_and_stays_empty) {
  const scratch_folder folder;
  const auto settings = small_segments(folder.path());
  const auto found = journal::open(settings, our_store, journal_number{57}, {});
  BOOST_REQUIRE(!found);
  BOOST_TEST(found.error().code == errc::store_foreign);
  BOOST_TEST(says(found.error().sentence, "is empty"));
  BOOST_TEST(says(found.error().sentence, "57"));
  BOOST_TEST(!inspect_journal(settings.directory).value().identity.has_value());
}

BOOST_AUTO_TEST_CASE(a_restored_older_database_is_replayed_or_refused_by_where_the_journal_begins) {
  const made_journal made;
  BOOST_TEST(made.refusal(120).code == errc::ok); // all that it lacks is still here
  const auto first = made.first_of(made.segments()[2]);
  {
    auto found = journal::open(made.settings(), our_store, journal_number{first}, {}).value();
    found.log->drop_before(journal_number{first}, instant{100000});
    BOOST_TEST(made.segments().size() > 1u);
  }
  BOOST_TEST(made.refusal(first - 1).code == errc::ok);
  const auto refusal = made.refusal(first - 2);
  BOOST_TEST(refusal.code == errc::store_damaged);
  BOOST_TEST(says(refusal.sentence, "begins at record " + std::to_string(first)));
  BOOST_TEST(says(refusal.sentence, "up to " + std::to_string(first - 2)));
  const auto replayed = replay(made.settings().directory, journal_number{first - 2},
                               [](const record_view&) -> result<> { return {}; });
  BOOST_TEST((replayed.error().code == errc::store_damaged));
}

BOOST_AUTO_TEST_CASE(a_journal_that_ends_before_the_database_is_refused_with_both_numbers) {
  const made_journal made;
  BOOST_TEST(made.refusal(records_made).code == errc::ok);
  const auto refusal = made.refusal(records_made + 1);
  BOOST_TEST(refusal.code == errc::store_damaged);
  BOOST_TEST(says(refusal.sentence, "ends at record 300"));
  BOOST_TEST(says(refusal.sentence, "applied up to 301"));
}

BOOST_AUTO_TEST_CASE(a_truncated_segment_file_is_damage) {
  for (const std::uint64_t size : {0u, 100u, 4096u, 30000u, 65535u}) {
    for (const bool last : {false, true})
      BOOST_TEST_CONTEXT(size << " bytes, " << (last ? "last" : "first")) {
        const made_journal made;
        const auto file = last ? made.segments().back() : made.segments().front();
        std::filesystem::resize_file(file, size);
        const auto refusal = made.refusal();
        BOOST_TEST(refusal.code == errc::store_damaged);
        BOOST_TEST(says(refusal.sentence, file.string()));
      }
  }
}

BOOST_AUTO_TEST_CASE(a_sound_batch_that_breaks_the_chain_is_damage) {
  const made_journal made;
  const auto file = made.segments().back();
  // The last batch again behind itself: its checksum holds, its number and predecessor do not.
  std::vector<char> batch(made_journal::batch_bytes);
  std::fstream io{file, std::ios::in | std::ios::out | std::ios::binary};
  io.seekg(static_cast<std::streamoff>(made_journal::offset_of(made.batches_at_end() - 1)));
  io.read(batch.data(), std::ssize(batch));
  io.write(batch.data(), std::ssize(batch));
  io.close();
  const auto refusal = made.refusal();
  BOOST_TEST(refusal.code == errc::store_damaged);
  BOOST_TEST(says(refusal.sentence, "record 301 is due"));
}

BOOST_AUTO_TEST_CASE(a_journal_in_use_is_not_opened_twice) {
  const made_journal made;
  const auto held = journal::open(made.settings(), our_store, journal_number{0}, {}).value();
  BOOST_TEST(inspect_journal(made.settings().directory).value().in_use);
  const auto refusal = made.refusal();
  BOOST_TEST(refusal.code == errc::in_use);
  BOOST_TEST(says(refusal.sentence, std::to_string(::getpid())));
  const auto adopted = adopt(made.settings(), {our_store.id, 2}, journal_number{1000});
  BOOST_TEST((adopted.error().code == errc::in_use));
}

BOOST_AUTO_TEST_CASE(adopting_opens_a_new_epoch_and_never_repeats_a_number) {
  const made_journal made;
  const store_identity next_epoch{our_store.id, 2};
  const auto repeated = adopt(made.settings(), next_epoch, journal_number{records_made});
  BOOST_TEST((repeated.error().code == errc::conflict));
  const auto same_epoch = adopt(made.settings(), our_store, journal_number{1000});
  BOOST_TEST((same_epoch.error().code == errc::conflict));
  for (int again = 0; again < 2; ++again)
    BOOST_REQUIRE(adopt(made.settings(), next_epoch, journal_number{1000}));
  BOOST_TEST(made.segments().size() == 1u);
  BOOST_TEST(std::filesystem::exists(made.settings().directory / "set-aside-1"));
  BOOST_TEST(!std::filesystem::exists(made.settings().directory / "set-aside-2"));
  BOOST_TEST(made.refusal(999).code == errc::store_foreign);
  auto found = journal::open(made.settings(), next_epoch, journal_number{999}, {}).value();
  BOOST_TEST(found.last.value == 999u);
  found.log->start();
  const std::array<std::uint8_t, 1> bytes{1};
  const encoded_record one{1, bytes};
  BOOST_TEST(append_patiently(*found.log, instant{1}, {&one, 1}).value().value == 1000u);
}

BOOST_AUTO_TEST_CASE(adopting_a_damaged_journal_knows_its_highest_number) {
  const made_journal made;
  flip_bit(made.segments()[1], made_journal::offset_of(2) + 300);
  const auto report = inspect_journal(made.settings().directory).value();
  BOOST_TEST(report.highest.value == records_made);
  BOOST_TEST(report.last.value < records_made);
  const store_identity next_epoch{our_store.id, 2};
  BOOST_TEST(
    (adopt(made.settings(), next_epoch, journal_number{report.last.value + 1}).error().code ==
     errc::conflict));
  BOOST_TEST(
    adopt(made.settings(), next_epoch, journal_number{report.highest.value + 1}).has_value());
}

BOOST_AUTO_TEST_CASE(a_record_that_carries_a_whole_batch_does_not_look_like_damage) {
  const scratch_folder folder;
  const auto settings = small_segments(folder.path());
  // A batch as somebody without the store's identity could forge it: numbers far ahead, everything
  // else right.
  std::vector<std::uint8_t> forged(format::batch_header_bytes + 16);
  format::write_record(forged.data() + format::batch_header_bytes, instant{1}, 1, true, {});
  format::batch_header head;
  head.first = 1000;
  head.records = 1;
  head.epoch = our_store.epoch;
  format::seal_batch(forged, head, 0);
  {
    auto found = journal::open(settings, our_store, journal_number{0}, {}).value();
    found.log->start();
    const encoded_record one{1, forged};
    BOOST_REQUIRE(append_patiently(*found.log, instant{1}, {&one, 1}));
  }
  flip_bit(settings.directory / "00000000000000000001.segment", 4096 + 4);
  const auto found = journal::open(settings, our_store, journal_number{0}, {}).value();
  BOOST_TEST(found.last.value == 0u);
  BOOST_TEST(found.cut_bytes > 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::storage
