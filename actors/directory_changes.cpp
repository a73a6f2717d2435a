// Keys: claimed before they are used, released when nobody uses them any more.
#include "actors/directory_route.hpp"

#include <algorithm>

namespace uzel {
namespace {

std::string name_of_key(const access* key, const std::string* number) {
  return key ? to_string(*key) : "number " + *number;
}

caf::error key_problem(const keys_claimed& outcome, const std::string& name) {
  return caf::make_error(errc::conflict, outcome.already ? "the account has " + name + " already"
                                                         : name + " is taken");
}

} // namespace

keys_claimed directory_state::on(const claim_keys& ask) {
  std::vector<claimed_key> batch;
  for (const auto& key : ask.keys)
    batch.push_back({0, ask.who, key, {}});
  for (const auto& number : ask.numbers) {
    auto& claim = batch.emplace_back();
    claim.who = ask.who;
    claim.number = number;
  }
  const auto taken = keys.claim_all(batch);
  if (taken.empty())
    return {};
  const auto& first = batch[taken.front()];
  const auto match = first.number.empty() ? keys.find(first.key) : keys.find_number(first.number);
  return {false, taken.front(), match.who == ask.who || first.key.kind == access_kind::port};
}

batch_claimed directory_state::on(const claim_batch& ask) {
  return {keys.claim_all(ask.keys)};
}

void directory_state::on(const release_keys& order) {
  for (const auto& key : order.keys)
    keys.release(order.who, key);
  for (const auto& number : order.numbers)
    keys.release_number(order.who, number);
  keys_touched = std::max(keys_touched, order.commit);
}

void directory_state::on(const release_batch& order) {
  keys.release_all(order.keys);
}

void directory_state::claim(account_id who, const access* key, const std::string* number,
                            std::function<void(keys_claimed, caf::error)> then) {
  claim_keys ask{who, {}, {}};
  if (key)
    ask.keys.push_back(*key);
  if (number)
    ask.numbers.push_back(*number);
  const auto home = shard_of_hash(key ? key_hash(*key) : number_hash(*number));
  if (home == shard) {
    then(on(ask), caf::none);
    return;
  }
  self->request(wires->directory[home], claim_limit, ask)
    .then([then](const keys_claimed& outcome) { then(outcome, caf::none); },
          [this, then, home, ask](caf::error& why) {
            // It may be claimed yet, after we stopped waiting: the release comes behind it.
            self->send(wires->directory[home], release_keys{ask.who, ask.keys, ask.numbers, {}});
            then({}, why);
          });
}

void directory_state::release(account_id who, const access* key, const std::string* number,
                              journal_number commit) {
  release_keys order{who, {}, {}, commit};
  if (key)
    order.keys.push_back(*key);
  if (number)
    order.numbers.push_back(*number);
  const auto home = shard_of_hash(key ? key_hash(*key) : number_hash(*number));
  if (home == shard)
    on(order);
  else
    self->send(wires->directory[home], order);
}

void directory_state::on(const account_settled& fact) {
  auto* const slot = accounts.find(fact.who);
  for (const auto& key : fact.released) {
    if (slot && slot->rest.ports != 0 && slot->rest.ports != 255 && key.kind == access_kind::port)
      --slot->rest.ports;
    release(fact.who, &key, nullptr, fact.commit);
  }
}

caf::result<account_shown> directory_state::on(const add_access& order) {
  if (!is_mine(order.who))
    return self->delegate(wires->shard_of(order.who), order);
  if (!accounts.find(order.who) || is_guest(order.who))
    return no_such_account(order.who);
  if (const auto problem = problem_of(order.what); !problem.empty())
    return caf::make_error(errc::invalid_input, std::string{problem});
  auto reply = self->make_response_promise<account_shown>();
  const auto settled = [this, reply, order](const account_shown* shown, caf::error why) mutable {
    if (shown) {
      if (auto* const slot = accounts.find(order.who))
        slot->rest.ports = count_ports(shown->account);
      reply.deliver(*shown);
      return;
    }
    // After a silence the subscriber may have it in the journal: then the claim has to stay.
    if (why != caf::sec::request_timeout)
      release(order.who, &order.what, nullptr, {});
    reply.deliver(std::move(why));
  };
  claim(order.who, &order.what, nullptr,
        [this, reply, order, settled](keys_claimed outcome, caf::error why) mutable {
          if (why)
            reply.deliver(std::move(why));
          else if (!outcome.done)
            reply.deliver(key_problem(outcome, name_of_key(&order.what, nullptr)));
          else
            ask(order, settled);
        });
  return reply;
}

caf::result<account_shown> directory_state::on(const change_account& order) {
  if (!is_mine(order.who))
    return self->delegate(wires->shard_of(order.who), order);
  if (!accounts.find(order.who) || is_guest(order.who))
    return no_such_account(order.who);
  if ((order.parts & part_number) == 0)
    return hand_on<account_shown>(order);
  return start_renumbering(order);
}

// A new number is claimed first and the old one is released last; one change at a time, so that
// each knows the old number for certain.
caf::result<account_shown> directory_state::start_renumbering(const change_account& order) {
  if (order.to.number.empty())
    return caf::make_error(errc::invalid_input, std::string{"a number is missing"});
  if (!renumbering.insert(order.who).second)
    return caf::make_error(errc::conflict,
                           std::string{"another change of the number is under way"});
  auto reply = self->make_response_promise<account_shown>();
  auto* const slot = accounts.find(order.who);
  if (!slot->awake) {
    renumber(order, unpack(slot->rest.packed).account.number, reply);
    return reply;
  }
  const show_account question{order.who};
  ask(question, [this, reply, order](const account_shown* shown, caf::error why) mutable {
    if (shown) {
      renumber(order, shown->account.number, reply);
      return;
    }
    renumbering.erase(order.who);
    reply.deliver(std::move(why));
  });
  return reply;
}

void directory_state::renumber(const change_account& order, const std::string& old,
                               caf::typed_response_promise<account_shown> reply) {
  if (order.to.number == old) {
    renumbering.erase(order.who);
    const auto last = [reply](const account_shown* shown, caf::error why) mutable {
      if (shown)
        reply.deliver(*shown);
      else
        reply.deliver(std::move(why));
    };
    ask(order, last);
    return;
  }
  const auto settled = [this, reply, order, old](const account_shown* shown,
                                                 caf::error why) mutable {
    renumbering.erase(order.who);
    if (shown) {
      release(order.who, nullptr, &old, shown->commit);
      reply.deliver(*shown);
      return;
    }
    if (why != caf::sec::request_timeout)
      release(order.who, nullptr, &order.to.number, {});
    reply.deliver(std::move(why));
  };
  claim(order.who, nullptr, &order.to.number,
        [this, reply, order, settled](keys_claimed outcome, caf::error why) mutable {
          if (!why && outcome.done) {
            ask(order, settled);
            return;
          }
          renumbering.erase(order.who);
          reply.deliver(why ? std::move(why)
                            : key_problem(outcome, name_of_key(nullptr, &order.to.number)));
        });
}

accounts_planted directory_state::on(const plant_accounts& order) {
  std::uint32_t count = 0;
  for (const auto& shown : order.accounts) {
    if (accounts.find(shown.account.id))
      continue;
    accounts.add(shown.account.id).rest =
      put_to_rest({shown.account, shown.bindings, shown.sessions, shown.commit});
    ++count;
  }
  return {count};
}

} // namespace uzel
