#include "protocols/radius/dynauth.hpp"

#include "protocols/radius/authenticity.hpp"
#include "tests/unit/protocols/radius/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace uzel;
using namespace uzel::radius::test;
namespace radius = uzel::radius;
namespace attr = uzel::radius::attr;
using step = radius::dynauth_step;
using outcome = radius::dynauth_outcome;

namespace {

const radius::shared_secret secret{"testing123"};

radius::session_name some_session() {
  radius::session_name s;
  s.user_name = "demo1";
  s.acct_session_id = "81100017";
  s.framed_address = {10, 0, 0, 7};
  return s;
}

radius::disconnect_dialogue some_dialogue() {
  return {radius::code::disconnect_request, 9, some_session(), instant::from_unix(1700000000),
          secret};
}

struct nas_answer {
  radius::code code = radius::code::disconnect_ack;
  std::uint8_t id = 9;
  std::string shared = "testing123";
  std::uint32_t cause = 0;
  bool sealed = true;
};

// What a NAS that follows RFC 5176 would answer.
std::vector<std::uint8_t> answer_to(radius::octets request, const nas_answer& a) {
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin(a.code, a.id);
  if (a.sealed)
    w.reserve_message_authenticator();
  if (a.cause != 0)
    w.add(attr::error_cause, a.cause);
  const auto packet = radius::packet_view::parse(request).value();
  const auto bytes = w.sign_reply(packet.authenticator(), radius::shared_secret{a.shared}).value();
  return {bytes.begin(), bytes.end()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(dynauth)

BOOST_AUTO_TEST_CASE(the_request_names_the_session_and_is_signed) {
  auto d = some_dialogue();
  const auto sent = d.start();
  BOOST_TEST((sent.step == step::send));
  const auto p = radius::packet_view::parse(sent.datagram);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST((p->code() == radius::code::disconnect_request));
  BOOST_TEST(int{p->id()} == 9);
  BOOST_TEST(int{d.id()} == 9);
  BOOST_TEST(radius::request_authenticator_valid(*p, secret));
  BOOST_TEST((radius::check_request_seal(*p, secret) == radius::seal_state::valid));
  BOOST_TEST(radius::read_text(p->find(attr::user_name)->value) == "demo1");
  BOOST_TEST(radius::read_text(p->find(attr::acct_session_id)->value) == "81100017");
  BOOST_TEST(to_hex(p->find(attr::framed_ip_address)->value) == "0a000007");
  BOOST_TEST(*radius::read_u32(p->find(attr::event_timestamp)->value) == 1700000000u);
  BOOST_TEST(!p->find(attr::calling_station_id).has_value());
}

BOOST_AUTO_TEST_CASE(sends_the_same_bytes_after_1_and_3_seconds_and_gives_up_after_7) {
  auto d = some_dialogue();
  std::vector<std::int64_t> waits;
  std::vector<std::string> bytes;
  auto action = d.start();
  while (action.step == step::send) {
    waits.push_back(action.wait.count() / 1'000'000);
    bytes.push_back(to_hex(action.datagram));
    BOOST_TEST(!d.finished());
    action = d.on_timeout();
  }
  BOOST_TEST(waits == (std::vector<std::int64_t>{1, 2, 4}), boost::test_tools::per_element());
  BOOST_TEST(bytes[1] == bytes[0]);
  BOOST_TEST(bytes[2] == bytes[0]);
  BOOST_TEST((action.step == step::done));
  BOOST_TEST((action.outcome == outcome::no_answer));
  BOOST_TEST(d.finished());
}

BOOST_AUTO_TEST_CASE(an_answer_at_any_try_ends_the_dialogue) {
  for (int lost = 0; lost < 3; ++lost)
    for (const bool sealed : {false, true})
      BOOST_TEST_CONTEXT(lost << " lost, " << (sealed ? "sealed" : "plain")) {
        auto d = some_dialogue();
        auto sent = d.start();
        for (int i = 0; i < lost; ++i)
          sent = d.on_timeout();
        nas_answer ack;
        ack.sealed = sealed;
        const auto end = d.on_datagram(answer_to(sent.datagram, ack));
        BOOST_TEST((end.step == step::done));
        BOOST_TEST((end.outcome == outcome::acked));
        BOOST_TEST((d.on_timeout().step == step::wait));
        BOOST_TEST((d.on_datagram(answer_to(sent.datagram, ack)).step == step::wait));
      }
}

BOOST_AUTO_TEST_CASE(a_nak_tells_its_error_cause) {
  for (const std::uint32_t cause : {0u, 503u, 406u, 9999u})
    BOOST_TEST_CONTEXT("Error-Cause " << cause) {
      auto d = some_dialogue();
      nas_answer nak;
      nak.code = radius::code::disconnect_nak;
      nak.cause = cause;
      const auto end = d.on_datagram(answer_to(d.start().datagram, nak));
      BOOST_TEST((end.outcome == outcome::nak));
      BOOST_TEST(end.cause.has_value() == (cause != 0));
      if (end.cause)
        BOOST_TEST(static_cast<std::uint32_t>(*end.cause) == cause);
    }
}

BOOST_AUTO_TEST_CASE(foreign_and_forged_answers_change_nothing) {
  auto d = some_dialogue();
  const auto sent = d.start();
  nas_answer a;
  a.id = 10;
  BOOST_TEST((d.on_datagram(answer_to(sent.datagram, a)).step == step::wait));
  a = {};
  a.shared = "guess";
  BOOST_TEST((d.on_datagram(answer_to(sent.datagram, a)).step == step::wait));
  for (const radius::code code :
       {radius::code::coa_ack, radius::code::access_accept, radius::code::disconnect_request}) {
    a = {};
    a.code = code;
    BOOST_TEST((d.on_datagram(answer_to(sent.datagram, a)).step == step::wait));
  }
  const auto good = answer_to(sent.datagram, {});
  for (std::size_t n = 0; n < good.size(); ++n)
    BOOST_TEST((d.on_datagram(radius::octets{good}.first(n)).step == step::wait));
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] ^= 1;
    BOOST_TEST_CONTEXT("octet " << i)
    BOOST_TEST((d.on_datagram(changed).step == step::wait));
  }
  BOOST_TEST((d.on_datagram(sent.datagram).step == step::wait)); // our own request reflected
  BOOST_TEST((d.on_datagram(good).outcome == outcome::acked));
}

BOOST_AUTO_TEST_CASE(a_message_authenticator_over_zeros_is_accepted_in_answers) {
  auto d = some_dialogue();
  const auto sent = d.start();
  const auto request = radius::packet_view::parse(sent.datagram).value();
  radius::packet_buffer buffer;
  radius::packet_writer w{buffer};
  w.begin(radius::code::disconnect_ack, 9);
  std::array<std::uint8_t, 16> seal{};
  w.add(attr::message_authenticator, radius::octets{seal});
  std::vector<std::uint8_t> over{w.unsigned_bytes()->begin(), w.unsigned_bytes()->end()};
  BOOST_TEST(radius::hmac_md5(secret, {over}, seal));
  w.begin(radius::code::disconnect_ack, 9);
  w.add(attr::message_authenticator, radius::octets{seal});
  const auto reply = w.sign_reply(request.authenticator(), secret).value();
  BOOST_TEST((d.on_datagram(reply).outcome == outcome::acked));
}

BOOST_AUTO_TEST_CASE(before_the_start_nothing_happens) {
  auto d = some_dialogue();
  BOOST_TEST((d.on_timeout().step == step::wait));
  BOOST_TEST((d.on_datagram({}).step == step::wait));
  BOOST_TEST((d.start().step == step::send));
  BOOST_TEST((d.start().step == step::wait));
}

BOOST_AUTO_TEST_CASE(a_coa_carries_its_changes_and_takes_coa_answers) {
  radius::disconnect_dialogue d{radius::code::coa_request,
                                3,
                                some_session(),
                                instant::from_unix(5),
                                secret,
                                {},
                                [](radius::packet_writer& w) {
                                  w.add_vendor(radius::vendor::mikrotik,
                                               radius::mikrotik::rate_limit, "1M/1M");
                                }};
  const auto sent = d.start();
  const auto p = radius::packet_view::parse(sent.datagram).value();
  radius::vendor_cursor inside{p.find(attr::vendor_specific)->value};
  BOOST_TEST(radius::read_text(inside.next()->value) == "1M/1M");
  nas_answer a;
  a.id = 3;
  BOOST_TEST((d.on_datagram(answer_to(sent.datagram, a)).step == step::wait));
  a.code = radius::code::coa_ack;
  BOOST_TEST((d.on_datagram(answer_to(sent.datagram, a)).outcome == outcome::acked));
}

BOOST_AUTO_TEST_CASE(a_request_that_cannot_be_built_fails_at_the_start) {
  radius::session_name s;
  const std::string name(300, 'x');
  s.user_name = name;
  radius::disconnect_dialogue d{radius::code::disconnect_request, 1, s, instant{}, secret};
  const auto end = d.start();
  BOOST_TEST((end.step == step::done));
  BOOST_TEST((end.outcome == outcome::failed));
  radius::disconnect_dialogue wrong{radius::code::access_request, 1, some_session(), instant{},
                                    secret};
  BOOST_TEST((wrong.start().outcome == outcome::failed));
}

BOOST_AUTO_TEST_SUITE_END()
