#include "apps/uzelctl/completion.hpp"

#include "apps/uzelctl/context.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace uzel::ctl;

namespace {

struct whole_tree {
  context ctx;
  CLI::App app{"", "uzelctl"};
  whole_tree() {
    add_global_options(app, ctx);
    add_all_commands(app, ctx);
  }
};

const completion_node* find(const std::vector<completion_node>& tree, std::string_view path) {
  const auto at = std::find_if(tree.begin(), tree.end(),
                               [&](const completion_node& n) { return n.path == path; });
  return at == tree.end() ? nullptr : &*at;
}

// What bash offers after a command line, one word per line.
std::string offered(const std::string& script, const std::string& line) {
  const auto path =
    std::filesystem::temp_directory_path() / ("uzelctl-completion-" + std::to_string(::getpid()));
  std::ofstream{path} << script << "COMP_WORDS=(" << line << ")\n"
                      << "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_uzelctl\n"
                      << "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
  std::string out;
  if (auto* pipe = ::popen(("bash " + path.string() + " 2>&1").c_str(), "r")) {
    char buffer[4096];
    while (const auto n = std::fread(buffer, 1, sizeof buffer, pipe))
      out.append(buffer, n);
    ::pclose(pipe);
  }
  std::filesystem::remove(path);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(completion_suite)

BOOST_AUTO_TEST_CASE(the_tree_has_every_command) {
  const whole_tree all;
  const auto tree = completion_tree(all.app);
  for (const auto* path : {"login",
                           "logout",
                           "whoami",
                           "account list",
                           "account show",
                           "account create",
                           "account set",
                           "account disable",
                           "account enable",
                           "account password",
                           "account access add",
                           "account access remove",
                           "account address add",
                           "account address remove",
                           "account subscribe",
                           "account unsubscribe",
                           "account import",
                           "client create",
                           "nas set",
                           "pool delete",
                           "network create",
                           "network list",
                           "subscriber-options set",
                           "lease list",
                           "lease show",
                           "lease release",
                           "lease quarantine",
                           "lease unquarantine",
                           "routing-domain list",
                           "service show",
                           "device list",
                           "port create",
                           "staff create",
                           "session list",
                           "session disconnect",
                           "binding remove",
                           "history who",
                           "history list",
                           "explain",
                           "clock show",
                           "clock confirm",
                           "alarms",
                           "store status",
                           "store parked",
                           "store check",
                           "store verify",
                           "store migrate",
                           "store adopt",
                           "store copy",
                           "store compare",
                           "store backup",
                           "store restore",
                           "packet decode radius",
                           "packet decode dhcp",
                           "packet encode radius",
                           "completion"})
    BOOST_TEST_CONTEXT(path)
  BOOST_TEST(find(tree, path) != nullptr);
  const auto* access = find(tree, "account access add");
  BOOST_REQUIRE(access);
  const std::vector<std::string> kinds{"login", "mac", "port", "client_identifier"};
  BOOST_TEST(access->choices == kinds, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_script_names_every_command_and_option) {
  const whole_tree all;
  const auto tree = completion_tree(all.app);
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    const auto script = completion_script(all.app, shell);
    for (const auto& node : tree)
      BOOST_TEST_CONTEXT(shell << ": " << node.path) {
        BOOST_TEST(script.find("'" + node.path + "'") != std::string::npos);
        for (const auto& option : node.options)
          for (const auto& name : option.names) {
            const auto wanted =
              shell == std::string_view{"fish"}
                ? (name.starts_with("--") ? "-l " + name.substr(2) : "-s " + name.substr(1))
                : name;
            BOOST_TEST(script.find(wanted) != std::string::npos, wanted);
          }
      }
  }
  BOOST_TEST(completion_script(all.app, "tcsh").empty());
}

BOOST_AUTO_TEST_CASE(bash_offers_what_fits) {
  const whole_tree all;
  const auto script = completion_script(all.app, "bash");
  struct {
    const char* line;
    const char* offered;
  } const table[] = {
    {"uzelctl acc", "account\n"},
    {"uzelctl account ac", "access\n"},
    {"uzelctl --url http://x account access r", "remove\n"},
    {"uzelctl --json store ver", "verify\n"},
    {"uzelctl account access add 7 m", "mac\n"},
    {"uzelctl --lang r", "ru\n"},
    {"uzelctl packet decode radius --req", "--request-authenticator\n"},
    {"uzelctl session list --js", "--json\n"},
    {"uzelctl lease quarantine 10.0.0.1 --ho", "--hours\n"},
    {"uzelctl netw", "network\n"},
    {"uzelctl completion f", "fish\n"},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.line)
  BOOST_TEST(offered(script, row.line) == row.offered);
}

BOOST_AUTO_TEST_CASE(the_command_line_chooses_one_command) {
  struct {
    const char* line;
    bool chosen;
  } const table[] = {
    {"uzelctl account list status=active --limit 5 --json", true},
    {"uzelctl --json account list", true},
    {"uzelctl account access add 7 mac aa:bb:cc:dd:ee:ff", true},
    {"uzelctl client create name=x source=10.0.0.0/8 --generate-secret", true},
    {"uzelctl lease list --account bob --pool home --quarantined", true},
    {"uzelctl lease quarantine 10.0.0.7 --hours 2", true},
    {"uzelctl lease quarantine 10.0.0.7 --hours 0", false},
    {"uzelctl lease release", false},
    {"uzelctl account access add 7 client_identifier 01:00:11:22:33:44:55", true},
    {"uzelctl account", false},
    {"uzelctl", false},
    {"uzelctl account access add 7 imsi 1", false},
    {"uzelctl nonsense", false},
    {"uzelctl account show", false},
    {"uzelctl account list --limit x", false},
    {"uzelctl --lang de alarms", false},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.line) {
      whole_tree all;
      bool parsed = true;
      try {
        all.app.parse(std::string{row.line}, true);
      } catch (const CLI::ParseError&) {
        parsed = false;
      }
      BOOST_TEST(parsed == row.chosen);
      BOOST_TEST(static_cast<bool>(all.ctx.run) == row.chosen);
    }
}

BOOST_AUTO_TEST_SUITE_END()
