#include "protocols/dhcp4/packet.hpp"

#include "tests/unit/protocols/dhcp4/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace uzel;
using namespace uzel::dhcp4;
using namespace uzel::dhcp4::test;

namespace {

using bytes = std::vector<std::uint8_t>;

bytes copy(octets s) {
  return {s.begin(), s.end()};
}

// A DISCOVER's header with these octets behind the cookie and in file and sname.
bytes packet_of(const bytes& options, const bytes& file = {}, const bytes& sname = {}) {
  auto out = hex(udhcpc_discover.head);
  out.resize(44);
  out.insert(out.end(), sname.begin(), sname.end());
  out.resize(108);
  out.insert(out.end(), file.begin(), file.end());
  out.resize(236);
  for (const std::uint8_t c : bytes{0x63, 0x82, 0x53, 0x63})
    out.push_back(c);
  out.insert(out.end(), options.begin(), options.end());
  return out;
}

dhcp4::errc fault_of(const bytes& datagram) {
  const auto parsed = packet_view::parse_request(datagram);
  return parsed ? dhcp4::errc::ok : static_cast<dhcp4::errc>(parsed.error().value());
}

} // namespace

BOOST_AUTO_TEST_SUITE(packet_suite)

BOOST_AUTO_TEST_CASE(reads_what_udhcpc_says) {
  const auto datagram = udhcpc_request.bytes();
  const auto p = packet_view::parse_request(datagram);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST((p->type() == message_type::request));
  BOOST_TEST(p->xid() == 0x47eb9304u);
  BOOST_TEST(to_string(p->mac()) == "02:00:5e:10:00:02");
  BOOST_TEST(p->hops() == 0);
  BOOST_TEST(!p->broadcast());
  BOOST_TEST(to_string(p->requested_address()) == "10.77.0.50");
  BOOST_TEST(to_string(p->server_identifier()) == "10.77.0.1");
  BOOST_TEST(p->max_message_size() == 576);
  BOOST_TEST(p->host_name() == "cpe-7");
  BOOST_TEST(p->vendor_class() == "udhcp 1.35.0");
  BOOST_TEST((copy(p->parameter_list()) == bytes{1, 3, 6, 12, 15, 28, 42}));
  BOOST_TEST((copy(p->client_identifier()) == bytes{1, 2, 0, 0x5e, 0x10, 0, 2}));
  BOOST_TEST(!p->has(option::relay_information));
  BOOST_TEST(!p->lease_time().has_value());
}

BOOST_AUTO_TEST_CASE(reads_what_a_relay_adds) {
  const auto datagram = dhclient_discover_relayed.bytes();
  const auto p = packet_view::parse_request(datagram);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST((p->type() == message_type::discover));
  BOOST_TEST(to_string(p->relay()) == "10.88.0.1");
  BOOST_TEST(p->hops() == 1);
  BOOST_TEST((copy(p->relay_information()) == bytes{1, 3, 'c', 'r', '1'}));
  BOOST_TEST(p->client_identifier().empty());
}

BOOST_AUTO_TEST_CASE(reads_every_golden_packet) {
  const struct {
    const golden& packet;
    message_type type;
    const char* ciaddr;
  } table[] = {
    {udhcpc_discover, message_type::discover, "0.0.0.0"},
    {udhcpc_release, message_type::release, "10.77.0.50"},
    {udhcpc_decline, message_type::decline, "0.0.0.0"},
    {udhcpc_request_relayed, message_type::request, "0.0.0.0"},
    {dhclient_renew, message_type::request, "10.77.0.50"},
    {dhclient_release, message_type::release, "10.77.0.50"},
    {dhclient_decline, message_type::decline, "0.0.0.0"},
    {dhcpcd_discover, message_type::discover, "0.0.0.0"},
    {dhcpcd_request, message_type::request, "0.0.0.0"},
    {perfdhcp_discover, message_type::discover, "0.0.0.0"},
    {perfdhcp_request, message_type::request, "0.0.0.0"},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.packet.name) {
      const auto datagram = row.packet.bytes();
      const auto p = packet_view::parse_request(datagram);
      BOOST_REQUIRE(p.has_value());
      BOOST_TEST((p->type() == row.type));
      BOOST_TEST(to_string(p->client_address()) == row.ciaddr);
      BOOST_TEST(static_cast<bool>(p->mac()));
    }
}

// A prefix is valid exactly when it ends between two options (or in the padding) and holds the
// message type: a missing END is tolerated.
BOOST_AUTO_TEST_CASE(truncations_are_refused_or_end_between_options) {
  for (const golden* g : all_golden) {
    const auto whole = g->bytes();
    std::set<std::size_t> valid;
    bool typed = false;
    std::size_t at = header_size;
    while (whole[at] != 255) {
      if (typed)
        valid.insert(at);
      typed = typed || whole[at] == 53;
      at += 2u + whole[at + 1];
    }
    for (; at <= whole.size(); ++at)
      valid.insert(at);
    for (std::size_t n = 0; n <= whole.size(); ++n)
      BOOST_TEST_CONTEXT(g->name << ", first " << n << " octets") {
        const auto p = packet_view::parse({whole.data(), n});
        BOOST_TEST(p.has_value() == valid.contains(n));
        if (!p && n < header_size)
          BOOST_TEST((p.error() == dhcp4::errc::datagram_too_short));
      }
  }
}

BOOST_AUTO_TEST_CASE(malformed_packets_are_refused_with_their_reason) {
  using enum dhcp4::errc;
  auto bad_cookie_one = udhcpc_discover.bytes();
  bad_cookie_one[236] = 0x64;
  auto reply = udhcpc_discover.bytes();
  reply[0] = 2;
  auto long_hardware = udhcpc_discover.bytes();
  long_hardware[2] = 17;
  auto too_long = udhcpc_discover.bytes();
  too_long.resize(max_packet_size + 1);
  bytes many{53, 1, 1};
  for (int n = 0; n < 2; ++n)
    for (std::uint8_t code = 200; code < 217; ++code)
      many.insert(many.end(), {code, 0});
  bytes heavy{53, 1, 1};
  for (int n = 0; n < 6; ++n) {
    heavy.insert(heavy.end(), {43, 250});
    heavy.resize(heavy.size() + 250);
  }
  const struct {
    const char* what;
    bytes datagram;
    dhcp4::errc reason;
  } table[] = {
    {"nothing", {}, datagram_too_short},
    {"a huge datagram", too_long, datagram_too_long},
    {"another cookie", bad_cookie_one, bad_cookie},
    {"a reply", reply, wrong_op},
    {"hlen 17", long_hardware, bad_hardware_length},
    {"no options", packet_of({}), missing_message_type},
    {"only END", packet_of({255}), missing_message_type},
    {"the type behind END", packet_of({255, 53, 1, 1}), missing_message_type},
    {"no length", packet_of({53, 1, 1, 12}), option_overrun},
    {"a long length", packet_of({53, 1, 1, 12, 3, 'a', 'b'}), option_overrun},
    {"type of 2 octets", packet_of({53, 2, 1, 1}), bad_option_length},
    {"type of no octets", packet_of({53, 0}), bad_option_length},
    {"type 0", packet_of({53, 1, 0}), bad_message_type},
    {"type 19", packet_of({53, 1, 19}), bad_message_type},
    {"two types", packet_of({53, 1, 1, 53, 1, 3}), repeated_option},
    {"two relay options", packet_of({53, 1, 1, 82, 2, 1, 0, 82, 2, 2, 0}), repeated_option},
    {"address of 3", packet_of({53, 1, 1, 50, 3, 1, 2, 3}), bad_option_length},
    {"two addresses", packet_of({53, 1, 1, 50, 4, 1, 2, 3, 4, 50, 4, 1, 2, 3, 4}),
     bad_option_length},
    {"server of 5", packet_of({53, 1, 1, 54, 5, 1, 2, 3, 4, 5}), bad_option_length},
    {"lease of 2", packet_of({53, 1, 1, 51, 2, 1, 2}), bad_option_length},
    {"size of 1", packet_of({53, 1, 1, 57, 1, 9}), bad_option_length},
    {"subnet of 1", packet_of({53, 1, 1, 118, 1, 9}), bad_option_length},
    {"overload 0", packet_of({53, 1, 1, 52, 1, 0}), bad_overload},
    {"overload 4", packet_of({53, 1, 1, 52, 1, 4}), bad_overload},
    {"overload of 2", packet_of({53, 1, 1, 52, 2, 1, 1}), bad_option_length},
    {"two overloads", packet_of({53, 1, 1, 52, 1, 1, 52, 1, 1}), bad_overload},
    {"overload in file", packet_of({53, 1, 1, 52, 1, 1}, {52, 1, 2, 255}), bad_overload},
    {"overrun in file", packet_of({53, 1, 1, 52, 1, 1}, {12, 127}), option_overrun},
    {"overrun in sname", packet_of({53, 1, 1, 52, 1, 2}, {}, {12, 63}), option_overrun},
    {"relay option also in file", packet_of({53, 1, 1, 52, 1, 1, 82, 2, 1, 0}, {82, 2, 2, 0}),
     repeated_option},
    {"17 options in pieces", packet_of(many), options_too_long},
    {"1500 octets in pieces", packet_of(heavy), options_too_long},
  };
  for (const auto& row : table)
    BOOST_TEST_CONTEXT(row.what)
  BOOST_TEST(name_of(fault_of(row.datagram)) == name_of(row.reason));
}

BOOST_AUTO_TEST_CASE(padding_and_what_follows_end_do_not_count) {
  const auto datagram = packet_of({0, 0, 53, 1, 1, 0, 12, 1, 'a', 255, 12, 9});
  const auto p = packet_view::parse(datagram);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST(p->host_name() == "a");
}

BOOST_AUTO_TEST_CASE(overload_reads_file_before_sname) {
  const auto datagram =
    packet_of({52, 1, 3, 43, 1, 1, 255}, {43, 1, 2, 53, 1, 8, 255, 7}, {43, 2, 3, 4, 12, 1, 'h'});
  const auto p = packet_view::parse(datagram);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST((p->type() == message_type::inform));
  BOOST_TEST((copy(p->value(option::vendor_information)) == bytes{1, 2, 3, 4}));
  BOOST_TEST(p->host_name() == "h");
  BOOST_TEST(p->boot_file().empty());
  BOOST_TEST(p->server_name().empty());
}

BOOST_AUTO_TEST_CASE(fields_that_are_not_overloaded_are_names) {
  const auto datagram = packet_of({53, 1, 1}, {'b', 'o', 0, 'x'}, bytes(64, 's'));
  const auto p = packet_view::parse(datagram);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST(p->boot_file() == "bo");
  BOOST_TEST(p->server_name() == std::string(64, 's'));
}

// RFC 3396 section 7: pieces are joined in the order of the aggregate, also when others stand
// between them.
BOOST_AUTO_TEST_CASE(options_in_pieces_are_joined) {
  const auto datagram =
    packet_of({61, 2, 1, 5, 53, 1, 3, 43, 0, 61, 1, 6, 55, 1, 3, 43, 2, 8, 9, 61, 0});
  const auto p = packet_view::parse(datagram);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST((copy(p->client_identifier()) == bytes{1, 5, 6}));
  BOOST_TEST((copy(p->value(option::vendor_information)) == bytes{8, 9}));
  const packet_view moved = *p; // its own pieces, not those of the first
  BOOST_TEST((copy(moved.client_identifier()) == bytes{1, 5, 6}));
}

BOOST_AUTO_TEST_CASE(odd_values_have_a_safe_reading) {
  const auto datagram = packet_of({53, 1, 1, 57, 2, 0, 100, 61, 1, 9, 12, 3, 'a', 0, 0});
  const auto p = packet_view::parse(datagram);
  BOOST_REQUIRE(p.has_value());
  BOOST_TEST(p->max_message_size() == 576);
  BOOST_TEST(p->client_identifier().empty());
  BOOST_TEST((copy(p->value(option::client_identifier)) == bytes{9}));
  BOOST_TEST(p->host_name() == "a");
}

BOOST_AUTO_TEST_SUITE_END()
