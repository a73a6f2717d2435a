#include "tests/unit/storage/journal/fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <thread>

namespace uzel::storage {
namespace {

using namespace testing;

journal::opened open_ours(const journal_settings& settings, std::uint64_t applied = 0) {
  auto found = journal::open(settings, our_store, journal_number{applied},
                             [](const store_error& e) { BOOST_ERROR(e.sentence); });
  return std::move(found.value());
}

std::size_t segment_files(const journal_settings& settings) {
  std::size_t n = 0;
  for (const auto& entry : std::filesystem::directory_iterator{settings.directory})
    n += entry.path().extension() == ".segment" ? 1u : 0u;
  return n;
}

// Fills until the journal says that it is full; returns the last accepted number.
std::uint64_t fill(journal& log) {
  group_maker groups{0, 1};
  for (std::uint64_t last = 0;;) {
    const auto group = groups.next();
    const auto answer = append_patiently(log, instant{5}, group);
    if (!answer) {
      BOOST_TEST(answer.error() == errc::store_full);
      return last;
    }
    last = answer->value;
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal_of_records)

BOOST_AUTO_TEST_CASE(a_new_journal_begins_with_number_one) {
  const scratch_folder folder;
  const auto settings = small_segments(folder.path());
  {
    auto found = open_ours(settings);
    BOOST_TEST(found.created);
    BOOST_TEST(found.first.value == 1u);
    BOOST_TEST(found.last.value == 0u);
    found.log->start();
    const std::array<std::uint8_t, 3> bytes{7, 8, 9};
    const encoded_record one{42, bytes};
    BOOST_TEST(found.log->append(instant{123}, {&one, 1}).value().value == 1u);
    found.log->stop();
    BOOST_TEST(found.log->synced().value == 1u);
    BOOST_TEST(found.log->append(instant{123}, {&one, 1}).error() == errc::unavailable);
  }
  const auto again = open_ours(settings, 1);
  BOOST_TEST(!again.created);
  BOOST_TEST(again.last.value == 1u);
  BOOST_TEST(again.log->last_time().us == 123);
  const auto records = replay_all(settings.directory);
  const kept_record expected{1, 123, 42, true, {7, 8, 9}};
  BOOST_REQUIRE(records.size() == 1u);
  BOOST_TEST((records[0] == expected));
}

BOOST_AUTO_TEST_CASE(random_groups_come_back_as_they_went_in_over_restarts_and_segments) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  const scratch_folder folder;
  const auto settings = small_segments(folder.path());
  group_maker groups{0, seed};
  std::vector<kept_record> appended;
  for (int round = 0; round < 5; ++round) {
    auto found = open_ours(settings, appended.size() / 2);
    BOOST_TEST(found.last.value == appended.size());
    collector seen;
    found.log->subscribe(seen);
    found.log->start();
    const auto before = appended.size();
    for (int i = 0; i < 300; ++i) {
      const auto group = groups.next();
      const instant now{round * 1000 + i};
      const auto last = append_patiently(*found.log, now, group).value();
      for (std::size_t k = 0; k < group.size(); ++k)
        appended.push_back({last.value - group.size() + 1 + k,
                            now.us,
                            group[k].kind,
                            k + 1 == group.size(),
                            {group[k].payload.begin(), group[k].payload.end()}});
    }
    found.log->stop();
    BOOST_TEST(found.log->synced().value == appended.size());
    BOOST_TEST((seen.records() ==
                std::vector(appended.begin() + static_cast<long>(before), appended.end())));
  }
  BOOST_TEST(segment_files(settings) > 3u);
  BOOST_TEST((replay_all(settings.directory) == appended));
  const auto middle = appended.size() / 2;
  BOOST_TEST((replay_all(settings.directory, middle) ==
              std::vector(appended.begin() + static_cast<long>(middle), appended.end())));
}

BOOST_AUTO_TEST_CASE(many_writers_get_dense_numbers_whole_groups_and_ordered_news) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  const scratch_folder folder;
  const auto settings = small_segments(folder.path());
  auto found = open_ours(settings);
  collector seen;
  found.log->subscribe(seen);
  found.log->start();
  std::vector<std::thread> writers;
  std::atomic<std::uint64_t> count{0};
  for (std::uint32_t w = 0; w < 6; ++w)
    writers.emplace_back([&, w] {
      group_maker groups{w, seed + w};
      for (std::uint64_t i = 0, last = 0; i < 500; ++i) {
        const auto group = groups.next();
        const auto answer = append_patiently(*found.log, instant{1}, group);
        if (!answer || answer->value < last + group.size())
          return;
        last = answer->value;
        count += group.size();
      }
    });
  for (auto& writer : writers)
    writer.join();
  found.log->stop();
  const auto records = seen.records();
  BOOST_TEST(records.size() == count.load());
  BOOST_TEST(found.log->synced().value == count.load());
  BOOST_TEST(groups_problem(records, 1) == "");
  const auto announced = seen.announced();
  BOOST_TEST(std::is_sorted(announced.begin(), announced.end()));
  BOOST_TEST((replay_all(settings.directory) == records));
  const auto counters = found.log->counters();
  BOOST_TEST(counters.records == count.load());
  BOOST_TEST(counters.batches == announced.size());
}

BOOST_AUTO_TEST_CASE(a_running_journal_can_be_read_up_to_what_is_synced) {
  const scratch_folder folder;
  const auto settings = small_segments(folder.path());
  auto found = open_ours(settings);
  found.log->start();
  group_maker groups{0, 3};
  for (int i = 0; i < 1000; ++i) {
    const auto group = groups.next();
    BOOST_REQUIRE(append_patiently(*found.log, instant{1}, group));
    if (i % 100 != 0)
      continue;
    const auto up_to = found.log->synced();
    std::vector<kept_record> read;
    const auto done =
      found.log->read(journal_number{0}, up_to, [&](const record_view& r) -> result<> {
        read.push_back(keep(r));
        return {};
      });
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST(read.size() == up_to.value);
    // up_to is the end of a batch, so of a group.
    BOOST_TEST(groups_problem(read, 1) == "");
  }
  const auto beyond = found.log->read(journal_number{0}, journal_number{1u << 30},
                                      [](const record_view&) -> result<> { return {}; });
  BOOST_TEST((beyond.error().code == errc::invalid_input));
}

// The journal remembers where a reader stopped; where he goes on from is his choice.
BOOST_AUTO_TEST_CASE(pieces_read_in_any_order_are_parts_of_the_whole) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  const scratch_folder folder;
  const auto settings = small_segments(folder.path());
  auto found = open_ours(settings);
  found.log->start();
  group_maker groups{0, seed};
  std::uint64_t next = 0;
  for (int i = 0; i < 3000; ++i) {
    BOOST_REQUIRE(append_patiently(*found.log, instant{1}, groups.next()));
    const auto synced = found.log->synced().value;
    if (synced == 0)
      continue;
    // Mostly he reads on from where he was, sometimes he begins elsewhere.
    const auto after = random() % 4 != 0 ? std::min(next, synced) : random() % (synced + 1);
    const auto up_to = std::min<std::uint64_t>(synced, after + random() % 200);
    next = up_to;
    auto expected = after;
    const auto done = found.log->read(
      journal_number{after}, journal_number{up_to}, [&](const record_view& r) -> result<> {
        return r.number.value == ++expected ? result<>{} : result<>{errc::store_damaged};
      });
    BOOST_REQUIRE_MESSAGE(done.has_value(), "(" << after << ", " << up_to << "] of " << synced);
    BOOST_REQUIRE_EQUAL(expected, up_to);
  }
  BOOST_TEST(found.log->counters().segments > 2u);
}

BOOST_AUTO_TEST_CASE(a_group_that_no_batch_can_hold_is_refused) {
  const scratch_folder folder;
  auto settings = small_segments(folder.path());
  auto found = open_ours(settings);
  const std::vector<std::uint8_t> large(settings.max_batch_bytes);
  const encoded_record one{1, large};
  BOOST_TEST(found.log->append(instant{1}, {&one, 1}).error() == errc::invalid_input);
  BOOST_TEST(found.log->append(instant{1}, {}).error() == errc::invalid_input);
}

BOOST_AUTO_TEST_CASE(what_waits_for_the_sync_is_bounded) {
  const scratch_folder folder;
  const auto settings = small_segments(folder.path());
  auto found = open_ours(settings); // not started: nothing leaves the open batch
  const std::vector<std::uint8_t> bytes(1000);
  const encoded_record one{1, bytes};
  std::uint64_t taken = 0;
  while (found.log->append(instant{1}, {&one, 1}))
    ++taken;
  BOOST_TEST(taken == (settings.max_batch_bytes - 48) / 1016);
  BOOST_TEST(found.log->append(instant{1}, {&one, 1}).error() == errc::overloaded);
  found.log->start();
  BOOST_TEST(eventually([&] { return found.log->append(instant{1}, {&one, 1}).has_value(); }));
  found.log->stop();
  BOOST_TEST(found.log->synced().value == taken + 1);
}

BOOST_AUTO_TEST_CASE(only_whole_applied_and_old_segments_are_dropped_and_numbers_go_on) {
  const scratch_folder folder;
  const auto settings = small_segments(folder.path());
  auto found = open_ours(settings);
  found.log->start();
  const std::vector<std::uint8_t> bytes(1000);
  const encoded_record one{1, bytes};
  for (int i = 1; i <= 300; ++i)
    BOOST_REQUIRE(append_patiently(*found.log, instant{i}, {&one, 1}));
  found.log->stop();
  const auto files = segment_files(settings);
  BOOST_TEST(files >= 5u);

  found.log->drop_before(journal_number{0}, instant{1000});
  BOOST_TEST(segment_files(settings) == files);
  found.log->drop_before(journal_number{300}, instant{1});
  BOOST_TEST(segment_files(settings) == files);
  found.log->drop_before(journal_number{150}, instant{1000});
  const auto kept = inspect_journal(settings.directory).value();
  BOOST_TEST(kept.first.value > 1u);
  BOOST_TEST(kept.first.value <= 151u);
  BOOST_TEST(kept.segments.size() < files);
  BOOST_TEST(!kept.damage.has_value());
  found.log->drop_before(journal_number{300}, instant{1000});
  BOOST_TEST(segment_files(settings) == 1u);
  found.log.reset();

  auto again = open_ours(settings, 300);
  BOOST_TEST(again.last.value == 300u);
  BOOST_TEST(again.log->last_time().us == 300);
  again.log->start();
  BOOST_TEST(append_patiently(*again.log, instant{301}, {&one, 1}).value().value == 301u);
}

BOOST_AUTO_TEST_CASE(at_the_size_bound_appends_are_refused_until_segments_are_dropped) {
  const scratch_folder folder;
  auto settings = small_segments(folder.path());
  settings.max_bytes = 4 * settings.segment_bytes;
  auto found = open_ours(settings);
  std::mutex told_mutex;
  std::vector<std::string> told;
  found.log->on_space([&](const std::string& problem) {
    const std::lock_guard held{told_mutex};
    told.push_back(problem);
  });
  found.log->start();
  const auto last = fill(*found.log);
  BOOST_TEST(!found.log->has_space());
  BOOST_TEST(eventually([&] { return found.log->synced().value == last; }));
  BOOST_TEST(segment_files(settings) == 4u);
  BOOST_TEST(found.log->counters().refused_full >= 1u);
  found.log->drop_before(journal_number{last}, instant{1000});
  BOOST_TEST(eventually([&] { return found.log->has_space(); }));
  const std::array<std::uint8_t, 2000> bytes{};
  const encoded_record one{1, bytes};
  BOOST_TEST(append_patiently(*found.log, instant{6}, {&one, 1}).value().value == last + 1);
  found.log->stop();
  BOOST_REQUIRE(told.size() >= 2u);
  BOOST_TEST(told[0].find("bound of 262144 bytes") != std::string::npos);
  BOOST_TEST(told[1] == "");
}

BOOST_AUTO_TEST_CASE(a_full_disk_refuses_appends_loses_nothing_and_heals_by_itself) {
  const scratch_folder folder;
  if (::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
    BOOST_TEST_MESSAGE("skipped: a small file system cannot be mounted here");
    return;
  }
  const std::filesystem::path mounted = folder.path();
  const auto settings = small_segments(mounted);
  {
    auto found = open_ours(settings);
    {
      std::ofstream filler{mounted / "filler"};
      filler << std::string(700u << 10, 'x');
    }
    found.log->start();
    const auto last = fill(*found.log);
    BOOST_TEST(last > 100u);
    BOOST_TEST(eventually([&] { return found.log->synced().value == last; }));
    std::filesystem::remove(mounted / "filler");
    BOOST_TEST(eventually([&] { return found.log->has_space(); }));
    group_maker more{1, 2};
    for (int i = 0; i < 200; ++i)
      BOOST_REQUIRE(append_patiently(*found.log, instant{6}, more.next()));
    found.log->stop();
    const auto all = replay_all(settings.directory);
    BOOST_TEST(all.size() == found.log->synced().value);
    BOOST_TEST(all.size() > last);
    BOOST_TEST(groups_problem(all, 1) == "");
  }
  ::umount(mounted.c_str());
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_work_are_refused) {
  const scratch_folder folder;
  const auto good = small_segments(folder.path());
  auto tiny_batch = good;
  tiny_batch.max_batch_bytes = 64;
  auto odd_segment = good;
  odd_segment.segment_bytes = 65537;
  auto batch_over_segment = good;
  batch_over_segment.max_batch_bytes = 64u << 10;
  auto one_segment = good;
  one_segment.max_bytes = good.segment_bytes;
  auto nowhere = good;
  nowhere.directory.clear();
  for (const auto& bad : {tiny_batch, odd_segment, batch_over_segment, one_segment, nowhere})
    BOOST_TEST(
      (journal::open(bad, our_store, journal_number{0}, {}).error().code == errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::storage
