// Every operation over a real loopback socket, with fake actors behind it.
#include "tests/unit/net/rest/api_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

using namespace uzel;
using namespace uzel::test;

BOOST_FIXTURE_TEST_SUITE(api, api_fixture)

std::string filled(std::string path) {
  for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
    path.replace(at, path.find('}', at) - at + 1, "7");
  return path;
}

BOOST_AUTO_TEST_CASE(no_operation_works_without_a_token_or_its_permission) {
  const auto stranger = token({"nothing.at_all"});
  std::size_t guarded = 0;
  for (const auto& o : api->operations()) {
    if (o.needs.is_anyone())
      continue;
    const auto verb = std::string{http::name_of(o.verb)};
    const auto path = filled(o.path);
    BOOST_TEST_CONTEXT(verb << ' ' << path) {
      BOOST_TEST(ask(verb, path, "{}", "").status == 401u);
      BOOST_TEST(ask(verb, path, "{}", "no.token.this").status == 401u);
      if (o.needs.name() != rest::signed_in.name()) {
        BOOST_TEST(ask(verb, path, "{}", stranger).status == 403u);
        ++guarded;
      }
    }
  }
  BOOST_TEST(guarded > 50u);
  BOOST_TEST(world.said().empty());
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_object_or_no_json_is_the_callers_fault) {
  for (const auto& o : api->operations()) {
    if (!o.takes_body())
      continue;
    const auto verb = std::string{http::name_of(o.verb)};
    const auto path = filled(o.path);
    BOOST_TEST_CONTEXT(verb << ' ' << path) {
      BOOST_TEST(ask(verb, path, "[]").status == 422u);
      BOOST_TEST(ask(verb, path, "{").status == 400u);
      BOOST_TEST(ask(verb, path, "\xFF").status == 400u);
      BOOST_TEST(ask(verb, path, "").status == 400u);
      BOOST_TEST(ask(verb, path, "{}", "*", "Content-Type: text/plain\r\n").status == 415u);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_get_fails_and_none_is_a_defect) {
  world.put(binding{});
  for (const auto& o : api->operations()) {
    if (o.verb != http::verb::get)
      continue;
    const auto answer = ask("GET", filled(o.path));
    BOOST_TEST_CONTEXT(o.path << " " << answer.body) {
      BOOST_TEST(answer.status < (o.id == "alarms.list" ? 504u : 500u));
      BOOST_TEST(!rest::parse_json(answer.body).has_error());
    }
  }
}

BOOST_AUTO_TEST_CASE(paths_and_verbs_that_are_not_there) {
  BOOST_TEST(ask("GET", "/api/v1/nothing").status == 404u);
  BOOST_TEST(ask("PUT", "/api/v1/clients").status == 405u);
  BOOST_TEST(ask("GET", "/api/v1/clients?limit=1&limit=2").status == 422u);
  BOOST_TEST(ask("GET", "/api/v1/clients/0").status == 404u);
  BOOST_TEST(ask("GET", "/api/v1/clients/x").status == 404u);
  BOOST_TEST(ask("GET", "/api/v1/clients/99999999999999999999").status == 404u);
}

BOOST_AUTO_TEST_CASE(a_client_is_created_sealed_masked_and_told_its_commit) {
  const auto made = ask("POST", "/api/v1/clients",
                        R"({"name":"home","source":"10.0.0.0/8","secret":"testing123",
                            "routing_domain_id":1})");
  BOOST_TEST(made.status == 201u);
  const auto body = made.parsed();
  BOOST_TEST(body.find("id")->number == 17);
  BOOST_TEST(body.find("commit")->number == 41);
  BOOST_TEST(made.commit == "41");
  BOOST_TEST(body.find("secret")->text == "***");
  const auto& e = entity_of<client>();
  BOOST_TEST(world.last_create.fields[e.index_of("secret")].text ==
             "sealed:client.secret:testing123");
  BOOST_TEST(world.last_create.author == "admin");
}

BOOST_AUTO_TEST_CASE(all_violations_are_told_together) {
  const auto refused =
    ask("POST", "/api/v1/clients", R"({"name":"","source":"10.0.0.1/8","colour":"red"})");
  BOOST_TEST(refused.status == 422u);
  BOOST_TEST(refused.type == "application/problem+json");
  const auto body = refused.parsed();
  std::vector<std::string> fields;
  for (const auto& v : body.find("violations")->items)
    fields.push_back(v.find("field")->text);
  for (const auto* field : {"name", "source", "colour", "secret"})
    BOOST_TEST_CONTEXT(field)
  BOOST_TEST((std::find(fields.begin(), fields.end(), field) != fields.end()));
  BOOST_TEST(fields.size() == 4u);
  BOOST_TEST(world.said().empty());
}

BOOST_AUTO_TEST_CASE(refusals_of_the_store_keep_their_code_and_sentence) {
  world.refuse_desk = errc::conflict;
  const auto refused = ask("POST", "/api/v1/services", R"({"name":"home"})");
  BOOST_TEST(refused.status == 409u);
  BOOST_TEST(refused.parsed().find("detail")->text == "name home is taken");
  world.put(service{});
  world.rows["service"][7] = world.rows["service"][0];
  world.refuse_desk = errc::in_use;
  BOOST_TEST(ask("DELETE", "/api/v1/services/7").status == 409u);
  world.refuse_desk = errc::unavailable;
  BOOST_TEST(ask("DELETE", "/api/v1/services/7").status == 503u);
}

BOOST_AUTO_TEST_CASE(a_change_names_what_it_changes_and_the_version_it_saw) {
  client before;
  before.id = 7;
  before.name = "home";
  before.source = *parse_prefix4("10.0.0.0/8");
  before.secret = "sealed";
  world.put(before);
  const auto done =
    ask("PATCH", "/api/v1/clients/7", R"({"enabled":false,"secret":"***","version":3})");
  BOOST_TEST(done.status == 200u);
  BOOST_TEST(world.last_change.expected_version == 3u);
  BOOST_REQUIRE(world.last_change.changed.size() == 1u);
  BOOST_TEST(world.last_change.changed[0] == entity_of<client>().index_of("enabled"));
  BOOST_TEST(done.parsed().find("enabled")->number == 0);
  (void)ask("PATCH", "/api/v1/clients/7", R"({"enabled":true})", "*",
            "Content-Type: application/json\r\nIf-Match: \"5\"\r\n");
  BOOST_TEST(world.last_change.expected_version == 5u);
  world.refuse_desk = errc::stale_version;
  BOOST_TEST(ask("PATCH", "/api/v1/clients/7", R"({"enabled":true})").status == 409u);
  BOOST_TEST(ask("PATCH", "/api/v1/clients/7", R"({"interim_interval":5})").status == 422u);
  BOOST_TEST(ask("PATCH", "/api/v1/clients/8", R"({"enabled":true})").status == 404u);
}

BOOST_AUTO_TEST_CASE(passwords_of_staff_are_hashed_and_never_shown) {
  const auto made =
    ask("POST", "/api/v1/staff", R"({"login":"bob","password":"long enough","permissions":"*"})");
  BOOST_TEST(made.status == 201u);
  const auto& hash = world.last_create.fields[entity_of<staff>().index_of("password_hash")].text;
  BOOST_TEST(http::verify_password("long enough", hash));
  BOOST_TEST(made.body.find("argon2") == std::string::npos);
  const auto refused = ask("POST", "/api/v1/staff", R"({"login":"bob","password":"short"})");
  BOOST_TEST(refused.status == 422u);
  BOOST_TEST(refused.parsed().find("violations")->items[0].find("field")->text == "password");
  BOOST_TEST(ask("POST", "/api/v1/staff", R"({"login":"b","password_hash":"x"})").status == 422u);
}

BOOST_AUTO_TEST_CASE(a_range_is_reserved_before_the_desk_and_given_back_after) {
  const std::string wish =
    R"({"name":"a","routing_domain_id":1,"first":"10.0.0.1","last":"10.0.0.9"})";
  BOOST_TEST(ask("POST", "/api/v1/pools", wish).status == 201u);
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  BOOST_TEST((world.said() == std::vector<std::string>{"check", "create pool", "settled 7"}));
  world.told.clear();
  world.refuse_desk = errc::conflict;
  BOOST_TEST(ask("POST", "/api/v1/pools", wish).status == 409u);
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  BOOST_TEST((world.said() == std::vector<std::string>{"check", "create pool", "settled 7"}));
  world.told.clear();
  world.refuse_range = errc::range_overlap;
  const auto refused = ask("POST", "/api/v1/pools", wish);
  BOOST_TEST(refused.status == 409u);
  BOOST_TEST(refused.parsed().find("detail")->text == "shares addresses with pool b");
  BOOST_TEST((world.said() == std::vector<std::string>{"check"}));
  BOOST_TEST(ask("POST", "/api/v1/pools",
                 R"({"name":"a","routing_domain_id":2,"first":"10.0.0.1","last":"10.0.0.9"})")
               .status == 422u);
}

BOOST_AUTO_TEST_CASE(a_pool_is_removed_only_when_its_range_is_let_go) {
  pool p;
  p.id = 3;
  p.first = *parse_ipv4("10.0.0.1");
  p.last = *parse_ipv4("10.0.0.9");
  world.put(p);
  BOOST_TEST(ask("PATCH", "/api/v1/pools/3", R"({"vlan":5})").status == 200u);
  BOOST_TEST((world.said() == std::vector<std::string>{"change pool"}));
  world.told.clear();
  BOOST_TEST(ask("DELETE", "/api/v1/pools/3").status == 204u);
  BOOST_TEST(world.said().front() == "check remove");
  world.refuse_range = errc::in_use;
  BOOST_TEST(ask("DELETE", "/api/v1/pools/3").status == 409u);
}

BOOST_AUTO_TEST_CASE(a_device_cannot_hang_below_itself) {
  catalogue_builder builder;
  for (const std::uint64_t id : {1, 2, 3}) {
    device d;
    d.id = id;
    d.name = "d";
    d.uplink_device_id = id - 1;
    world.put(d);
    builder.add(d);
  }
  desk.picture = builder.finish();
  const auto refused = ask("PATCH", "/api/v1/devices/1", R"({"uplink_device_id":3})");
  BOOST_TEST(refused.status == 422u);
  BOOST_TEST(refused.parsed().find("violations")->items[0].find("field")->text ==
             "uplink_device_id");
  BOOST_TEST(ask("PATCH", "/api/v1/devices/1", R"({"uplink_device_id":1})").status == 422u);
  BOOST_TEST(ask("PATCH", "/api/v1/devices/3", R"({"uplink_device_id":1})").status == 200u);
  BOOST_TEST(ask("POST", "/api/v1/devices", R"({"name":"no kind"})").status == 201u);
}

BOOST_AUTO_TEST_CASE(lists_take_filters_order_and_cursors) {
  world.put(session{});
  const auto page = ask("GET", "/api/v1/sessions?limit=5&cursor=abc&sort=started&order=desc&q=bob"
                               "&address=10.0.0.1&started_from=2026-01-01T00:00:00Z&at_least=1.9");
  BOOST_TEST(page.status == 200u);
  BOOST_TEST(page.parsed().find("next_cursor")->text == "next page");
  const auto& e = entity_of<session>();
  const auto& q = world.last_list;
  BOOST_TEST(q.limit == 5u);
  BOOST_TEST(q.cursor == "abc");
  BOOST_TEST(q.sort == e.index_of("started"));
  BOOST_TEST(q.descending);
  BOOST_TEST(q.search == "bob");
  BOOST_TEST(q.at_least.value == 9u);
  BOOST_REQUIRE(q.filters.size() == 2u);
  BOOST_TEST(q.filters[0].field == e.index_of("address"));
  BOOST_TEST((q.filters[1].test == filter_test::at_least));
  for (const auto* bad :
       {"limit=0", "limit=1001", "limit=x", "sort=place", "order=up", "colour=red",
        "address=10.0.0", "started_from=never", "state=ajar", "at_least=x"})
    BOOST_TEST_CONTEXT(bad)
  BOOST_TEST(ask("GET", std::string{"/api/v1/sessions?"} + bad).status == 422u);
}

BOOST_AUTO_TEST_CASE(signing_in) {
  staff bob;
  bob.id = 4;
  bob.login = "bob";
  bob.password_hash = *http::hash_password("long enough");
  bob.permissions = "clients.read live.read";
  world.put(bob);
  const auto good = ask("POST", "/api/v1/login", R"({"login":"bob","password":"long enough"})", "");
  BOOST_TEST(good.status == 200u);
  const auto with = good.parsed().find("token")->text;
  BOOST_TEST(ask("GET", "/api/v1/me", "", with).parsed().find("login")->text == "bob");
  BOOST_TEST(ask("GET", "/api/v1/clients", "", with).status == 200u);
  BOOST_TEST(ask("POST", "/api/v1/clients", "{}", with).status == 403u);
  const auto wrong = ask("POST", "/api/v1/login", R"({"login":"bob","password":"x"})", "");
  const auto nobody = ask("POST", "/api/v1/login", R"({"login":"eve","password":"x"})", "");
  BOOST_TEST(wrong.status == 401u);
  BOOST_TEST(nobody.status == 401u);
  BOOST_TEST(wrong.body == nobody.body);
  bob.enabled = false;
  world.put(bob);
  const auto off = ask("POST", "/api/v1/login", R"({"login":"bob","password":"long enough"})", "");
  BOOST_TEST(off.status == 401u);
  BOOST_TEST(off.body == wrong.body);
}

BOOST_AUTO_TEST_CASE(a_token_ends_when_its_owner_is_changed_disabled_or_gone) {
  staff admin;
  admin.id = 1;
  admin.login = "admin";
  const auto with = token();
  BOOST_TEST(ask("GET", "/api/v1/me", "", with).status == 200u);
  // An edit of staff makes the API look again; nothing else does.
  const auto edit = [this](staff next) {
    const rest::caller other{2, "other", "", {"*"}, {}};
    const auto key = rest::token_key{std::string(32, 'k')};
    const auto by = *key.sign(other, time.now(), time.now() + seconds{60});
    staff second = next;
    second.id = 2;
    second.enabled = true;
    second.updated = {};
    world.put(second);
    world.put(next);
    BOOST_TEST(ask("PATCH", "/api/v1/staff/1", R"({"name":"x"})", by).status == 200u);
  };
  admin.updated = time.now() + seconds{1};
  edit(admin);
  BOOST_TEST(ask("GET", "/api/v1/me", "", with).status == 401u);
  admin.updated = time.now();
  edit(admin);
  BOOST_TEST(ask("GET", "/api/v1/me", "", with).status == 200u);
  admin.enabled = false;
  edit(admin);
  BOOST_TEST(ask("GET", "/api/v1/me", "", with).status == 401u);
  admin.enabled = true;
  edit(admin);
  BOOST_TEST(ask("GET", "/api/v1/me", "", with).status == 200u);
}

BOOST_AUTO_TEST_CASE(whatever_is_sent_to_sign_in_is_refused_politely) {
  const std::string big(10'000, 'a');
  for (const std::string& body :
       {std::string{}, std::string{"{}"}, std::string{"[]"}, std::string{"null"},
        std::string{R"({"login":"","password":""})"}, std::string{R"({"login":1,"password":2})"},
        R"({"login":")" + big + R"(","password":")" + big + R"("})",
        std::string{R"({"login":"a\u0000b","password":"\u0000"})"},
        std::string{"{\"login\":\"\xFF\",\"password\":\"\xC0\x80\"}"}, std::string(70'000, '[')})
    BOOST_TEST_CONTEXT(body.substr(0, 60)) {
      const auto answer = ask("POST", "/api/v1/login", body, "");
      const bool polite = answer.status == 400 || answer.status == 401 || answer.status == 422 ||
                          answer.status == 413;
      BOOST_TEST(polite);
      if (answer.status == 413)
        break; // the connection is over
    }
}

BOOST_AUTO_TEST_CASE(accounts_live_with_their_actor) {
  const auto made = ask("POST", "/api/v1/accounts",
                        R"({"number":"7","login":"bob","password":"secret","status":"active"})");
  BOOST_TEST(made.status == 201u);
  BOOST_TEST(world.last_account.password == "secret");
  BOOST_TEST(made.body.find("sealed") == std::string::npos);
  const auto shown = ask("GET", "/api/v1/accounts/5").parsed();
  BOOST_TEST(shown.find("number")->text == "7");
  const auto& one = shown.find("accesses")->items.at(0);
  BOOST_TEST(one.find("login")->text == "bob");
  BOOST_TEST(shown.find("subscription")->is_null());
  const auto access = std::to_string(one.find("id")->number);
  BOOST_TEST(ask("DELETE", "/api/v1/accounts/5/accesses/" + access).status == 200u);
  BOOST_TEST(world.said().back() == "remove_access bob");
  BOOST_TEST(ask("DELETE", "/api/v1/accounts/5/accesses/99").status == 404u);
  BOOST_TEST(ask("POST", "/api/v1/accounts/5/accesses", R"({"kind":"mac"})").status == 422u);
  BOOST_TEST(ask("POST", "/api/v1/accounts/5/accesses", R"({"kind":"login","login":"x"})").status ==
             201u);
  BOOST_TEST(ask("PUT", "/api/v1/accounts/5/subscription", R"({"service_id":1})").status == 200u);
  BOOST_TEST(ask("PUT", "/api/v1/accounts/5/subscription",
                 R"({"service_id":1,"ends":"2001-01-01T00:00:00Z"})")
               .status == 422u);
  BOOST_TEST(ask("GET", "/api/v1/accounts/6").status == 404u);
}

BOOST_AUTO_TEST_CASE(an_import_is_all_or_a_report) {
  const auto good = ask("POST", "/api/v1/accounts/import",
                        "{\"number\":\"1\",\"login\":\"a\"}\n{\"number\":\"2\",\"login\":\"b\"}\n");
  BOOST_TEST(good.status == 201u);
  BOOST_TEST(good.parsed().find("created")->number == 2);
  BOOST_TEST(world.last_import.drafts.size() == 2u);
  const auto bad = ask("POST", "/api/v1/accounts/import", R"([{"number":"1"},{"number":5},{}])");
  BOOST_TEST(bad.status == 422u);
  const auto wrong = bad.parsed();
  BOOST_REQUIRE(wrong.find("violations")->items.size() == 2u);
  BOOST_TEST(wrong.find("violations")->items[0].find("field")->text == "rows[1].number");
  BOOST_TEST(wrong.find("violations")->items[1].find("field")->text == "rows[2].number");
  const auto taken = ask("POST", "/api/v1/accounts/import", R"([{"number":"taken"}])");
  BOOST_TEST(taken.status == 409u);
  BOOST_TEST(taken.parsed().find("violations")->items[0].find("field")->text == "rows[0].number");
}

BOOST_AUTO_TEST_CASE(an_import_that_the_journal_broke_off_may_be_tried_again) {
  const auto full = ask("POST", "/api/v1/accounts/import", R"([{"number":"1"},{"number":"full"}])");
  BOOST_TEST(full.status == 503u);
  BOOST_TEST(full.commit == "41");
  const auto told = full.parsed();
  BOOST_TEST(told.find("detail")->text == "1 problems; the first 1 were created");
  BOOST_TEST(told.find("violations")->items[0].find("field")->text == "rows[1]");
}

BOOST_AUTO_TEST_CASE(a_binding_is_freed_after_its_session_was_disconnected) {
  binding b;
  b.id = binding_id{9};
  b.domain = routing_domain_id{1};
  b.address = *parse_ipv4("10.0.0.9");
  b.state = binding_state::bound;
  b.holder = account_id{5};
  b.session = session_id{3};
  world.rows["binding"][9] = to_row(b);
  BOOST_TEST(ask("DELETE", "/api/v1/bindings/9").status == 200u);
  BOOST_TEST((world.said() == std::vector<std::string>{"disconnect 3 of 5", "free 9"}));
  world.told.clear();
  world.outcome = disconnect_outcome::no_answer;
  BOOST_TEST(ask("DELETE", "/api/v1/bindings/9").status == 409u);
  BOOST_TEST((world.said() == std::vector<std::string>{"disconnect 3 of 5"}));
  BOOST_TEST(ask("DELETE", "/api/v1/bindings/9?force=true").status == 200u);
  BOOST_TEST(world.said().back() == "free 9");
  session s;
  s.id = session_id{3};
  s.account = account_id{5};
  world.rows["session"][3] = to_row(s);
  const auto done = ask("POST", "/api/v1/sessions/3/disconnect");
  BOOST_TEST(done.parsed().find("outcome")->text == "no-answer");
}

BOOST_AUTO_TEST_CASE(explanations_ask_for_exactly_one_thing) {
  const auto told = ask("GET", "/api/v1/explain?login=bob&lang=ru");
  BOOST_TEST(told.status == 200u);
  BOOST_TEST(told.parsed().find("items")->items[0].find("steps")->items[0].find("code")->text ==
             "wrong-password");
  for (const auto* bad : {"", "login=a&mac=00:11:22:33:44:55", "mac=x", "address=1", "account=0",
                          "login=bob&lang=de"})
    BOOST_TEST_CONTEXT(bad)
  BOOST_TEST(ask("GET", std::string{"/api/v1/explain?"} + bad).status == 422u);
}

BOOST_AUTO_TEST_CASE(openapi_is_what_is_checked_in) {
  const auto file = std::string{UZEL_SOURCE_DIR} + "/docs/api/openapi.json";
  const auto shown = ask("GET", "/api/v1/openapi.json", "", "");
  BOOST_TEST(shown.status == 200u);
  if (std::getenv("UZEL_WRITE_OPENAPI"))
    std::ofstream{file} << shown.body << '\n';
  std::ifstream in{file};
  const std::string golden{std::istreambuf_iterator<char>{in}, {}};
  const bool same = golden == shown.body + '\n';
  BOOST_TEST(same, "docs/api/openapi.json differs: run this test with UZEL_WRITE_OPENAPI=1 and "
                   "review the change");
}

BOOST_AUTO_TEST_SUITE_END()
