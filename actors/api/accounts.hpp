// The desk's questions and commands about accounts; all go to the directory, which hands them to
// the subscriber.
#pragma once

#include "actors/api/message.hpp"
#include "domain/account.hpp"
#include "domain/binding.hpp"
#include "domain/resting_account.hpp"
#include "domain/session.hpp"
#include "domain/session_memory.hpp"

#include <vector>

namespace uzel {

// A new account. Errors: conflict (number, login or MAC is taken; the text names it),
// address_taken, outside_range.
struct create_account {
  account_state draft; // id 0 = the directory gives one
  // Cleartext, or the octets of an NT hash when draft.credential_form says so; sealed by the
  // directory, empty = none.
  std::string password;
  UZEL_INSPECT(create_account, draft_, password_)
};
// Many at once: all of them or none; the report names every row that is in the way.
struct import_accounts {
  std::vector<account_state> drafts;
  std::vector<std::string> passwords; // as many as drafts
  UZEL_INSPECT(import_accounts, drafts_, passwords_)
};
struct import_problem {
  std::uint32_t row = 0; // index in drafts
  std::string field;
  std::string problem;
  UZEL_INSPECT(import_problem, row_, field_, problem_)
};
struct accounts_imported {
  std::uint32_t created = 0; // all or none; only a journal that refuses leaves the first ones
  std::vector<import_problem> problems; // empty: all were created
  errc why = errc::ok;                  // of the problem that was found first
  journal_number commit;
  UZEL_INSPECT(accounts_imported, created_, problems_, why_, commit_)
};

// An account as its actor has it, with what hangs on it. `commit` is what a reader must see to see
// this.
struct account_shown {
  account_state account;
  std::vector<binding> bindings;
  std::vector<session> sessions;
  journal_number commit;
  std::vector<session_memory> memories{}; // only when it falls asleep or wakes
  UZEL_INSPECT(account_shown, account_, bindings_, sessions_, commit_, memories_)
};

struct show_account {
  account_id who;
  UZEL_INSPECT(show_account, who_)
};
// Finds by a key, for `explain` and search. Errors: not_found, ambiguous.
struct find_account {
  access key;
  std::string number; // or the account number
  UZEL_INSPECT(find_account, key_, number_)
};

// Which fields of change_account are meant; combine with |.
enum account_part : std::uint32_t {
  part_number = 1,
  part_status = 2,
  part_credential = 4,
  part_credit_limit = 8,
  part_session_limit = 16,
};
// Errors of all below: not_found, stale_version when expected is given and the account changed
// since.
struct change_account {
  account_id who;
  journal_number expected; // 0 = whatever is there
  std::uint32_t parts = 0;
  account_state to;     // only the named parts are read
  std::string password; // part_credential: cleartext, sealed by the subscriber; empty = none
  UZEL_INSPECT(change_account, who_, expected_, parts_, to_, password_)
};
struct add_access {
  account_id who;
  access what;
  UZEL_INSPECT(add_access, who_, what_)
};
struct remove_access {
  account_id who;
  access what;
  UZEL_INSPECT(remove_access, who_, what_)
};
struct set_subscription {
  account_id who;
  subscription to; // state none ends the current one
  UZEL_INSPECT(set_subscription, who_, to_)
};
struct add_static_address {
  account_id who;
  static_address what;
  UZEL_INSPECT(add_static_address, who_, what_)
};
struct remove_static_address {
  account_id who;
  static_address what;
  UZEL_INSPECT(remove_static_address, who_, what_)
};

// Ends a session by a Disconnect-Request to its NAS.
enum class disconnect_outcome : std::uint8_t {
  acknowledged,
  session_unknown,
  refused,
  no_answer,
  not_possible
};
struct disconnect_session {
  account_id who;
  session_id session;
  UZEL_INSPECT(disconnect_session, who_, session_)
};
struct session_disconnected {
  disconnect_outcome outcome = disconnect_outcome::no_answer;
  std::uint32_t error_cause = 0; // RFC 5176 section 3.6 for refusals
  journal_number commit;
  UZEL_INSPECT(session_disconnected, outcome_, error_cause_, commit_)
};

// One page of accounts that have live sessions, for the live view: rows from the actors, cursor =
// slot in the shard.
struct page_sessions {
  std::uint64_t after_slot = 0;
  std::uint32_t limit = 500;
  UZEL_INSPECT(page_sessions, after_slot_, limit_)
};
struct sessions_page {
  std::vector<session> rows;
  std::uint64_t next_slot = 0; // 0 = that was all
  UZEL_INSPECT(sessions_page, rows_, next_slot_)
};

// directory -> directory: a key is claimed by the shard of its hash before anybody uses it
// (request/response). Errors: conflict. Ports may be claimed by several.
struct claim_keys {
  account_id who;
  std::vector<access> keys;
  std::vector<std::string> numbers;
  UZEL_INSPECT(claim_keys, who_, keys_, numbers_)
};
struct release_keys {
  account_id who;
  std::vector<access> keys;
  std::vector<std::string> numbers;
  journal_number commit; // the record that gave them back, 0 = they were never in use
  UZEL_INSPECT(release_keys, who_, keys_, numbers_, commit_)
};
struct keys_claimed {
  bool done = true;
  std::uint32_t taken = 0; // index of the first key (then numbers) that is another's
  bool already = false;    // ... or that the asker has already: nothing was claimed
  UZEL_INSPECT(keys_claimed, done_, taken_, already_)
};

// directory -> subscriber, now and then: did anything happen since the last look? A shard sends it
// to itself twenty times a second and looks at those who may have been silent for long enough: a
// timer in each of a million subscribers would cost more than their work.
struct look_idle {
  std::uint8_t unused = 0;
  UZEL_INSPECT(look_idle, unused_)
};
// subscriber -> its directory shard: all that I know after `heard` messages of yours, and I wait
// for nothing. If you sent no more than those, keep it and let go of me, and I end; else something
// is on its way to me: forget this. Stays within the process.
struct ready_to_sleep {
  account_id who;
  std::uint32_t heard = 0;
  resting_account state;
};
// subscriber -> directory: the packed picture for identification changed (status, keys) without
// sleep.
struct account_settled {
  account_id who;
  account_status status = account_status::active;
  std::vector<access> released; // keys that the account gave back
  journal_number commit;        // the record that says so
  UZEL_INSPECT(account_settled, who_, status_, released_, commit_)
};

} // namespace uzel

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(uzel::ready_to_sleep)
