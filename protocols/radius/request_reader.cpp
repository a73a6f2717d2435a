#include "protocols/radius/request_reader.hpp"

namespace uzel::radius {
namespace {

void take_event_time(request_reader& r, nas_report& to, octets value) noexcept {
  const auto read = read_time(value);
  if (!read)
    r.ignore();
  else if (!to.event_time)
    to.event_time = *read;
}

void take_ipv6(request_reader& r, octets& field, octets value, std::size_t least,
               std::size_t most) noexcept {
  if (value.size() < least || value.size() > most)
    return r.ignore();
  r.bytes(field, value);
}

void take_class(nas_report& to, octets value) noexcept {
  if (to.class_count++ == 0)
    to.first_class = value;
}

void take_seal(request_reader& r, nas_report& to, const attribute& a) noexcept {
  if (to.seal_offset != 0)
    r.fail(errc::repeated_attribute);
  if (a.value.size() != 16)
    r.fail(errc::bad_value);
  to.seal_offset = a.offset;
}

// The address decides which binding a request is about, so a wrong size is refused.
void take_framed_address(request_reader& r, nas_report& to, octets value) noexcept {
  if (value.size() != 4)
    r.fail(errc::bad_value);
  r.address(to.framed_address, value);
}

// Who and where the NAS is.
bool take_nas(request_reader& r, nas_report& to, const attribute& a) noexcept {
  switch (a.type) {
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
  default:
    return false;
  }
}

// Who the subscriber is and what he wants.
bool take_subscriber(request_reader& r, nas_report& to, const attribute& a) noexcept {
  switch (a.type) {
  case attr::user_name:
    r.once(to.user_name, a.value);
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
  default:
    return false;
  }
}

// What belongs to the packet itself.
bool take_bookkeeping(request_reader& r, nas_report& to, const attribute& a) noexcept {
  switch (a.type) {
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

} // namespace

bool take_report(request_reader& r, nas_report& to, const attribute& a) noexcept {
  return take_subscriber(r, to, a) || take_nas(r, to, a) || take_bookkeeping(r, to, a);
}

void take_vendor_report(request_reader& r, nas_report& to, option82_spellings& other,
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

} // namespace uzel::radius
