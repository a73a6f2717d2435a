#include "protocols/radius/dynauth.hpp"

#include "protocols/radius/authenticity.hpp"

#include <algorithm>

namespace uzel::radius {

disconnect_dialogue::disconnect_dialogue(radius::code code, std::uint8_t id,
                                         const session_name& session, instant now,
                                         const shared_secret& secret,
                                         const dynauth_settings& settings)
  : disconnect_dialogue{code, id, session, now, secret, settings, [](packet_writer&) {}} {}

void disconnect_dialogue::begin(packet_writer& out, radius::code code, std::uint8_t id,
                                const session_name& session, instant now) const {
  out.begin(code, id);
  if (settings_.message_authenticator)
    out.reserve_message_authenticator();
  out.add(attr::user_name, session.user_name);
  out.add(attr::acct_session_id, session.acct_session_id);
  if (session.framed_address)
    out.add(attr::framed_ip_address, session.framed_address);
  out.add(attr::calling_station_id, session.calling_station_id);
  out.add(attr::nas_port_id, session.nas_port_id);
  out.add(attr::nas_identifier, session.nas_identifier);
  if (session.nas_address)
    out.add(attr::nas_ip_address, session.nas_address);
  out.add(attr::event_timestamp, static_cast<std::uint32_t>(now.unix_seconds()));
}

// A request that could not be built is never sent: start() answers `failed`.
void disconnect_dialogue::finish(packet_writer& out) {
  const auto bytes = out.sign_request(secret_);
  if (!bytes)
    return;
  const auto code = static_cast<radius::code>(bytes->front());
  if (code == code::disconnect_request || code == code::coa_request)
    request_.assign(bytes->begin(), bytes->end());
}

dynauth_action disconnect_dialogue::start() {
  if (request_.empty() || settings_.tries == 0)
    return done(dynauth_outcome::failed);
  return sent_ == 0 ? send() : dynauth_action{};
}

dynauth_action disconnect_dialogue::on_timeout() {
  if (finished_ || sent_ == 0)
    return {};
  return sent_ < settings_.tries ? send() : done(dynauth_outcome::no_answer);
}

dynauth_action disconnect_dialogue::on_datagram(octets datagram) {
  if (finished_ || sent_ == 0)
    return {};
  const auto reply = packet_view::parse(datagram);
  if (!reply || !answers_this(*reply))
    return {};
  const bool coa = request_[0] == static_cast<std::uint8_t>(code::coa_request);
  if (reply->code() == (coa ? code::coa_ack : code::disconnect_ack))
    return done(dynauth_outcome::acked);
  const auto told = reply->find(attr::error_cause);
  const auto number = told ? read_u32(told->value) : std::nullopt;
  return done(dynauth_outcome::nak,
              number ? std::optional{static_cast<error_cause>(*number)} : std::nullopt);
}

dynauth_action disconnect_dialogue::send() {
  const duration wait = settings_.first_wait * (std::int64_t{1} << std::min<int>(sent_, 16));
  ++sent_;
  return {dynauth_step::send, octets{request_}, wait, dynauth_outcome::none, std::nullopt};
}

dynauth_action disconnect_dialogue::done(dynauth_outcome outcome,
                                         std::optional<error_cause> cause) {
  finished_ = true;
  return {dynauth_step::done, {}, duration{0}, outcome, cause};
}

// The codes of answers follow their request's: 40 -> 41, 42 and 43 -> 44, 45.
bool disconnect_dialogue::answers_this(const packet_view& reply) const {
  const auto code = static_cast<std::uint8_t>(reply.code());
  if (reply.id() != request_[1] || (code != request_[0] + 1 && code != request_[0] + 2))
    return false;
  authenticator sent;
  std::copy_n(request_.begin() + 4, sent.size(), sent.begin());
  return reply_authenticator_valid(reply, sent, secret_) &&
         check_reply_seal(reply, sent, secret_) != seal_state::wrong;
}

} // namespace uzel::radius
