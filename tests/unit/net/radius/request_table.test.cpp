// Which request is a repeat, whose replies make room for whose requests, and when all is forgotten.
#include "net/radius/request_table.hpp"

#include "tests/unit/net/radius/octets.hpp"

#include <random>

namespace uzel::net::test {
namespace {

constexpr instant start = instant::from_unix(1'700'000'000);
constexpr duration window = seconds{10};
constexpr duration deadline = seconds{2};

bytes request(std::uint8_t id, std::uint8_t authenticator = 0x5a) {
  return sketch{radius::code::access_request, id, authenticator}.add(1, "bob").finish();
}

datagram from_port(std::uint16_t port, const bytes& b) {
  return {{ipv4{127, 0, 0, 1}, port}, ipv4{127, 0, 0, 2}, b};
}

struct table_bench {
  request_table table{3, 8, 4, window};
  std::shared_ptr<const radius_client> bras = keep(common_client(1));
  std::shared_ptr<const radius_client> other = keep(common_client(2));
  instant now = start;

  request_table::found enter(std::uint16_t port, const bytes& b,
                             std::shared_ptr<const radius_client> who = nullptr,
                             std::uint32_t socket = 0) {
    return table.enter(socket, from_port(port, b), view(b), who ? who : bras, now);
  }
  std::uint32_t enter_fresh(std::uint16_t port, std::uint8_t id,
                            std::shared_ptr<const radius_client> who = nullptr) {
    const auto found = enter(port, request(id), std::move(who));
    BOOST_REQUIRE(found.what == arrival::fresh);
    return found.slot;
  }
  std::uint32_t enter_sent(std::uint16_t port, std::uint8_t id,
                           std::shared_ptr<const radius_client> who = nullptr) {
    const auto slot = enter_fresh(port, id, std::move(who));
    table.mark_answered(slot);
    table.mark_sent(slot, now);
    return slot;
  }
  arrival again(std::uint16_t port, std::uint8_t id,
                std::shared_ptr<const radius_client> who = nullptr) {
    return enter(port, request(id), std::move(who)).what;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(request_tables, table_bench)

BOOST_AUTO_TEST_CASE(a_fresh_request_is_kept_whole_with_who_asked_and_where) {
  const auto b = request(7);
  const auto slot = enter_fresh(4000, 7);
  const auto& s = table.at(slot);
  BOOST_TEST(s.request == b, boost::test_tools::per_element());
  BOOST_TEST(s.from.port == 4000);
  BOOST_TEST(to_string(s.local) == "127.0.0.2");
  BOOST_TEST(s.client == bras);
  BOOST_TEST((s.received == start));
  BOOST_TEST(table.in_use() == 1u);
  BOOST_TEST(table.waiting() == 1u);
}

BOOST_AUTO_TEST_CASE(a_repeat_is_dropped_until_the_answer_left_and_gets_the_same_answer_then) {
  const auto slot = enter_fresh(4000, 7);
  BOOST_TEST((again(4000, 7) == arrival::in_progress));
  table.mark_answered(slot);
  BOOST_TEST((again(4000, 7) == arrival::in_progress));
  BOOST_TEST(table.waiting() == 1u);
  table.at(slot).reply = {1, 2, 3};
  table.mark_sent(slot, now);
  BOOST_TEST(table.waiting() == 0u);
  const auto repeat = enter(4000, request(7));
  BOOST_TEST((repeat.what == arrival::repeated));
  BOOST_TEST(repeat.slot == slot);
  BOOST_TEST((table.at(repeat.slot).reply == bytes{1, 2, 3}));
  BOOST_TEST(table.in_use() == 1u);
}

BOOST_AUTO_TEST_CASE(the_same_id_with_another_authenticator_is_a_new_request_and_ends_the_old_one) {
  for (const bool sent : {false, true}) {
    BOOST_TEST_CONTEXT("sent " << sent) {
      const auto slot = enter_fresh(4000, 7);
      const auto old = table.ticket_of(slot);
      if (sent)
        table.mark_sent(slot, now);
      const auto next = enter(4000, request(7, 0x11));
      BOOST_TEST((next.what == arrival::fresh));
      BOOST_TEST(table.find(old) == nullptr);
      BOOST_TEST(table.find(table.ticket_of(next.slot)) == &table.at(next.slot));
      BOOST_TEST(table.in_use() == 1u);
      BOOST_TEST(table.waiting() == 1u);
      table.forget(next.slot);
    }
  }
}

BOOST_AUTO_TEST_CASE(port_socket_and_id_tell_requests_apart) {
  enter_fresh(4000, 7);
  BOOST_TEST((enter(4001, request(7)).what == arrival::fresh));
  BOOST_TEST((enter(4000, request(8)).what == arrival::fresh));
  BOOST_TEST((enter(4000, request(7), nullptr, 1).what == arrival::fresh));
  BOOST_TEST(table.in_use() == 4u);
}

BOOST_AUTO_TEST_CASE(a_ticket_names_one_request_and_no_later_one_in_its_slot) {
  const auto slot = enter_fresh(4000, 1);
  auto first = table.ticket_of(slot);
  BOOST_TEST(table.find(first) == &table.at(slot));
  auto elsewhere = first;
  elsewhere.listener = 4;
  BOOST_TEST(table.find(elsewhere) == nullptr);
  auto beyond = first;
  beyond.slot = 100;
  BOOST_TEST(table.find(beyond) == nullptr);
  table.mark_answered(slot);
  BOOST_TEST(table.find(first) == nullptr); // one answer is enough
  table.forget(slot);
  BOOST_TEST(table.find(first) == nullptr);
  BOOST_TEST(enter_fresh(4000, 2) == slot);
  BOOST_TEST(table.find(first) == nullptr);
  BOOST_TEST(table.find(table.ticket_of(slot)) == &table.at(slot));
}

BOOST_AUTO_TEST_CASE(a_client_at_its_bound_forgets_its_own_oldest_replies_only) {
  enter_sent(5000, 1, other);
  for (std::uint8_t id = 1; id <= 4; ++id)
    enter_sent(4000, id);
  enter_sent(4000, 5);
  BOOST_TEST((again(4000, 5) == arrival::repeated));
  BOOST_TEST((again(4000, 2) == arrival::repeated));
  BOOST_TEST((again(5000, 1, other) == arrival::repeated));
  BOOST_TEST(table.in_use() == 5u);
  BOOST_TEST((again(4000, 1) == arrival::fresh)); // forgotten
}

BOOST_AUTO_TEST_CASE(requests_in_flight_are_never_pushed_out) {
  for (std::uint8_t id = 1; id <= 4; ++id)
    enter_fresh(4000, id);
  table.mark_answered(0); // waits for the journal: still in flight
  BOOST_TEST((enter(4000, request(5)).what == arrival::refused));
  BOOST_TEST(table.waiting() == 4u);
  for (std::uint8_t id = 1; id <= 4; ++id)
    BOOST_TEST((again(4000, id) == arrival::in_progress));
  BOOST_TEST((enter(5000, request(1), other).what == arrival::fresh));
}

BOOST_AUTO_TEST_CASE(the_whole_table_has_a_bound_too) {
  for (std::uint8_t id = 1; id <= 4; ++id) {
    enter_fresh(4000, id);
    enter_fresh(5000, id, other);
  }
  const auto third = keep(common_client(3));
  BOOST_TEST((enter(6000, request(1), third).what == arrival::refused));
  table.forget(0);
  BOOST_TEST((enter(6000, request(1), third).what == arrival::fresh));
  BOOST_TEST(table.in_use() == 8u);
}

BOOST_AUTO_TEST_CASE(
  replies_are_forgotten_after_the_window_and_unanswered_requests_after_the_deadline) {
  const auto answered = enter_fresh(4000, 2);
  table.mark_answered(answered);
  enter_fresh(4000, 1);
  now = start + seconds{1};
  enter_sent(4000, 3);
  table.expire(start + deadline - duration{1}, deadline);
  BOOST_TEST(table.in_use() == 3u);
  table.expire(start + deadline, deadline);
  BOOST_TEST(table.in_use() == 2u); // the unanswered one went, the answered one waits for its sync
  BOOST_TEST((again(4000, 2) == arrival::in_progress));
  table.expire(now + window - duration{1}, deadline);
  BOOST_TEST((again(4000, 3) == arrival::repeated));
  table.expire(now + window, deadline);
  BOOST_TEST(table.in_use() == 1u);
  BOOST_TEST((again(4000, 3) == arrival::fresh));
}

BOOST_AUTO_TEST_CASE(a_slot_used_again_is_not_expired_by_what_was_there_before) {
  const auto slot = enter_fresh(4000, 1);
  table.forget(slot);
  now = start + seconds{1};
  BOOST_TEST(enter_fresh(4000, 2) == slot);
  table.expire(start + deadline, deadline);
  BOOST_TEST(table.waiting() == 1u);
  table.mark_sent(slot, now);
  table.forget(slot);
  now = start + seconds{5};
  BOOST_TEST(enter_sent(4000, 3) == slot);
  table.expire(start + seconds{1} + window, deadline);
  BOOST_TEST((again(4000, 3) == arrival::repeated));
}

BOOST_AUTO_TEST_CASE(whatever_happens_the_bounds_hold_and_counts_agree) {
  const std::uint64_t seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::mt19937_64 random{seed};
    for (int step = 0; step < 20000; ++step) {
      now = now + duration{static_cast<std::int64_t>(random() % 200000)};
      const bool first = random() % 2 == 0;
      const auto b =
        request(static_cast<std::uint8_t>(random() % 6), static_cast<std::uint8_t>(random() % 2));
      const auto found = enter(first ? 4000 : 5000, b, first ? bras : other);
      if (found.what == arrival::fresh && random() % 4 != 0) {
        table.mark_answered(found.slot);
        if (random() % 4 != 0)
          table.mark_sent(found.slot, now);
        else if (random() % 2 != 0)
          table.forget(found.slot);
      }
      if (random() % 8 == 0)
        table.expire(now, deadline);
      BOOST_REQUIRE_LE(table.in_use(), 8u);
      BOOST_REQUIRE_LE(table.waiting(), table.in_use());
    }
    for (std::uint32_t slot = 0; slot < 8; ++slot)
      if (table.at(slot).state == slot_state::answered)
        table.forget(slot);
    table.expire(now + seconds{3600}, deadline);
    BOOST_TEST(table.in_use() == 0u);
    BOOST_TEST(table.waiting() == 0u);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
