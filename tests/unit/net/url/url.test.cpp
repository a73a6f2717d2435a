#include "net/url/url.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;
using namespace uzel::http;

BOOST_AUTO_TEST_SUITE(urls)

BOOST_AUTO_TEST_CASE(a_path_is_split_at_slashes_and_decoded) {
  const auto path = split_path("/api/v1/accounts/7%2F8");
  BOOST_REQUIRE(path);
  BOOST_TEST(path->size() == 4u);
  BOOST_TEST(path->at(3) == "7/8");
  BOOST_TEST(split_path("/")->size() == 1u);
  BOOST_TEST(split_path("/a/")->back().empty());
}

BOOST_AUTO_TEST_CASE(broken_paths_are_refused) {
  for (const auto* text : {"", "api", "/%", "/%4", "/%zz", "/a/%2"})
    BOOST_TEST_CONTEXT(text)
  BOOST_TEST(split_path(text).has_error());
}

BOOST_AUTO_TEST_CASE(a_query_is_names_and_values) {
  const auto query = query_map::parse("q=a+b%26c&limit=5&&flag");
  BOOST_REQUIRE(query);
  BOOST_TEST(*query->find("q") == "a b&c");
  BOOST_TEST(*query->find("limit") == "5");
  BOOST_TEST(query->find("flag")->empty());
  BOOST_TEST(!query->find("other"));
}

BOOST_AUTO_TEST_CASE(a_name_that_stands_twice_or_a_bad_escape_is_refused) {
  BOOST_TEST(query_map::parse("a=1&a=2").has_error());
  BOOST_TEST(query_map::parse("a=%G1").has_error());
}

BOOST_AUTO_TEST_CASE(a_query_of_too_many_names_is_refused) {
  std::string text;
  for (std::size_t i = 0; i < max_query_names; ++i)
    text += "n" + std::to_string(i) + "=1&";
  const auto full = query_map::parse(text);
  BOOST_REQUIRE(full);
  BOOST_TEST(full->pairs().size() == max_query_names);
  BOOST_TEST(query_map::parse(text + "one_more").has_error());
}

BOOST_AUTO_TEST_SUITE_END()
