#include "domain/entities/codec.hpp"
#include "domain/entities/live.hpp"
#include "net/json/json.hpp"
#include "net/live/live_messages.hpp"
#include "net/live/live_readers.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;
using namespace uzel::live;

namespace {

event numbered(std::uint64_t n) {
  event out;
  out.kind = event_kind::session;
  out.epoch = 1;
  out.number = journal_number{n};
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(live_parts)

BOOST_AUTO_TEST_CASE(a_cursor_is_an_epoch_and_a_number) {
  BOOST_TEST((parse_cursor("3.17") == live_cursor{3, journal_number{17}}));
  BOOST_TEST(to_string(live_cursor{3, journal_number{17}}) == "3.17");
  for (const auto* text : {"", "3", ".", "3.", ".17", "3.17.1", "0.17", "a.b", "-3.17", "3.-1",
                           "99999999999.1", "1.99999999999999999999", " 1.2"})
    BOOST_TEST_CONTEXT(text)
  BOOST_TEST(!parse_cursor(text));
}

BOOST_AUTO_TEST_CASE(a_greeting_may_be_anything) {
  const auto said = parse_greeting(R"({"token":"t","cursor":"1.2"})");
  BOOST_REQUIRE(said);
  BOOST_TEST(said->token == "t");
  BOOST_TEST(said->cursor == "1.2");
  BOOST_TEST(parse_greeting(R"({"token":5})")->token.empty());
  for (const auto* text : {"", "[]", "\"token\"", "{", "\xFF"})
    BOOST_TEST_CONTEXT(text)
  BOOST_TEST(!parse_greeting(text));
}

BOOST_AUTO_TEST_CASE(an_event_has_the_members_of_its_entity_with_their_types) {
  session s;
  s.id = session_id{9};
  s.user_name = "b\"ob";
  s.address = *parse_ipv4("10.0.0.9");
  s.started = instant::from_unix(1'700'000'000);
  auto e = numbered(42);
  e.time = s.started;
  e.subject = "session 9";
  e.entity = "session";
  const auto values = to_row(s);
  const auto& fields = entity_of<session>().fields;
  for (std::size_t i = 0; i < values.size(); ++i)
    e.fields.push_back(render(fields[i], values[i]));
  const auto shown = rest::parse_json(event_message(e)).value();
  BOOST_TEST(shown.find("type")->text == "session");
  BOOST_TEST(shown.find("number")->text == "1.42");
  BOOST_TEST(shown.find("id")->number == 9);
  BOOST_TEST(shown.find("user_name")->text == "b\"ob");
  BOOST_TEST(shown.find("address")->text == "10.0.0.9");
  BOOST_TEST(shown.find("started")->text == "2023-11-14T22:13:20Z");
  BOOST_TEST(shown.find("ended")->is_null());
  BOOST_TEST(shown.find("state")->text == "open");
  const auto row =
    rest::parse_json(row_message("session", entity_of<session>(), values, {1, journal_number{42}}))
      .value();
  for (const auto& [name, member] : row.members)
    if (name != "snapshot")
      BOOST_TEST_CONTEXT(name)
  BOOST_TEST((shown.find(name) && *shown.find(name) == member));
}

BOOST_AUTO_TEST_CASE(the_number_of_an_account_does_not_hide_the_number_of_the_event) {
  auto e = numbered(7);
  e.kind = event_kind::account;
  e.entity = "account";
  account_state a;
  a.number = "100";
  a.credential = "sealed";
  const auto values = to_row(a);
  for (std::size_t i = 0; i < values.size(); ++i)
    e.fields.push_back(values[i].text);
  const auto shown = rest::parse_json(event_message(e)).value();
  BOOST_TEST(shown.find("number")->text == "1.7");
  BOOST_TEST(shown.find("account_number")->text == "100");
  BOOST_TEST(event_message(e).find("sealed") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(volatile_events_have_a_counter_of_their_own) {
  event e;
  e.kind = event_kind::login;
  e.volatile_number = 5;
  e.subject = "bob";
  e.fields = {"verdict", "reject", "why", "wrong-password"};
  const auto shown = rest::parse_json(event_message(e)).value();
  BOOST_TEST(shown.find("type")->text == "login");
  BOOST_TEST(shown.find("number")->is_null());
  BOOST_TEST(shown.find("volatile")->number == 5);
  BOOST_TEST(shown.find("why")->text == "wrong-password");
}

BOOST_AUTO_TEST_CASE(a_queue_keeps_what_fits_and_drops_its_reader_otherwise) {
  int woken = 0;
  live_readers readers{3};
  const auto queue = readers.open([&] { ++woken; });
  BOOST_REQUIRE(queue);
  const std::vector<event> two{numbered(1), numbered(2)};
  BOOST_TEST(readers.deliver(queue->reader(), two, 4));
  BOOST_TEST(woken == 1);
  auto batch = queue->take();
  BOOST_TEST(batch.events.size() == 2u);
  BOOST_TEST(batch.missed == 4u);
  BOOST_TEST(queue->take().events.empty());
  BOOST_TEST(readers.deliver(queue->reader(), two, 0));
  BOOST_TEST(!readers.deliver(queue->reader(), two, 0));
  BOOST_TEST(queue->is_dropped());
  batch = queue->take();
  BOOST_TEST(batch.dropped);
  BOOST_TEST(batch.events.empty());
  BOOST_TEST(queue->is_dropped());
  BOOST_TEST(!readers.deliver(queue->reader(), two, 0));
  BOOST_TEST(!readers.deliver(99, two, 0));
  BOOST_TEST(readers.dropped() == 2u);
  readers.close(queue->reader());
  BOOST_TEST(readers.count() == 0u);
}

BOOST_AUTO_TEST_CASE(there_is_an_end_to_readers) {
  live_readers readers{3};
  std::vector<std::shared_ptr<live_queue>> all;
  for (int i = 0; i < 300; ++i)
    if (auto queue = readers.open([] {}))
      all.push_back(queue);
  BOOST_TEST(all.size() == 256u);
}

BOOST_AUTO_TEST_SUITE_END()
