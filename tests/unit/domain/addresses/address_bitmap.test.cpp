#include "domain/address_bitmap.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>

namespace uzel {
namespace {

BOOST_AUTO_TEST_SUITE(address_bitmap_suite)

BOOST_AUTO_TEST_CASE(gives_every_address_once_and_none_outside) {
  for (const std::uint32_t size : {1u, 2u, 63u, 64u, 65u, 254u, 1000u}) {
    BOOST_TEST_CONTEXT("a range of " << size) {
      const ipv4 first{10, 0, 0, 5};
      address_bitmap subject{first, ipv4{first.value + size - 1}};
      for (std::uint32_t i = 0; i < size; ++i) {
        const auto a = subject.longest_free();
        BOOST_TEST(a.value == first.value + i);
        subject.occupy(a);
      }
      BOOST_TEST(!subject.longest_free());
    }
  }
}

BOOST_AUTO_TEST_CASE(gives_again_what_was_given_back_longest_ago) {
  address_bitmap subject{ipv4{10, 0, 0, 1}, ipv4{10, 0, 0, 4}};
  for (std::uint8_t i = 1; i <= 4; ++i)
    subject.occupy(ipv4{10, 0, 0, i});
  subject.vacate(ipv4{10, 0, 0, 3});
  subject.vacate(ipv4{10, 0, 0, 1});
  BOOST_TEST((subject.longest_free() == ipv4{10, 0, 0, 3}));
  subject.occupy(ipv4{10, 0, 0, 3});
  subject.vacate(ipv4{10, 0, 0, 3});
  BOOST_TEST((subject.longest_free() == ipv4{10, 0, 0, 1}));
}

BOOST_AUTO_TEST_CASE(a_fence_keeps_back_what_lies_outside) {
  address_bitmap subject{ipv4{10, 0, 0, 0}, ipv4{10, 0, 0, 255}};
  subject.fence(ipv4{10, 0, 0, 100}, ipv4{10, 0, 0, 101});
  BOOST_TEST(!subject.is_free(ipv4{10, 0, 0, 99}));
  for (const auto expected : {ipv4{10, 0, 0, 100}, ipv4{10, 0, 0, 101}}) {
    BOOST_TEST((subject.longest_free() == expected));
    subject.occupy(subject.longest_free());
  }
  BOOST_TEST(!subject.longest_free());
  subject.vacate(ipv4{10, 0, 0, 101});
  BOOST_TEST((subject.longest_free() == ipv4{10, 0, 0, 101}));
  subject.fence(ipv4{1}, ipv4{});
  BOOST_TEST(!subject.longest_free());
  subject.open();
  BOOST_TEST((subject.longest_free() == ipv4{10, 0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(a_range_grows_and_shrinks_around_what_is_used) {
  address_bitmap subject{ipv4{10, 0, 0, 10}, ipv4{10, 0, 0, 20}};
  subject.occupy(ipv4{10, 0, 0, 15});
  subject.resize(ipv4{10, 0, 0, 5}, ipv4{10, 0, 0, 200});
  BOOST_TEST(subject.size() == 196u);
  BOOST_TEST(!subject.is_free(ipv4{10, 0, 0, 15}));
  BOOST_TEST((subject.next_used(ipv4{}) == ipv4{10, 0, 0, 15}));
  BOOST_TEST(!subject.next_used(ipv4{10, 0, 0, 15}));
  subject.resize(ipv4{10, 0, 0, 15}, ipv4{10, 0, 0, 15});
  BOOST_TEST(!subject.longest_free());
}

BOOST_AUTO_TEST_CASE(agrees_with_a_set_under_random_use) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  const ipv4 first{10, 1, 0, 0};
  for (int run = 0; run < 50; ++run) {
    const auto size = static_cast<std::uint32_t>(1 + random() % 200);
    address_bitmap subject{first, ipv4{first.value + size - 1}};
    std::set<ipv4> used;
    for (int step = 0; step < 500; ++step) {
      const ipv4 any{first.value + static_cast<std::uint32_t>(random() % size)};
      switch (random() % 4) {
      case 0:
        subject.vacate(any);
        used.erase(any);
        break;
      case 1:
        subject.occupy(any);
        used.insert(any);
        break;
      default:
        if (const auto a = subject.longest_free()) {
          BOOST_REQUIRE_MESSAGE(used.insert(a).second, "seed " << seed);
          subject.occupy(a);
        } else {
          BOOST_REQUIRE_MESSAGE(used.size() == size, "seed " << seed);
        }
      }
      BOOST_REQUIRE_EQUAL(subject.is_free(any), !used.contains(any));
      const auto above = used.upper_bound(any);
      BOOST_REQUIRE((subject.next_used(any) == (above == used.end() ? ipv4{} : *above)));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace uzel
