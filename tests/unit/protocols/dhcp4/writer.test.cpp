#include "protocols/dhcp4/writer.hpp"

#include "protocols/dhcp4/option_text.hpp"
#include "tests/unit/protocols/dhcp4/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace uzel;
using namespace uzel::dhcp4;
using namespace uzel::dhcp4::test;

namespace {

using bytes = std::vector<std::uint8_t>;

bytes copy(octets s) {
  return {s.begin(), s.end()};
}

option_set set_of(std::string_view text) {
  auto out = parse_option_text(text);
  BOOST_REQUIRE_MESSAGE(out.has_value(), out.error().field + ": " + out.error().problem);
  return *out;
}

reply offer_of(std::span<const option_set* const> options) {
  reply out;
  out.server_identifier = ipv4{10, 0, 0, 1};
  out.your_address = ipv4{10, 0, 0, 50};
  out.subnet_mask = ipv4{255, 255, 255, 0};
  out.lease_time = 3600;
  out.renewal_time = 1800;
  out.rebinding_time = 3150;
  out.options = options;
  return out;
}

bytes codes_of(const packet_view& p) {
  std::array<std::uint8_t, 256> order;
  return {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(p.codes(order))};
}

// The request whose options are these, from the client of udhcpc_discover.
bytes request_of(const bytes& options) {
  auto out = udhcpc_discover.bytes();
  out.resize(header_size);
  out.insert(out.end(), options.begin(), options.end());
  return out;
}

struct answered {
  bytes request;
  reply_buffer buffer;
  written_reply written;
  bytes datagram;

  answered(bytes from, const reply& what) : request{std::move(from)} {
    const auto asked = packet_view::parse_request(request);
    BOOST_REQUIRE(asked.has_value());
    const auto done = write_reply(*asked, what, buffer);
    BOOST_REQUIRE(done.has_value());
    written = *done;
    datagram = copy(written.bytes);
  }
  packet_view view() const {
    const auto p = packet_view::parse(datagram);
    BOOST_REQUIRE(p.has_value());
    return *p;
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(writer_suite)

// Octet for octet: RFC 2131 table 3 with the options in the order that is promised.
BOOST_AUTO_TEST_CASE(offers_golden_octets) {
  const auto network = set_of("dns=8.8.8.8; routers=10.0.0.1; ntp=10.0.0.9; mtu=1400");
  const option_set* const sets[] = {&network};
  const answered a{udhcpc_discover_relayed.bytes(), offer_of(sets)};
  auto expected = hex("02010600 b791e503 0000 0000 00000000 0a000032 00000000 0a580001"
                      "02005e100001 00000000000000000000");
  expected.resize(236);
  const auto options = hex("63825363 350102 36040a000001 330400000e10 3a0400000708 3b0400000c4e"
                           "0104ffffff00 03040a000001 060408080808 2a040a000009"
                           "3d070102005e100001 52050103637231 ff");
  expected.insert(expected.end(), options.begin(), options.end());
  // mtu (26) is not asked for.
  BOOST_TEST(a.datagram == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(classless_routes_come_before_routers) {
  const auto network =
    set_of("routers=10.0.0.1; static-routes=10.9.0.1 via 10.0.0.2; "
           "routes=0.0.0.0/0 via 10.0.0.1; dns=8.8.8.8; 200=hex:01; !201=hex:02");
  const option_set* const sets[] = {&network};
  const answered a{request_of({53, 1, 1, 55, 5, 33, 3, 6, 121, 1, 255}), offer_of(sets)};
  BOOST_TEST((codes_of(a.view()) == bytes{53, 54, 51, 58, 59, 1, 121, 33, 3, 6, 201}));
}

BOOST_AUTO_TEST_CASE(a_client_that_lists_nothing_gets_all) {
  const auto network = set_of("200=hex:01; dns=8.8.8.8; routes=0.0.0.0/0 via 10.0.0.1");
  const option_set* const sets[] = {&network};
  const answered a{request_of({53, 1, 1, 255}), offer_of(sets)};
  BOOST_TEST((codes_of(a.view()) == bytes{53, 54, 51, 58, 59, 1, 121, 6, 200}));
}

BOOST_AUTO_TEST_CASE(the_first_set_decides) {
  const auto subscriber = set_of("dns=1.1.1.1");
  const auto network = set_of("dns=8.8.8.8; ntp=9.9.9.9");
  const option_set* const sets[] = {&subscriber, &network};
  const answered a{request_of({53, 1, 1, 255}), offer_of(sets)};
  BOOST_TEST((copy(a.view().value(option::dns)) == bytes{1, 1, 1, 1}));
  BOOST_TEST((copy(a.view().value(option::ntp)) == bytes{9, 9, 9, 9}));
}

BOOST_AUTO_TEST_CASE(what_the_server_decides_cannot_be_set) {
  option_set sly;
  for (const std::uint8_t code : bytes{50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 61, 82, 80, 118})
    BOOST_REQUIRE(sly.add(static_cast<option>(code), bytes{1}, true));
  const option_set* const sets[] = {&sly};
  reply what = offer_of(sets);
  what.lease_time = what.renewal_time = what.rebinding_time = 0;
  const answered a{request_of({53, 1, 8, 55, 4, 51, 58, 61, 82, 255}), what};
  BOOST_TEST((codes_of(a.view()) == bytes{53, 54, 1}));
}

BOOST_AUTO_TEST_CASE(a_nak_carries_five_options_only) {
  const auto network = set_of("!dns=8.8.8.8");
  const option_set* const sets[] = {&network};
  reply what = offer_of(sets);
  what.type = message_type::nak;
  what.message = "wrong network";
  what.boot_file = "x";
  const answered a{udhcpc_request_relayed.bytes(), what};
  const auto p = a.view();
  BOOST_TEST((codes_of(p) == bytes{53, 54, 56, 61, 82}));
  BOOST_TEST(!p.your_address());
  BOOST_TEST(p.boot_file().empty());
  BOOST_TEST(p.broadcast()); // through the relay
  BOOST_TEST(a.datagram.size() == 300u);
  const answered direct{udhcpc_request.bytes(), what};
  BOOST_TEST(!direct.view().broadcast());
}

BOOST_AUTO_TEST_CASE(an_ack_echoes_ciaddr_and_an_offer_does_not) {
  reply what = offer_of({});
  BOOST_TEST(!(answered{dhclient_renew.bytes(), what}.view().client_address()));
  what.type = message_type::ack;
  BOOST_TEST(to_string(answered{dhclient_renew.bytes(), what}.view().client_address()) ==
             "10.77.0.50");
}

BOOST_AUTO_TEST_CASE(long_options_are_split_and_join_again) {
  option_set big;
  bytes value(600);
  for (std::size_t i = 0; i < value.size(); ++i)
    value[i] = static_cast<std::uint8_t>(i * 7);
  BOOST_REQUIRE(big.add(static_cast<option>(125), value));
  const option_set* const sets[] = {&big};
  const answered a{request_of({53, 1, 1, 57, 2, 5, 220, 255}), offer_of(sets)};
  BOOST_TEST(a.written.options_left_out == 0);
  BOOST_TEST((copy(a.view().value(static_cast<option>(125))) == value));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_goes_to_file_and_sname_and_else_is_left_out) {
  option_set big;
  for (const auto& [code, size] :
       {std::pair{200, 240}, std::pair{201, 120}, std::pair{202, 60}, std::pair{203, 50}})
    BOOST_REQUIRE(big.add(static_cast<option>(code), bytes(static_cast<std::size_t>(size), 5)));
  const option_set* const sets[] = {&big};
  const auto request = request_of({53, 1, 1, 82, 3, 1, 1, 7, 255});
  const answered a{request, offer_of(sets)};
  BOOST_TEST(a.datagram.size() <= 548u);
  BOOST_TEST(a.written.options_left_out == 1);
  const auto p = a.view();
  BOOST_TEST((codes_of(p) == bytes{53, 54, 51, 58, 59, 1, 200, 52, 82, 201, 202}));
  BOOST_TEST((copy(p.value(option::overload)) == bytes{3}));
  reply booting = offer_of(sets);
  booting.boot_file = "pxelinux.0";
  booting.server_name = "tftp";
  const answered b{request, booting};
  BOOST_TEST(b.written.options_left_out == 3);
  BOOST_TEST(b.view().boot_file() == "pxelinux.0");
  BOOST_TEST(b.view().server_name() == "tftp");
  BOOST_TEST(!b.view().has(option::overload));
}

BOOST_AUTO_TEST_CASE(a_relay_option_that_does_not_fit_is_dropped) {
  auto request = udhcpc_discover.bytes();
  request.resize(header_size);
  const bytes head{53, 1, 1, 61, 40};
  request.insert(request.end(), head.begin(), head.end());
  request.resize(request.size() + 40, 1);
  request.insert(request.end(), {82, 250});
  request.resize(request.size() + 250, 3);
  const answered a{request, offer_of({})};
  BOOST_TEST(a.written.relay_information_left_out);
  BOOST_TEST(!a.view().has(option::relay_information));
  BOOST_TEST(a.view().value(option::client_identifier).size() == 40u);
}

BOOST_AUTO_TEST_CASE(a_small_buffer_is_refused) {
  const auto request = udhcpc_discover.bytes();
  const auto asked = packet_view::parse(request);
  std::array<std::uint8_t, 299> small;
  const auto done = write_reply(*asked, offer_of({}), small);
  BOOST_REQUIRE(!done.has_value());
  BOOST_TEST((done.error() == dhcp4::errc::buffer_full));
}

// Random sets and lists: within the limit, each option whole or absent, nothing twice.
BOOST_AUTO_TEST_CASE(random_replies_keep_their_promises) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 rng{seed};
  const auto up_to = [&](unsigned n) { return static_cast<unsigned>(rng() % (n + 1)); };
  for (int round = 0; round < 2000; ++round)
    BOOST_TEST_CONTEXT("seed " << seed << " round " << round) {
      option_set options;
      for (unsigned n = up_to(12); n > 0; --n)
        (void)options.add(static_cast<option>(rng() % 256), bytes(up_to(300), 9), rng() % 3 == 0);
      bytes asked{53, 1, 1, 57, 2, static_cast<std::uint8_t>(up_to(6)), 0};
      if (rng() % 2 == 0) {
        const auto n = static_cast<std::uint8_t>(1 + up_to(40));
        asked.insert(asked.end(), {55, n});
        for (unsigned i = 0; i < n; ++i)
          asked.push_back(static_cast<std::uint8_t>(rng()));
      }
      asked.insert(asked.end(), {82, 4, 1, 2, 3, 4});
      const option_set* const sets[] = {&options};
      const answered a{request_of(asked), offer_of(sets)};
      const auto p = a.view();
      const auto request = packet_view::parse(a.request);
      BOOST_TEST(a.datagram.size() + 28 <= request->max_message_size());
      BOOST_TEST(a.datagram.size() >= 300u);
      BOOST_TEST((copy(p.relay_information()) == bytes{1, 2, 3, 4}));
      for (const auto& e : options.entries()) {
        if (row_of(e.code).computed || e.code == option::subnet_mask || !p.has(e.code))
          continue;
        BOOST_TEST(p.value(e.code).size() == e.size);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()
