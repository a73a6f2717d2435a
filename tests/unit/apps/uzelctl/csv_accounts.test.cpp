#include "apps/uzelctl/csv_accounts.hpp"

#include "apps/uzelctl/account_import.hpp"
#include "apps/uzelctl/words.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <string>

using namespace uzel::ctl;

namespace {

std::string told(const csv_accounts& read) {
  std::string out;
  for (const auto& problem : read.problems)
    out += describe(problem) + "\n";
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(csv_accounts_suite)

BOOST_AUTO_TEST_CASE(reads_every_column_in_any_order) {
  const auto read =
    read_csv_accounts("mac,login,session_limit,number,password,service,status,static_address\n"
                      "AA-BB-CC-00-00-01,Bob@isp,3,100,s3cret,home,disabled,10.0.0.7 10.0.0.8\n");
  BOOST_TEST(told(read) == "");
  BOOST_REQUIRE_EQUAL(read.rows.size(), 1U);
  const csv_account wanted{
    2,      "100",      "bob@isp", "s3cret", {"aa:bb:cc:00:00:01"}, {"10.0.0.7", "10.0.0.8"},
    "home", "disabled", 3};
  BOOST_TEST((read.rows.front() == wanted));
}

BOOST_AUTO_TEST_CASE(accepts_what_spreadsheets_write) {
  struct {
    const char* what;
    std::string file;
  } const table[] = {
    {"plain", "login,password\nbob,a b\n"},
    {"no last line end", "login,password\nbob,a b"},
    {"CRLF", "login,password\r\nbob,a b\r\n"},
    {"CR only", "login,password\rbob,a b\r"},
    {"BOM", "\xEF\xBB\xBFlogin,password\nbob,a b\n"},
    {"semicolons", "login;password\nbob;a b\n"},
    {"tabs", "login\tpassword\nbob\ta b\n"},
    {"quotes", "\"login\",\"password\"\n\"bob\",\"a b\"\n"},
    {"spaces around", " login , password \n bob , a b \n"},
    {"empty lines", "login,password\n\n\nbob,a b\n\n"},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.what) {
      const auto read = read_csv_accounts(row.file);
      BOOST_TEST(told(read) == "");
      BOOST_REQUIRE_EQUAL(read.rows.size(), 1U);
      BOOST_TEST(read.rows[0].login == "bob");
      BOOST_TEST(read.rows[0].number == "bob");
      BOOST_TEST(read.rows[0].password == "a b");
    }
}

BOOST_AUTO_TEST_CASE(quoted_cells_keep_separators_quotes_and_spaces) {
  const auto read = read_csv_accounts("login,password\nbob,\" a,\"\"b\"\";c \"\n");
  BOOST_TEST(told(read) == "");
  BOOST_REQUIRE_EQUAL(read.rows.size(), 1U);
  BOOST_TEST(read.rows[0].password == " a,\"b\";c ");
}

BOOST_AUTO_TEST_CASE(every_bad_row_is_told_with_its_line) {
  const auto read = read_csv_accounts("login,mac,static_address,status,session_limit,number\n"
                                      "a,,,,,\n"
                                      "b,zz,,,,\n"
                                      "c,,1.2.3,,,\n"
                                      "d,,,closed,,\n"
                                      "e,,,,1001,\n"
                                      "f,,,,\n"
                                      ",,,,,\n"
                                      "A,,,,,9\n"
                                      "g,,,,,a\n");
  BOOST_TEST(told(read) == "line 3: mac: zz is no MAC address\n"
                           "line 4: static_address: 1.2.3 is no IPv4 address\n"
                           "line 5: status: must be active or disabled\n"
                           "line 6: session_limit: must be a number from 0 to 1000\n"
                           "line 7: has 5 cells, the first line has 6\n"
                           "line 8: number: must be given when there is no login\n"
                           "line 9: login: a stands in line 2 already\n"
                           "line 10: number: a stands in line 2 already\n");
}

BOOST_AUTO_TEST_CASE(lines_are_counted_through_cells_that_hold_line_ends) {
  const auto read = read_csv_accounts("login,password\n\"b\nc\",x\nd,\"y\r\nz\"\ne,e,e\n");
  BOOST_TEST(told(read) == "line 2: login: holds a line end or another control character\n"
                           "line 2: number: must be given when there is no login\n"
                           "line 4: password: holds a line end or another control character\n"
                           "line 6: has 3 cells, the first line has 2\n");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_such_table_is_refused_whole) {
  const std::string known =
    "login, password, number, mac, service, static_address, status, session_limit";
  struct {
    std::string file;
    std::string told;
  } const table[] = {
    {"", "the file is empty; its first line names the columns: " + known + "\n"},
    {"login,passwrd\nbob,x\n", "line 1: there is no column passwrd; known are: " + known + "\n"},
    {"login,login\nbob,x\n", "line 1: login: the column stands there twice\n"},
    {"service,status\nhome,active\n",
     "line 1: one of the columns login, mac and number must be there\n"},
    {"login\n", "the file has no accounts, only the names of columns\n"},
    {"login\nbob\n\xCF\xE5\xF2\xF0\n", "line 3: is not UTF-8; it looks like Windows-1251: convert "
                                       "it with iconv -f cp1251 -t utf-8\n"},
    {"login\nbob\xC3\x28\x80\x81\x82\x83\n", "line 2: is not UTF-8\n"},
    {std::string{"login\nb\0b\n", 10}, "line 2: holds a zero byte: this is no text\n"},
    {std::string{"\xFF\xFEl\0o\0", 6},
     "the file is UTF-16: save it as CSV UTF-8, or convert it with iconv -f utf-16 -t utf-8\n"},
    {"login,password\nbob,a\"b\n",
     "line 2: a quote stands where none may stand: quote the whole cell and double the quotes "
     "inside\n"},
    {"login,password\nal,x\nbob,\"ab\ncd\n", "line 3: a quoted cell does not end\n"},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.told)
  BOOST_TEST(told(read_csv_accounts(row.file)) == row.told);
}

BOOST_AUTO_TEST_CASE(a_password_without_a_login_is_told) {
  BOOST_TEST(told(read_csv_accounts("number,password\n1,x\n")) ==
             "line 2: password: without a login nobody can use it\n");
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_rows_take_a_moment) {
  std::string file = "login,password,number,mac,service\n";
  for (int i = 0; i < 100'000; ++i)
    file.append("user")
      .append(std::to_string(i))
      .append(",pass,")
      .append(std::to_string(i))
      .append(",,home\n");
  const auto begun = std::chrono::steady_clock::now();
  const auto read = read_csv_accounts(file);
  std::vector<csv_problem> problems;
  const auto lines = import_lines(read.rows, {{"home", 7}}, problems);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  BOOST_TEST(read.rows.size() == 100'000U);
  BOOST_TEST(problems.empty());
  BOOST_TEST(std::count(lines.begin(), lines.end(), '\n') == 100'000);
  BOOST_TEST(took.count() < 10.0);
}

BOOST_AUTO_TEST_CASE(rows_become_the_lines_of_an_import) {
  const auto read =
    read_csv_accounts("login,password,mac,static_address,service,session_limit,status\n"
                      "bob,\"a\"\"b\",aa:bb:cc:dd:ee:ff,10.0.0.7,home,2,disabled\n"
                      "eve,,,,12,,\n"
                      "mal,,,,gone,,\n"
                      "oz,,,,13,,\n");
  std::vector<csv_problem> problems;
  const auto lines = import_lines(read.rows, {{"home", 7}, {"fast", 12}}, problems);
  BOOST_TEST(lines.substr(0, lines.find("\n{\"number\":\"mal")) ==
             R"({"number":"bob","login":"bob","password":"a\"b","status":"disabled",)"
             R"("session_limit":2,"accesses":[{"kind":"mac","mac":"aa:bb:cc:dd:ee:ff"}],)"
             R"("addresses":[{"address":"10.0.0.7"}],"service_id":7})"
             "\n"
             R"({"number":"eve","login":"eve","service_id":12})");
  BOOST_REQUIRE_EQUAL(problems.size(), 2U);
  BOOST_TEST(describe(problems[0]) == "line 4: service: there is no service gone");
  BOOST_TEST(describe(problems[1]) == "line 5: service: there is no service 13");
}

BOOST_AUTO_TEST_CASE(the_rows_of_a_refusal_become_lines_of_the_file) {
  const auto read = read_csv_accounts("login\n\na\n\"b\"\n");
  BOOST_REQUIRE_EQUAL(read.rows.size(), 2U);
  BOOST_TEST(with_line("  rows[1].login: is taken", read.rows) == "  line 4: login: is taken");
  BOOST_TEST(with_line("  rows[0]: is taken", read.rows) == "  line 3: is taken");
  for (const std::string same : {"rows[2].login: x", "rows[-1]: x", "rows[: x", "no rows"})
    BOOST_TEST(with_line(same, read.rows) == same);
}

BOOST_AUTO_TEST_SUITE_END()
