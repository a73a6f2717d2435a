#include "protocols/radius/request.hpp"

namespace uzel::radius {
namespace {

// Collects the first thing that is wrong; later ones do not matter.
class reader {
 public:
  errc fault() const noexcept { return fault_; }

  // Attributes that prove or decide: at most one.
  void once(octets& field, octets value) noexcept {
    if (field.data() != nullptr)
      fail(errc::repeated_attribute);
    field = value;
  }
  void once_sized(octets& field, octets value, std::size_t least, std::size_t most) noexcept {
    if (value.size() < least || value.size() > most)
      fail(errc::bad_value);
    once(field, value);
  }
  void once(std::string_view& field, octets value) noexcept {
    if (field.data() != nullptr)
      fail(errc::repeated_attribute);
    field = read_text(value);
  }

  // Attributes that describe: the first wins.
  void text(std::string_view& field, octets value) noexcept {
    if (field.empty())
      field = read_text(value);
  }
  void bytes(octets& field, octets value) noexcept {
    if (field.empty())
      field = value;
  }
  void number(std::optional<std::uint32_t>& field, octets value) noexcept {
    const auto read = checked(value);
    if (read && !field)
      field = read;
  }
  void number(std::uint32_t& field, octets value) noexcept {
    const auto read = checked(value);
    if (read && field == 0)
      field = *read;
  }
  void address(ipv4& field, octets value) noexcept {
    const auto read = checked(value);
    if (read && !field)
      field = ipv4{*read};
  }

  void fail(errc e) noexcept {
    if (fault_ == errc::ok)
      fault_ = e;
  }
  std::uint16_t ignored() const noexcept { return ignored_; }
  void ignore() noexcept { ++ignored_; }

 private:
  std::optional<std::uint32_t> checked(octets value) noexcept {
    const auto read = read_u32(value);
    if (!read)
      ignore();
    return read;
  }

  errc fault_ = errc::ok;
  std::uint16_t ignored_ = 0;
};

void take_event_time(reader& r, nas_report& to, octets value) noexcept {
  const auto read = read_time(value);
  if (!read)
    r.ignore();
  else if (!to.event_time)
    to.event_time = *read;
}

void take_ipv6(reader& r, octets& field, octets value, std::size_t least,
               std::size_t most) noexcept {
  if (value.size() < least || value.size() > most)
    return r.ignore();
  r.bytes(field, value);
}

void take_class(nas_report& to, octets value) noexcept {
  if (to.class_count++ == 0)
    to.first_class = value;
}

void take_seal(reader& r, nas_report& to, const attribute& a) noexcept {
  if (to.seal_offset != 0)
    r.fail(errc::repeated_attribute);
  if (a.value.size() != 16)
    r.fail(errc::bad_value);
  to.seal_offset = a.offset;
}

// The address decides which binding a request is about, so a wrong size is refused.
void take_framed_address(reader& r, nas_report& to, octets value) noexcept {
  if (value.size() != 4)
    r.fail(errc::bad_value);
  r.address(to.framed_address, value);
}

// What both kinds of request may carry. False: not one of these.
bool take_report(reader& r, nas_report& to, const attribute& a) noexcept {
  switch (a.type) {
  case attr::user_name:
    r.once(to.user_name, a.value);
    return true;
  case attr::nas_identifier:
    r.text(to.nas_identifier, a.value);
    return true;
  case attr::nas_ip_address:
    r.address(to.nas_address, a.value);
    return true;
  case attr::nas_ipv6_address:
    take_ipv6(r, to.nas_ipv6_address, a.value, 16, 16);
    return true;
  case attr::nas_port:
    r.number(to.nas_port, a.value);
    return true;
  case attr::nas_port_id:
    r.text(to.nas_port_id, a.value);
    return true;
  case attr::nas_port_type:
    r.number(to.nas_port_type, a.value);
    return true;
  case attr::called_station_id:
    r.text(to.called_station_id, a.value);
    return true;
  case attr::calling_station_id:
    r.text(to.calling_station_id, a.value);
    return true;
  case attr::service_type:
    r.number(to.service_type, a.value);
    return true;
  case attr::framed_protocol:
    r.number(to.framed_protocol, a.value);
    return true;
  case attr::framed_ip_address:
    take_framed_address(r, to, a.value);
    return true;
  case attr::delegated_ipv6_prefix:
    take_ipv6(r, to.delegated_ipv6_prefix, a.value, 2, 18);
    return true;
  case attr::connect_info:
    r.text(to.connect_info, a.value);
    return true;
  case attr::event_timestamp:
    take_event_time(r, to, a.value);
    return true;
  case attr::class_:
    take_class(to, a.value);
    return true;
  case attr::proxy_state:
    ++to.proxy_state_count;
    return true;
  case attr::message_authenticator:
    take_seal(r, to, a);
    return true;
  default:
    return false;
  }
}

// Option 82 in the spelling of RFC 4679 wins over the vendor's own.
struct option82_spellings {
  octets redback_circuit;
  octets redback_remote;

  void settle(nas_report& to) const noexcept {
    if (to.agent_circuit_id.empty())
      to.agent_circuit_id = redback_circuit;
    if (to.agent_remote_id.empty())
      to.agent_remote_id = redback_remote;
  }
};

void take_vendor_report(reader& r, nas_report& to, option82_spellings& other,
                        const vendor_attribute& v) noexcept {
  if (v.vendor == vendor::adsl_forum && v.type == adsl_forum::agent_circuit_id)
    r.bytes(to.agent_circuit_id, v.value);
  else if (v.vendor == vendor::adsl_forum && v.type == adsl_forum::agent_remote_id)
    r.bytes(to.agent_remote_id, v.value);
  else if (v.vendor == vendor::redback && v.type == redback::agent_circuit_id)
    r.bytes(other.redback_circuit, v.value);
  else if (v.vendor == vendor::redback && v.type == redback::agent_remote_id)
    r.bytes(other.redback_remote, v.value);
  else if (v.vendor == vendor::erx && v.type == erx::dhcp_mac_addr)
    r.text(to.dhcp_mac, v.value);
  else if (v.vendor == vendor::mikrotik && v.type == mikrotik::host_ip)
    r.address(to.hotspot_address, v.value);
}

void take_ms_chap(reader& r, access_request& to, const vendor_attribute& v) noexcept {
  switch (v.type) {
  case microsoft::chap_challenge:
    r.once_sized(to.ms_chap_challenge, v.value, 8, 247);
    break;
  case microsoft::chap_response:
    r.once_sized(to.ms_chap_response, v.value, 50, 50);
    break;
  case microsoft::chap2_response:
    r.once_sized(to.ms_chap2_response, v.value, 50, 50);
    break;
  default:
    break;
  }
}

void take_access(reader& r, access_request& to, const attribute& a) noexcept {
  switch (a.type) {
  case attr::user_password:
    r.once_sized(to.hidden_password, a.value, 16, 128);
    break;
  case attr::chap_password:
    r.once_sized(to.chap_password, a.value, 17, 17);
    break;
  case attr::chap_challenge:
    r.once_sized(to.chap_challenge, a.value, 1, 253);
    break;
  case attr::state:
    r.once(to.state, a.value);
    break;
  case attr::eap_message:
    to.has_eap = true;
    break;
  default:
    break;
  }
}

// Which one proof the request carries; RFC 2865 section 4.1 forbids more than one.
errc settle_proof(access_request& to) noexcept {
  int kinds = 0;
  const auto offer = [&](bool present, proof_kind kind) {
    if (present) {
      ++kinds;
      to.proof = kind;
    }
  };
  offer(!to.hidden_password.empty(), proof_kind::pap);
  offer(!to.chap_password.empty(), proof_kind::chap);
  offer(!to.ms_chap_response.empty(), proof_kind::ms_chap);
  offer(!to.ms_chap2_response.empty(), proof_kind::ms_chap2);
  offer(to.has_eap, proof_kind::eap);
  if (kinds > 1)
    return errc::mixed_credentials;
  if (to.hidden_password.size() % 16 != 0)
    return errc::bad_value;
  const bool needs_challenge = to.proof == proof_kind::ms_chap || to.proof == proof_kind::ms_chap2;
  if (needs_challenge && to.ms_chap_challenge.empty())
    return errc::missing_attribute;
  if (to.chap_challenge.empty())
    to.chap_challenge = to.packet.authenticator_bytes();
  return errc::ok;
}

// Gigawords may stand before or after their octets.
struct counter_words {
  std::uint32_t input_low = 0, input_high = 0, output_low = 0, output_high = 0;
  std::uint32_t input_packets = 0, output_packets = 0;
  std::uint32_t status = 0;
  std::optional<std::uint32_t> cause;

  void settle(accounting_request& to) const noexcept {
    to.input_octets = std::uint64_t{input_high} << 32 | input_low;
    to.output_octets = std::uint64_t{output_high} << 32 | output_low;
    to.input_packets = input_packets;
    to.output_packets = output_packets;
    to.status = static_cast<acct_status>(status);
    if (cause)
      to.cause = static_cast<terminate_cause>(*cause);
  }
};

void take_status(reader& r, counter_words& words, octets value) noexcept {
  const auto read = read_u32(value);
  if (!read || *read == 0)
    return r.fail(errc::bad_value);
  if (words.status != 0)
    return r.fail(errc::repeated_attribute);
  words.status = *read;
}

// Counters are money: a wrong size is refused, never read as zero.
void take_counter(reader& r, std::uint32_t& field, octets value) noexcept {
  if (value.size() != 4)
    return r.fail(errc::bad_value);
  r.number(field, value);
}

void take_accounting(reader& r, accounting_request& to, counter_words& words,
                     const attribute& a) noexcept {
  switch (a.type) {
  case attr::acct_status_type:
    take_status(r, words, a.value);
    break;
  case attr::acct_session_id:
    r.once(to.session_id, a.value);
    break;
  case attr::acct_multi_session_id:
    r.text(to.multi_session_id, a.value);
    break;
  case attr::acct_input_octets:
    take_counter(r, words.input_low, a.value);
    break;
  case attr::acct_output_octets:
    take_counter(r, words.output_low, a.value);
    break;
  case attr::acct_input_gigawords:
    take_counter(r, words.input_high, a.value);
    break;
  case attr::acct_output_gigawords:
    take_counter(r, words.output_high, a.value);
    break;
  case attr::acct_input_packets:
    r.number(words.input_packets, a.value);
    break;
  case attr::acct_output_packets:
    r.number(words.output_packets, a.value);
    break;
  case attr::acct_session_time:
    r.number(to.session_seconds, a.value);
    break;
  case attr::acct_delay_time:
    r.number(to.delay_seconds, a.value);
    break;
  case attr::acct_authentic:
    r.number(to.authentic, a.value);
    break;
  case attr::acct_terminate_cause:
    r.number(words.cause, a.value);
    break;
  default:
    break;
  }
}

bool concerns_a_session(acct_status s) noexcept {
  return s == acct_status::start || s == acct_status::stop || s == acct_status::interim;
}

} // namespace

result<access_request> read_access_request(const packet_view& packet) noexcept {
  if (packet.code() != code::access_request)
    return errc::wrong_code;
  access_request to{packet};
  reader r;
  option82_spellings spellings;
  for (const attribute a : packet.attributes()) {
    if (a.value.empty() && a.type != attr::eap_message)
      continue;
    if (take_report(r, to, a))
      continue;
    if (a.type != attr::vendor_specific) {
      take_access(r, to, a);
      continue;
    }
    vendor_cursor inside{a.value};
    while (const auto v = inside.next()) {
      if (v->vendor == vendor::microsoft)
        take_ms_chap(r, to, *v);
      else
        take_vendor_report(r, to, spellings, *v);
    }
  }
  spellings.settle(to);
  to.ignored_count = r.ignored();
  if (r.fault() != errc::ok)
    return r.fault();
  if (const errc e = settle_proof(to); e != errc::ok)
    return e;
  return to;
}

result<accounting_request> read_accounting_request(const packet_view& packet) noexcept {
  if (packet.code() != code::accounting_request)
    return errc::wrong_code;
  accounting_request to{packet};
  reader r;
  option82_spellings spellings;
  counter_words words;
  for (const attribute a : packet.attributes()) {
    if (a.value.empty() || take_report(r, to, a))
      continue;
    if (a.type != attr::vendor_specific) {
      take_accounting(r, to, words, a);
      continue;
    }
    vendor_cursor inside{a.value};
    while (const auto v = inside.next()) {
      take_vendor_report(r, to, spellings, *v);
      if (v->vendor == vendor::erx && v->type == erx::service_session)
        r.text(to.erx_service_session, v->value);
    }
  }
  spellings.settle(to);
  words.settle(to);
  to.ignored_count = r.ignored();
  if (r.fault() != errc::ok)
    return r.fault();
  if (words.status == 0 || (concerns_a_session(to.status) && to.session_id.empty()))
    return errc::missing_attribute;
  return to;
}

instant time_of(const accounting_request& request, instant arrival) noexcept {
  return request.event_time ? request.event_time : arrival - seconds{request.delay_seconds};
}

} // namespace uzel::radius
