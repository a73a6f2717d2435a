// Answers find the server that asked, by the ticket alone.
#include "net/bridge/answer_fork.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace uzel::net {
namespace {

struct told : answer_gate {
  void answer(const login_answered& a) override { heard += "a" + std::to_string(a.to.slot); }
  void recorded(const usage_recorded& r) override { heard += "r" + std::to_string(r.to.slot); }
  std::string heard;
};

login_answered answered(std::uint32_t listener, std::uint32_t slot) {
  login_answered a;
  a.to = {listener, slot, 1};
  return a;
}
usage_recorded recorded(std::uint32_t listener, std::uint32_t slot) {
  return {{listener, slot, 1}, {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(answer_forks)

BOOST_AUTO_TEST_CASE(the_top_bit_of_the_listener_tells_the_servers_apart) {
  told radius, dhcp;
  answer_fork fork{&radius, &dhcp};
  fork.answer(answered(0, 1));
  fork.answer(answered(dhcp_listener_bit, 2));
  fork.answer(answered(dhcp_listener_bit | 5, 3));
  fork.answer(answered(0x7FFFFFFFu, 4));
  fork.recorded(recorded(0, 5));
  BOOST_TEST(radius.heard == "a1a4r5");
  BOOST_TEST(dhcp.heard == "a2a3");
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_there_loses_its_answers) {
  told radius;
  answer_fork fork{&radius, nullptr};
  fork.answer(answered(dhcp_listener_bit, 2));
  fork.answer(answered(0, 1));
  BOOST_TEST(radius.heard == "a1");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net
