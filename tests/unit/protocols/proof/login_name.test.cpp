#include "protocols/proof/login_name.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <vector>

#include "hex.hpp"

using namespace uzel;
using namespace uzel::proof;

BOOST_AUTO_TEST_SUITE(login_names)

BOOST_AUTO_TEST_CASE(realms_follow_the_rule) {
  const std::vector<std::string> listed{"isp.ru", "corp"};
  struct {
    const char* sent;
    const char* keep;
    const char* strip;
    const char* only_listed;
  } const table[] = {
    {"bob", "bob", "bob", "bob"},
    {"Bob", "bob", "bob", "bob"},
    {"BOB@ISP.RU", "bob@isp.ru", "bob", "bob"},
    {"bob@other.ru", "bob@other.ru", "bob", "bob@other.ru"},
    {"CORP\\bob", "corp\\bob", "bob", "bob"},
    {"HOME\\bob", "home\\bob", "bob", "home\\bob"},
    {"CORP\\bob@isp.ru", "corp\\bob@isp.ru", "bob", "bob"},
    {"HOME\\bob@isp.ru", "home\\bob@isp.ru", "bob", "home\\bob"},
    {"a@b@isp.ru", "a@b@isp.ru", "a@b", "a@b"},
    {"bob@", "bob@", "bob", "bob@"},
    {"f8:75:a4:aa:c9:e0", "f8:75:a4:aa:c9:e0", "f8:75:a4:aa:c9:e0", "f8:75:a4:aa:c9:e0"},
    {"\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD", "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD",
     "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD", "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD"},
  };
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT(row.sent) {
      BOOST_TEST(*normalise_login(row.sent) == row.keep);
      BOOST_TEST(*normalise_login(row.sent, realm_rule::strip) == row.strip);
      BOOST_TEST(*normalise_login(row.sent, realm_rule::only_listed, listed) == row.only_listed);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_login_that_is_only_a_realm_is_refused) {
  for (const char* sent : {"@isp.ru", "CORP\\", "CORP\\@isp.ru"}) {
    BOOST_TEST((normalise_login(sent, realm_rule::strip).error() == errc::invalid_input));
    BOOST_TEST(normalise_login(sent, realm_rule::keep).has_value());
  }
}

BOOST_AUTO_TEST_CASE(what_could_forge_a_log_line_or_break_json_is_refused) {
  for (const char* octets : {"", "00", "626F6200", "626F620A", "0D626F62", "7F", "1B5B306D", "C285",
                             "FF", "D0", "EFEEEF", "C0AF"})
    BOOST_TEST_CONTEXT(octets)
  BOOST_TEST((normalise_login(unhex(octets)).error() == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_login_fits_the_attribute) {
  BOOST_TEST(normalise_login(std::string(253, 'a')).has_value());
  BOOST_TEST((normalise_login(std::string(254, 'a')).error() == errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(subscriber_passwords)

BOOST_AUTO_TEST_CASE(good_passwords_pass) {
  for (const char* password : {"k7mq2xwp",    "correct horse battery",
                               "Tr0ub4dor&3", "a!b@c#d$",
                               "0192837465",  "~~~~~~~~",
                               "x x x x x",   "PaSsWoRdLeSs",
                               "login-1x",    "9781234567x",
                               "'quoted'",    "\"double\"",
                               "back\\slash", "semi;colon",
                               "<tag>tag>",   "{brace}}",
                               "ABCDEFGH2",   "zzzzzzzz",
                               "q9q9q9q9",    "4815162342",
                               "%percent%",   "un_der_sc"})
    BOOST_TEST_CONTEXT(password)
  BOOST_TEST(password_problems(password, "login-1", "+7 978 123-45-67").empty());
  for (const std::size_t length : {8u, 16u, 17u, 128u})
    BOOST_TEST(password_problems(std::string(length, 'z'), "login", "").empty());
}

BOOST_AUTO_TEST_CASE(bad_passwords_are_told_why) {
  struct {
    const char* password;
    const char* word;
  } const table[] = {
    {"", "at least"},
    {"short", "at least"},
    {"seven77", "at least"},
    {" leading1", "space"},
    {"trailing1 ", "space"},
    {"tab\there1", "Latin"},
    {"new\nline1", "Latin"},
    {"del\x7F"
     "ete11",
     "Latin"},
    {"\xD0\xBF\xD0\xB0\xD1\x80\xD0\xBE\xD0\xBB\xD1\x8C", "Latin"},
    {"caf\xC3\xA9"
     "12345",
     "Latin"},
    {"subscriber42", "login"},
    {"SUBSCRIBER42", "login"},
    {"79781234567", "phone"},
    {"+79781234567", "phone"},
    {"89781234567", "phone"},
    {"9781234567", "phone"},
    {"+7 (978) 123-45-67", "phone"},
    {"12345678", "guessed"},
    {"password", "guessed"},
    {"PassWord", "guessed"},
    {"Qwerty123", "guessed"},
    {"1q2w3e4r", "guessed"},
    {"P@ssw0rd", "guessed"},
    {"11111111", "guessed"},
    {"gfhjkm123", "guessed"},
    {"mikrotik", "guessed"},
    {"admin123", "guessed"},
    {"1qaz2wsx", "guessed"},
    {"zaq12wsx", "guessed"},
    {"987654321", "guessed"},
    {"iloveyou", "guessed"},
  };
  for (const auto& row : table) {
    BOOST_TEST_CONTEXT(row.password) {
      const auto found = password_problems(row.password, "Subscriber42", "+7 (978) 123-45-67");
      BOOST_REQUIRE(!found.empty());
      bool told = false;
      for (const auto& v : found) {
        BOOST_TEST(v.field == "password");
        told = told || v.problem.find(row.word) != std::string::npos;
      }
      BOOST_TEST(told,
                 "no problem mentions " << row.word << ", first is: " << found.front().problem);
    }
  }
  BOOST_TEST(password_problems(std::string(129, 'z'), "", "").size() == 1u);
}

BOOST_AUTO_TEST_CASE(all_violations_are_reported_at_once) {
  BOOST_TEST(password_problems(" a\n", " A\n", "").size() == 4u);
}

BOOST_AUTO_TEST_CASE(the_operator_may_move_the_bounds) {
  const password_rules lax{4, 16};
  BOOST_TEST(password_problems("x7kq", "", "", lax).empty());
  BOOST_TEST(password_problems("1234", "", "", lax).size() == 1u);
  BOOST_TEST(password_problems(std::string(17, 'z'), "", "", lax).size() == 1u);
}

BOOST_AUTO_TEST_CASE(generated_passwords_pass_and_differ) {
  std::set<std::string> seen;
  for (int i = 0; i < 2000; ++i) {
    const auto made = generate_password();
    BOOST_REQUIRE(made.has_value());
    BOOST_REQUIRE(made->size() == 12u);
    BOOST_REQUIRE(password_problems(*made, "login", "+79781234567").empty());
    BOOST_REQUIRE(made->find_first_of("0O1lIo") == std::string::npos);
    seen.insert(*made);
  }
  BOOST_TEST(seen.size() == 2000u);
  BOOST_TEST(generate_password(1)->size() == 10u);
  BOOST_TEST(generate_password(1000)->size() == 128u);
}

BOOST_AUTO_TEST_SUITE_END()
