// The directory: recognises subscribers, owns the keys and the sleeping accounts of its shard, is
// the only spawner of subscribers and the only holder of their handles.
#pragma once

#include "actors/directory_keys.hpp"
#include "actors/directory_slots.hpp"
#include "actors/wiring.hpp"
#include "domain/boot_image.hpp"
#include "domain/expiry_wheel.hpp"
#include "domain/identification.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

namespace uzel {

class intake;

// Starts the actor of one account; in the daemon spawn_subscriber().
using subscriber_spawner =
  std::function<subscriber_actor(caf::execution_unit&, wiring&, account_shown)>;

// What one shard owns at start.
struct directory_slice {
  key_table keys;
  slot_table accounts;
  std::uint32_t guests = 0;
  journal_number last;
};

// Cuts the live state of the daemon into the shards' parts, packed already. Offers last
// `offer_time` from now, as the pools have it: they may have been repeated, which stands nowhere.
std::vector<std::shared_ptr<directory_slice>>
slice_boot_image(const boot_image& image, std::size_t shards, instant now, duration offer_time);

// A key is claimed or an account is heard within this time, or the command fails.
inline constexpr std::chrono::seconds claim_limit{2};
// ... for a bulk of accounts.
inline constexpr std::chrono::seconds bulk_limit{30};
// How often a shard looks for accounts that may sleep.
inline constexpr std::chrono::milliseconds idle_look{50};
// ... and at how many at most: 30,000 a second in each shard.
inline constexpr std::size_t looks_per_turn = 1500;

struct directory_state {
  explicit directory_state(directory_actor::pointer self);
  ~directory_state();

  // Identification (directory_identify.cpp).
  // Questions travel on from here, they are not copied.
  void on(login&& asked);
  void on(account_usage&& report);
  void on(const hand_over_session& order);

  // The life of subscribers (directory_sleep.cpp).
  void on(ready_to_sleep&& last);
  void on(const give_up& ask);
  void look_for_idle();

  // Keys and changes (directory_changes.cpp).
  keys_claimed on(const claim_keys& ask);
  batch_claimed on(const claim_batch& ask);
  void on(const release_keys& order);
  void on(const release_batch& order);
  void on(const account_settled& fact);
  accounts_planted on(const plant_accounts& order);
  caf::result<account_shown> on(const add_access& ask);
  caf::result<account_shown> on(const change_account& ask);

  // Views (directory_views.cpp).
  caf::result<account_shown> on(const show_account& ask);
  caf::result<account_shown> on(const find_account& ask);
  caf::result<sessions_page> on(const page_sessions& ask);

  // New accounts (directory_intake.cpp).
  caf::result<account_shown> on(const create_account& ask);
  caf::result<accounts_imported> on(const import_accounts& ask);
  void on(const continue_intake& next);

  // One-way to an account of this shard, waking it if needed; false = there is none.
  template <class Message>
  bool tell(account_id who, Message&& message);
  // A desk command to an account: the subscriber answers the asker.
  template <class Answer, class Message>
  caf::result<Answer> hand_on(const Message& message);
  // A desk command whose answer this shard needs itself.
  using shown_or_error = std::function<void(const account_shown*, caf::error)>;
  template <class Message>
  void ask(const Message& message, shown_or_error then);

  std::size_t shard_of_hash(std::uint64_t hash) const { return hash % wires->directory.size(); }
  bool is_mine(account_id who) const {
    return shard_of_hash(std::hash<account_id>{}(who)) == shard;
  }
  const catalogue& desk();
  // Claims or releases one key wherever it lives.
  void claim(account_id who, const access* key, const std::string* number,
             std::function<void(keys_claimed, caf::error)> then);
  void release(account_id who, const access* key, const std::string* number, journal_number commit);
  // Told at most once a minute per id and subject.
  void raise_alarm(std::string_view id, const std::string& subject, const std::string& text);

  directory_actor::pointer self;
  wiring* wires = nullptr;
  std::uint32_t shard = 0;
  subscriber_spawner spawn;
  key_table keys;
  slot_table accounts;
  awake_table awake;
  std::uint32_t guests = 0;
  journal_number keys_touched; // what "nobody has this key" rests on
  std::set<account_id> renumbering;
  std::map<std::uint64_t, std::unique_ptr<intake>> intakes;
  std::uint64_t last_intake = 0;
  instant looked; // for accounts that may sleep, last

  std::uint64_t unknown_usages = 0;

 private:
  template <class Question>
  void identify(Question& q);
  template <class Question>
  void deliver(Question& q);
  template <class Question>
  bool may_be_cloned(const Question& q);
  template <class Question>
  void try_next(Question& q);
  void unknown(login& l, refusal why);
  void unknown(account_usage& u, refusal why);
  void reject(login& l, refusal why);
  void record_nothing(const account_usage& u);
  void note(login& l, trace_code code, std::uint64_t argument) const;
  void note(account_usage&, trace_code, std::uint64_t) const {}
  void note_port(login& l);
  void note_port(account_usage&) const {}
  bool ambiguous(login& l, std::size_t owners);
  bool ambiguous(account_usage& u, std::size_t owners) const;
  void fill_place(const network_facts& facts, attachment& place);
  bool may_be_guest(const network_facts& facts);
  account_slot* guest_slot(account_id who);
  void wake(account_slot& slot);
  // The account's actor, awake, for one message that the caller sends it: it is counted.
  const subscriber_actor& reach(account_slot& slot);
  void forget_if_empty(const account_slot& slot);
  void renumber(const change_account& ask, const std::string& old,
                caf::typed_response_promise<account_shown> reply);
  caf::result<account_shown> start_renumbering(const change_account& ask);

  std::shared_ptr<const catalogue> desk_;
  std::uint64_t desk_version_ = 0;
  expiry_wheel<awake_account*> idle_; // by when who is at a place may have been silent for long
  std::vector<expiry_wheel<awake_account*>::entry> maybe_idle_;
  std::unordered_map<std::uint64_t, instant> alarmed_;
};

// One per shard. `wires` outlives it; the slice becomes its own.
directory_actor::behavior_type directory(directory_actor::stateful_pointer<directory_state> self,
                                         wiring* wires, std::uint32_t shard,
                                         const std::shared_ptr<directory_slice>& slice,
                                         const subscriber_spawner& spawn);

} // namespace uzel
