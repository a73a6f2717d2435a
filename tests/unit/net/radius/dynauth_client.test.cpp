// Disconnect dialogues over real sockets, with a NAS that the test plays.
#include "net/radius/dynauth_client.hpp"

#include "tests/unit/net/radius/server_bench.hpp"

namespace uzel::net::test {
namespace {

constexpr auto ack = radius::code::disconnect_ack;
constexpr auto nak = radius::code::disconnect_nak;

config::radius_settings impatient() {
  config::radius_settings s;
  s.coa_try = milliseconds{100};
  s.coa_attempts = 2;
  return s;
}

struct dynauth_bench {
  explicit dynauth_bench(const config::radius_settings& settings = impatient()) : link{settings} {
    auto row = common_client();
    row.dynauth_port = nas.local().port;
    desk.publish({row});
    what.user_name = "bob";
    what.acct_session_id = "s-1";
    what.address = {100, 64, 0, 2};
    what.place.nas_port = "ether1";
    std::string reason;
    dynauth_neighbours around;
    around.desk = &desk;
    around.time = &time;
    around.open_secret = [](const client&) { return result<std::string>{"testing123"}; };
    around.done = [this](const dynauth_answered& a) { done.put(a); };
    const auto started = link.start(std::move(around), reason);
    BOOST_REQUIRE_MESSAGE(started.has_value(), reason);
  }
  ~dynauth_bench() { link.stop(); }

  void ask(std::uint64_t number, ipv4 at = {127, 0, 0, 1}, std::uint64_t via = 1) {
    link.disconnect(nas_id{5}, number, client_id{via}, at, what);
  }
  udp_peer::got request() {
    auto got = nas.receive();
    BOOST_REQUIRE_MESSAGE(got.has_value(), "no request came");
    return std::move(*got);
  }
  // A NAS's answer, signed as RFC 5176 section 2.3 says.
  static bytes reply(radius::code code, const bytes& request, std::uint32_t cause = 0,
                     std::string_view secret = common_secret) {
    const auto more = cause == 0 ? bytes{} : bytes{101, 6} + sketch::number(cause);
    bytes out{static_cast<std::uint8_t>(code), request[1], 0,
              static_cast<std::uint8_t>(20 + more.size())};
    out.insert(out.end(), request.begin() + 4, request.begin() + 20);
    out = std::move(out) + more;
    std::ranges::copy(md5_of(out + octets_of(secret)), out.begin() + 4);
    return out;
  }

  moved_time time;
  edited_desk desk;
  session what;
  udp_peer nas;
  heard<dynauth_answered> done;
  dynauth_client link;
};

// A busy machine is no silence.
struct patient_bench : dynauth_bench {
  patient_bench() : dynauth_bench{patient()} {}
  static config::radius_settings patient() {
    auto s = impatient();
    s.coa_try = seconds{20};
    return s;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(dynauth_clients, dynauth_bench)

BOOST_AUTO_TEST_CASE(a_disconnect_names_the_session_and_is_signed) {
  ask(17);
  const auto got = request();
  BOOST_TEST(int{got.data[0]} == 40);
  BOOST_TEST((texts_of(got.data, 1) == std::vector<std::string>{"bob"}));
  BOOST_TEST((texts_of(got.data, 44) == std::vector<std::string>{"s-1"}));
  BOOST_TEST(to_hex(octets_of(texts_of(got.data, 8).at(0))) == "64400002");
  auto zeroed = got.data;
  std::fill_n(zeroed.begin() + 4, 16, std::uint8_t{0});
  BOOST_TEST(to_hex(md5_of(zeroed + octets_of(common_secret))) ==
             to_hex(std::span{got.data}.subspan(4, 16)));
  nas.send(got.from, reply(ack, got.data));
  const auto a = done.next();
  BOOST_TEST(a.number == 17u);
  BOOST_TEST(a.nas.value == 5u);
  BOOST_TEST((a.outcome == disconnect_outcome::acknowledged));
  BOOST_TEST(link.counters().sent == 1u);
}

BOOST_AUTO_TEST_CASE(refusals_are_told_with_their_cause) {
  const std::tuple<std::uint32_t, disconnect_outcome> table[] = {
    {503, disconnect_outcome::session_unknown}, // what we wanted
    {504, disconnect_outcome::refused},
    {0, disconnect_outcome::refused},
  };
  std::uint64_t number = 0;
  for (const auto& [cause, outcome] : table)
    BOOST_TEST_CONTEXT(cause) {
      ask(++number);
      const auto got = request();
      nas.send(got.from, reply(nak, got.data, cause));
      const auto a = done.next();
      BOOST_TEST(a.number == number);
      BOOST_TEST((a.outcome == outcome));
      BOOST_TEST(a.error_cause == cause);
    }
}

BOOST_AUTO_TEST_CASE(silence_is_asked_again_with_the_same_octets_and_told_at_last) {
  ask(1);
  const auto first = request(), second = request();
  BOOST_TEST((first.data == second.data));
  BOOST_TEST((done.next().outcome == disconnect_outcome::no_answer));
  BOOST_TEST(nas.silent());
  BOOST_TEST(link.counters().sent == 2u);
  BOOST_TEST(link.counters().unanswered == 1u);
}

BOOST_AUTO_TEST_CASE(forged_and_foreign_answers_end_nothing) {
  ask(1);
  const auto got = request();
  nas.send(got.from, reply(ack, got.data, 0, "guess"));
  nas.send(got.from, {41});
  auto other_id = reply(ack, got.data);
  ++other_id[1];
  nas.send(got.from, other_id);
  udp_peer{}.send(got.from, reply(ack, got.data));
  request(); // it asks on
  BOOST_TEST(done.size() == 0u);
  nas.send(got.from, reply(ack, got.data));
  BOOST_TEST((done.next().outcome == disconnect_outcome::acknowledged));
}

BOOST_FIXTURE_TEST_CASE(dialogues_run_side_by_side_and_more_than_256_have_no_number,
                        patient_bench) {
  for (std::uint64_t n = 1; n <= 257; ++n)
    ask(n);
  const auto beyond = done.next();
  BOOST_TEST(beyond.number == 257u);
  BOOST_TEST((beyond.outcome == disconnect_outcome::not_possible));
  std::vector<bool> ids(256);
  for (int i = 0; i < 256; ++i) {
    const auto got = request();
    BOOST_TEST(!ids[got.data[1]]);
    ids[got.data[1]] = true;
    nas.send(got.from, reply(ack, got.data));
    BOOST_TEST((done.next().outcome == disconnect_outcome::acknowledged));
  }
}

BOOST_AUTO_TEST_CASE(nobody_to_ask_is_told_at_once) {
  ask(1, ipv4{});
  BOOST_TEST((done.next().outcome == disconnect_outcome::not_possible));
  ask(2, ipv4{127, 0, 0, 1}, 99);
  BOOST_TEST((done.next().outcome == disconnect_outcome::not_possible));
  BOOST_TEST(nas.silent(milliseconds{50}));
}

BOOST_AUTO_TEST_CASE(what_is_under_way_at_the_end_is_told_as_unanswered) {
  ask(1);
  request();
  link.stop();
  BOOST_TEST((done.next().outcome == disconnect_outcome::no_answer));
  ask(2); // after the end
  BOOST_TEST((done.next().outcome == disconnect_outcome::not_possible));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
