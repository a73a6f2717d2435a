#include "config/log.hpp"

#include "config/log_line.hpp"
#include "config/settings.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace uzel;

namespace {

log::line_parts line_with(std::string_view sentence) {
  const std::chrono::system_clock::time_point at{std::chrono::microseconds{1'700'000'000'000'042}};
  return {at, log::level::warn, "radius", "request-dropped", sentence};
}

struct defaults_again {
  ~defaults_again() { BOOST_TEST(log::configure(config::log_settings{})); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(logging)

BOOST_AUTO_TEST_CASE(a_line_of_text_has_time_level_component_event_and_sentence) {
  BOOST_TEST(log::text_line(line_with("no secret for 10.0.0.1")) ==
             "2023-11-14T22:13:20.000042Z warn  radius request-dropped: no secret for 10.0.0.1");
}

BOOST_AUTO_TEST_CASE(a_line_of_json_is_one_object) {
  BOOST_TEST(log::json_line(line_with("say \"hi\"")) ==
             R"({"time":"2023-11-14T22:13:20.000042Z","level":"warn","component":"radius",)"
             R"("event":"request-dropped","text":"say \"hi\""})");
}

BOOST_AUTO_TEST_CASE(a_value_from_the_network_cannot_forge_a_line) {
  const std::string hostile{"a\nb\0c\xff\x1b[31m", 11};
  BOOST_TEST(log::text_line(line_with(hostile)).ends_with(": a\\x0ab\\x00c\\xff\\x1b[31m"));
  BOOST_TEST(log::json_line(line_with(hostile)).ends_with(R"("a\u000ab\u0000c\ufffd\u001b[31m"})"));
}

BOOST_AUTO_TEST_CASE(only_well_formed_utf8_is_kept) {
  for (const char* good : {"\xD0\xB6", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"})
    BOOST_TEST(log::json_line(line_with(good)).ends_with(std::string{"\""} + good + "\"}"));
  for (const char* bad : {"\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"})
    BOOST_TEST(log::json_line(line_with(bad)).find(bad) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(levels_are_per_component_and_change_at_runtime) {
  const defaults_again restore;
  config::log_settings wanted;
  wanted.level = log::level::warn;
  wanted.levels["pool"] = log::level::debug;
  BOOST_TEST(log::configure(wanted));
  const log::capture heard;
  log::pool.debug("test-debug", "{} heard", 1);
  log::nas.info("test-info", "not heard");
  log::nas.set_level(log::level::info);
  log::nas.info("test-info", "heard {}", "now");
  BOOST_TEST(heard.lines().size() == 2u);
  BOOST_TEST(heard.contains("debug pool test-debug: 1 heard"));
  BOOST_TEST(heard.contains("info  nas test-info: heard now"));
}

BOOST_AUTO_TEST_CASE(a_flood_of_one_event_is_cut_and_leaves_the_others_alone) {
  const log::capture heard;
  for (unsigned i = 0; i < 5000; ++i)
    log::radius.warn("test-flood", "datagram {}", i);
  log::radius.warn("test-other", "still heard");
  // The second may turn over within the loop: then twice the budget is right.
  BOOST_TEST(heard.lines().size() >= log::component::burst);
  BOOST_TEST(heard.lines().size() <= 2 * log::component::burst + 1);
  BOOST_TEST(heard.contains("still heard"));
}

BOOST_AUTO_TEST_CASE(components_are_found_by_name) {
  BOOST_TEST(log::component_names().size() == 14u);
  for (const auto name : log::component_names())
    BOOST_TEST(log::find_component(name)->name() == name);
  BOOST_TEST(log::find_component("nobody") == nullptr);
}

BOOST_AUTO_TEST_CASE(writes_to_a_file_that_can_be_rotated) {
  const defaults_again restore;
  const auto dir = std::filesystem::temp_directory_path() / "uzel-log-test";
  std::filesystem::remove_all(dir);
  std::filesystem::create_directory(dir);
  config::log_settings wanted;
  wanted.file = (dir / "uzeld.log").string();
  wanted.format = config::log_format::json;
  BOOST_TEST(log::configure(wanted));
  log::main.info("test-first", "before");
  std::filesystem::rename(wanted.file, dir / "old.log");
  BOOST_TEST(log::configure(wanted));
  log::main.info("test-second", "after");
  const auto text = [](const std::filesystem::path& path) {
    std::ifstream in{path};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
  };
  BOOST_TEST(text(dir / "old.log").find("test-first") != std::string::npos);
  BOOST_TEST(text(dir / "old.log").find("test-second") == std::string::npos);
  BOOST_TEST(text(wanted.file).find("test-second") != std::string::npos);
  wanted.file = (dir / "uzeld.log/impossible").string();
  BOOST_TEST(!log::configure(wanted));
  std::filesystem::remove_all(dir);
}

BOOST_AUTO_TEST_SUITE_END()
