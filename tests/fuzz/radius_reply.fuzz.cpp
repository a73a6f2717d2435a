// links: uzel_protocols_radius uzel_domain
// A datagram that arrives at the port from which a Disconnect-Request was sent.
#include "protocols/radius/dynauth.hpp"

#include <cstdlib>

using namespace uzel::radius;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const shared_secret secret{"testing123"};
  session_name session;
  session.user_name = "demo1";
  disconnect_dialogue dialogue{code::disconnect_request, 9, session,
                               uzel::instant::from_unix(1700000000), secret};
  const auto sent = dialogue.start();
  const auto after = dialogue.on_datagram({data, size});
  if (after.step == dynauth_step::send || sent.step != dynauth_step::send)
    std::abort();
  // Without the secret nothing but a well signed answer may end the dialogue.
  if (after.step == dynauth_step::wait && dialogue.on_timeout().step != dynauth_step::send)
    std::abort();
  return 0;
}
