#include "apps/uzelctl/import_json_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace uzel::ctl;

namespace {

constexpr std::string_view commented = R"({
  // a line
  "a": 1, # another "line"
  "url": "http://x//y#z", /* and /
     several */ "list": [1, -2.5e3, true, null, "q\"\\\u0041",],
  "o": {"b": false,},
}
)";

} // namespace

BOOST_AUTO_TEST_SUITE(import_json_text_suite)

BOOST_AUTO_TEST_CASE(comments_and_last_commas_are_blanks_and_texts_stay) {
  const auto plain = plain_json(commented);
  BOOST_REQUIRE(plain.has_value());
  BOOST_TEST(plain->size() == commented.size());
  BOOST_TEST(std::count(plain->begin(), plain->end(), '\n') == 7);
  const auto read = parse_commented_json(commented);
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(to_text(*read) ==
             R"({"a":1,"url":"http://x//y#z","list":[1,-2500,true,null,"q\"\\A"],)"
             R"("o":{"b":false}})");
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  const auto whole = commented.substr(0, commented.rfind('}'));
  for (std::size_t n = 0; n <= whole.size(); ++n)
    BOOST_TEST_CONTEXT("first " << n << " bytes") {
      const auto read = parse_commented_json(whole.substr(0, n));
      BOOST_TEST(read.has_error());
    }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_place) {
  struct row {
    std::string_view text;
    text_fault fault;
  };
  const row table[] = {
    {"", {1, 1, "the text ends too early"}},
    {"{\n  \"a\": 1\n  \"b\": 2\n}", {3, 3, "a comma or } is missing"}},
    {"[1 2]", {1, 4, "a comma or ] is missing"}},
    {"{a: 1}", {1, 2, "a name in quotes must stand here"}},
    {"{\"a\" 1}", {1, 6, "a colon must stand here"}},
    {"{\"a\": }", {1, 7, "a value must stand here"}},
    {"[,]", {1, 2, "a value must stand here"}},
    {"[1,,2]", {1, 4, "a value must stand here"}},
    {"[01]", {1, 2, "this is no number"}},
    {"{\"a\": \"x\ny\"}", {1, 9, "a text must end on its line"}},
    {"{} {}", {1, 4, "something stands behind the end of the document"}},
    {"{} /* x", {1, 4, "a comment does not end"}},
    {"{\n <?include \"x.json\"?> }", {2, 2, "includes are not followed: give the whole text"}},
    {"[truely]", {1, 6, "a comma or ] is missing"}},
  };
  for (const auto& [text, fault] : table)
    BOOST_TEST_CONTEXT(text) {
      const auto read = plain_json(text);
      BOOST_REQUIRE(read.has_error());
      BOOST_TEST(read.error().line == fault.line);
      BOOST_TEST(read.error().column == fault.column);
      BOOST_TEST(read.error().reason == fault.reason);
    }
}

BOOST_AUTO_TEST_CASE(depth_is_bounded) {
  BOOST_TEST(plain_json(std::string(63, '[') + std::string(63, ']')).has_value());
  BOOST_TEST(plain_json(std::string(100'000, '[')).error().reason == "it is nested too deeply");
}

BOOST_AUTO_TEST_SUITE_END()
