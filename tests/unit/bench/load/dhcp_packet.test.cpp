#include "bench/load/dhcp_packet.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

using namespace uzel::load;
using bytes = std::vector<std::uint8_t>;

namespace {

constexpr mac hardware{2, 0, 0, 0, 1, 2};

dhcp_request discover() {
  dhcp_request out;
  out.type = dhcp_type::discover;
  out.xid = 0x12345678;
  out.relay = 0x7F000002;
  out.hardware = hardware;
  out.client_id = true;
  out.circuit = "c1";
  out.remote = "r";
  return out;
}

bytes written(const dhcp_request& what) {
  bytes out(576);
  out.resize(write_dhcp(what, out));
  return out;
}

bytes answered(const bytes& request) {
  bytes out(576);
  out.resize(answer_dhcp(request, 0x0A000005, 0x7F000001, out));
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(load_dhcp_packet)

BOOST_AUTO_TEST_CASE(writes_a_discover_octet_by_octet) {
  // RFC 2131 section 2, RFC 2132 sections 9.6, 9.8 and 9.14, RFC 3046 section 2.
  bytes wanted(240);
  const bytes head{1, 1, 6, 1, 0x12, 0x34, 0x56, 0x78};
  std::ranges::copy(head, wanted.begin());
  const bytes giaddr{127, 0, 0, 2};
  std::ranges::copy(giaddr, wanted.begin() + 24);
  std::ranges::copy(hardware, wanted.begin() + 28);
  const bytes cookie{99, 130, 83, 99};
  std::ranges::copy(cookie, wanted.begin() + 236);
  const bytes options{53, 1, 1,  61, 7,  1, 2, 0, 0,   0,   1, 2, 55,  5,  1,
                      3,  6, 51, 54, 82, 7, 1, 2, 'c', '1', 2, 1, 'r', 255};
  wanted.insert(wanted.end(), options.begin(), options.end());
  wanted.resize(300); // RFC 1542 section 2.1
  BOOST_TEST(written(discover()) == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_request_says_what_it_wants_and_from_whom) {
  auto what = discover();
  what.type = dhcp_type::request;
  what.wanted_address = 0x0A000005;
  what.server = 0x7F000001;
  what.client_address = 0x0A000006;
  what.client_id = false;
  what.circuit = what.remote = {};
  const auto out = written(what);
  BOOST_TEST(find_option(out, 50) == (bytes{10, 0, 0, 5}), boost::test_tools::per_element());
  BOOST_TEST(find_option(out, 54) == (bytes{127, 0, 0, 1}), boost::test_tools::per_element());
  BOOST_TEST(octets{out}.subspan(12, 4) == (bytes{10, 0, 0, 6}), boost::test_tools::per_element());
  BOOST_TEST(find_option(out, 61).empty());
  BOOST_TEST(find_option(out, 82).empty());
  BOOST_TEST(find_option(out, 53)[0] == 3);
}

BOOST_AUTO_TEST_CASE(reads_an_offer) {
  const auto request = written(discover());
  const auto reply = answered(request);
  dhcp_reply said;
  BOOST_REQUIRE((read_dhcp(reply, said) == fault::none));
  BOOST_TEST((said.type == dhcp_type::offer));
  BOOST_TEST(said.xid == 0x12345678u);
  BOOST_TEST(said.address == 0x0A000005u);
  BOOST_TEST(said.relay == 0x7F000002u);
  BOOST_TEST(said.server == 0x7F000001u);
  BOOST_TEST(std::ranges::equal(said.hardware, hardware));
  BOOST_TEST(std::ranges::equal(said.relay_information, find_option(request, 82)));
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_reply) {
  dhcp_reply said;
  BOOST_TEST((read_dhcp(written(discover()), said) == fault::malformed)); // a request
  const auto good = answered(written(discover()));
  for (const std::size_t at : {0u, 1u, 2u, 236u, 239u, 240u, 241u}) {
    auto bad = good;
    bad[at] ^= 0x10;
    BOOST_TEST_CONTEXT("octet " << at) {
      BOOST_TEST((read_dhcp(bad, said) == fault::malformed));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_truncated_reply_never_says_more_than_it_has) {
  const auto good = answered(written(discover()));
  const auto last = std::find(good.begin() + 240, good.end(), 255) - good.begin();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const bytes part{good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)};
    dhcp_reply said;
    const auto found = read_dhcp(part, said);
    BOOST_TEST_CONTEXT("size " << size) {
      if (size < 243)
        BOOST_TEST((found == fault::malformed));
      else if (size < static_cast<std::size_t>(last))
        BOOST_TEST(said.relay_information.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(longest_patterns_still_fit) {
  auto what = discover();
  const std::string longest(200, 'x');
  what.circuit = what.remote = longest;
  what.wanted_address = what.server = 1;
  const auto out = written(what);
  BOOST_TEST(find_option(out, 82).size() == 244u);
  BOOST_TEST(out.size() <= 576u);
  bytes small(100);
  BOOST_TEST(write_dhcp(what, small) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
