// The client side of dynamic authorization (RFC 5176) without sockets and clocks: bytes and
// timeouts in, actions out.
#pragma once

#include "domain/instant.hpp"
#include "protocols/radius/digest.hpp"
#include "protocols/radius/packet.hpp"
#include "protocols/radius/packet_writer.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace uzel::radius {

// Names one session at its NAS (RFC 5176 section 3): give as many as known, wrong ones are refused
// with a NAK.
struct session_name {
  std::string_view user_name;
  std::string_view acct_session_id;
  ipv4 framed_address;
  std::string_view calling_station_id;
  std::string_view nas_port_id;
  std::string_view nas_identifier;
  ipv4 nas_address;
};

// How often and how long one request is sent.
struct dynauth_settings {
  std::uint8_t tries = 3;
  duration first_wait = seconds{1}; // doubles with every try: 1, 2, 4 s
  bool message_authenticator = true;
};

enum class dynauth_step : std::uint8_t { send, wait, done };
enum class dynauth_outcome : std::uint8_t { none, acked, nak, no_answer, failed };

// What to do now.
struct dynauth_action {
  dynauth_step step = dynauth_step::wait;
  octets datagram;  // send: these bytes, then wait; they live in the dialogue
  duration wait{0}; // send: call on_timeout() when so much time passed without done
  dynauth_outcome outcome = dynauth_outcome::none; // done
  std::optional<error_cause> cause;                // done with nak: why, if the NAS says so
};

// One Disconnect-Request or CoA-Request from the first send to its outcome. The bytes are built
// once: Event-Timestamp and identifier stay the same over retransmissions (RFC 5176 section 2.3).
// Not thread-safe.
class disconnect_dialogue {
 public:
  // `code` is disconnect_request or coa_request; `changes` appends what a CoA changes.
  disconnect_dialogue(radius::code code, std::uint8_t id, const session_name& session, instant now,
                      const shared_secret& secret, const dynauth_settings& settings = {});
  template <class Changes>
  disconnect_dialogue(radius::code code, std::uint8_t id, const session_name& session, instant now,
                      const shared_secret& secret, const dynauth_settings& settings,
                      Changes&& changes)
    : disconnect_dialogue{secret, settings} {
    packet_buffer buffer;
    packet_writer out{buffer};
    begin(out, code, id, session, now);
    changes(out);
    finish(out);
  }

  dynauth_action start();
  // A datagram from the NAS's address and port. Foreign, forged and late ones change nothing: wait.
  dynauth_action on_datagram(octets datagram);
  dynauth_action on_timeout();

  bool finished() const noexcept { return finished_; }
  std::uint8_t id() const noexcept { return request_.empty() ? std::uint8_t{0} : request_[1]; }

 private:
  disconnect_dialogue(const shared_secret& secret, const dynauth_settings& settings)
    : secret_{secret}
    , settings_{settings} {}
  void begin(packet_writer& out, radius::code code, std::uint8_t id, const session_name& session,
             instant now) const;
  void finish(packet_writer& out);
  dynauth_action send();
  dynauth_action done(dynauth_outcome outcome, std::optional<error_cause> cause = {});
  bool answers_this(const packet_view& reply) const;

  shared_secret secret_;
  dynauth_settings settings_;
  std::vector<std::uint8_t> request_;
  std::uint8_t sent_ = 0;
  bool finished_ = false;
};

} // namespace uzel::radius
