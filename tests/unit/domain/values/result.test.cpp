#include "domain/result.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace uzel;

namespace {

// The names that API clients know: a changed one is a broken client.
constexpr struct {
  errc code;
  std::string_view name;
} names[] = {
  {errc::ok, "ok"},
  {errc::invalid_input, "invalid-input"},
  {errc::not_found, "not-found"},
  {errc::conflict, "conflict"},
  {errc::stale_version, "stale-version"},
  {errc::in_use, "in-use"},
  {errc::address_taken, "address-taken"},
  {errc::range_overlap, "range-overlap"},
  {errc::outside_range, "outside-range"},
  {errc::pool_exhausted, "pool-exhausted"},
  {errc::ambiguous, "ambiguous"},
  {errc::timed_out, "timed-out"},
  {errc::unavailable, "unavailable"},
  {errc::overloaded, "overloaded"},
  {errc::store_full, "store-full"},
  {errc::store_damaged, "store-damaged"},
  {errc::store_foreign, "store-foreign"},
  {errc::io_failed, "io-failed"},
  {errc::unauthenticated, "unauthenticated"},
  {errc::forbidden, "forbidden"},
  {errc::rate_limited, "rate-limited"},
  {errc::unsupported, "unsupported"},
};

// -Wswitch stops the build here when an error is added: give it a row above as well.
constexpr bool is_listed(errc e) {
  switch (e) {
  case errc::ok:
  case errc::invalid_input:
  case errc::not_found:
  case errc::conflict:
  case errc::stale_version:
  case errc::in_use:
  case errc::address_taken:
  case errc::range_overlap:
  case errc::outside_range:
  case errc::pool_exhausted:
  case errc::ambiguous:
  case errc::timed_out:
  case errc::unavailable:
  case errc::overloaded:
  case errc::store_full:
  case errc::store_damaged:
  case errc::store_foreign:
  case errc::io_failed:
  case errc::unauthenticated:
  case errc::forbidden:
  case errc::rate_limited:
  case errc::unsupported:
    return true;
  }
  return false;
}

} // namespace

BOOST_AUTO_TEST_SUITE(errors)

BOOST_AUTO_TEST_CASE(every_error_has_its_stable_name_and_a_sentence) {
  std::set<std::string> sentences;
  for (const auto& row : names) {
    BOOST_TEST_CONTEXT(row.name) {
      BOOST_TEST(name_of(row.code) == row.name);
      const auto sentence = make_error_code(row.code).message();
      BOOST_TEST(sentence.size() > 5u);
      BOOST_TEST(sentence != "unknown error");
      sentences.insert(sentence);
    }
  }
  BOOST_TEST(sentences.size() == std::size(names));
}

BOOST_AUTO_TEST_CASE(no_value_of_the_enum_lacks_a_row) {
  std::size_t listed = 0;
  for (int value = 0; value < 256; ++value) {
    const auto code = static_cast<errc>(value);
    if (is_listed(code)) {
      ++listed;
      BOOST_TEST(std::any_of(std::begin(names), std::end(names),
                             [&](const auto& row) { return row.code == code; }));
    } else {
      BOOST_TEST(name_of(code) == "unknown");
    }
  }
  BOOST_TEST(listed == std::size(names));
}

BOOST_AUTO_TEST_CASE(unknown_values_are_told_not_guessed) {
  BOOST_TEST(name_of(static_cast<errc>(255)) == "unknown");
  const boost::system::error_code negative{-1, uzel_category()};
  BOOST_TEST(negative.message() == "unknown error");
  BOOST_TEST(std::string{uzel_category().name()} == "uzel");
}

BOOST_AUTO_TEST_CASE(a_result_is_a_value_or_an_error) {
  const result<int> good{7};
  const result<int> bad{errc::conflict};
  BOOST_TEST(good.has_value());
  BOOST_TEST(*good == 7);
  BOOST_TEST(!bad.has_value());
  BOOST_TEST((bad.error() == errc::conflict));
  BOOST_TEST((bad.error() != errc::in_use));
  BOOST_TEST(!make_error_code(errc::ok));
  BOOST_TEST(static_cast<bool>(make_error_code(errc::conflict)));
}

BOOST_AUTO_TEST_SUITE_END()
