#include "actors/directory.hpp"

#include "actors/directory_intake.hpp"
#include "actors/directory_route.hpp"
#include "config/log.hpp"
#include "domain/hash.hpp"
#include "domain/lease_policy.hpp"

#include <algorithm>

namespace uzel {
namespace {

// Who repeats himself within this time is not told again.
constexpr std::chrono::seconds alarm_pause{60};
constexpr std::size_t alarms_remembered = 4096;

// Rows of the image that belong to each account, found by binary search instead of a map of
// vectors.
template <class Row, class Owner>
std::vector<const Row*> sorted_by_owner(const std::vector<Row>& rows, Owner owner) {
  std::vector<const Row*> out;
  out.reserve(rows.size());
  for (const auto& row : rows)
    if (owner(row))
      out.push_back(&row);
  std::stable_sort(out.begin(), out.end(),
                   [&](const Row* a, const Row* b) { return owner(*a) < owner(*b); });
  return out;
}

template <class Row, class Owner>
void append_rows_of(account_id who, const std::vector<const Row*>& sorted, Owner owner,
                    std::vector<Row>& out, journal_number& commit) {
  auto at = std::lower_bound(sorted.begin(), sorted.end(), who,
                             [&](const Row* row, account_id id) { return owner(*row) < id; });
  for (; at != sorted.end() && owner(**at) == who; ++at) {
    out.push_back(**at);
    commit = std::max(commit, (*at)->number);
  }
}

account_id owner_of(const binding& b) {
  return b.holder;
}
account_id owner_of(const session& s) {
  return s.account;
}

class slicer {
 public:
  slicer(const boot_image& image, std::size_t shards, instant now, duration offer_time)
    : now_{now}
    , offer_time_{offer_time}
    , bindings_{sorted_by_owner(image.bindings, [](const binding& b) { return owner_of(b); })}
    , sessions_{sorted_by_owner(image.sessions, [](const session& s) { return owner_of(s); })} {
    for (std::size_t i = 0; i < shards; ++i) {
      slices_.push_back(std::make_shared<directory_slice>());
      const auto share = image.accounts.size() / shards + 1;
      slices_[i]->accounts.reserve(share);
      slices_[i]->keys.reserve(share, share, 0);
      slices_[i]->last = image.last;
    }
  }

  void add(const account_state& account) {
    auto& home = slice_of(std::hash<account_id>{}(account.id));
    account_picture picture;
    picture.account = account;
    picture.commit = account.number_of_change;
    append_rows_of(
      account.id, bindings_, [](const binding& b) { return owner_of(b); }, picture.bindings,
      picture.commit);
    for (auto& b : picture.bindings)
      b = at_start(std::move(b), now_, offer_time_);
    append_rows_of(
      account.id, sessions_, [](const session& s) { return owner_of(s); }, picture.sessions,
      picture.commit);
    home.accounts.add(account.id).rest = put_to_rest(picture);
    if (is_guest(account.id)) {
      ++home.guests;
      return;
    }
    if (!account.number.empty())
      claim_number(account);
    for (const auto& key : account.accesses)
      load_key(account.id, key);
  }

  // Guests have no account: what they use brings them back. What is only kept for them does not,
  // for the pool takes it back without a word.
  void add_guests() {
    std::vector<account_id> guests;
    for (const auto* b : bindings_)
      if (is_guest(b->holder) && is_live(*b))
        guests.push_back(b->holder);
    for (const auto* s : sessions_)
      if (is_guest(s->account) && s->state == session_state::open)
        guests.push_back(s->account);
    std::sort(guests.begin(), guests.end());
    guests.erase(std::unique(guests.begin(), guests.end()), guests.end());
    for (const auto who : guests) {
      account_state guest;
      guest.id = who;
      add(guest);
    }
  }

  std::vector<std::shared_ptr<directory_slice>> slices() { return std::move(slices_); }

 private:
  directory_slice& slice_of(std::uint64_t hash) { return *slices_[hash % slices_.size()]; }

  void claim_number(const account_state& account) {
    auto& keys = slice_of(number_hash(account.number)).keys;
    if (keys.claim_number(account.id, account.number) == key_table::claim_outcome::taken)
      log::directory.error("duplicate-key", "accounts {} and {} have the number {}",
                           keys.find_number(account.number).who.value, account.id.value,
                           account.number);
  }

  void load_key(account_id who, const access& key) {
    auto& keys = slice_of(key_hash(key)).keys;
    if (key.kind != access_kind::port && keys.find(key).owners != 0)
      log::directory.error("duplicate-key", "account {} shares {} with another: it matches nobody",
                           who.value, to_string(key));
    keys.load(who, key);
  }

  instant now_;
  duration offer_time_;
  std::vector<const binding*> bindings_;
  std::vector<const session*> sessions_;
  std::vector<std::shared_ptr<directory_slice>> slices_;
};

} // namespace

std::vector<std::shared_ptr<directory_slice>>
slice_boot_image(const boot_image& image, std::size_t shards, instant now, duration offer_time) {
  slicer cut{image, std::max<std::size_t>(1, shards), now, offer_time};
  for (const auto& account : image.accounts)
    cut.add(account);
  cut.add_guests();
  return cut.slices();
}

directory_state::directory_state(directory_actor::pointer me) : self{me} {}
directory_state::~directory_state() = default;

const catalogue& directory_state::desk() {
  if (!desk_ || desk_version_ != wires->desk->version()) {
    desk_ = wires->desk->current();
    desk_version_ = desk_->version;
  }
  return *desk_;
}

void directory_state::raise_alarm(std::string_view id, const std::string& subject,
                                  const std::string& text) {
  const auto now = wires->time->now();
  const auto which = stable_hash(subject, stable_hash(id));
  if (alarmed_.size() >= alarms_remembered)
    alarmed_.clear();
  auto& last = alarmed_[which];
  if (last && now - last < alarm_pause)
    return;
  last = now;
  if (wires->events)
    self->send(wires->events, alarm_raised{now, std::string{id}, subject, text});
}

directory_actor::behavior_type directory(directory_actor::stateful_pointer<directory_state> self,
                                         wiring* wires, std::uint32_t shard,
                                         const std::shared_ptr<directory_slice>& slice,
                                         const subscriber_spawner& spawn) {
  auto& state = self->state;
  state.wires = wires;
  state.shard = shard;
  state.spawn = spawn;
  if (slice) {
    state.keys = std::move(slice->keys);
    state.accounts = std::move(slice->accounts);
    state.guests = slice->guests;
    state.keys_touched = slice->last;
  }
  state.looked = wires->time->now();
  self->delayed_send(self, idle_look, look_idle{});
  // Addressed to an account, one way: a message for an account that does not exist goes nowhere.
  const auto pass = [&state](auto& message) {
    const auto who = message.who;
    state.tell(who, std::move(message));
  };
  // CAF compares a message with one case after the other: the frequent ones come first.
  return {
    [&state](login& m) { state.on(std::move(m)); },
    [&state](account_usage& m) { state.on(std::move(m)); },
    [&state](ready_to_sleep& m) { state.on(std::move(m)); },
    [pass](address_taken& m) { pass(m); },
    [pass](address_refused& m) { pass(m); },
    [&state](const give_up& m) { state.on(m); },
    [pass](close_restarted& m) { pass(m); },
    [pass](close_stale& m) { pass(m); },
    [&state](const hand_over_session& m) { state.on(m); },
    [pass](continue_session& m) { pass(m); },
    [pass](end_lease& m) { pass(m); },
    [&state](const show_account& m) { return state.on(m); },
    [&state](const change_account& m) { return state.on(m); },
    [&state](const add_access& m) { return state.on(m); },
    [&state](const remove_access& m) { return state.hand_on<account_shown>(m); },
    [&state](const set_subscription& m) { return state.hand_on<account_shown>(m); },
    [&state](const add_static_address& m) { return state.hand_on<account_shown>(m); },
    [&state](const remove_static_address& m) { return state.hand_on<account_shown>(m); },
    [&state](const disconnect_session& m) { return state.hand_on<session_disconnected>(m); },
    [&state](const create_account& m) { return state.on(m); },
    [&state](const import_accounts& m) { return state.on(m); },
    [&state](const find_account& m) { return state.on(m); },
    [&state](const page_sessions& m) { return state.on(m); },
    [&state](const claim_keys& m) { return state.on(m); },
    [&state](const release_keys& m) { state.on(m); },
    [&state](const claim_batch& m) { return state.on(m); },
    [&state](const release_batch& m) { state.on(m); },
    [&state](const plant_accounts& m) { return state.on(m); },
    [&state](const continue_intake& m) { state.on(m); },
    [&state](const account_settled& m) { state.on(m); },
    [&state](const look_idle&) { state.look_for_idle(); },
    [](const desk_published&) {}, // keys are by id: an edit of the desk moves none
  };
}

} // namespace uzel
