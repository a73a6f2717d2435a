// How messages reach the accounts of a shard; included by the parts of the directory only.
#pragma once

#include "actors/directory.hpp"

#include <caf/all.hpp>

namespace uzel {

// How long a subscriber has for a desk command that the directory itself waits for.
inline constexpr std::chrono::seconds ask_limit{10};

// Logins and reports are repeated by the network when nobody answers; nothing else is.
template <class Message>
inline constexpr bool is_repeated_by_network =
  std::is_same_v<Message, login> || std::is_same_v<Message, account_usage>;

inline caf::error no_such_account(account_id who) {
  return caf::make_error(errc::not_found,
                         "account " + std::to_string(who.value) + " does not exist");
}

// ... and a lease that a client gave back in vain ends all the same, only later.
template <class Message>
inline constexpr bool is_droppable =
  is_repeated_by_network<Message> || std::is_same_v<Message, end_lease>;

// What a draining subscriber may be waiting for: it would not sleep without it.
template <class Message>
inline constexpr bool is_answer_of_pool =
  std::is_same_v<Message, address_taken> || std::is_same_v<Message, address_refused>;

template <class Given>
bool directory_state::tell(account_id who, Given&& message) {
  using Message = std::decay_t<Given>;
  if (!is_mine(who)) {
    self->send(wires->shard_of(who), std::forward<Given>(message));
    return true;
  }
  auto* slot = accounts.find(who);
  if (!slot)
    return false;
  if (slot->awake && slot->awake->gone)
    return true;
  if (slot->awake && slot->awake->draining) {
    if constexpr (is_answer_of_pool<Message> || std::is_same_v<Message, give_up>)
      self->send(slot->awake->handle, message);
    if constexpr (!is_answer_of_pool<Message>)
      enqueue(*slot, is_droppable<Message>, [this, message] { tell_again(message); });
    return true;
  }
  if (!slot->awake)
    wake(*slot);
  slot->awake->heard = looked;
  self->send(slot->awake->handle, std::forward<Given>(message));
  return true;
}

// The subscriber sleeps now. It may have answered give_up on its way to sleep: an answer more is a
// stale one, an answer less would keep an address for ever.
template <class Message>
void directory_state::tell_again(const Message& message) {
  if constexpr (std::is_same_v<Message, give_up>) {
    on(message);
  } else {
    // A guest may have vanished meanwhile; only the network brings guests into being.
    if (is_repeated_by_network<Message> && is_guest(message.who) && !guest_slot(message.who))
      return;
    tell(message.who, message);
  }
}

template <class Answer, class Message>
caf::result<Answer> directory_state::hand_on(const Message& message) {
  if (!is_mine(message.who))
    return self->delegate(wires->shard_of(message.who), message);
  auto* slot = accounts.find(message.who);
  if (!slot)
    return no_such_account(message.who);
  if (slot->awake && slot->awake->gone)
    return caf::make_error(errc::unavailable, std::string{"the account's state was lost"});
  if (slot->awake && slot->awake->draining) {
    auto reply = self->template make_response_promise<Answer>();
    const auto again = [this, reply, message]() mutable {
      auto* const later = accounts.find(message.who);
      if (!later) {
        reply.deliver(no_such_account(message.who));
        return;
      }
      if (!later->awake)
        wake(*later);
      reply.delegate(later->awake->handle, message);
    };
    if (!enqueue(*slot, true, again))
      reply.deliver(caf::make_error(errc::overloaded, std::string{"too much waits for it"}));
    return reply;
  }
  if (!slot->awake)
    wake(*slot);
  return self->delegate(slot->awake->handle, message);
}

template <class Message>
void directory_state::ask(const Message& message, shown_or_error then) {
  auto* slot = accounts.find(message.who);
  if (!slot || (slot->awake && slot->awake->gone)) {
    then(nullptr, no_such_account(message.who));
    return;
  }
  if (slot->awake && slot->awake->draining) {
    if (!enqueue(*slot, true, [this, message, then] { ask(message, then); }))
      then(nullptr, caf::make_error(errc::overloaded, std::string{"too much waits for it"}));
    return;
  }
  if (!slot->awake)
    wake(*slot);
  self->request(slot->awake->handle, ask_limit, message)
    .then([then](const account_shown& shown) { then(&shown, caf::none); },
          [then](caf::error& why) { then(nullptr, why); });
}

} // namespace uzel
