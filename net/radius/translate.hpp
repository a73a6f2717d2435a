// Between RADIUS requests and actor messages. Pure functions of values.
#pragma once

#include "actors/api/accounting.hpp"
#include "actors/api/login.hpp"
#include "net/radius/client_table.hpp"
#include "net/udp/batch_socket.hpp"
#include "protocols/radius/class_token.hpp"
#include "protocols/radius/request.hpp"

namespace uzel::net {

// What a request says of who and where; `place` gets the NAS's profile for the reply.
network_facts facts_of(const radius::nas_report& report, const radius_client& from,
                       const client_table& table, endpoint source,
                       const radius::seal_key& class_key, nas_choice& place);

// An Access-Request as the question to the directory; PAP passwords are revealed here. An empty
// password is no proof.
login to_login(const radius::access_request& request, const radius_client& from,
               network_facts facts, instant now, duration deadline);

account_usage to_usage(const radius::accounting_request& request, network_facts facts, instant now);

} // namespace uzel::net
