#include "net/json/json.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;
using namespace uzel::rest;
using type = json::type;

BOOST_AUTO_TEST_SUITE(json_text)

std::string written(std::string_view text) {
  std::string out;
  json_writer{out}.text(text);
  return out;
}

BOOST_AUTO_TEST_CASE(every_kind_of_value_is_read) {
  const auto read = parse_json(
    R"({"a":null,"b":true,"c":-5,"d":1.5,"e":"x\u0000\n","f":[1,[2]],"g":{"h":18446744073709551615}})");
  BOOST_REQUIRE(read);
  BOOST_TEST(read->members.size() == 7u);
  BOOST_TEST(read->find("a")->is_null());
  BOOST_TEST(read->find("b")->number == 1);
  BOOST_TEST(read->find("c")->number == -5);
  BOOST_TEST((read->find("d")->kind == type::real));
  BOOST_TEST(read->find("e")->text == std::string("x\0\n", 3));
  BOOST_TEST(read->find("f")->items[1].items[0].number == 2);
  BOOST_TEST((read->find("g")->find("h")->kind == type::real));
  BOOST_TEST(!read->find("z"));
}

BOOST_AUTO_TEST_CASE(what_is_no_json_or_no_utf8_or_too_deep_is_refused) {
  const std::string deep(max_json_depth + 1, '[');
  for (const std::string& text :
       {std::string{}, std::string{" "}, std::string{"{"}, std::string{"{]"}, std::string{"nul"},
        std::string{"{\"a\":1,}"}, std::string{"1 2"}, std::string{"\"\xFF\""},
        std::string{"\"\xC0\x80\""}, std::string{"\"a\nb\""}, deep + std::string(deep.size(), ']')})
    BOOST_TEST_CONTEXT(text)
  BOOST_TEST(parse_json(text).has_error());
}

BOOST_AUTO_TEST_CASE(arrays_and_lines_give_their_elements_one_by_one) {
  for (const auto* text :
       {"[{\"n\":1},{\"n\":2}]", "{\"n\":1}\n\n{\"n\":2}\r\n", " [ {\"n\":1}, {\"n\":2} ] "})
    BOOST_TEST_CONTEXT(text) {
      std::vector<std::int64_t> seen;
      const auto done = for_each_json(text, [&](const json& each) {
        seen.push_back(each.find("n")->number);
        return true;
      });
      BOOST_TEST(!done.has_error());
      BOOST_TEST((seen == std::vector<std::int64_t>{1, 2}));
    }
  int count = 0;
  BOOST_TEST(!for_each_json("[1,2,3]", [&](const json&) { return ++count < 2; }).has_error());
  BOOST_TEST(count == 2);
  for (const auto* text : {"", " \n", "[1,", "{\"n\":1}\n{"})
    BOOST_TEST_CONTEXT(text)
  BOOST_TEST(for_each_json(text, [](const json&) { return true; }).has_error());
}

BOOST_AUTO_TEST_CASE(texts_are_escaped) {
  BOOST_TEST(written("a\"b\\c/\n\r\t\x01\x7F") == R"("a\"b\\c/\n\r\t\u0001\u007f")");
  BOOST_TEST(written(std::string("\0", 1)) == "\"\\u0000\"");
  BOOST_TEST(written("счёт €") == "\"счёт €\"");
}

BOOST_AUTO_TEST_CASE(broken_utf8_becomes_replacement_characters) {
  BOOST_TEST(written("a\xFFz") == "\"a\xEF\xBF\xBDz\"");
  for (const auto* text : {"\xC0\x80", "\xED\xA0\x80", "\xE2\x82", "\xF5\x80\x80\x80", "\x80"})
    BOOST_TEST_CONTEXT(text)
  BOOST_TEST(!parse_json(written(text)).has_error());
}

BOOST_AUTO_TEST_CASE(commas_stand_between_values_only) {
  std::string out;
  json_writer w{out};
  w.begin_object().member("a", std::uint64_t{1}).key("b").begin_array();
  w.begin_object().end_object().null().boolean(false).number(std::int64_t{-7}).end_array();
  w.key("c").begin_object().member("d", "e").end_object().key("f").raw("[1]").end_object();
  BOOST_TEST(out == R"({"a":1,"b":[{},null,false,-7],"c":{"d":"e"},"f":[1]})");
  BOOST_TEST(!parse_json(out).has_error());
}

BOOST_AUTO_TEST_SUITE_END()
