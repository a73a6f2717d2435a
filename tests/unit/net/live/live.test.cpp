// The WebSocket over a real loopback socket, with a fake events actor.
#include "net/http/metrics.hpp"
#include "net/http/readiness.hpp"
#include "net/live/live_readers.hpp"
#include "net/live/live_view.hpp"
#include "tests/unit/net/rest/api_fixture.hpp"

#include <boost/beast/websocket.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

using namespace uzel;
using namespace uzel::live;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace beast = boost::beast;

namespace {

struct fake_stream {
  std::atomic<std::uint64_t> reader{0};
  std::atomic<std::uint64_t> left{0};
  std::atomic<std::uint64_t> resumed_after{0};
  std::atomic<bool> resnapshot{false};
};

caf::behavior fake_events(caf::event_based_actor*, fake_stream* s) {
  return {
    [s](const subscribe_events& q) {
      s->resumed_after = q.after.value;
      s->reader = q.reader;
      return events_subscribed{1, journal_number{50}, s->resnapshot};
    },
    [s](const unsubscribe_events& q) { s->left = q.reader; },
    [](const list_alarms&) {
      return alarms_listed{{alarm_raised{instant{1}, "pool-exhausted", "pool 1", "full"}}};
    },
  };
}

event numbered(std::uint64_t n, std::size_t size = 10) {
  event out;
  out.kind = event_kind::session;
  out.epoch = 1;
  out.number = journal_number{n};
  out.subject = std::string(size, 's');
  return out;
}

struct live_fixture : test::api_fixture {
  explicit live_fixture(std::uint32_t waiting_room = 100) : readers{waiting_room} {
    auto n = neighbours();
    n.events = fake<events_actor>(fake_events, &stream);
    routing_domain home;
    home.id = 1;
    catalogue_builder builder;
    builder.add(home);
    desk.picture = builder.finish();
    live_api = rest::api::build(std::move(n), settings, rest::token_key{std::string(32, 'k')}).made;
    live_server = http::http_server::open(settings).server;
    live_server->start(site_of(*live_api, readers, ready, metrics));
  }
  ~live_fixture() {
    live_server->stop(100ms);
    for (const auto& each : actors)
      caf::anon_send_exit(each, caf::exit_reason::kill);
    system.await_all_actors_done();
    live_server.reset();
    live_api.reset();
  }

  void wait_reader() {
    for (int i = 0; i < 500 && stream.reader == 0; ++i)
      std::this_thread::sleep_for(10ms);
  }

  fake_stream stream;
  live_readers readers;
  http::readiness ready;
  http::metrics_page metrics;
  std::unique_ptr<rest::api> live_api;
  std::unique_ptr<http::http_server> live_server;
};

struct slow_fixture : live_fixture {
  slow_fixture() : live_fixture{16} {}
};

struct viewer {
  viewer(std::uint16_t port, const std::string& token, const std::string& query = {}) {
    ws.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    ws.set_option(beast::websocket::stream_base::decorator([token](auto& head) {
      if (!token.empty())
        head.set("Authorization", "Bearer " + token);
    }));
    ws.handshake("x", "/api/v1/live" + query);
  }
  rest::json read() {
    beast::flat_buffer buffer;
    ws.read(buffer);
    return rest::parse_json(beast::buffers_to_string(buffer.data())).value();
  }
  // The code that it was closed with; 0 when it was not.
  unsigned closed() {
    beast::flat_buffer buffer;
    boost::system::error_code why;
    for (int i = 0; i < 100000 && !why; ++i)
      ws.read(buffer, why);
    return why == beast::websocket::error::closed ? ws.reason().code : 0;
  }
  asio::io_context io;
  beast::websocket::stream<asio::ip::tcp::socket> ws{io};
};

} // namespace

BOOST_AUTO_TEST_SUITE(live_view)

BOOST_FIXTURE_TEST_CASE(a_new_reader_gets_the_snapshot_and_then_every_change, live_fixture) {
  for (const std::uint64_t id : {1, 2}) {
    session s;
    s.id = session_id{id};
    s.number = journal_number{40 + id};
    world.live_sessions.push_back(s);
  }
  binding b;
  b.id = binding_id{3};
  b.number = journal_number{45};
  world.live_bindings = {b};
  viewer v{live_server->port(), token()};
  const auto hello = v.read();
  BOOST_TEST(hello.find("type")->text == "hello");
  BOOST_TEST(hello.find("synced")->text == "1.50");
  BOOST_TEST(hello.find("snapshot")->number == 1);
  wait_reader();
  const std::vector<event> batch{numbered(51), numbered(52)};
  BOOST_TEST(readers.deliver(stream.reader, batch, 3));
  // Two shards of the fake directory show the same two sessions.
  std::vector<std::string> seen;
  for (int i = 0; i < 5; ++i) {
    const auto row = v.read();
    BOOST_TEST(row.find("snapshot")->number == 1);
    seen.push_back(row.find("type")->text + row.find("number")->text);
  }
  BOOST_TEST((seen == std::vector<std::string>{"session1.41", "session1.42", "session1.41",
                                               "session1.42", "binding1.45"}));
  const auto end = v.read();
  BOOST_TEST(end.find("type")->text == "snapshot_end");
  BOOST_TEST(end.find("sessions")->number == 4);
  const auto missed = v.read();
  BOOST_TEST(missed.find("type")->text == "missed");
  BOOST_TEST(missed.find("count")->number == 3);
  BOOST_TEST(v.read().find("number")->text == "1.51");
  BOOST_TEST(v.read().find("number")->text == "1.52");
  v.ws.close(beast::websocket::close_code::normal);
  for (int i = 0; i < 500 && stream.left == 0; ++i)
    std::this_thread::sleep_for(10ms);
  BOOST_TEST(stream.left == stream.reader);
  BOOST_TEST(readers.count() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_reader_with_a_cursor_gets_changes_only, live_fixture) {
  world.live_sessions.resize(1);
  viewer v{live_server->port(), "", "?cursor=1.49&token=" + token()};
  const auto hello = v.read();
  BOOST_TEST(hello.find("snapshot")->number == 0);
  BOOST_TEST(stream.resumed_after == 49u);
  const std::vector<event> batch{numbered(50)};
  BOOST_TEST(readers.deliver(stream.reader, batch, 0));
  BOOST_TEST(v.read().find("number")->text == "1.50");
}

BOOST_FIXTURE_TEST_CASE(a_cursor_that_is_too_old_gets_a_new_snapshot, live_fixture) {
  stream.resnapshot = true;
  viewer v{live_server->port(), token(), "?cursor=1.2"};
  const auto hello = v.read();
  BOOST_TEST(hello.find("resnapshot")->number == 1);
  BOOST_TEST(hello.find("snapshot")->number == 1);
  BOOST_TEST(v.read().find("type")->text == "snapshot_end");
}

BOOST_FIXTURE_TEST_CASE(the_token_may_come_in_the_first_message, live_fixture) {
  viewer v{live_server->port(), ""};
  v.ws.write(asio::buffer(R"({"token":")" + token({"live.read"}) + R"("})"));
  BOOST_TEST(v.read().find("type")->text == "hello");
}

BOOST_FIXTURE_TEST_CASE(who_may_not_watch_is_told_so, live_fixture) {
  viewer nobody{live_server->port(), ""};
  nobody.ws.write(asio::buffer(std::string{"{}"}));
  BOOST_TEST(nobody.closed() == unsigned{close_not_signed_in});
  viewer forged{live_server->port(), "a.b.c"};
  BOOST_TEST(forged.closed() == unsigned{close_not_signed_in});
  viewer other{live_server->port(), token({"clients.read"})};
  BOOST_TEST(other.closed() == unsigned{close_forbidden});
  BOOST_TEST(readers.count() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_slow_reader_is_dropped_with_a_cursor_and_slows_nobody, slow_fixture) {
  viewer slow{live_server->port(), token()};
  BOOST_TEST(slow.read().find("type")->text == "hello");
  BOOST_TEST(slow.read().find("type")->text == "snapshot_end");
  std::uint64_t next = 51;
  bool kept = true;
  auto longest = 0ns;
  for (int i = 0; i < 20000 && kept; ++i) {
    const std::vector<event> batch{numbered(next, 60000), numbered(next + 1, 60000)};
    next += 2;
    const auto begun = std::chrono::steady_clock::now();
    kept = readers.deliver(stream.reader, batch, 0);
    longest = std::max<std::chrono::nanoseconds>(longest, std::chrono::steady_clock::now() - begun);
    if (i % 4 == 0)
      std::this_thread::sleep_for(1ms);
  }
  BOOST_TEST(!kept);
  BOOST_TEST((longest < 1s));
  BOOST_TEST(readers.dropped() == 1u);
  std::string last = "1.50";
  for (;;) {
    const auto said = slow.read();
    if (said.find("type")->text == "dropped") {
      BOOST_TEST(said.find("cursor")->text == last);
      break;
    }
    last = said.find("number")->text;
  }
  BOOST_TEST(last != "1." + std::to_string(next - 1));
  BOOST_TEST(slow.closed() == unsigned{close_too_slow});
  BOOST_TEST(std::string{slow.ws.reason().reason.c_str()} == "too slow; cursor " + last);
  for (int wait = 0; wait < 500 && readers.count() != 0; ++wait)
    std::this_thread::sleep_for(10ms);
  BOOST_TEST(readers.count() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_snapshot_waits_for_the_sync_of_its_rows, live_fixture) {
  session s;
  s.id = session_id{1};
  s.number = journal_number{60};
  world.live_sessions = {s};
  synced = 50;
  viewer v{live_server->port(), token()};
  BOOST_TEST(v.read().find("type")->text == "hello");
  for (int i = 0; i < 500; ++i) {
    std::this_thread::sleep_for(10ms);
    const std::lock_guard lock{waiting_mutex};
    if (waiting.empty())
      continue;
    std::this_thread::sleep_for(50ms);
    BOOST_TEST(v.ws.next_layer().available() == 0u);
    synced = 60;
    waiting.front()();
    break;
  }
  BOOST_TEST(v.read().find("number")->text == "1.60");
}

BOOST_FIXTURE_TEST_CASE(the_rest_of_the_site_is_served_beside_it, live_fixture) {
  BOOST_TEST(metrics.text().find("uzel_http_requests_total{operation=\"clients.list\"") !=
             std::string::npos);
  BOOST_TEST(metrics.text().find("uzel_live_readers 0") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
