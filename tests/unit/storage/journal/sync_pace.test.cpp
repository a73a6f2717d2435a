// Who asks alone never waits; of a crowd the records share syncs, and nobody waits for long.
#include "storage/journal/sync_pace.hpp"

#include <boost/test/unit_test.hpp>

using std::chrono::microseconds;
using std::chrono::milliseconds;
using uzel::storage::sync_pace;

BOOST_AUTO_TEST_SUITE(storage_journal_pace)

BOOST_AUTO_TEST_CASE(the_disk_rests_after_a_batch_of_many) {
  const sync_pace::clock::time_point begun{std::chrono::hours{5}};
  struct line {
    microseconds took;
    std::uint64_t records;
    microseconds rests;
  };
  for (const auto& l :
       {line{microseconds{200}, 4, microseconds{300}},
        line{microseconds{200}, 500, microseconds{300}},
        line{microseconds{20}, 4, microseconds{30}}, line{microseconds{260}, 9, microseconds{390}},
        line{microseconds{300}, 9, microseconds{400}}, line{milliseconds{8}, 9, microseconds{400}},
        line{microseconds{0}, 9, microseconds{0}}}) {
    BOOST_TEST_CONTEXT(l.records << " records in " << l.took.count() << " us") {
      sync_pace pace;
      pace.synced(begun, begun + l.took, l.records);
      BOOST_TEST((pace.next() == begun + l.took + l.rests));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_few_records_go_on_at_once) {
  const sync_pace::clock::time_point begun{std::chrono::hours{5}};
  sync_pace pace;
  BOOST_TEST((pace.next() < begun));
  for (const std::uint64_t records : {1u, 2u, 3u}) {
    pace.synced(begun, begun + milliseconds{1}, 100);
    pace.synced(begun + milliseconds{2}, begun + milliseconds{3}, records);
    BOOST_TEST((pace.next() <= begun + milliseconds{3}));
  }
}

BOOST_AUTO_TEST_SUITE_END()
