// What shards of the directory say to each other: bulk claims, and accounts that come into being.
#pragma once

#include "actors/api/accounts.hpp"

namespace uzel {

// One key of a batch; `number` when it is not empty, else `key`.
struct claimed_key {
  std::uint32_t row = 0; // of the asker, comes back when the key is taken
  account_id who;
  access key;
  std::string number;
  UZEL_INSPECT(claimed_key, row_, who_, key_, number_)
};
// directory -> directory (request/response): all of them or none.
struct claim_batch {
  std::vector<claimed_key> keys;
  UZEL_INSPECT(claim_batch, keys_)
};
struct batch_claimed {
  std::vector<std::uint32_t> taken; // indexes in keys; not empty: nothing was claimed
  UZEL_INSPECT(batch_claimed, taken_)
};
// directory -> directory: undoes a batch; keys of others stay theirs.
struct release_batch {
  std::vector<claimed_key> keys;
  UZEL_INSPECT(release_batch, keys_)
};

// directory -> directory (request/response): these accounts are in the journal; the shard that owns
// them begins to answer for them.
struct plant_accounts {
  std::vector<account_shown> accounts;
  UZEL_INSPECT(plant_accounts, accounts_)
};
struct accounts_planted {
  std::uint32_t count = 0;
  UZEL_INSPECT(accounts_planted, count_)
};

// directory -> itself: the next slice of a long creation, so that logins pass in between.
struct continue_intake {
  std::uint64_t job = 0;
  UZEL_INSPECT(continue_intake, job_)
};

} // namespace uzel
