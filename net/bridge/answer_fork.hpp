// Sends each answer to the server that asked: tickets say which it was.
#pragma once

#include "actors/api/ports.hpp"

namespace uzel::net {

// Tickets of the DHCP server have this bit in `listener`, those of the RADIUS server have not.
inline constexpr std::uint32_t dhcp_listener_bit = 0x80000000u;

// The servers outlive it; one that is not there loses its answers, which nobody waits for.
class answer_fork final : public answer_gate {
 public:
  answer_fork(answer_gate* radius, answer_gate* dhcp) : radius_{radius}, dhcp_{dhcp} {}
  void answer(const login_answered& a) override {
    if (auto* const to = asker_of(a.to))
      to->answer(a);
  }
  void recorded(const usage_recorded& r) override {
    if (auto* const to = asker_of(r.to))
      to->recorded(r);
  }

 private:
  answer_gate* asker_of(const ticket& t) const {
    return (t.listener & dhcp_listener_bit) != 0 ? dhcp_ : radius_;
  }

  answer_gate* radius_;
  answer_gate* dhcp_;
};

} // namespace uzel::net
