#include "net/json/schema.hpp"

#include "domain/entities/desk.hpp"
#include "net/rest/account_json.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace uzel;
using namespace uzel::rest;

namespace {

std::string problem_with(const violations& wrong, std::string_view field) {
  for (const auto& v : wrong)
    if (v.field == field)
      return v.problem;
  return {};
}

json parsed(std::string_view text) {
  return parse_json(text).value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(schemas)

BOOST_AUTO_TEST_CASE(everything_wrong_with_a_row_is_told_at_once) {
  const auto& e = entity_of<pool>();
  auto in = to_row(e, parsed(R"({"name":5,"first":"10.0.0.1","vlan":1.5,"id":3,"colour":"red",
                                 "dynamic":"yes","kind":"internet","kind":"guest"})"),
                   default_row(e));
  add_missing(e, in, in.wrong);
  BOOST_TEST(problem_with(in.wrong, "name") == "must be a text");
  BOOST_TEST(problem_with(in.wrong, "vlan") == "must be a whole number");
  BOOST_TEST(problem_with(in.wrong, "id") == "is set by the system");
  BOOST_TEST(problem_with(in.wrong, "colour") == "is not known");
  BOOST_TEST(problem_with(in.wrong, "dynamic") == "must be true or false");
  BOOST_TEST(problem_with(in.wrong, "kind") == "is given twice");
  BOOST_TEST(problem_with(in.wrong, "last") == "must be given");
  BOOST_TEST(problem_with(in.wrong, "routing_domain_id").empty());
  BOOST_TEST(problem_with(in.wrong, "first").empty());
  BOOST_TEST(in.wrong.size() == 7u);
}

BOOST_AUTO_TEST_CASE(a_row_comes_back_as_it_was_sent) {
  const auto& e = entity_of<pool>();
  const auto in = to_row(e, parsed(R"({"name":"a","first":"10.0.0.1","last":"10.0.0.9","vlan":7,
                                       "routing_domain_id":1,"client_id":null,"dynamic":false})"),
                         default_row(e));
  BOOST_TEST(in.wrong.empty());
  BOOST_TEST(in.changed.size() == 7u);
  BOOST_TEST(check_row(e, in.fields).empty());
  std::string out;
  json_writer w{out};
  w.begin_object();
  write_members(w, e, in.fields);
  w.end_object();
  const auto shown = parsed(out);
  BOOST_TEST(shown.find("first")->text == "10.0.0.1");
  BOOST_TEST(shown.find("vlan")->number == 7);
  BOOST_TEST(shown.find("client_id")->is_null());
  BOOST_TEST(shown.find("dynamic")->number == 0);
}

BOOST_AUTO_TEST_CASE(secrets_are_never_shown) {
  const auto& e = entity_of<client>();
  client c;
  c.secret = "testing123";
  std::string out;
  json_writer w{out};
  w.begin_object();
  write_members(w, e, uzel::to_row(c));
  w.end_object();
  BOOST_TEST(out.find("testing123") == std::string::npos);
  BOOST_TEST(out.find(R"("secret":"***")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(times_are_rfc_3339) {
  const auto& f = *entity_of<binding>().find("since");
  BOOST_TEST(to_value(f, parsed("\"2026-01-31T12:00:00Z\"")).what.number == 1769860800000000);
  BOOST_TEST(!to_value(f, parsed("1769860800")).problem.empty());
  BOOST_TEST(!to_value(f, parsed("\"yesterday\"")).problem.empty());
  std::string out;
  json_writer w{out};
  write_value(w, f, value{std::int64_t{1769860800000000}});
  BOOST_TEST(out == "\"2026-01-31T12:00:00Z\"");
}

BOOST_AUTO_TEST_CASE(a_new_account_may_be_written_short) {
  violations wrong;
  const auto now = instant::from_unix(1'700'000'000);
  const auto read = read_new_account(
    parsed(R"({"number":"7","login":"Bob","mac":"00-11-22-33-44-55","password":"secret",
               "service_id":3,"address":"10.0.0.7","session_limit":2})"),
    now, "", wrong);
  BOOST_TEST(wrong.empty());
  BOOST_REQUIRE(read.draft.accesses.size() == 2u);
  BOOST_TEST(read.draft.accesses[0].login == "bob");
  BOOST_TEST(to_string(read.draft.accesses[1].mac) == "00:11:22:33:44:55");
  BOOST_TEST((read.draft.current.state == subscription_state::active));
  BOOST_TEST((read.draft.current.start == now));
  BOOST_REQUIRE(read.draft.addresses.size() == 1u);
  BOOST_TEST(read.draft.addresses[0].domain.value == 1u);
  BOOST_TEST(read.draft.session_limit == 2);
  BOOST_TEST(read.password == "secret");
}

BOOST_AUTO_TEST_CASE(a_client_identifier_is_written_in_hex) {
  const auto problem_of_hex = [](const std::string& hex) {
    uzel::access key;
    key.kind = access_kind::client_identifier;
    key.login = hex;
    violations wrong;
    finish_access(key, "", wrong);
    return wrong.empty() ? std::string{} : wrong[0].field + ": " + wrong[0].problem;
  };
  BOOST_TEST(problem_of_hex("01001122334455").empty());
  BOOST_TEST(problem_of_hex(std::string(510, 'a')).empty());
  for (const auto* bad : {"0", "01:00", "01AB", "xy", "bob"})
    BOOST_TEST(problem_of_hex(bad).starts_with("login: must be the octets"), bad);
  BOOST_TEST(problem_of_hex(std::string(512, 'a')).starts_with("login: "));
  BOOST_TEST(problem_of_hex("") == "kind: a client identifier is missing");
}

BOOST_AUTO_TEST_CASE(problems_of_parts_name_the_part) {
  violations wrong;
  (void)read_new_account(
    parsed(R"({"session_limit":5000,"accesses":[{"kind":"mac"},{"kind":"tin"},7],"addresses":5,
               "service_ends":"2020-01-01T00:00:00Z"})"),
    instant::from_unix(1'700'000'000), "rows[3].", wrong);
  for (const auto* field : {"rows[3].number", "rows[3].session_limit", "rows[3].accesses[0].kind",
                            "rows[3].accesses[1].kind", "rows[3].accesses[2]", "rows[3].addresses",
                            "rows[3].service_id"})
    BOOST_TEST_CONTEXT(field)
  BOOST_TEST(!problem_with(wrong, field).empty());
  BOOST_TEST(wrong.size() == 7u);
}

BOOST_AUTO_TEST_SUITE_END()
