#include "apps/uzelctl/api.hpp"
#include "apps/uzelctl/lookup.hpp"
#include "apps/uzelctl/text_table.hpp"
#include "apps/uzelctl/words.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

using namespace uzel::ctl;

namespace {

// English again, whatever a case did.
struct language_guard {
  ~language_guard() { speak("en"); }
};

std::vector<std::string> sources() {
  std::vector<std::string> out;
  for (const auto& file :
       std::filesystem::directory_iterator{std::string{UZEL_SOURCE_DIR} + "/apps/uzelctl"}) {
    if (file.path().extension() != ".cpp" || file.path().filename() == "phrases.cpp")
      continue;
    std::ifstream in{file.path()};
    out.emplace_back(std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{});
  }
  return out;
}

std::size_t places(std::string_view text) {
  std::size_t out = 0;
  for (auto at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2))
    ++out;
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(text_suite)

BOOST_AUTO_TEST_CASE(columns_are_aligned_by_what_is_seen) {
  const text_table table{{"name", "id"}, {{"Пётр", "1"}, {"a", "22"}, {"漢字x", "3"}}};
  BOOST_TEST(render(table) == "name   id\n"
                              "-----  --\n"
                              "Пётр   1\n"
                              "a      22\n"
                              "漢字x  3\n");
}

BOOST_AUTO_TEST_CASE(a_row_may_have_fewer_cells_than_the_head) {
  BOOST_TEST(render({{"a", "b"}, {{"x"}}}) == "a  b\n-  -\nx\n");
  BOOST_TEST(render({{"a"}, {}}) == "a\n-\n");
}

BOOST_AUTO_TEST_CASE(widths_count_neither_marks_nor_bytes) {
  struct {
    std::string text;
    std::size_t width;
  } const table[] = {
    {"", 0}, {"abc", 3}, {"привет", 6}, {"e\xCC\x81", 1}, {"漢字", 4}, {"\xFF", 1},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.text)
  BOOST_TEST(display_width(row.text) == row.width);
}

BOOST_AUTO_TEST_CASE(nothing_from_the_network_reaches_the_terminal_as_a_command) {
  BOOST_TEST(printable("a\x1B[2Jb\r\n") == "a\\x1b[2Jb\\x0d\\x0a");
  BOOST_TEST(printable("\xC2\x9B"
                       "31m") == "\\xc2\\x9b31m");
  BOOST_TEST(printable("\xFF ok") == "\\xff ok");
  BOOST_TEST(printable("a\xE2\x80\xAE"
                       "b") == "a\\xe2\\x80\\xaeb");
  BOOST_TEST(printable("Пётр") == "Пётр");
  BOOST_TEST(render_pairs({{"a", "1"}, {"long", "\n"}}) == "a:    1\nlong: \\x0a\n");
}

BOOST_AUTO_TEST_CASE(statuses_become_exit_codes) {
  struct {
    unsigned status;
    int code;
  } const table[] = {
    {200, 0}, {201, 0}, {204, 0}, {400, 2}, {401, 5}, {403, 5}, {404, 4}, {409, 2},
    {422, 2}, {429, 2}, {302, 3}, {500, 3}, {502, 3}, {503, 3}, {0, 3},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.status)
  BOOST_TEST(static_cast<int>(code_of(row.status)) == row.code);
}

BOOST_AUTO_TEST_CASE(a_refusal_tells_every_violation) {
  const auto why = failure_of(
    422,
    R"({"title":"The input is not valid","detail":"2 fields are wrong","violations":[)"
    R"({"field":"name","problem":"must be given"},{"field":"","problem":"too \u001b much"}]})");
  BOOST_TEST((why.code == exit_code::refused));
  const std::vector<std::string> wanted{"The input is not valid: 2 fields are wrong",
                                        "  name: must be given", "  too \\x1b much"};
  BOOST_TEST(why.lines == wanted, boost::test_tools::per_element());
  BOOST_TEST(failure_of(502, "<html>").lines.front() == "the server answered with status 502");
}

BOOST_AUTO_TEST_CASE(queries_are_percent_encoded) {
  BOOST_TEST(percent_encoded("a b&c=Я/~") == "a%20b%26c%3D%D0%AF%2F~");
}

BOOST_AUTO_TEST_CASE(json_survives_the_way_there_and_back) {
  const std::string text = R"({"a":[1,-2,18446744073709551615,true,null],"b":{"c":"x\"\\\ny"}})";
  const auto read = parse_json(text);
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(to_text(*read) == text);
  BOOST_TEST(parse_json("{").has_error());
  BOOST_TEST(to_text(*parse_json(R"({"a":[],"b":[1]})"), true) ==
             "{\n  \"a\": [],\n  \"b\": [\n    1\n  ]\n}");
}

BOOST_AUTO_TEST_CASE(times_may_be_days) {
  BOOST_TEST(*read_time("2026-01-31") == "2026-01-31T00:00:00Z");
  BOOST_TEST(*read_time("2026-01-31T12:00:00+03:00") == "2026-01-31T09:00:00Z");
  BOOST_TEST(read_time("tomorrow").has_error());
}

BOOST_AUTO_TEST_CASE(values_are_put_into_sentences_in_order) {
  BOOST_TEST(say("{} of {}", 1, "{}") == "1 of {}");
  BOOST_TEST(say("none", 1) == "none");
}

BOOST_AUTO_TEST_CASE(the_language_follows_the_locale) {
  const language_guard guard;
  speak("ru_RU.UTF-8");
  BOOST_TEST(tr("yes") == "да");
  BOOST_TEST(tr("never translated") == "never translated");
  speak("C.UTF-8");
  BOOST_TEST(tr("yes") == "yes");
}

BOOST_AUTO_TEST_CASE(every_translation_keeps_the_places_of_values) {
  std::set<std::string_view> seen;
  for (const auto& p : phrases())
    BOOST_TEST_CONTEXT(p.english) {
      BOOST_TEST(places(p.english) == places(p.russian));
      BOOST_TEST(seen.insert(p.english).second);
    }
}

// tr("…") and say("…") with one or several literals.
BOOST_AUTO_TEST_CASE(every_sentence_of_the_sources_is_translated) {
  std::set<std::string, std::less<>> known;
  for (const auto& p : phrases())
    known.emplace(p.english);
  const std::regex call{R"re(\b(?:tr|say|report)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+))re"};
  const std::regex literal{R"re("((?:[^"\\]|\\.)*)")re"};
  const std::regex escaped_quote{R"re(\\")re"};
  std::size_t found = 0;
  for (const auto& text : sources())
    for (std::sregex_iterator at{text.begin(), text.end(), call}, end; at != end; ++at) {
      const auto pieces = (*at)[1].str();
      std::string sentence;
      for (std::sregex_iterator p{pieces.begin(), pieces.end(), literal}; p != end; ++p)
        sentence += std::regex_replace((*p)[1].str(), escaped_quote, "\"");
      ++found;
      BOOST_TEST_CONTEXT(sentence)
      BOOST_TEST(known.contains(sentence));
    }
  BOOST_TEST(found > 100U);
}

BOOST_AUTO_TEST_SUITE_END()
