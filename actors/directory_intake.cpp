#include "actors/directory_intake.hpp"

#include "actors/directory_route.hpp"
#include "protocols/proof/login_name.hpp"
#include "protocols/proof/sealed_secret.hpp"

#include <algorithm>
#include <unordered_map>

namespace uzel {
namespace {

// Rows that are sealed and appended before other messages have their turn.
constexpr std::uint32_t slice_rows = 500;
// Rows of one job that may wait for the sync: a journal that is full of them refuses logins.
constexpr std::uint64_t unsynced_rows = 2000;
constexpr std::chrono::milliseconds between_looks{2};
// Static addresses asked for at once.
constexpr std::size_t address_window = 64;

} // namespace

intake::intake(directory_state& home, std::uint64_t number, std::vector<account_state> drafts,
               std::vector<std::string> passwords)
  : home_{home}
  , number_{number}
  , drafts_{std::move(drafts)}
  , passwords_{std::move(passwords)} {
  passwords_.resize(drafts_.size());
}

void intake::answer_to(caf::typed_response_promise<account_shown> asker) {
  one_ = std::move(asker);
  single_ = true;
}

void intake::problem(std::uint32_t line, std::string field, std::string text, errc why) {
  if (first_error_ == errc::ok)
    first_error_ = why;
  problems_.push_back({line, std::move(field), std::move(text)});
}

void intake::start() {
  check();
  if (!problems_.empty())
    return finish();
  collect_keys();
  claim();
}

// Rows against themselves and each other; what exists already is the claims' business.
void intake::check() {
  std::unordered_map<std::string, std::uint32_t> seen; // name -> row
  seen.reserve(drafts_.size() * 2);
  const auto once = [&](std::uint32_t line, const char* field, std::string name) {
    const auto [at, fresh] = seen.try_emplace(name, line);
    if (!fresh)
      problem(line, field, name + " stands in row " + std::to_string(at->second) + " too",
              errc::conflict);
  };
  for (std::uint32_t line = 0; line < drafts_.size(); ++line) {
    check_row(line);
    auto& draft = drafts_[line];
    if (!take_id(line))
      continue;
    if (draft.number.empty())
      draft.number = std::to_string(draft.id.value);
    once(line, "number", "number " + draft.number);
    for (const auto& key : draft.accesses)
      if (key.kind != access_kind::port)
        once(line, "accesses", to_string(key));
    for (const auto& fixed : draft.addresses)
      once(line, "addresses",
           "address " + to_string(fixed.address) + " of domain " +
             std::to_string(fixed.domain.value));
  }
}

void intake::check_row(std::uint32_t line) {
  auto& draft = drafts_[line];
  for (auto& key : draft.accesses) {
    if (key.kind == access_kind::login) {
      auto normalised = proof::normalise_login(key.login);
      if (!normalised) {
        problem(line, "accesses", "the login is empty, too long or no UTF-8", errc::invalid_input);
        continue;
      }
      key.login = std::move(*normalised);
    }
    if (const auto wrong = problem_of(key); !wrong.empty())
      problem(line, "accesses", std::string{wrong}, errc::invalid_input);
  }
  for (auto at = draft.accesses.begin(); at != draft.accesses.end(); ++at)
    if (at->kind == access_kind::port && std::count(draft.accesses.begin(), at, *at) != 0)
      problem(line, "accesses", to_string(*at) + " is named twice", errc::conflict);
  if (!passwords_[line].empty() && (!home_.wires->master_key || !*home_.wires->master_key))
    problem(line, "password", "there is no key to seal passwords with", errc::unavailable);
}

// An id that the asker gives must be one that nobody had: beyond all that were given.
bool intake::take_id(std::uint32_t line) {
  auto& id = drafts_[line].id;
  auto& next = *home_.wires->next_account;
  if (!id) {
    id.value = next.fetch_add(1);
    return true;
  }
  if (id.value >= guest_bit) {
    problem(line, "id", "the id is too large", errc::invalid_input);
    return false;
  }
  auto known = next.load();
  while (known <= id.value)
    if (next.compare_exchange_weak(known, id.value + 1))
      return true;
  problem(line, "id", "the id " + std::to_string(id.value) + " was given before", errc::conflict);
  return false;
}

void intake::collect_keys() {
  claims_.resize(home_.wires->directory.size());
  for (std::uint32_t line = 0; line < drafts_.size(); ++line) {
    const auto& draft = drafts_[line];
    auto& claim = claims_[home_.shard_of_hash(number_hash(draft.number))].emplace_back();
    claim.row = line;
    claim.who = draft.id;
    claim.number = draft.number;
    for (const auto& key : draft.accesses)
      claims_[home_.shard_of_hash(key_hash(key))].push_back({line, draft.id, key, {}});
    for (std::size_t i = 0; i < draft.addresses.size(); ++i)
      wanted_.push_back({line, i});
  }
}

void intake::claim() {
  waiting_ = claims_.size();
  for (std::size_t shard = 0; shard < claims_.size(); ++shard) {
    const claim_batch ask{claims_[shard]};
    if (ask.keys.empty() || shard == home_.shard) {
      const auto number = number_;
      auto& home = home_;
      claim_answered(shard, ask.keys.empty() ? batch_claimed{} : home_.on(ask));
      if (!home.intakes.contains(number))
        return; // that was the last answer, and something was in the way
      continue;
    }
    home_.self->request(home_.wires->directory[shard], limit(), ask)
      .then(if_alive<const batch_claimed>([shard](intake& job, const batch_claimed& outcome) {
              job.claim_answered(shard, outcome);
            }),
            if_alive<caf::error>([shard](intake& job, caf::error&) {
              job.problem(0, "", "the directory did not answer in time", errc::timed_out);
              job.claim_answered(shard, {});
            }));
  }
}

void intake::claim_answered(std::size_t shard, const batch_claimed& outcome) {
  for (const auto i : outcome.taken) {
    const auto& k = claims_[shard][i];
    problem(k.row, k.number.empty() ? "accesses" : "number",
            (k.number.empty() ? to_string(k.key) : "number " + k.number) + " is taken",
            errc::conflict);
  }
  if (!outcome.taken.empty())
    claims_[shard].clear(); // it claimed none of them: nothing to give back
  if (--waiting_ != 0)
    return;
  if (!problems_.empty())
    return undo(0);
  if (wanted_.empty())
    return append_slice();
  take_addresses();
}

void intake::take_addresses() {
  while (waiting_ < address_window && next_wanted_ < wanted_.size() && problems_.empty()) {
    ++waiting_;
    ask_address(wanted_[next_wanted_++]);
  }
  if (waiting_ != 0)
    return;
  if (!problems_.empty())
    return undo(0);
  std::sort(taken_.begin(), taken_.end(),
            [](const taken_address& a, const taken_address& b) { return a.row < b.row; });
  append_slice();
}

void intake::ask_address(const wanted_address& next) {
  const auto& draft = drafts_[next.row];
  const auto& fixed = draft.addresses[next.index];
  const auto space = home_.wires->spaces.of(fixed.domain);
  if (!space) {
    --waiting_;
    problem(next.row, "addresses",
            "there is no routing domain " + std::to_string(fixed.domain.value), errc::not_found);
    return;
  }
  const assign_static ask{fixed.domain, draft.id, fixed.address, fixed.mac};
  home_.self->request(space, limit(), ask)
    .then(if_alive<const static_settled>([next](intake& job, const static_settled& done) {
            const auto& what = job.drafts_[next.row].addresses[next.index];
            job.taken_.push_back({next.row, what, done.after});
            --job.waiting_;
            job.take_addresses();
          }),
          if_alive<caf::error>([next](intake& job, caf::error& why) {
            const bool known = why.category() == caf::atom("uzel");
            job.address_failed(next, known ? static_cast<errc>(why.code()) : errc::timed_out,
                               to_string(why));
          }));
}

void intake::address_failed(const wanted_address& which, errc why, const std::string& text) {
  const auto& fixed = drafts_[which.row].addresses[which.index];
  problem(which.row, "addresses",
          "address " + to_string(fixed.address) + ": " +
            (why == errc::timed_out ? text : std::string{name_of(why)}),
          why);
  if (why == errc::timed_out) // it may be given yet: the withdrawal comes behind it
    taken_.push_back({which.row, fixed, {}});
  --waiting_;
  take_addresses();
}

void intake::go_on() {
  append_slice();
}

bool intake::seal(std::uint32_t line) {
  if (passwords_[line].empty())
    return true;
  const auto& key = *home_.wires->master_key;
  const auto& draft = drafts_[line];
  const auto nt_hash = static_cast<std::uint8_t>(proof::credential_form::nt_hash);
  auto sealed = draft.credential_form == nt_hash
                  ? proof::seal_nt_hash(key, draft.id, passwords_[line])
                  : proof::seal_password(key, draft.id, passwords_[line]);
  proof::cleanse(passwords_[line]);
  passwords_[line].clear();
  if (!sealed) {
    problem(line, "password", "the password cannot be sealed", errc::invalid_input);
    return false;
  }
  drafts_[line].credential = std::move(sealed->sealed);
  drafts_[line].credential_form = static_cast<std::uint8_t>(sealed->form);
  return true;
}

// The next slice comes later. False when the disk has had time enough.
bool intake::wait_for_disk() {
  const auto at = home_.wires->time->now();
  if (!waits_since_)
    waits_since_ = at;
  if (at - waits_since_ > limit())
    return false;
  home_.self->delayed_send(home_.self, between_looks, continue_intake{number_});
  return true;
}

// The directory writes the first record of an account; from then on its subscriber does.
void intake::append_slice() {
  const bool ahead = commit_.value > home_.wires->log->synced().value + unsynced_rows;
  if (ahead && wait_for_disk())
    return;
  const auto first = next_row_;
  const auto last =
    std::min<std::uint32_t>(first + slice_rows, static_cast<std::uint32_t>(drafts_.size()));
  std::vector<storage::record> group;
  group.reserve(last - first);
  for (auto line = first; line < last; ++line) {
    if (!seal(line))
      return undo(first);
    group.emplace_back(storage::account_changed{drafts_[line]});
  }
  if (!group.empty()) {
    const auto done = home_.wires->log->append(home_.wires->time->now(), group);
    if (!done) {
      if (done.error() == errc::overloaded && wait_for_disk())
        return;
      problem(first, "", "the journal refuses: " + done.error().message(),
              static_cast<errc>(done.error().value()));
      return undo(first);
    }
    commit_ = *done;
    waits_since_ = {};
  }
  std::vector<account_shown> fresh(last - first);
  for (auto line = first; line < last; ++line) {
    auto& shown = fresh[line - first];
    shown.account = std::move(drafts_[line]);
    shown.account.number_of_change.value = commit_.value - (last - 1 - line);
    shown.commit = shown.account.number_of_change;
    for (; next_taken_ < taken_.size() && taken_[next_taken_].row == line; ++next_taken_)
      shown.bindings.push_back(taken_[next_taken_].given);
  }
  next_row_ = last;
  appended_all_ = next_row_ == drafts_.size();
  if (single_ && !fresh.empty())
    last_planted_ = fresh.front();
  plant(std::move(fresh));
}

void intake::plant(std::vector<account_shown> fresh) {
  std::vector<plant_accounts> orders(home_.wires->directory.size());
  for (auto& shown : fresh)
    orders[home_.shard_of_hash(std::hash<account_id>{}(shown.account.id))].accounts.push_back(
      std::move(shown));
  for (std::size_t shard = 0; shard < orders.size(); ++shard) {
    if (orders[shard].accounts.empty())
      continue;
    if (shard == home_.shard) {
      home_.on(orders[shard]);
      continue;
    }
    ++waiting_;
    const auto planted = [](intake& job) {
      if (--job.waiting_ == 0 && job.appended_all_)
        job.finish();
    };
    home_.self->request(home_.wires->directory[shard], bulk_limit, orders[shard])
      .then(if_alive<const accounts_planted>(
              [planted](intake& job, const accounts_planted&) { planted(job); }),
            if_alive<caf::error>([planted](intake& job, caf::error&) { planted(job); }));
  }
  if (!appended_all_)
    home_.self->send(home_.self, continue_intake{number_});
  else if (waiting_ == 0)
    finish();
}

void intake::undo(std::uint32_t first) {
  for (std::size_t shard = 0; shard < claims_.size(); ++shard) {
    std::erase_if(claims_[shard], [&](const claimed_key& k) { return k.row < first; });
    if (claims_[shard].empty())
      continue;
    const release_batch order{std::move(claims_[shard])};
    if (shard == home_.shard)
      home_.on(order);
    else
      home_.self->send(home_.wires->directory[shard], order);
  }
  for (const auto& t : taken_)
    if (t.row >= first)
      if (const auto space = home_.wires->spaces.of(t.what.domain))
        home_.self
          ->request(space, bulk_limit,
                    withdraw_static{t.what.domain, drafts_[t.row].id, t.what.address})
          .then([](const static_settled&) {}, [](caf::error&) {});
  appended_all_ = true;
  if (waiting_ == 0)
    finish();
}

void intake::finish() {
  if (single_) {
    if (problems_.empty())
      one_.deliver(std::move(last_planted_));
    else
      one_.deliver(caf::make_error(first_error_, problems_.front().problem));
  } else {
    std::stable_sort(
      problems_.begin(), problems_.end(),
      [](const import_problem& a, const import_problem& b) { return a.row < b.row; });
    many_.deliver(accounts_imported{next_row_, std::move(problems_), first_error_, commit_});
  }
  home_.intakes.erase(number_); // the job ends here: nothing of it is touched after
}

caf::result<account_shown> directory_state::on(const create_account& ask) {
  const auto number = ++last_intake;
  auto job =
    std::make_unique<intake>(*this, number, std::vector{ask.draft}, std::vector{ask.password});
  auto reply = self->make_response_promise<account_shown>();
  job->answer_to(reply);
  intakes.emplace(number, std::move(job)).first->second->start();
  return reply;
}

caf::result<accounts_imported> directory_state::on(const import_accounts& ask) {
  if (ask.passwords.size() != ask.drafts.size() && !ask.passwords.empty())
    return caf::make_error(errc::invalid_input, std::string{"as many passwords as accounts"});
  const auto number = ++last_intake;
  auto job = std::make_unique<intake>(*this, number, ask.drafts, ask.passwords);
  auto reply = self->make_response_promise<accounts_imported>();
  job->answer_to(reply);
  intakes.emplace(number, std::move(job)).first->second->start();
  return reply;
}

void directory_state::on(const continue_intake& next) {
  if (const auto at = intakes.find(next.job); at != intakes.end())
    at->second->go_on();
}

} // namespace uzel
