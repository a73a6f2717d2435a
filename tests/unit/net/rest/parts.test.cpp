#include "net/rest/login_rate.hpp"
#include "net/rest/refusal.hpp"
#include "net/rest/router.hpp"
#include "net/rest/token.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace uzel;
using namespace uzel::rest;

namespace {

boost::asio::awaitable<reply> nothing(call&) {
  co_return reply{};
}

operation declared(http::verb verb, std::string path, std::string id,
                   permission needs = permission{"clients.read"}) {
  return {.verb = verb,
          .path = std::move(path),
          .needs = needs,
          .id = std::move(id),
          .summary = "Does something.",
          .takes = {},
          .gives = {},
          .errors = {errc::not_found},
          .query = {},
          .run = nothing};
}

struct folder {
  folder() {
    char name[] = "/tmp/uzel-token-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~folder() { std::filesystem::remove_all(path); }
  std::string path;
};

const auto noon = instant::from_unix(1'700'000'000);
const auto one = instant::from_unix(1'700'003'600);

} // namespace

BOOST_AUTO_TEST_SUITE(rest_parts)

BOOST_AUTO_TEST_CASE(a_literal_wins_over_an_argument) {
  const std::vector<operation> all{declared(http::verb::get, "/a/{id}", "show"),
                                   declared(http::verb::get, "/a/live", "live"),
                                   declared(http::verb::post, "/a/{id}/b/{c}", "deep"),
                                   declared(http::verb::del, "/a/{id}", "remove")};
  router r;
  BOOST_TEST(r.add(all) == "");
  BOOST_TEST(r.find(http::verb::get, "/a/live").found->id == "live");
  const auto shown = r.find(http::verb::get, "/a/7");
  BOOST_TEST(shown.found->id == "show");
  BOOST_TEST(shown.arguments.front() == "7");
  const auto deep = r.find(http::verb::post, "/a/live/b/x%20y");
  BOOST_TEST(deep.found->id == "deep");
  BOOST_TEST((deep.arguments == std::vector<std::string>{"live", "x y"}));
}

BOOST_AUTO_TEST_CASE(unknown_paths_and_wrong_verbs_differ) {
  const std::vector<operation> all{declared(http::verb::get, "/a/{id}", "show"),
                                   declared(http::verb::del, "/a/{id}", "remove")};
  router r;
  BOOST_TEST(r.add(all) == "");
  const auto wrong = r.find(http::verb::post, "/a/7");
  BOOST_TEST(!wrong.found);
  BOOST_TEST(wrong.allowed == "GET, DELETE");
  for (const auto* path : {"/", "/a", "/a/", "/a/7/", "/b/7", "", "a/7", "/a/%zz"})
    BOOST_TEST_CONTEXT(path) {
      const auto none = r.find(http::verb::get, path);
      BOOST_TEST(!none.found);
      BOOST_TEST(none.allowed.empty());
    }
}

BOOST_AUTO_TEST_CASE(wrong_declarations_stop_the_start) {
  const auto stops = [](std::vector<operation> all) { return !router{}.add(all).empty(); };
  auto good = declared(http::verb::get, "/a", "a");
  BOOST_TEST(!stops({good}));
  BOOST_TEST(stops({good, declared(http::verb::get, "/a", "b")}));
  BOOST_TEST(stops({good, declared(http::verb::put, "/a", "a")}));
  BOOST_TEST(stops({declared(http::verb::get, "/a", "a", permission{"clients.raed"})}));
  auto silent = good;
  silent.summary.clear();
  BOOST_TEST(stops({silent}));
  auto perfect = good;
  perfect.errors.clear();
  BOOST_TEST(stops({perfect}));
  auto idle = good;
  idle.run = nullptr;
  BOOST_TEST(stops({idle}));
}

BOOST_AUTO_TEST_CASE(permissions_are_closed_by_default) {
  struct row {
    const char* granted;
    const char* needed;
    bool covered;
  };
  const row rows[] = {{"", "clients.read", false},
                      {"clients.write", "clients.read", false},
                      {"a clients.read b", "clients.read", true},
                      {"clients.*", "clients.write", true},
                      {"clients.*", "clientsx.write", false},
                      {".*", "clients.write", false},
                      {"*", "staff.write", true},
                      {"clients.rea", "clients.read", false}};
  for (const auto& r : rows)
    BOOST_TEST_CONTEXT(r.granted << " for " << r.needed)
  BOOST_TEST(covers(split_permissions(r.granted), permission{r.needed}) == r.covered);
  BOOST_TEST(covers({}, anyone));
}

BOOST_AUTO_TEST_CASE(a_token_tells_who_it_was_made_for_until_it_expires) {
  const token_key key{std::string(32, 'k')};
  const caller bob{7, "bob", "Боб", {"clients.read", "live.read"}, {}};
  const auto token = key.sign(bob, noon, one);
  BOOST_REQUIRE(token);
  const auto read = key.verify(*token, noon);
  BOOST_REQUIRE(read);
  BOOST_TEST(read->id == 7u);
  BOOST_TEST(read->login == "bob");
  BOOST_TEST(read->name == "Боб");
  BOOST_TEST((read->issued == noon));
  BOOST_TEST((read->permissions == bob.permissions));
  BOOST_TEST(!key.verify(*token, one - seconds{1}).has_error());
  BOOST_TEST(key.verify(*token, one).has_error());
}

BOOST_AUTO_TEST_CASE(a_forged_token_is_refused) {
  const token_key key{std::string(32, 'k')};
  const token_key other{std::string(32, 'x')};
  const auto token = *key.sign({1, "bob", "", {"*"}, {}}, noon, one);
  BOOST_TEST(other.verify(token, noon).has_error());
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    BOOST_TEST_CONTEXT("octet " << i)
    BOOST_TEST(key.verify(changed, noon).has_error());
    BOOST_TEST(key.verify(token.substr(0, i), noon).has_error());
  }
  // {"alg":"none","typ":"JWT"} and the same claims, without a signature.
  const auto claims = token.substr(token.find('.'), token.rfind('.') - token.find('.'));
  BOOST_TEST(key.verify("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + claims + ".", noon).has_error());
  BOOST_TEST(key.verify(std::string(100'000, 'a'), noon).has_error());
}

BOOST_AUTO_TEST_CASE(the_key_file_is_made_once_for_its_owner_alone) {
  const folder at;
  const auto file = at.path + "/token.key";
  const auto made = token_key::open(file);
  BOOST_REQUIRE(made);
  struct stat about {};
  BOOST_REQUIRE(::stat(file.c_str(), &about) == 0);
  BOOST_TEST((about.st_mode & 0777) == 0600u);
  const auto token = *made->sign({1, "bob", "", {}, {}}, noon, one);
  BOOST_TEST(!token_key::open(file)->verify(token, noon).has_error());
  ::chmod(file.c_str(), 0640);
  BOOST_TEST((token_key::open(file).error() == errc::invalid_input));
  ::chmod(file.c_str(), 0600);
  std::ofstream{file} << "short";
  BOOST_TEST((token_key::open(file).error() == errc::invalid_input));
  BOOST_TEST((token_key::open("/nonexistent/token.key").error() == errc::io_failed));
}

BOOST_AUTO_TEST_CASE(a_source_may_try_so_often_a_minute) {
  login_rate rate{10};
  int admitted = 0;
  for (int i = 0; i < 100; ++i)
    admitted += rate.admit("10.0.0.1", seconds{100}) ? 1 : 0;
  BOOST_TEST(admitted == 10);
  BOOST_TEST(rate.admit("10.0.0.2", seconds{100}));
  BOOST_TEST(!rate.admit("10.0.0.1", seconds{105}));
  BOOST_TEST(rate.admit("10.0.0.1", seconds{106}));
  login_rate open{0};
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(open.admit("10.0.0.1", seconds{1}));
}

BOOST_AUTO_TEST_CASE(every_error_has_a_status_and_bad_input_is_never_a_5xx) {
  struct row {
    errc code;
    unsigned status;
  };
  const row rows[] = {
    {errc::not_found, 404},       {errc::conflict, 409},      {errc::stale_version, 409},
    {errc::in_use, 409},          {errc::address_taken, 409}, {errc::range_overlap, 409},
    {errc::invalid_input, 422},   {errc::outside_range, 422}, {errc::unavailable, 503},
    {errc::overloaded, 503},      {errc::store_full, 503},    {errc::timed_out, 503},
    {errc::unauthenticated, 401}, {errc::forbidden, 403},     {errc::rate_limited, 429}};
  for (const auto& r : rows)
    BOOST_TEST_CONTEXT(name_of(r.code)) {
      const auto out = refuse(r.code, "say \"why\"", {{"a", "b"}});
      BOOST_TEST(out.status == r.status);
      BOOST_TEST(out.content_type == "application/problem+json");
      const auto body = parse_json(out.body);
      BOOST_REQUIRE(body);
      BOOST_TEST(body->find("type")->text == "urn:uzel:problem:" + std::string{name_of(r.code)});
      BOOST_TEST(body->find("status")->number == r.status);
      BOOST_TEST(body->find("detail")->text == "say \"why\"");
      BOOST_TEST(body->find("violations")->items[0].find("problem")->text == "b");
      const bool has_header = out.status == 503 || out.status == 429 || out.status == 401;
      BOOST_TEST(has_header == !out.headers.empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()
