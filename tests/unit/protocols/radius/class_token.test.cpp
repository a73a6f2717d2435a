#include "protocols/radius/class_token.hpp"

#include "tests/unit/protocols/radius/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <vector>

using namespace uzel;
using namespace uzel::radius::test;
namespace radius = uzel::radius;

namespace {

const radius::seal_key key{radius::as_octets("0123456789abcdef0123456789abcdef")};

std::vector<std::uint8_t> sealed(std::uint64_t account, std::uint64_t binding) {
  const auto token = radius::seal_class({account_id{account}, binding_id{binding}}, key).value();
  return {token.bytes().begin(), token.bytes().end()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(class_token)

BOOST_AUTO_TEST_CASE(opens_what_it_sealed_up_to_the_largest_ids) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937_64 random{seed};
  std::vector<std::uint64_t> ids{0, 1, 127, 128, 16383, 16384, guest_bit | 5, ~std::uint64_t{0}};
  for (int i = 0; i < 200; ++i)
    ids.push_back(random() >> (random() % 64));
  for (const std::uint64_t a : ids)
    for (const std::uint64_t b : {ids[0], ids[3], ids[7], random()}) {
      const auto bytes = sealed(a, b);
      BOOST_TEST(bytes.size() <= 34u);
      const auto token = radius::open_class(bytes, key);
      BOOST_REQUIRE(token.has_value());
      BOOST_TEST((*token == radius::class_token{account_id{a}, binding_id{b}}));
    }
}

BOOST_AUTO_TEST_CASE(usual_tokens_are_short_and_start_with_marker_and_version) {
  const auto bytes = sealed(77, 300);
  BOOST_TEST(bytes.size() == 17u);
  BOOST_TEST(to_hex(bytes).substr(0, 10) == "d5014dac02");
}

BOOST_AUTO_TEST_CASE(every_changed_bit_and_every_truncation_is_refused) {
  const auto good = sealed(123456, 987654);
  for (std::size_t i = 0; i < good.size() * 8; ++i)
    BOOST_TEST_CONTEXT("bit " << i) {
      auto changed = good;
      changed[i / 8] ^= static_cast<std::uint8_t>(1 << i % 8);
      BOOST_TEST(radius::open_class(changed, key).has_error());
    }
  for (std::size_t n = 0; n < good.size(); ++n)
    BOOST_TEST(radius::open_class(radius::octets{good}.first(n), key).has_error());
  auto longer = good;
  longer.push_back(0);
  BOOST_TEST(radius::open_class(longer, key).has_error());
}

BOOST_AUTO_TEST_CASE(tells_foreign_classes_from_forged_ones) {
  const radius::seal_key other{radius::as_octets("another key")};
  BOOST_TEST(radius::open_class(sealed(1, 2), other).error() ==
             make_error_code(radius::errc::forged_class));
  for (const char* text : {"", "SBR-CL DN=user AT=7", "\xd5\x02zzzzzzzzzzzzzzzz"})
    BOOST_TEST(radius::open_class(radius::as_octets(text), key).error() ==
               make_error_code(radius::errc::foreign_class));
  // A number written longer than needed: two spellings of one token must not exist.
  BOOST_TEST(radius::open_class(hex("d501 8100 01 000000000000000000000000"), key).error() ==
             make_error_code(radius::errc::foreign_class));
  BOOST_TEST(
    radius::open_class(hex("d501 ffffffffffffffffff7f 01 000000000000000000000000"), key).error() ==
    make_error_code(radius::errc::foreign_class));
}

BOOST_AUTO_TEST_SUITE_END()
