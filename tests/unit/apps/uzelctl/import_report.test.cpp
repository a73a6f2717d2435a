// What the server says of single rows, and what a run tells of itself.
#include "apps/uzelctl/import_report.hpp"

#include "apps/uzelctl/import_retry.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

using namespace uzel::ctl;

namespace {

// Takes what is printed meanwhile.
class captured {
 public:
  captured() : before_{std::cout.rdbuf(out_.rdbuf())} {}
  ~captured() { std::cout.rdbuf(before_); }
  std::string text() const { return out_.str(); }

 private:
  std::ostringstream out_;
  std::streambuf* before_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(import_report_suite)

BOOST_AUTO_TEST_CASE(a_refusal_names_its_row) {
  BOOST_TEST(
    (row_named_in("  rows[7].mac: must be a MAC") == refused_row{7, "mac: must be a MAC"}));
  BOOST_TEST((row_named_in("rows[0]: taken") == refused_row{0, "taken"}));
  BOOST_TEST((row_named_in("rows[12]") == refused_row{12, ""}));
  for (const auto* other : {"", "rows", "rows[", "rows[]", "rows[x]: y", "5 problems"})
    BOOST_TEST_CONTEXT(other)
  BOOST_TEST(!row_named_in(other).has_value());
}

BOOST_AUTO_TEST_CASE(only_ranges_that_open_are_waited_for) {
  BOOST_TEST(is_passing("10.0.0.1 lies in a range that is being edited"));
  BOOST_TEST(is_passing("addresses: address 10.0.0.1: unavailable"));
  BOOST_TEST(!is_passing("addresses: address 10.0.0.1: address-taken"));
}

BOOST_AUTO_TEST_CASE(counts_and_problems_are_told_and_written) {
  import_report report;
  ++report.of("accounts").created;
  report.of("pools").there = 2;
  ++report.of("accounts").changed;
  report.add(moving_problem{"user bob", "no\npassword"});
  report.note("a note");
  const auto file = (std::filesystem::temp_directory_path() / "uzel-import-report").string();
  context ctx;
  std::string said;
  {
    const captured output;
    BOOST_TEST(report.show(ctx, false, file).has_value());
    said = output.text();
  }
  BOOST_TEST(said == "          created  changed  there already  refused\n"
                     "--------  -------  -------  -------------  -------\n"
                     "accounts  1        1        0              0\n"
                     "pools     0        0        2              0\n"
                     "note: a note\n"
                     "not taken, or not as it was: 1\n"
                     "  user bob: no\\x0apassword\n"
                     "1 created, 1 changed\n");
  std::ifstream in{file};
  const std::string written{std::istreambuf_iterator<char>{in}, {}};
  BOOST_TEST(written == "user bob: no\\x0apassword\n");
  std::filesystem::remove(file);
  BOOST_TEST(report.show(ctx, true, "/nowhere/at/all").has_error());
}

BOOST_AUTO_TEST_SUITE_END()
