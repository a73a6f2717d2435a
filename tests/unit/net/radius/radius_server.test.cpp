// The server's thread over real sockets: repeats, synced answers, delayed rejects, its end.
#include "tests/unit/net/radius/server_bench.hpp"

#include <set>
#include <thread>

namespace uzel::net::test {
namespace {

constexpr auto accepted = radius::code::access_accept;
constexpr auto rejected = radius::code::access_reject;
constexpr auto recorded = radius::code::accounting_response;

sketch status(std::uint8_t id, std::uint8_t fill = 0x5a) {
  return sketch{radius::code::status_server, id, fill};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(radius_servers, server_bench)

BOOST_AUTO_TEST_CASE(a_login_goes_to_the_directory_and_its_answer_to_the_nas) {
  start();
  const auto b = access(1);
  nas.send(auth(), b);
  const auto l = asked();
  BOOST_TEST(l.facts.login == "bob");
  BOOST_TEST(l.proof.secret == "secret");
  BOOST_TEST((l.deadline == time.now() + settings.login_deadline));
  server->answer(accept(l.to));
  const auto reply = nas.reply();
  check_reply(reply, b, accepted);
  BOOST_TEST(server->counters().accepts == 1u);
  BOOST_TEST(server->counters().logins == 1u);
}

BOOST_AUTO_TEST_CASE(the_answer_leaves_from_the_address_that_was_asked) {
  start();
  for (const auto at : {ipv4{127, 0, 0, 2}, ipv4{127, 3, 3, 3}, ipv4{127, 0, 0, 1}})
    BOOST_TEST_CONTEXT(to_string(at)) {
      nas.send(auth(at), access(at.value & 0xff, to_string(at)));
      server->answer(accept(asked().to));
      const auto got = nas.receive();
      BOOST_REQUIRE(got.has_value());
      BOOST_TEST((got->from == auth(at)));
    }
}

BOOST_AUTO_TEST_CASE(a_repeat_gets_the_same_octets_and_asks_nobody) {
  start();
  const auto b = access(1);
  nas.send(auth(), b);
  server->answer(accept(asked().to));
  const auto first = nas.reply();
  for (int i = 0; i < 3; ++i) {
    nas.send(auth(), b);
    BOOST_TEST((nas.reply() == first));
  }
  BOOST_TEST(logins.front()->size() == 0u);
  BOOST_TEST(server->counters().repeated == 3u);
  BOOST_TEST(server->counters().logins == 1u);
  // After the window it is a new question.
  time.advance(settings.duplicate_window + seconds{1});
  BOOST_TEST(becomes([&] { return server->counters().in_use.load(); }, 0));
  nas.send(auth(), b);
  asked();
}

BOOST_AUTO_TEST_CASE(a_repeat_while_the_answer_is_being_found_is_dropped) {
  start();
  const auto b = access(1);
  for (int i = 0; i < 3; ++i)
    nas.send(auth(), b);
  const auto l = asked();
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::duplicate); }, 2));
  server->answer(accept(l.to));
  check_reply(nas.reply(), b, accepted);
  BOOST_TEST(nas.silent());
  BOOST_TEST(logins.front()->size() == 0u);
}

BOOST_AUTO_TEST_CASE(an_answer_waits_until_what_it_rests_on_is_synced) {
  start();
  server->synced(journal_number{9});
  const auto b = access(1);
  nas.send(auth(), b);
  server->answer(accept(asked().to, 10));
  BOOST_TEST(becomes([&] { return server->counters().waiting_for_sync.load(); }, 1));
  nas.send(auth(), b); // not repeatable either
  BOOST_TEST(nas.silent());
  BOOST_TEST(dropped(admission_verdict::duplicate) == 1u);
  server->synced(journal_number{10});
  check_reply(nas.reply(), b, accepted);
  BOOST_TEST(becomes([&] { return server->counters().waiting_for_sync.load(); }, 0));
}

BOOST_AUTO_TEST_CASE(answers_leave_in_the_order_of_what_they_rest_on) {
  start();
  const auto late = access(1), early = access(2);
  nas.send(auth(), late);
  server->answer(accept(asked().to, 20));
  nas.send(auth(), early);
  server->answer(accept(asked().to, 10));
  BOOST_TEST(becomes([&] { return server->counters().waiting_for_sync.load(); }, 2));
  server->synced(journal_number{19});
  check_reply(nas.reply(), early, accepted);
  BOOST_TEST(nas.silent());
  server->synced(journal_number{25});
  check_reply(nas.reply(), late, accepted);
}

BOOST_AUTO_TEST_CASE(an_unsynced_answer_outlives_the_deadline_of_its_request) {
  start();
  const auto b = access(1);
  nas.send(auth(), b);
  server->answer(accept(asked().to, 1));
  BOOST_TEST(becomes([&] { return server->counters().waiting_for_sync.load(); }, 1));
  time.advance(seconds{5});
  BOOST_TEST(nas.silent());
  server->synced(journal_number{1});
  check_reply(nas.reply(), b, accepted);
}

BOOST_AUTO_TEST_CASE(a_reject_waits_for_its_delay) {
  start();
  const auto b = access(1);
  nas.send(auth(), b);
  server->answer(reject(asked().to));
  BOOST_TEST(becomes([&] { return server->counters().rejects.load(); }, 1));
  time.advance(milliseconds{999});
  BOOST_TEST(nas.silent());
  time.advance(milliseconds{1});
  const auto reply = nas.reply();
  check_reply(reply, b, rejected);
  nas.send(auth(), b);
  BOOST_TEST((nas.reply() == reply)); // a repeat is not delayed again
}

BOOST_AUTO_TEST_CASE(a_delayed_reject_waits_for_its_sync_too) {
  start();
  const auto b = access(1);
  nas.send(auth(), b);
  auto a = reject(asked().to);
  a.rests_on = journal_number{5};
  server->answer(a);
  BOOST_TEST(becomes([&] { return server->counters().rejects.load(); }, 1));
  time.advance(seconds{2});
  BOOST_TEST(nas.silent());
  server->synced(journal_number{5});
  check_reply(nas.reply(), b, rejected);
}

BOOST_AUTO_TEST_CASE(too_many_delayed_rejects_push_out_the_oldest) {
  settings.reject_delay_queue = 2;
  start();
  std::vector<bytes> sent;
  for (std::uint8_t id = 1; id <= 3; ++id) {
    sent.push_back(access(id));
    nas.send(auth(), sent.back());
    server->answer(reject(asked().to));
  }
  check_reply(nas.reply(), sent[0], rejected);
  BOOST_TEST(nas.silent());
  time.advance(seconds{1});
  check_reply(nas.reply(), sent[1], rejected);
  check_reply(nas.reply(), sent[2], rejected);
}

BOOST_AUTO_TEST_CASE(eap_is_refused_after_the_same_bounded_delay_without_asking_anybody) {
  settings.reject_delay_queue = 2;
  start();
  std::vector<bytes> sent;
  for (std::uint8_t id = 1; id <= 3; ++id) {
    sent.push_back(sketch{radius::code::access_request, id}
                     .add(1, "bob")
                     .add(79, hex("0201000801626f62"))
                     .seal()
                     .finish());
    nas.send(auth(), sent.back());
  }
  check_reply(nas.reply(), sent[0], rejected);
  BOOST_TEST(nas.silent());
  time.advance(seconds{1});
  check_reply(nas.reply(), sent[1], rejected);
  check_reply(nas.reply(), sent[2], rejected);
  BOOST_TEST(logins.front()->size() == 0u);
}

BOOST_AUTO_TEST_CASE(status_server_is_answered_on_both_ports_when_it_is_sealed) {
  start();
  const auto b = status(1).seal().finish();
  nas.send(auth(), b);
  check_reply(nas.reply(), b, accepted);
  nas.send(acct(), b);
  check_reply(nas.reply(), b, recorded);
  nas.send(auth(), status(2).finish());
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::missing_seal); }, 1));
  BOOST_TEST(server->counters().status == 2u);
}

BOOST_AUTO_TEST_CASE(requests_that_take_each_others_place_in_one_batch_get_their_own_answers) {
  settings.duplicate_entries_per_client = 1;
  start();
  std::vector<bytes> sent;
  for (std::uint8_t i = 0; i < 200; ++i)
    sent.push_back(status(static_cast<std::uint8_t>(i % 2), i).seal().finish());
  for (const auto& b : sent)
    nas.send(auth(), b);
  for (const auto& b : sent)
    check_reply(nas.reply(), b, accepted);
}

BOOST_AUTO_TEST_CASE(accounting_goes_to_its_nas_and_is_acknowledged_when_synced) {
  start();
  const auto b = report(3);
  nas.send(acct(), b);
  const auto u = usages.next();
  BOOST_TEST(u.acct_session_id == "s-1");
  server->recorded({u.to, journal_number{4}});
  BOOST_TEST(nas.silent());
  server->synced(journal_number{4});
  const auto reply = nas.reply();
  check_reply(reply, b, recorded, false);
  nas.send(acct(), b);
  BOOST_TEST((nas.reply() == reply));
  BOOST_TEST(usages.size() == 0u);
  BOOST_TEST(server->counters().responses == 1u);
}

BOOST_AUTO_TEST_CASE(late_and_second_answers_are_counted_and_not_sent) {
  start();
  nas.send(auth(), access(1));
  const auto l = asked();
  time.advance(settings.login_deadline + milliseconds{1});
  BOOST_TEST(becomes([&] { return server->counters().in_use.load(); }, 0));
  server->answer(accept(l.to));
  BOOST_TEST(becomes([&] { return server->counters().late.load(); }, 1));
  BOOST_TEST(nas.silent());

  nas.send(auth(), access(2));
  const auto again = asked();
  server->answer(accept(again.to));
  server->answer(reject(again.to));
  nas.reply();
  BOOST_TEST(becomes([&] { return server->counters().late.load(); }, 2));
  BOOST_TEST(server->counters().rejects == 0u);
}

BOOST_AUTO_TEST_CASE(the_answer_to_an_abandoned_request_does_not_reach_the_next_one) {
  start();
  nas.send(auth(), access(1, "alice", 0x11));
  const auto alice = asked();
  const auto b = access(1, "bob", 0x22); // the same id and port: the NAS gave up the first
  nas.send(auth(), b);
  const auto bob = asked();
  BOOST_TEST(bob.facts.login == "bob");
  server->answer(accept(alice.to));
  BOOST_TEST(becomes([&] { return server->counters().late.load(); }, 1));
  server->answer(reject(bob.to));
  BOOST_TEST(becomes([&] { return server->counters().rejects.load(); }, 1));
  time.advance(seconds{1});
  check_reply(nas.reply(), b, rejected);
}

BOOST_AUTO_TEST_CASE(what_is_not_worth_work_is_counted_by_reason) {
  settings.per_source_rate = 4;
  settings.rate_limit_loopback = true;
  start();
  udp_peer stranger{ipv4{127, 0, 0, 9}};
  stranger.send(auth(), access(1));
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::unknown_client); }, 1));
  nas.send(auth(), octets_of("no packet at all"));
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::malformed); }, 1));
  nas.send(auth(), report(1));
  nas.send(acct(), access(1));
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::wrong_code); }, 2));
  nas.send(acct(), sketch{radius::code::accounting_request}.add(40, 1u).finish("another"));
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::wrong_authenticator); }, 1));
  nas.send(auth(), access(1));
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::rate_limited); }, 1));
  BOOST_TEST(nas.silent(milliseconds{50}));
  BOOST_TEST(server->counters().in_use == 0u);
}

BOOST_AUTO_TEST_CASE(an_admitted_request_that_cannot_be_read_gives_its_place_back) {
  start();
  nas.send(auth(), sketch{radius::code::access_request}.add(1, "a").add(1, "b").finish());
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::malformed); }, 1));
  BOOST_TEST(becomes([&] { return server->counters().in_use.load(); }, 0));
  BOOST_TEST(logins.front()->size() == 0u);
}

BOOST_AUTO_TEST_CASE(edits_of_clients_take_effect_with_the_next_packet) {
  start();
  auto c = common_client();
  c.enabled = false;
  desk.publish({c});
  nas.send(auth(), access(1));
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::unknown_client); }, 1));
  c.enabled = true; // and its seal is required
  desk.publish({c});
  nas.send(auth(), access(1));
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::missing_seal); }, 1));
}

BOOST_AUTO_TEST_CASE(a_client_that_seals_now_and_then_is_told_of_once) {
  auto c = common_client();
  c.require_message_authenticator = tristate::automatic;
  desk.publish({c});
  start();
  nas.send(auth(), sketch{radius::code::access_request, 1}.add(1, "bob").seal().finish());
  asked();
  for (std::uint8_t id = 2; id <= 4; ++id)
    nas.send(auth(), access(id));
  BOOST_TEST(becomes([&] { return dropped(admission_verdict::missing_seal); }, 3));
  BOOST_TEST(alarms.next() == "mixed-message-authenticator bras");
  BOOST_TEST(alarms.size() == 0u);
}

BOOST_AUTO_TEST_CASE(logins_spread_over_shards_and_each_keeps_its_own) {
  start(3);
  std::vector<std::set<std::string>> seen(3);
  for (std::uint8_t round = 0; round < 2; ++round)
    for (std::uint8_t i = 0; i < 30; ++i)
      nas.send(auth(), access(i, "user" + std::to_string(i), round));
  BOOST_TEST(
    becomes([&] { return logins[0]->size() + logins[1]->size() + logins[2]->size(); }, 60));
  std::size_t names = 0;
  for (std::size_t s = 0; s < 3; ++s) {
    const auto mine = logins[s]->size();
    for (std::size_t i = 0; i < mine; ++i)
      seen[s].insert(logins[s]->next().facts.login);
    BOOST_TEST(!seen[s].empty());
    BOOST_TEST(mine == 2 * seen[s].size());
    names += seen[s].size();
  }
  BOOST_TEST(names == 30u);
}

BOOST_AUTO_TEST_CASE(stopping_reads_nothing_more_and_waits_for_what_is_under_way) {
  start();
  const auto b = access(1), refused = access(2);
  nas.send(auth(), b);
  const auto l = asked();
  nas.send(auth(), refused);
  server->answer(reject(asked().to));
  BOOST_TEST(becomes([&] { return server->counters().rejects.load(); }, 1));
  std::thread ending{[&] { server->stop(seconds{60}); }};
  check_reply(nas.reply(), refused, rejected); // its delay is cut short
  nas.send(auth(), access(3));
  BOOST_TEST(nas.silent());
  BOOST_TEST(logins.front()->size() == 0u);
  server->answer(accept(l.to));
  check_reply(nas.reply(), b, accepted);
  ending.join();
}

BOOST_AUTO_TEST_CASE(stopping_ends_with_its_grace) {
  start();
  nas.send(auth(), access(1));
  asked();
  std::thread ending{[&] { server->stop(seconds{1}); }};
  while (ending.joinable() && server->counters().in_use != 0) {
    time.advance(milliseconds{100});
    std::this_thread::sleep_for(milliseconds{5});
    if (time.now() > instant::from_unix(1'700'000'000) + seconds{10})
      break;
  }
  ending.join();
  BOOST_TEST(nas.silent());
}

BOOST_AUTO_TEST_CASE(a_taken_port_is_refused_by_name) {
  start();
  auto second = settings;
  const auto taken = "0.0.0.0:" + std::to_string(server->auth_port());
  second.auth_listen = {taken};
  std::string reason;
  const auto opened = radius_server::open(second, radius::seal_key{bytes(32, 9)}, reason);
  BOOST_TEST(!opened.has_value());
  BOOST_TEST(reason.find(taken + ": bind: ") == 0u);
  second.auth_listen = {"localhost"};
  BOOST_TEST(!radius_server::open(second, radius::seal_key{bytes(32, 9)}, reason).has_value());
  BOOST_TEST(reason == "localhost: not an address and port");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
