#include "bench/load/address_ledger.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace uzel::load;

BOOST_AUTO_TEST_SUITE(load_address_ledger)

BOOST_AUTO_TEST_CASE(an_address_with_two_holders_is_counted_and_named) {
  address_ledger l{3};
  l.give(0, 0x0A000001);
  l.give(1, 0x0A000002);
  l.give(1, 0x0A000002); // the same again
  BOOST_TEST(l.duplicates() == 0u);
  BOOST_TEST(l.holders() == 2u);
  l.give(2, 0x0A000001);
  BOOST_TEST(l.duplicates() == 1u);
  BOOST_REQUIRE(l.examples().size() == 1u);
  BOOST_TEST(l.examples()[0] == "10.0.0.1 to subscriber 1 and subscriber 3");
  BOOST_TEST(l.address_of(2) == 0u);
  BOOST_TEST(l.address_of(0) == 0x0A000001u);
}

BOOST_AUTO_TEST_CASE(a_released_address_is_free_for_others) {
  address_ledger l{2};
  l.give(0, 1);
  l.release(0);
  l.release(0);
  l.give(1, 1);
  BOOST_TEST(l.duplicates() == 0u);
  BOOST_TEST(l.holders() == 1u);
}

BOOST_AUTO_TEST_CASE(another_address_than_before_is_a_change) {
  address_ledger l{2};
  l.give(0, 1);
  l.give(0, 2);
  BOOST_TEST(l.changed() == 1u);
  BOOST_TEST(l.holders() == 1u);
  l.give(1, 1); // the old one is free
  BOOST_TEST(l.duplicates() == 0u);
  l.release(0);
  l.give(0, 3); // came back to another one
  BOOST_TEST(l.changed() == 2u);
}

BOOST_AUTO_TEST_CASE(examples_are_bounded) {
  address_ledger l{100};
  for (std::uint32_t i = 0; i < 100; ++i)
    l.give(i, 1);
  BOOST_TEST(l.duplicates() == 99u);
  BOOST_TEST(l.examples().size() == 20u);
}

BOOST_AUTO_TEST_CASE(what_was_saved_is_expected_again) {
  const auto file =
    std::filesystem::temp_directory_path() / ("uzel-ledger-" + std::to_string(::getpid()) + ".txt");
  const auto names = name_pattern::parse("demo{}");
  std::string why;
  address_ledger before{3};
  before.give(0, 0x0A000001);
  before.give(2, 0x0A000003);
  BOOST_REQUIRE(before.save(file.string(), *names, 1, why));

  address_ledger after{3};
  BOOST_REQUIRE(after.expect(file.string(), *names, 1, why));
  BOOST_TEST(after.holders() == 0u);
  after.give(0, 0x0A000001);
  after.give(1, 0x0A000009); // was not named
  BOOST_TEST(after.changed() == 0u);
  after.give(2, 0x0A000004);
  BOOST_TEST(after.changed() == 1u);

  std::ofstream{file} << "demo1 nonsense\n";
  BOOST_TEST(!after.expect(file.string(), *names, 1, why));
  std::filesystem::remove(file);
  BOOST_TEST(!after.expect(file.string(), *names, 1, why));
  BOOST_TEST(!before.save("/nowhere/at/all", *names, 1, why));
}

BOOST_AUTO_TEST_SUITE_END()
