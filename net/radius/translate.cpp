#include "net/radius/translate.hpp"

#include "protocols/option82/decode.hpp"
#include "protocols/proof/login_name.hpp"
#include "protocols/radius/hidden.hpp"

#include <charconv>

namespace uzel::net {
namespace {

std::string text_of(radius::octets bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

proof::realm_rule rule_of(realm_rule r) {
  return r == realm_rule::strip ? proof::realm_rule::strip : proof::realm_rule::keep;
}

// The subscriber's MAC wherever this kind of equipment writes it.
mac_address mac_of(const radius::nas_report& report) {
  for (const auto text : {report.dhcp_mac, report.calling_station_id, report.user_name})
    if (const auto mac = parse_mac(text); mac && mac->value != 0)
      return *mac;
  return {};
}

// The inner VLAN of a Juniper NAS-Port-Id: "ae0:<outer>-<inner>", "ae0:<vlan>"; 0 when it has none.
std::uint16_t vlan_of(std::string_view nas_port) {
  const auto colon = nas_port.rfind(':');
  if (colon == std::string_view::npos)
    return 0;
  auto digits = nas_port.substr(colon + 1);
  if (const auto dash = digits.rfind('-'); dash != std::string_view::npos)
    digits = digits.substr(dash + 1);
  std::uint16_t vlan = 0;
  const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), vlan);
  return ec == std::errc{} && end == digits.data() + digits.size() && vlan <= 4094
           ? vlan
           : std::uint16_t{0};
}

std::string nas_name_of(const radius::nas_report& report, endpoint source) {
  if (!report.nas_identifier.empty())
    return std::string{report.nas_identifier};
  if (report.nas_address)
    return to_string(report.nas_address);
  if (!report.nas_ipv6_address.empty()) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string hex;
    for (const auto octet : report.nas_ipv6_address) {
      hex += digits[octet >> 4];
      hex += digits[octet & 15];
    }
    return hex;
  }
  return to_string(source.address);
}

login_proof proof_of(const radius::access_request& request, const radius_client& from) {
  login_proof out;
  out.name = request.user_name;
  switch (request.proof) {
  case radius::proof_kind::pap:
    if (const auto plain = radius::reveal_password(request.hidden_password,
                                                   request.packet.authenticator(), from.secret);
        plain && !plain->text().empty()) {
      out.how = proof_method::pap;
      out.secret = plain->text();
    }
    break;
  case radius::proof_kind::chap:
    out.how = proof_method::chap;
    out.ident = request.chap_password[0];
    out.response = text_of(request.chap_password.subspan(1));
    out.challenge = text_of(request.chap_challenge);
    break;
  case radius::proof_kind::ms_chap:
    // RFC 2548 section 2.1.3: ident, flags, LM-Response 24, NT-Response 24.
    out.how = proof_method::mschap1;
    out.ident = request.ms_chap_response[0];
    out.flags = request.ms_chap_response[1];
    out.response = text_of(request.ms_chap_response.subspan(26, 24));
    out.challenge = text_of(request.ms_chap_challenge);
    break;
  case radius::proof_kind::ms_chap2:
    // RFC 2548 section 2.3.2: ident, flags, peer challenge 16, reserved 8, response 24.
    out.how = proof_method::mschap2;
    out.ident = request.ms_chap2_response[0];
    out.flags = request.ms_chap2_response[1];
    out.peer_challenge = text_of(request.ms_chap2_response.subspan(2, 16));
    out.response = text_of(request.ms_chap2_response.subspan(26, 24));
    out.challenge = text_of(request.ms_chap_challenge);
    break;
  case radius::proof_kind::none:
  case radius::proof_kind::eap:
    break;
  }
  return out;
}

} // namespace

network_facts facts_of(const radius::nas_report& report, const radius_client& from,
                       const client_table& table, endpoint source,
                       const radius::seal_key& class_key, nas_choice& place) {
  network_facts out;
  out.from = client_id{from.row.id};
  out.nas_name = nas_name_of(report, source);
  place = table.nas_of(from, out.nas_name);
  out.nas = place.id;
  out.nas_address = place.dynauth_address ? place.dynauth_address
                    : report.nas_address  ? report.nas_address
                                          : source.address;
  if (const auto name = proof::normalise_login(report.user_name, rule_of(from.row.realm)))
    out.login = *name;
  out.mac = mac_of(report);
  out.nas_port = report.nas_port_id;
  if (out.nas_port.empty() && report.nas_port)
    out.nas_port = std::to_string(*report.nas_port);
  out.calling_station = report.calling_station_id;
  if (place.profile == vendor::juniper)
    out.vlan = vlan_of(report.nas_port_id);
  if (!report.agent_circuit_id.empty() || !report.agent_remote_id.empty()) {
    const auto where = option82::decode(report.agent_circuit_id, report.agent_remote_id);
    out.has_option82 = true;
    out.device_mac = where.device;
    out.device_port = where.port;
  }
  if (!report.first_class.empty())
    if (const auto token = radius::open_class(report.first_class, class_key)) {
      out.class_account = token->account;
      out.class_binding = token->binding;
    }
  return out;
}

login to_login(const radius::access_request& request, const radius_client& from,
               network_facts facts, instant now, duration deadline) {
  login out;
  out.received = now;
  out.deadline = now + deadline;
  out.facts = std::move(facts);
  out.proof = proof_of(request, from);
  // 255.255.255.254 asks for any address, 255.255.255.255 for one that the user chooses (RFC 2865
  // section 5.8).
  if (request.framed_address.value < 0xFFFFFFFEu)
    out.wanted = request.framed_address;
  return out;
}

account_usage to_usage(const radius::accounting_request& request, network_facts facts,
                       instant now) {
  account_usage out;
  out.kind = static_cast<accounting_kind>(request.status);
  out.received = now;
  out.happened = radius::time_of(request, now);
  out.facts = std::move(facts);
  out.acct_session_id = request.session_id;
  out.user_name = request.user_name;
  out.address = request.framed_address;
  out.reported = {request.input_octets, request.output_octets, request.input_packets,
                  request.output_packets};
  out.session_seconds = request.session_seconds.value_or(0);
  out.terminate_cause = request.cause ? static_cast<std::uint32_t>(*request.cause) : 0;
  return out;
}

} // namespace uzel::net
