// May this account have its service now? Pure: the subscriber asks it at every login.
#pragma once

#include "domain/account.hpp"
#include "domain/entities/desk.hpp"
#include "domain/identification.hpp"
#include "domain/login_proof.hpp"
#include "domain/refusal.hpp"

#include <optional>
#include <vector>

namespace uzel {

// What became of the proof of a password.
enum class proof_state : std::uint8_t { not_needed, accepted, wrong, missing, unsupported };

// What a login gets, before addresses and session limits have their say. A guest of known name has
// the reason in `why`.
struct access_decision {
  login_verdict verdict = login_verdict::reject;
  refusal why = refusal::none;
  service_id service; // 0 for guests
  instant until;      // when what was paid for ends, 0 = open
  bool operator==(const access_decision&) const = default;
};

// A MAC and a port are proofs of their own; a login is one only together with a password, so who
// was recognised by it must send one. nothing = the password must be checked.
std::optional<proof_state> proof_without_check(account_id who, identity_source recognised_by,
                                               proof_method sent);

// Nobody learns the state of an account without its password, so the proof is judged first. A
// closed account is treated as nobody's; what becomes of the disabled and the unpaid is the
// client's policy. A guest is a guest.
access_decision decide_access(const account_state& account, const client& policies,
                              proof_state proof, instant now);

// Session-Timeout in seconds, 0 = unlimited: the service's own bound or the end of what was paid
// for, whichever comes first.
std::uint32_t session_timeout_of(const access_decision& decision, const service* sold, instant now);

// The account's static addresses of that domain that a device with this MAC may have; those given
// to exactly this MAC come first.
std::vector<ipv4> fitting_addresses(const account_state& account, routing_domain_id domain,
                                    mac_address mac);

} // namespace uzel
