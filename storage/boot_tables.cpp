#include "storage/boot_tables.hpp"

#include "domain/entities/live.hpp"
#include "storage/objects.hpp"
#include "storage/statements.hpp"

namespace uzel::storage {
namespace {

// As long as a subscriber remembers ended sessions himself.
constexpr seconds closed_memory{3600};
constexpr seconds reaped_memory{86400};

constexpr statement count_accounts{"count_accounts", "SELECT COUNT(*) FROM accounts"};

database_result<> just(const database_result<std::uint64_t>& r) {
  if (!r)
    return r.error();
  return {};
}

// SELECT of a whole table in another order than by id, or a part of it.
template <class T>
std::string select(std::string_view rest) {
  const auto& e = entity_of<T>();
  return "SELECT " + statements_of(e).columns + " FROM " + std::string{e.plural} + " " +
         std::string{rest};
}

// Calls take(row) for each row, read into the same object.
template <class T, class Take>
database_result<> scan(connection& db, std::string_view name, std::string_view rest, Take take) {
  const auto sql = select<T>(rest);
  return just(db.execute(statement{name, sql}, {}, [&](const row_view& r) {
    T one;
    read_object(r, one);
    take(one);
  }));
}

// Rows come sorted by account, and so do the accounts: one walk over both.
class account_walk {
 public:
  explicit account_walk(std::vector<account_state>& accounts) : accounts_{accounts} {}
  account_state* find(account_id who) {
    while (at_ < accounts_.size() && accounts_[at_].id < who)
      ++at_;
    return at_ < accounts_.size() && accounts_[at_].id == who ? &accounts_[at_] : nullptr;
  }

 private:
  std::vector<account_state>& accounts_;
  std::size_t at_ = 0;
};

template <class T>
database_result<> read_desk(connection& db, catalogue_builder& out) {
  const auto& s = statements_of(entity_of<T>());
  return just(db.execute(statement{s.name_of_select_all, s.select_all}, {}, [&](const row_view& r) {
    T one;
    read_object(r, one);
    out.add(one);
  }));
}

} // namespace

database_result<> read_accounts(connection& db, boot_image& out) {
  auto done = just(db.execute(count_accounts, {}, [&](const row_view& r) {
    out.accounts.reserve(static_cast<std::size_t>(r.integer(0)));
  }));
  if (done)
    done = scan<account_state>(db, "boot_accounts", "ORDER BY id",
                               [&](account_state& one) { out.accounts.push_back(std::move(one)); });
  account_walk owners_of_accesses{out.accounts};
  if (done)
    done =
      scan<access_row>(db, "boot_accesses", "ORDER BY account_id, position", [&](access_row& one) {
        if (auto* owner = owners_of_accesses.find(one.account))
          owner->accesses.push_back(std::move(one.what));
      });
  account_walk owners_of_addresses{out.accounts};
  if (done)
    done = scan<static_address_row>(db, "boot_static_addresses", "ORDER BY account_id, position",
                                    [&](static_address_row& one) {
                                      if (auto* owner = owners_of_addresses.find(one.account))
                                        owner->addresses.push_back(one.what);
                                    });
  account_walk owners_of_subscriptions{out.accounts};
  if (done)
    done = scan<subscription_row>(db, "boot_subscriptions", "ORDER BY account_id, record",
                                  [&](subscription_row& one) {
                                    // The current one was written with the account's own record;
                                    // others are its past.
                                    auto* owner = owners_of_subscriptions.find(one.account);
                                    if (owner && owner->number_of_change == one.record)
                                      owner->current = one.what;
                                  });
  return done;
}

database_result<> read_bindings(connection& db, boot_image& out) {
  return scan<binding>(db, "boot_bindings", "",
                       [&](binding& one) { out.bindings.push_back(std::move(one)); });
}

database_result<> read_sessions(connection& db, boot_image& out) {
  const auto keep = [&](session& one) { out.sessions.push_back(std::move(one)); };
  const auto ended_after = [&](seconds memory, std::string_view also) {
    return "WHERE state = 2 AND ended >= " + std::to_string((out.last_time - memory).us) +
           std::string{also} + " ORDER BY ended, id";
  };
  const std::string reaped = " AND flags & " + std::to_string(session_reaped);
  auto done = scan<session>(db, "boot_sessions", "WHERE state = 1 ORDER BY id", keep);
  if (done)
    done =
      scan<session>(db, "boot_closed_sessions", ended_after(closed_memory, reaped + " = 0"), keep);
  if (done)
    done =
      scan<session>(db, "boot_reaped_sessions", ended_after(reaped_memory, reaped + " <> 0"), keep);
  return done;
}

bool may_be_heard_of(const session& s, instant now) {
  if (s.state == session_state::open)
    return true;
  return now - s.ended <= ((s.flags & session_reaped) != 0 ? reaped_memory : closed_memory);
}

database_result<> read_nases(connection& db, boot_image& out) {
  return scan<nas_state>(db, "boot_nas_states", "ORDER BY id",
                         [&](nas_state& one) { out.nases.push_back(std::move(one)); });
}

database_result<> read_catalogue(connection& db, boot_image& out) {
  catalogue_builder builder;
  auto done = read_desk<routing_domain>(db, builder);
  if (done)
    done = read_desk<client>(db, builder);
  if (done)
    done = read_desk<nas>(db, builder);
  if (done)
    done = read_desk<device>(db, builder);
  if (done)
    done = read_desk<port>(db, builder);
  if (done)
    done = read_desk<service>(db, builder);
  if (done)
    done = read_desk<pool>(db, builder);
  if (done)
    done = read_desk<network>(db, builder);
  if (done)
    done = read_desk<subscriber_options>(db, builder);
  if (done)
    out.desk = builder.finish();
  return done;
}

} // namespace uzel::storage
