// Actors that answer the API in a few lines each, and remember what they were told.
#pragma once

#include "actors/api/interfaces.hpp"
#include "domain/entities/desk.hpp"
#include "domain/entities/live.hpp"

#include <caf/all.hpp>

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace uzel::test {

struct fake_world {
  std::mutex mutex;
  std::vector<std::string> told;
  std::map<std::string, std::map<std::uint64_t, row>> rows;
  std::vector<account_state> accounts;
  desk_change last_change;
  desk_create last_create;
  list_rows last_list;
  create_account last_account;
  import_accounts last_import;
  errc refuse_desk = errc::ok;
  errc refuse_range = errc::ok;
  disconnect_outcome outcome = disconnect_outcome::acknowledged;
  journal_number commit{41};
  std::vector<session> live_sessions;
  std::vector<binding> live_bindings;

  void tell(std::string what) {
    const std::lock_guard lock{mutex};
    told.push_back(std::move(what));
  }
  std::vector<std::string> said() {
    const std::lock_guard lock{mutex};
    return told;
  }
  template <class T>
  void put(T object) {
    const std::lock_guard lock{mutex};
    auto& table = rows[std::string{entity_of<T>().name}];
    if constexpr (requires { object.id.value; })
      table[object.id.value] = to_row(object);
    else
      table[object.id] = to_row(object);
  }
};

inline caf::result<row_shown> find_row(fake_world* w, const show_row& q) {
  const std::lock_guard lock{w->mutex};
  const auto& table = w->rows[q.entity];
  const auto at = table.find(q.id);
  if (at == table.end())
    return caf::make_error(errc::not_found);
  return row_shown{at->second};
}

inline caf::behavior fake_storage(caf::event_based_actor*, fake_world* w) {
  return {
    [w](const desk_create& q) -> caf::result<desk_settled> {
      w->tell("create " + q.entity);
      const std::lock_guard lock{w->mutex};
      w->last_create = q;
      if (w->refuse_desk != errc::ok)
        return caf::make_error(w->refuse_desk, std::string{"name home is taken"});
      auto after = q.fields;
      after[0] = value{std::int64_t{17}};
      w->rows[q.entity][17] = after;
      return desk_settled{after, w->commit};
    },
    [w](const desk_change& q) -> caf::result<desk_settled> {
      w->tell("change " + q.entity);
      const std::lock_guard lock{w->mutex};
      w->last_change = q;
      if (w->refuse_desk != errc::ok)
        return caf::make_error(w->refuse_desk);
      auto& row = w->rows[q.entity][q.id];
      for (std::size_t i = 0; i < q.changed.size(); ++i)
        row[q.changed[i]] = q.fields[i];
      return desk_settled{row, w->commit};
    },
    [w](const desk_remove& q) -> caf::result<desk_settled> {
      w->tell("remove " + q.entity);
      if (w->refuse_desk != errc::ok)
        return caf::make_error(w->refuse_desk);
      return desk_settled{{}, w->commit};
    },
    [w](const show_row& q) { return find_row(w, q); },
    [w](const list_rows& q) -> caf::result<rows_listed> {
      const std::lock_guard lock{w->mutex};
      w->last_list = q;
      rows_listed out;
      for (const auto& [id, row] : w->rows[q.entity]) {
        bool fits = true;
        for (const auto& f : q.filters)
          fits = fits && row[f.field] == f.with;
        if (fits)
          out.rows.push_back(row);
      }
      out.next_cursor = "next page";
      return out;
    },
    [w](const find_holder&) -> caf::result<rows_listed> {
      const std::lock_guard lock{w->mutex};
      rows_listed out;
      for (const auto& [id, row] : w->rows["address_use"])
        out.rows.push_back(row);
      return out;
    },
    [](const show_store&) -> caf::result<store_shown> {
      store_shown out;
      out.store_id = "s";
      out.parked.push_back({journal_number{3}, "k", "because"});
      return out;
    },
  };
}

inline caf::result<account_shown> find_account_of(fake_world* w, account_id who) {
  const std::lock_guard lock{w->mutex};
  for (const auto& a : w->accounts)
    if (a.id == who)
      return account_shown{a, {}, {}, w->commit};
  return caf::make_error(errc::not_found);
}

inline caf::behavior fake_directory(caf::event_based_actor*, fake_world* w) {
  return {
    [w](const create_account& q) -> caf::result<account_shown> {
      const std::lock_guard lock{w->mutex};
      w->last_account = q;
      auto made = q.draft;
      made.id = account_id{5};
      if (!q.password.empty())
        made.credential = "sealed";
      w->accounts.push_back(made);
      return account_shown{made, {}, {}, w->commit};
    },
    [w](const import_accounts& q) -> caf::result<accounts_imported> {
      const std::lock_guard lock{w->mutex};
      w->last_import = q;
      accounts_imported out{static_cast<std::uint32_t>(q.drafts.size()), {}, {}, w->commit};
      if (q.drafts[0].number == "taken")
        out = {0, {{0, "number", "number taken is taken"}}, errc::conflict, {}};
      if (q.drafts.back().number == "full")
        out = {1, {{1, "", "the journal refuses: a queue is full"}}, errc::overloaded, w->commit};
      return out;
    },
    [w](const show_account& q) { return find_account_of(w, q.who); },
    [w](const change_account& q) { return find_account_of(w, q.who); },
    [w](const add_access& q) { return find_account_of(w, q.who); },
    [w](const remove_access& q) {
      w->tell("remove_access " + q.what.login);
      return find_account_of(w, q.who);
    },
    [w](const set_subscription& q) { return find_account_of(w, q.who); },
    [w](const add_static_address& q) { return find_account_of(w, q.who); },
    [w](const remove_static_address& q) { return find_account_of(w, q.who); },
    [w](const disconnect_session& q) -> caf::result<session_disconnected> {
      w->tell("disconnect " + std::to_string(q.session.value) + " of " +
              std::to_string(q.who.value));
      return session_disconnected{w->outcome, 0, w->commit};
    },
    [w](const page_sessions& q) -> caf::result<sessions_page> {
      // One row a page, so that pages are walked.
      const std::lock_guard lock{w->mutex};
      const auto at = q.after_slot;
      if (at >= w->live_sessions.size())
        return sessions_page{};
      return sessions_page{{w->live_sessions[at]}, at + 1 < w->live_sessions.size() ? at + 1 : 0};
    },
  };
}

inline caf::behavior fake_space(caf::event_based_actor*, fake_world* w) {
  return {
    [w](const check_range& q) -> caf::result<range_checked> {
      w->tell(std::string{"check"} + (q.remove ? " remove" : ""));
      if (w->refuse_range != errc::ok)
        return caf::make_error(w->refuse_range, std::string{"shares addresses with pool b"});
      return range_checked{7};
    },
    [w](const range_settled& q) { w->tell("settled " + std::to_string(q.reservation)); },
    [w](const remove_binding& q) -> caf::result<binding_removed> {
      w->tell("free " + std::to_string(q.binding.value));
      binding after;
      after.id = q.binding;
      after.address = q.address;
      after.number = w->commit;
      return binding_removed{after};
    },
    [w](const quarantine_address& q) -> caf::result<binding_removed> {
      binding after;
      after.address = q.address;
      after.number = w->commit;
      return binding_removed{after};
    },
    [w](const page_bindings&) -> caf::result<bindings_page> {
      const std::lock_guard lock{w->mutex};
      return bindings_page{w->live_bindings, true};
    },
  };
}

inline caf::behavior fake_clock(caf::event_based_actor*) {
  return {[](const show_clock&) {
            return clock_shown{instant{1}, false, {}};
          },
          [](const confirm_clock&) {
            return clock_shown{instant{2}, false, {}};
          }};
}

inline caf::behavior fake_nases(caf::event_based_actor*) {
  return {[](const list_nases&) { return nases_listed{{nas_shown{}}}; }};
}

} // namespace uzel::test
