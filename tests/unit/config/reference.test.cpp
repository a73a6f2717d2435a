#include "config/load.hpp"
#include "config/setting.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

using namespace uzel::config;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream in{std::string{UZEL_SOURCE_DIR} + "/" + path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(reference)

// UZEL_UPDATE=1 writes the page instead of comparing it.
BOOST_AUTO_TEST_CASE(the_manual_page_is_what_the_declarations_say) {
  const std::string path = "docs/operations/configuration.md";
  if (std::getenv("UZEL_UPDATE") != nullptr)
    std::ofstream{std::string{UZEL_SOURCE_DIR} + "/" + path} << render_reference();
  BOOST_TEST(text_of(path) == render_reference(),
             path << " differs from the declarations: run this test with UZEL_UPDATE=1");
}

BOOST_AUTO_TEST_CASE(names_and_variables_are_unique_and_documented) {
  std::set<std::string> names;
  std::set<std::string> variables;
  for (const section& part : all_sections()) {
    BOOST_TEST(!part.doc.empty());
    for (const setting& each : part.settings)
      BOOST_TEST_CONTEXT(each.name) {
        BOOST_TEST(each.name.starts_with(part.name + "."));
        BOOST_TEST(names.insert(each.name).second);
        BOOST_TEST(variables.insert(each.environment).second);
        BOOST_TEST(each.doc.ends_with("."));
      }
  }
  BOOST_TEST(names.size() > 50u);
}

BOOST_AUTO_TEST_CASE(the_effective_values_say_where_they_come_from) {
  const loaded got = load_text("radius.coa_port = 9\nlog.levels.http = \"warn\"", "u.toml",
                               {{"UZEL_HTTP_LOGIN_RATE", "5"}});
  const std::string shown = render_effective(got);
  BOOST_TEST(shown.find("coa_port = 9 # u.toml:1\n") != std::string::npos, shown);
  BOOST_TEST(shown.find("levels = { \"http\" = \"warn\" } # u.toml:2\n") != std::string::npos,
             shown);
  BOOST_TEST(shown.find("login_rate = 5 # UZEL_HTTP_LOGIN_RATE\n") != std::string::npos, shown);
  BOOST_TEST(shown.find("max_connections = 1024 # default\n") != std::string::npos, shown);
  const loaded again = load_text(shown, "printed");
  BOOST_TEST(again.ok());
  BOOST_TEST((again.settings == got.settings));
}

BOOST_AUTO_TEST_CASE(the_packaged_example_is_valid) {
  const std::string text = text_of("packaging/uzeld.toml");
  BOOST_TEST_REQUIRE(!text.empty());
  const loaded got = load_text(text, "packaging/uzeld.toml");
  for (const problem& each : got.problems)
    BOOST_ERROR(describe(each));
  BOOST_TEST(got.settings.store.sqlite_path() == "/var/lib/uzel/uzel.db");
}

BOOST_AUTO_TEST_SUITE_END()
