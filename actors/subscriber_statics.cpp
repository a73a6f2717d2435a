// Static addresses: the pool and the account both know of them. Given, the pool writes first; taken
// away, the account does: whatever a crash leaves behind is an address that nobody else gets.
#include "actors/subscriber_state.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace uzel {
namespace {

constexpr seconds pool_limit{2};

bool has(const account_state& a, const static_address& what) {
  return std::any_of(a.addresses.begin(), a.addresses.end(), [&](const auto& x) {
    return x.domain == what.domain && x.address == what.address;
  });
}

using shown_promise = caf::typed_response_promise<account_shown>;

// No session uses it any more: the account's record first, then the pool's.
void take_away(subscriber_state& state, shown_promise reply, const static_address& what) {
  auto after = state.account;
  std::erase_if(after.addresses, [&](const auto& x) {
    return x.domain == what.domain && x.address == what.address;
  });
  if (const auto number = state.write(std::move(after)); !number) {
    reply.deliver(refusal_of(number.error()));
    return;
  }
  std::erase_if(state.bindings, [&](const auto& b) {
    return b.row.domain == what.domain && b.row.address == what.address;
  });
  const auto space = state.wires->spaces.of(what.domain);
  if (!space) {
    reply.deliver(state.shown());
    return;
  }
  ++state.busy;
  state.self
    ->request(space, pool_limit, withdraw_static{what.domain, state.account.id, what.address})
    .then(
      [&state, reply](const static_settled&) mutable {
        --state.busy;
        reply.deliver(state.shown());
      },
      [&state, reply](caf::error& why) mutable {
        --state.busy;
        reply.deliver(std::move(why));
      });
}

} // namespace

caf::result<account_shown> subscriber_state::add(const add_static_address& m) {
  touch();
  auto what = m.what;
  if (!what.domain)
    what.domain = routing_domain_id{1};
  if (is_guest(account.id) || account.status == account_status::closed)
    return refusal_of(errc::not_found, "no such account, or it is closed");
  if (!what.address)
    return refusal_of(errc::invalid_input, "address: must not be 0.0.0.0");
  if (has(account, what))
    return refusal_of(errc::conflict, "the account has this address already");
  const auto space = wires->spaces.of(what.domain);
  if (!space)
    return refusal_of(errc::not_found, "there is no such routing domain");
  auto reply = self->make_response_promise<account_shown>();
  ++busy;
  self->request(space, pool_limit, assign_static{what.domain, account.id, what.address, what.mac})
    .then(
      [this, reply, what, space](const static_settled& settled) mutable {
        begin_turn();
        --busy;
        auto after = account;
        if (!has(after, what))
          after.addresses.push_back(what);
        if (const auto number = write(std::move(after)); !number) {
          self->request(space, pool_limit, withdraw_static{what.domain, account.id, what.address})
            .then([](const static_settled&) {}, [](const caf::error&) {});
          reply.deliver(refusal_of(number.error()));
        } else {
          remember(settled.after);
          reply.deliver(shown());
        }
      },
      [this, reply](caf::error& why) mutable {
        --busy;
        reply.deliver(std::move(why));
      });
  return reply;
}

// First the session that uses it is ended at its NAS, then the address is no longer the account's,
// then the pool has it back.
caf::result<account_shown> subscriber_state::remove(const remove_static_address& m) {
  touch();
  auto what = m.what;
  if (!what.domain)
    what.domain = routing_domain_id{1};
  if (!has(account, what))
    return refusal_of(errc::not_found, "the account has no such address");
  auto reply = self->make_response_promise<account_shown>();
  ++busy;
  const auto user = std::find_if(sessions.begin(), sessions.end(),
                                 [&](const auto& s) { return s.row.address == what.address; });
  auto settle = [this, reply, what](const ending_outcome& o) mutable {
    --busy;
    if (o.over)
      return take_away(*this, reply, what);
    reply.deliver(refusal_of(errc::in_use, "the session that uses the address could not be ended"));
  };
  if (user == sessions.end())
    settle({disconnect_outcome::acknowledged, 0, {}, true});
  else
    end_at_nas(user->row.id, cause_admin_reset, settle);
  return reply;
}

} // namespace uzel
