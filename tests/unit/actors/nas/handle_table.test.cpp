#include "actors/handle_table.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>
#include <thread>

namespace uzel {

BOOST_AUTO_TEST_SUITE(actors_handle_table)

BOOST_AUTO_TEST_CASE(it_finds_what_was_added_and_nothing_else) {
  handle_table<int, std::string> table;
  BOOST_TEST(table.of(1) == "");
  table.add(5, "five");
  table.add(1, "one");
  table.add(9, "nine");
  table.add(5, "five again");
  BOOST_TEST(table.of(1) == "one");
  BOOST_TEST(table.of(5) == "five again");
  BOOST_TEST(table.of(9) == "nine");
  BOOST_TEST(table.of(0) == "");
  BOOST_TEST(table.of(6) == "");
  BOOST_TEST(table.of(10) == "");
  table.assign({{7, "seven"}, {2, "two"}});
  BOOST_TEST(table.of(2) == "two");
  BOOST_TEST(table.of(7) == "seven");
  BOOST_TEST(table.of(5) == "");
  table.clear();
  BOOST_TEST(table.of(2) == "");
}

BOOST_AUTO_TEST_CASE(readers_see_every_handle_from_its_addition_on) {
  handle_table<int, int> table;
  constexpr int all = 2000;
  std::atomic<int> added{0};
  std::atomic<int> wrong{0};
  std::thread reader{[&] {
    for (int known = 0; known < all;) {
      known = added.load();
      for (int i = 1; i <= known; i += 1 + known / 16)
        wrong += table.of(i) != -i;
      wrong += table.of(all + 1) != 0;
    }
  }};
  for (int i = 1; i <= all; ++i) {
    table.add(i, -i);
    added = i;
  }
  reader.join();
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel
