#include "config/load.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace uzel::config;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> said(const loaded& what) {
  std::vector<std::string> lines;
  for (const problem& each : what.problems)
    lines.push_back(describe(each));
  return lines;
}

loaded read(std::string_view toml, const environment& env = {}) {
  return load_text(toml, "u.toml", env);
}

} // namespace

BOOST_AUTO_TEST_SUITE(load_settings)

BOOST_AUTO_TEST_CASE(an_empty_file_gives_the_defaults) {
  const loaded got = read("");
  BOOST_TEST(said(got) == std::vector<std::string>{}, boost::test_tools::per_element());
  BOOST_TEST((got.settings == settings{}));
  BOOST_TEST(got.origins.empty());
}

BOOST_AUTO_TEST_CASE(the_defaults_keep_their_own_rules) {
  // What is printed is read back to the same value: every default lies within its bounds.
  const loaded got = read(render_effective(loaded{}));
  BOOST_TEST(said(got) == std::vector<std::string>{}, boost::test_tools::per_element());
  BOOST_TEST((got.settings == settings{}));
}

BOOST_AUTO_TEST_CASE(reads_every_kind_of_value) {
  const loaded got = read(R"(
[radius]
auth_listen = ["127.0.0.1:11812", "[::1]:11812"]
duplicate_window = "20s"
reject_delay = "1500ms"
receive_buffer = "8MiB"
coa_port = 3800
rate_limit_loopback = true
[http]
body_limit = 2048
token_lifetime = "2d"
[store]
url = "sqlite:/tmp/a b.db"
durability = "store"
[log]
format = "json"
level = "warn"
[log.levels]
radius = "debug"
store = "off"
)");
  BOOST_TEST(said(got) == std::vector<std::string>{}, boost::test_tools::per_element());
  const settings& all = got.settings;
  BOOST_TEST(
    (all.radius.auth_listen == std::vector<std::string>{"127.0.0.1:11812", "[::1]:11812"}));
  BOOST_TEST((all.radius.duplicate_window == 20s));
  BOOST_TEST((all.radius.reject_delay == 1500ms));
  BOOST_TEST(all.radius.receive_buffer == 8u << 20);
  BOOST_TEST(all.radius.coa_port == 3800);
  BOOST_TEST(all.radius.rate_limit_loopback);
  BOOST_TEST(all.http.body_limit == 2048u);
  BOOST_TEST((all.http.token_lifetime == 48h));
  BOOST_TEST(all.store.sqlite_path() == "/tmp/a b.db");
  BOOST_TEST((all.store.durability == durability::store));
  BOOST_TEST((all.log.format == log_format::json));
  BOOST_TEST((all.log.level == uzel::log::level::warn));
  BOOST_TEST((all.log.levels.at("radius") == uzel::log::level::debug));
  BOOST_TEST((all.log.levels.at("store") == uzel::log::level::off));
  BOOST_TEST(got.origins.at("radius.coa_port") == "u.toml:7");
}

BOOST_AUTO_TEST_CASE(reports_everything_that_is_wrong_at_once_with_its_line) {
  const loaded got = read(R"([radius]
auth_lisen = ["127.0.0.1:1812"]
duplicate_window = "31s"
coa_port = 70000
max_in_flight = "many"
[htpp]
listen = []
[store]
url = "mysql://db/uzel"
[log]
level = "loud"
[log.levels]
raduis = "debug"
)");
  const std::vector<std::string> expected{
    "u.toml:2: radius.auth_lisen: is no setting; did you mean radius.auth_listen?",
    "u.toml:3: radius.duplicate_window: must be at most \"30s\", is \"31s\"",
    "u.toml:4: radius.coa_port: must be at most 65535, is 70000",
    "u.toml:5: radius.max_in_flight: must be a whole number, not \"many\"",
    "u.toml:7: htpp.listen: is no setting; did you mean http.listen?",
    "u.toml:9: store.url: \"mysql://db/uzel\" names no known driver: use \"sqlite:PATH\" or "
    "\"postgresql://USER@HOST/DATABASE\"",
    "u.toml:11: log.level: must be one of trace, debug, info, warn, error, off, not \"loud\"",
    "u.toml:13: log.levels.raduis: \"raduis\" is no component of the log; did you mean \"radius\"?",
  };
  BOOST_TEST(said(got) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_store_may_be_a_file_or_a_server) {
  for (const auto* url :
       {"sqlite:/tmp/a b.db", "postgresql://uzel@db/uzel?passfile=/etc/uzel/pgpass",
        "postgresql:///uzel?host=/run/postgresql", "postgres://u@[2001:db8::1]:5432,b:5433/uzel"})
    BOOST_TEST(said(read("[store]\nurl = \"" + std::string{url} + "\"\n")) ==
                 std::vector<std::string>{},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(refuses_values_of_another_kind) {
  const struct {
    const char* line;
    const char* reason;
  } cases[] = {
    {"radius.coa_port = -1", "must not be negative, is -1"},
    {"radius.coa_port = 0", "must be at least 1, is 0"},
    {"radius.coa_port = 1.5", "must be a whole number, not a number with a fraction"},
    {"radius.coa_port = \"3799\"", "must be a whole number, not \"3799\""},
    {"radius.coa_port = [\"3799\"]", "must be a whole number, not a list"},
    {"radius.coa_port = 1979-05-27", "must be a whole number, not a date or time"},
    {"radius.rate_limit_loopback = 1", "must be true or false, not a number"},
    {"radius.rate_limit_loopback = \"yes\"", "must be true or false, not \"yes\""},
    {"radius.auth_listen = \"0.0.0.0:1812\"", "must be a list of texts, not \"0.0.0.0:1812\""},
    {"radius.auth_listen = [1]",
     "must be a list of texts, not a list with something else than texts"},
    {"radius.auth_listen = []", "must name 1 to 16 addresses, names 0"},
    {"radius.auth_listen = [\"localhost:1812\"]",
     "\"localhost:1812\" does not begin with a literal address (IPv4, or IPv6 in brackets)"},
    {"radius.auth_listen = [\"127.0.0.1\"]",
     "\"127.0.0.1\" has no port: write it as \"127.0.0.1:1812\" or \"[::1]:1812\""},
    {"radius.auth_listen = [\"127.0.0.1:0\"]",
     "\"127.0.0.1:0\" does not end with a port from 1 to 65535"},
    {"radius.auth_listen = [\"127.0.0.1:1\", \"127.0.0.1:1\"]", "\"127.0.0.1:1\" is listed twice"},
    {"radius.duplicate_window = 10",
     "must be a time such as \"500ms\", \"10s\", \"5m\", \"1h\" or \"2d\", not a number"},
    {"radius.duplicate_window = \"10\"",
     "must be a time such as \"500ms\", \"10s\", \"5m\", \"1h\" or \"2d\", not \"10\""},
    {"radius.duplicate_window = \"9999999999999999999d\"",
     "must be a time such as \"500ms\", \"10s\", \"5m\", \"1h\" or \"2d\", not "
     "\"9999999999999999999d\""},
    {"radius.duplicate_window = \"10500ms\"", "must be a whole number of seconds, is 10500ms"},
    {"radius.receive_buffer = \"8MB\"",
     "must be a size such as \"512KiB\", \"64MiB\" or \"8GiB\", or a number of bytes, not \"8MB\""},
    {"store.journal_directory = \"\"", "must not be empty"},
    {"radius = 1", "is no setting"},
    {"store.url = \"postgresql://uzel:secret@db/uzel\"",
     "holds a password: keep it in a file and name that with \"?passfile=PATH\""},
    {"store.url = \"postgresql:///uzel?user=uzel&password=secret\"",
     "holds a password: keep it in a file and name that with \"?passfile=PATH\""},
    {"store.url = \"sqlite:\"", "names no file: use \"sqlite:PATH\""},
    {"store.url = \"mysql://x\"", "\"mysql://x\" names no known driver: use \"sqlite:PATH\" or "
                                  "\"postgresql://USER@HOST/DATABASE\""},
    {"http.listen.port = 1", "is no setting"},
    {"log.levels.radius = 3", "must be a table of component = level, not a number"},
    {"log.levels.radius = \"x\"",
     "the level of \"radius\" must be one of trace, debug, info, warn, error, off, not \"x\""},
    {"nonsense = {}", "is no setting"},
  };
  for (const auto& [line, reason] : cases)
    BOOST_TEST_CONTEXT(line) {
      const loaded got = read(line);
      BOOST_TEST_REQUIRE(got.problems.size() == 1u);
      BOOST_TEST(got.problems[0].reason == reason);
      BOOST_TEST(got.problems[0].where == "u.toml:1");
      BOOST_TEST((got.settings == settings{}));
    }
}

BOOST_AUTO_TEST_CASE(text_that_is_no_toml_is_named_with_its_line) {
  const loaded got = read("[radius]\ncoa_port = = 1\n");
  BOOST_TEST_REQUIRE(got.problems.size() == 1u);
  BOOST_TEST(got.problems[0].where == "u.toml:2");
  BOOST_TEST(!got.problems[0].reason.empty());
}

BOOST_AUTO_TEST_CASE(the_environment_overrides_the_file) {
  const loaded got = read("radius.coa_port = 1\nlog.levels.http = \"warn\"",
                          {{"UZEL_RADIUS_COA_PORT", "1700"},
                           {"UZEL_RADIUS_ACCT_LISTEN", "127.0.0.1:1, 127.0.0.2:2"},
                           {"UZEL_RADIUS_RATE_LIMIT_LOOPBACK", "true"},
                           {"UZEL_HTTP_BODY_LIMIT", "4KiB"},
                           {"UZEL_LOG_LEVELS", "radius=debug,http=error"},
                           {"UZEL_TOKEN", "belongs to uzelctl"}});
  BOOST_TEST(said(got) == std::vector<std::string>{}, boost::test_tools::per_element());
  BOOST_TEST(got.settings.radius.coa_port == 1700);
  BOOST_TEST(
    (got.settings.radius.acct_listen == std::vector<std::string>{"127.0.0.1:1", "127.0.0.2:2"}));
  BOOST_TEST(got.settings.radius.rate_limit_loopback);
  BOOST_TEST(got.settings.http.body_limit == 4096u);
  BOOST_TEST((got.settings.log.levels.at("http") == uzel::log::level::error));
  BOOST_TEST(got.settings.log.levels.size() == 2u);
  BOOST_TEST(got.origins.at("radius.coa_port") == "UZEL_RADIUS_COA_PORT");
}

BOOST_AUTO_TEST_CASE(only_our_variables_are_taken_from_the_process) {
  setenv("UZEL_RADIUS_COA_PORT", "1701", 1);
  setenv("OTHER_RADIUS_COA_PORT", "1702", 1);
  const environment env = process_environment();
  unsetenv("UZEL_RADIUS_COA_PORT");
  unsetenv("OTHER_RADIUS_COA_PORT");
  for (const auto& [name, text] : env)
    BOOST_TEST(name.starts_with("UZEL_"));
  BOOST_TEST(read("", env).settings.radius.coa_port == 1701);
}

BOOST_AUTO_TEST_CASE(a_misspelt_or_bad_override_is_refused) {
  const loaded got = read("", {{"UZEL_RADIUS_COAPORT", "1700"}, {"UZEL_HTTP_BODY_LIMIT", "lots"}});
  const std::vector<std::string> expected{
    "UZEL_RADIUS_COAPORT: is no override of a setting; did you mean UZEL_RADIUS_COA_PORT?",
    "UZEL_HTTP_BODY_LIMIT: http.body_limit: must be a size such as \"512KiB\", \"64MiB\" or "
    "\"8GiB\", or a number of bytes, not \"lots\"",
  };
  BOOST_TEST(said(got) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(settings_that_contradict_each_other_are_refused) {
  const std::vector<std::pair<std::string, std::string>> cases{
    {"http.tls_key = \"/k\"",
     "u.toml:1: http.tls_key: a certificate and its key must be given together"},
    {"http.tls_certificate = \"/c\"",
     "u.toml:1: http.tls_certificate: a certificate and its key must be given together"},
    {"store.journal_max_bytes = \"1MiB\"",
     "u.toml:1: store.journal_max_bytes: must be at least twice store.journal_segment_bytes"},
    {"radius.acct_listen = [\"0.0.0.0:1812\"]",
     "u.toml:1: radius.acct_listen: \"0.0.0.0:1812\" is in radius.auth_listen too"},
  };
  for (const auto& [line, reason] : cases)
    BOOST_TEST_CONTEXT(line)
  BOOST_TEST(said(read(line)) == std::vector<std::string>{reason},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_a_problem) {
  const loaded missing = load("/nonexistent/uzeld.toml");
  BOOST_TEST_REQUIRE(missing.problems.size() == 1u);
  BOOST_TEST(describe(missing.problems[0]) ==
             "/nonexistent/uzeld.toml: cannot be read: No such file or directory");
  BOOST_TEST(load("/proc").problems.size() == 1u);
  BOOST_TEST(load("").ok());

  const auto path = std::filesystem::temp_directory_path() / "uzel-load-test.toml";
  std::ofstream{path} << "http.max_connections = 7\n";
  const loaded good = load(path.string());
  std::filesystem::remove(path);
  BOOST_TEST(good.ok());
  BOOST_TEST(good.settings.http.max_connections == 7u);
}

BOOST_AUTO_TEST_CASE(a_reload_names_what_it_applies_and_what_waits) {
  const settings running = read("").settings;
  const settings wanted =
    read("log.level = \"debug\"\nradius.coa_port = 9\nhttp.login_rate = 1").settings;
  const difference found = compare(running, wanted);
  BOOST_TEST(found.applied == std::vector<std::string>{"log.level"},
             boost::test_tools::per_element());
  BOOST_TEST(found.needs_restart ==
               (std::vector<std::string>{"radius.coa_port", "http.login_rate"}),
             boost::test_tools::per_element());
  const settings after = reloaded(running, wanted);
  BOOST_TEST((after.log.level == uzel::log::level::debug));
  BOOST_TEST(after.radius.coa_port == running.radius.coa_port);
  BOOST_TEST((compare(running, running) == difference{}));
}

BOOST_AUTO_TEST_SUITE_END()
