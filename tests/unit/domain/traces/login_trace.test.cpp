#include "domain/login_trace.hpp"

#include "domain/id.hpp"
#include "domain/refusal.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

using namespace uzel;

namespace {

bool has_cyrillic(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet == 0xD0 || octet == 0xD1;
  });
}

constexpr auto last_code = static_cast<std::uint16_t>(trace_code::answered_no_lease);

} // namespace

BOOST_AUTO_TEST_SUITE(login_traces)

BOOST_AUTO_TEST_CASE(every_step_has_its_own_words_in_both_languages) {
  std::set<std::string> english;
  for (std::uint16_t code = 1; code <= last_code; ++code)
    BOOST_TEST_CONTEXT("code " << code) {
      const trace_step step{static_cast<trace_code>(code), 0, 7};
      const auto en = describe(step, "en");
      const auto ru = describe(step, "ru");
      BOOST_TEST(!en.empty());
      BOOST_TEST(en.find("{}") == std::string::npos);
      BOOST_TEST(ru.find("{}") == std::string::npos);
      BOOST_TEST(!has_cyrillic(en));
      BOOST_TEST(has_cyrillic(ru));
      BOOST_TEST(en != describe({}, "en"));
      english.insert(en);
    }
  BOOST_TEST(english.size() == last_code);
}

BOOST_AUTO_TEST_CASE(arguments_are_written_as_people_read_them) {
  const auto in_words = [](trace_code code, std::uint64_t argument, const char* language) {
    return describe({code, 0, argument}, language);
  };
  BOOST_TEST(in_words(trace_code::address_granted, 0x0A000007, "en") ==
             "Got the address 10.0.0.7.");
  BOOST_TEST(in_words(trace_code::proof_wrong, 2, "en") == "The password is wrong (CHAP).");
  BOOST_TEST(in_words(trace_code::proof_wrong, 1, "ru") == "Пароль неверен (PAP).");
  BOOST_TEST(in_words(trace_code::account_unpaid, 0, "ru") ==
             "Нет оплаченной услуги; последняя закончилась: никогда не было.");
  BOOST_TEST(in_words(trace_code::account_unpaid, 1'700'000'000, "en") ==
             "No paid service; the last one ended: 2023-11-14 22:13:20 UTC.");
  BOOST_TEST(in_words(trace_code::became_guest, guest_bit | 42, "en") == "Treated as guest 42.");
  BOOST_TEST(in_words(trace_code::device_unknown, 0x001122334455, "en") ==
             "Option 82 names the device 00:11:22:33:44:55, which is not known.");
  const auto limit = static_cast<std::uint64_t>(refusal::session_limit);
  BOOST_TEST(in_words(trace_code::answered_reject, limit, "en") == "Access-Reject: session-limit.");
  BOOST_TEST(in_words(trace_code::answered_reject, limit, "ru") ==
             "Access-Reject: достигнут предел одновременных сессий.");
  const auto foreign = static_cast<std::uint64_t>(refusal::wrong_network);
  BOOST_TEST(in_words(trace_code::answered_no_lease, foreign, "en") == "No lease: wrong-network.");
  BOOST_TEST(in_words(trace_code::answered_no_lease, foreign, "ru") ==
             "Аренды нет: адрес другой сети.");
  BOOST_TEST(in_words(trace_code::lease_asked, 0x0A000007, "en") ==
             "The client asks for 10.0.0.7.");
}

BOOST_AUTO_TEST_CASE(every_refusal_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (std::uint8_t why = 0; why < refusal_count; ++why)
    names.insert(name_of(static_cast<refusal>(why)));
  BOOST_TEST(names.size() == refusal_count);
}

BOOST_AUTO_TEST_CASE(the_last_step_finds_room_in_a_full_trace) {
  login_trace trace;
  for (unsigned i = 0; i < 20; ++i)
    trace.add(trace_code::received, i, duration{i});
  trace.add(trace_code::answered_reject, 3, duration{99});
  BOOST_TEST(trace.count == login_trace::capacity);
  BOOST_TEST((trace.steps.back() == trace_step{trace_code::answered_reject, 99, 3}));
  BOOST_TEST((trace.steps.front() == trace_step{trace_code::received, 0, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
