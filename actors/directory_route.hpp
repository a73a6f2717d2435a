// How messages reach the accounts of a shard; included by the parts of the directory only.
#pragma once

#include "actors/directory.hpp"

#include <caf/all.hpp>

namespace uzel {

// How long a subscriber has for a desk command that the directory itself waits for.
inline constexpr std::chrono::seconds ask_limit{10};

inline caf::error no_such_account(account_id who) {
  return caf::make_error(errc::not_found,
                         "account " + std::to_string(who.value) + " does not exist");
}

template <class Given>
bool directory_state::tell(account_id who, Given&& message) {
  if (!is_mine(who)) {
    self->send(wires->shard_of(who), std::forward<Given>(message));
    return true;
  }
  auto* const slot = accounts.find(who);
  if (!slot)
    return false;
  self->send(reach(*slot), std::forward<Given>(message));
  slot->awake->heard = looked;
  return true;
}

template <class Answer, class Message>
caf::result<Answer> directory_state::hand_on(const Message& message) {
  if (!is_mine(message.who))
    return self->delegate(wires->shard_of(message.who), message);
  auto* const slot = accounts.find(message.who);
  if (!slot)
    return no_such_account(message.who);
  return self->delegate(reach(*slot), message);
}

template <class Message>
void directory_state::ask(const Message& message, shown_or_error then) {
  auto* const slot = accounts.find(message.who);
  if (!slot) {
    then(nullptr, no_such_account(message.who));
    return;
  }
  self->request(reach(*slot), ask_limit, message)
    .then([then](const account_shown& shown) { then(&shown, caf::none); },
          [then](caf::error& why) { then(nullptr, why); });
}

} // namespace uzel
