#include "protocols/radius/attributes.hpp"

namespace uzel::radius {

std::string_view name_of(code c) noexcept {
  switch (c) {
  case code::access_request:
    return "Access-Request";
  case code::access_accept:
    return "Access-Accept";
  case code::access_reject:
    return "Access-Reject";
  case code::accounting_request:
    return "Accounting-Request";
  case code::accounting_response:
    return "Accounting-Response";
  case code::access_challenge:
    return "Access-Challenge";
  case code::status_server:
    return "Status-Server";
  case code::disconnect_request:
    return "Disconnect-Request";
  case code::disconnect_ack:
    return "Disconnect-ACK";
  case code::disconnect_nak:
    return "Disconnect-NAK";
  case code::coa_request:
    return "CoA-Request";
  case code::coa_ack:
    return "CoA-ACK";
  case code::coa_nak:
    return "CoA-NAK";
  }
  return {};
}

} // namespace uzel::radius
