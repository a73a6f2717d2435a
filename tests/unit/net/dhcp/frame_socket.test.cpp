// The headers of frames to clients without an address, and the echo that looks for a neighbour.
#include "net/dhcp/frame_socket.hpp"

#include "net/dhcp/address_probe.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>
#include <vector>

namespace uzel::net {
namespace {

// RFC 1071 as the receiver does it: with the checksum in place the sum of all words is all ones.
std::uint32_t folded(const std::vector<std::uint8_t>& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2)
    sum += (std::uint32_t{bytes[i]} << 8) + (i + 1 < bytes.size() ? bytes[i + 1] : 0u);
  while (sum >> 16 != 0)
    sum = (sum & 0xFFFF) + (sum >> 16);
  return sum;
}

} // namespace

BOOST_AUTO_TEST_SUITE(frames)

BOOST_AUTO_TEST_CASE(headers_name_both_ends_and_their_checksums_hold) {
  for (const std::size_t size : {0u, 1u, 300u, 301u}) {
    std::vector<std::uint8_t> payload(size);
    for (std::size_t i = 0; i < size; ++i)
      payload[i] = static_cast<std::uint8_t>(i * 7 + 1);
    const auto h = ip_udp_header({{10, 0, 0, 1}, 67}, {{10, 0, 0, 99}, 68}, payload);
    BOOST_TEST_CONTEXT(size) {
      BOOST_TEST(h[0] == 0x45);
      BOOST_TEST((h[2] << 8 | h[3]) == static_cast<int>(28 + size));
      BOOST_TEST(h[9] == 17);
      BOOST_TEST((std::vector<std::uint8_t>(h.begin() + 12, h.begin() + 24) ==
                  std::vector<std::uint8_t>{10, 0, 0, 1, 10, 0, 0, 99, 0, 67, 0, 68}));
      BOOST_TEST((h[24] << 8 | h[25]) == static_cast<int>(8 + size));
      BOOST_TEST(folded({h.begin(), h.begin() + 20}) == 0xFFFFu);
      std::vector<std::uint8_t> udp{h.begin() + 12, h.begin() + 20}; // pseudo header
      udp.insert(udp.end(), {0, 17, h[24], h[25]});
      udp.insert(udp.end(), h.begin() + 20, h.end());
      udp.insert(udp.end(), payload.begin(), payload.end());
      BOOST_TEST(folded(udp) == 0xFFFFu);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_interface_that_is_not_there_is_refused) {
  std::string reason;
  BOOST_TEST(!frame_socket::open("no-such-wire", reason).has_value());
  BOOST_TEST(!reason.empty());
}

BOOST_AUTO_TEST_CASE(an_address_in_use_answers_its_asker_alone) {
  std::string reason;
  auto mine = address_probe::open(reason);
  auto other = address_probe::open(reason);
  if (!mine || !other) {
    BOOST_TEST_MESSAGE("no right to send pings here: " << reason);
    return;
  }
  BOOST_TEST(mine->ask({3, 9, {127, 0, 0, 5}}));
  std::vector<address_probe::asker> heard;
  for (int i = 0; i < 20 && heard.empty(); ++i) {
    pollfd p{mine->descriptor(), POLLIN, 0};
    ::poll(&p, 1, 100);
    mine->receive([&](const auto& who) { heard.push_back(who); });
  }
  BOOST_REQUIRE_EQUAL(heard.size(), 1u);
  BOOST_TEST(heard[0].slot == 3u);
  BOOST_TEST(heard[0].generation == 9u);
  BOOST_TEST((heard[0].address == ipv4{127, 0, 0, 5}));
  other->receive([](const auto&) { BOOST_ERROR("an answer to somebody else"); });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net
