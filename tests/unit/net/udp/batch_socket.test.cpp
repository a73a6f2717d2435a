// Datagrams in batches over loopback: nothing lost, nothing mixed up, answers from the right
// address.
#include "net/udp/batch_socket.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <poll.h>
#include <vector>

namespace uzel::net {
namespace {

constexpr ipv4 here{127, 0, 0, 1};

batch_socket open(ipv4 at) {
  std::string reason;
  auto s = batch_socket::open({at, 0}, 1u << 20, reason);
  BOOST_REQUIRE_MESSAGE(s.has_value(), reason);
  return std::move(*s);
}

struct got {
  endpoint from;
  ipv4 local;
  std::vector<std::uint8_t> bytes;
};

// Reads until nothing comes for a moment; `calls` are the sizes of the batches.
std::vector<got> read_all(batch_socket& s, std::size_t wanted, std::vector<unsigned>& calls) {
  std::vector<got> out;
  while (out.size() < wanted) {
    pollfd p{s.descriptor(), POLLIN, 0};
    if (::poll(&p, 1, 2000) <= 0)
      break;
    calls.push_back(s.receive([&](const datagram& d) {
      out.push_back({d.from, d.local, {d.bytes.begin(), d.bytes.end()}});
    }));
  }
  return out;
}
std::vector<got> read_all(batch_socket& s, std::size_t wanted) {
  std::vector<unsigned> calls;
  return read_all(s, wanted, calls);
}

std::vector<std::uint8_t> numbered(std::size_t i) {
  std::vector<std::uint8_t> out(20 + i, static_cast<std::uint8_t>(i));
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(batch_sockets)

BOOST_AUTO_TEST_CASE(endpoints_are_an_address_and_a_port) {
  BOOST_TEST(to_string(*parse_endpoint("127.0.0.1:1812")) == "127.0.0.1:1812");
  BOOST_TEST(parse_endpoint("0.0.0.0:0")->port == 0);
  for (const auto text : {"", "127.0.0.1", "127.0.0.1:", ":1812", "127.0.0.1:65536", "127.0.0.1:-1",
                          "127.0.0.1:18x", "localhost:1812", "127.0.0.1: 1812", "1.2.3:4"})
    BOOST_TEST_CONTEXT("«" << text << "»")
  BOOST_TEST(!parse_endpoint(text).has_value());
}

BOOST_AUTO_TEST_CASE(more_than_a_batch_arrives_whole_and_in_order) {
  auto from = open(here);
  auto to = open(here);
  BOOST_REQUIRE_NE(to.local().port, 0);
  constexpr std::size_t many = 200;
  std::vector<std::vector<std::uint8_t>> sent;
  for (std::size_t i = 0; i < many; ++i)
    sent.push_back(numbered(i));
  for (const auto& b : sent)
    from.send(to.local(), {}, b);
  from.flush();
  std::vector<unsigned> calls;
  const auto all = read_all(to, many, calls);
  BOOST_REQUIRE_EQUAL(all.size(), many);
  for (std::size_t i = 0; i < many; ++i)
    BOOST_TEST_CONTEXT(i) {
      BOOST_TEST((all[i].bytes == sent[i]));
      BOOST_TEST((all[i].from == from.local()));
      BOOST_TEST((all[i].local == here));
    }
  BOOST_TEST((calls == std::vector<unsigned>{64, 64, 64, 8}));
  BOOST_TEST(from.dropped() == 0u);
}

BOOST_AUTO_TEST_CASE(nothing_leaves_before_flush_and_nothing_twice) {
  auto from = open(here);
  auto to = open(here);
  const auto b = numbered(1);
  from.send(to.local(), {}, b);
  BOOST_TEST(to.receive([](const datagram&) {}) == 0u);
  from.flush();
  from.flush();
  BOOST_TEST(read_all(to, 1).size() == 1u);
  BOOST_TEST(to.receive([](const datagram&) {}) == 0u);
}

BOOST_AUTO_TEST_CASE(an_answer_leaves_from_the_address_that_was_asked) {
  auto server = open({});
  auto client = open(here);
  const auto b = numbered(3);
  for (const auto asked : {ipv4{127, 0, 0, 2}, ipv4{127, 0, 0, 1}, ipv4{127, 5, 6, 7}})
    BOOST_TEST_CONTEXT(to_string(asked)) {
      client.send({asked, server.local().port}, {}, b);
      client.flush();
      const auto question = read_all(server, 1);
      BOOST_REQUIRE_EQUAL(question.size(), 1u);
      BOOST_TEST((question[0].local == asked));
      server.send(question[0].from, question[0].local, question[0].bytes);
      server.flush();
      const auto answer = read_all(client, 1);
      BOOST_REQUIRE_EQUAL(answer.size(), 1u);
      BOOST_TEST((answer[0].from == endpoint{asked, server.local().port}));
      BOOST_TEST((answer[0].bytes == b));
    }
}

BOOST_AUTO_TEST_CASE(one_batch_may_leave_from_different_addresses) {
  auto server = open({});
  auto client = open(here);
  const auto b = numbered(3);
  for (std::uint8_t i = 0; i < 100; ++i)
    server.send(client.local(), ipv4{127, 0, 1, static_cast<std::uint8_t>(1 + i % 4)}, b);
  server.flush();
  const auto all = read_all(client, 100);
  BOOST_REQUIRE_EQUAL(all.size(), 100u);
  std::map<ipv4, int> by_source;
  for (const auto& g : all)
    ++by_source[g.from.address];
  BOOST_TEST(by_source.size() == 4u);
  for (const auto& [source, times] : by_source)
    BOOST_TEST(times == 25);
}

// Of one size, so that the kernel takes them as one: to three peers in turn, more than it cuts at
// once.
BOOST_AUTO_TEST_CASE(what_goes_the_same_way_is_not_mixed_up) {
  auto from = open(here);
  std::vector<batch_socket> peers;
  for (int i = 0; i < 3; ++i)
    peers.push_back(open(here));
  constexpr std::size_t each = 200;
  std::vector<std::vector<std::uint8_t>> sent;
  for (std::size_t i = 0; i < 3 * each; ++i)
    sent.push_back({static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i), 0, 7});
  for (std::size_t i = 0; i < sent.size(); ++i)
    from.send(peers[i % 3].local(), i % 2 == 0 ? here : ipv4{}, sent[i]);
  from.flush();
  for (std::size_t peer = 0; peer < 3; ++peer) {
    auto all = read_all(peers[peer], each);
    BOOST_REQUIRE_EQUAL(all.size(), each);
    std::ranges::sort(all, {}, &got::bytes);
    for (std::size_t i = 0; i < each; ++i)
      BOOST_TEST((all[i].bytes == sent[3 * i + peer]));
  }
  BOOST_TEST(from.dropped() == 0u);
}

// More than one datagram can hold, and still the first word of the kernel.
BOOST_AUTO_TEST_CASE(many_large_ones_of_one_size_arrive) {
  auto from = open(here);
  auto to = open(here);
  std::vector<std::vector<std::uint8_t>> sent;
  for (std::size_t i = 0; i < 100; ++i)
    sent.emplace_back(1200, static_cast<std::uint8_t>(i));
  for (const auto& b : sent)
    from.send(to.local(), {}, b);
  from.flush();
  const auto all = read_all(to, sent.size());
  BOOST_REQUIRE_EQUAL(all.size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i)
    BOOST_TEST((all[i].bytes == sent[i]));
  BOOST_TEST(from.dropped() == 0u);
}

BOOST_AUTO_TEST_CASE(a_refused_group_is_counted_whole) {
  auto from = open({});
  auto to = open(here);
  const auto b = numbered(5);
  for (int i = 0; i < 3; ++i)
    from.send(to.local(), ipv4{192, 0, 2, 1}, b); // no address of ours
  from.send(to.local(), {}, b);
  from.flush();
  BOOST_TEST(read_all(to, 1).size() == 1u);
  BOOST_TEST(from.dropped() == 3u);
}

BOOST_AUTO_TEST_CASE(what_the_kernel_refuses_is_counted_and_does_not_stop_the_rest) {
  auto from = open({});
  auto to = open(here);
  const auto b = numbered(5);
  from.send(to.local(), {}, b);
  from.send(to.local(), ipv4{192, 0, 2, 1}, b); // no address of ours
  from.send(to.local(), {}, b);
  from.flush();
  BOOST_TEST(read_all(to, 2).size() == 2u);
  BOOST_TEST(from.dropped() == 1u);
}

BOOST_AUTO_TEST_CASE(an_oversized_datagram_is_cut_and_leaves_its_neighbours_alone) {
  auto from = open(here);
  auto to = open(here);
  const std::vector<std::uint8_t> huge(9000, 0xAB);
  const auto small = numbered(7);
  from.send(to.local(), {}, huge);
  from.send(to.local(), {}, small);
  from.flush();
  const auto all = read_all(to, 2);
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST(all[0].bytes.size() == batch_socket::largest);
  BOOST_TEST((all[1].bytes == small));
}

BOOST_AUTO_TEST_CASE(an_empty_datagram_is_one_datagram) {
  auto from = open(here);
  auto to = open(here);
  from.send(to.local(), {}, {});
  from.flush();
  from.send(to.local(), {}, {});
  from.send(to.local(), {}, {});
  from.flush();
  const auto all = read_all(to, 3);
  BOOST_REQUIRE_EQUAL(all.size(), 3u);
  for (const auto& one : all)
    BOOST_TEST(one.bytes.empty());
}

BOOST_AUTO_TEST_CASE(a_taken_port_is_refused_with_the_systems_words) {
  const auto taken = open(here);
  std::string reason;
  const auto second = batch_socket::open(taken.local(), 65536, reason);
  BOOST_REQUIRE(!second.has_value());
  BOOST_TEST((second.error() == errc::io_failed));
  BOOST_TEST(reason.find("bind: ") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net
