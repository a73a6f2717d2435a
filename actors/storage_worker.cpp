#include "actors/storage_worker.hpp"

#include "actors/storage_stand.hpp"
#include "config/log.hpp"

#include <caf/all.hpp>

namespace uzel {
namespace {

// How long a reader waits for the projection to show what its caller has just done.
constexpr duration read_patience = seconds{2};
// How long an edit may wait for the journal's sync; the journal exits the process when it cannot
// sync at all.
constexpr duration sync_patience = seconds{10};

caf::error to_caf(const storage::store_error& e) {
  return caf::make_error(e.code, e.sentence);
}

// The desk's editor: owns a connection, appends desk_changed, publishes the new picture.
class desk_editor {
 public:
  desk_editor(wiring& wires, storage_parts& parts, std::unique_ptr<storage::desk> desk)
    : wires_{wires}
    , parts_{parts}
    , desk_{std::move(desk)} {}

  // Notes that a crash left between the transaction and the journal; the catalogue was loaded with
  // them.
  void settle_leftovers() {
    const auto notes = desk_->pending_outbox();
    if (!notes)
      return log::desk.error("outbox-unreadable", "{}", notes.error().sentence);
    for (const auto& note : *notes)
      (void)append(note);
  }

  caf::result<desk_settled> finish(const entity& e,
                                   storage::store_result<storage::desk_outcome> outcome) {
    if (!outcome)
      return to_caf(outcome.error());
    if (!outcome->changed)
      return desk_settled{std::move(outcome->after), wires_.log->synced()};
    const auto number = append(outcome->note);
    if (!number)
      return caf::make_error(
        number.error().value() == static_cast<int>(errc::store_full) ? errc::store_full
                                                                     : errc::unavailable,
        std::string{"the change is stored and will be published when the journal has room"});
    publish(e, outcome->note.what, outcome->after, *number);
    return desk_settled{std::move(outcome->after), *number};
  }

  storage::desk& desk() { return *desk_; }
  instant now() const { return wires_.time->now(); }

 private:
  result<journal_number> append(const storage::outbox_note& note) {
    const auto number = wires_.log->append(now(), storage::record{note.what});
    if (!number) {
      log::desk.error("desk-change-not-journaled", "{} {}: {}; it stays in the outbox",
                      note.what.entity, note.what.id, number.error().message());
      return number;
    }
    if (!parts_.signal->wait(*number, sync_patience))
      return errc::timed_out;
    if (const auto done = desk_->outbox_done(note.id); !done)
      log::desk.warn("outbox-not-cleared", "{}", done.error().sentence);
    return number;
  }

  // Actors learn of the desk only from here, after the sync.
  void publish(const entity& e, const storage::desk_changed& what, const row& after,
               journal_number number) {
    parts_.picture->publish(
      storage::with_row(*parts_.picture->current(), e, what.id, after, number));
    if (e.name == "routing_domain" && !what.deleted && parts_.open_domain)
      parts_.open_domain(routing_domain_id{what.id});
    const desk_published news{number, what.entity, what.id};
    for (const auto& shard : wires_.directory)
      caf::anon_send(shard, news);
    const auto desk = parts_.picture->current();
    for (const auto& [id, domain] : *desk->domains)
      if (const auto space = wires_.spaces.of(routing_domain_id{id}))
        caf::anon_send(space, news);
  }

  wiring& wires_;
  storage_parts& parts_;
  std::unique_ptr<storage::desk> desk_;
};

// Gives the place in the front's queue back when the answer is made.
class place {
 public:
  explicit place(storage_parts& parts) : parts_{parts} {}
  ~place() { parts_.waiting.fetch_sub(1); }
  place(const place&) = delete;
  place& operator=(const place&) = delete;

 private:
  storage_parts& parts_;
};

template <class Answer, class Work>
caf::result<Answer> with_entity(const std::string& name, Work work) {
  if (const auto* e = find_entity(name))
    return work(*e);
  return caf::make_error(errc::not_found, "no such kind of object: " + name);
}

storage::page_request to_page(const list_rows& q) {
  storage::page_request out;
  for (const auto& f : q.filters)
    out.conditions.push_back({f.field, static_cast<storage::compare>(f.test), f.with});
  out.search = q.search;
  out.sort = q.sort;
  out.descending = q.descending;
  out.cursor = q.cursor;
  out.limit = q.limit;
  return out;
}

} // namespace

desk_worker_actor::behavior_type desk_worker(desk_worker_actor::pointer self, wiring* wires,
                                             storage_parts* parts, storage_openers openers) {
  auto opened = openers.desk();
  if (!opened) {
    log::desk.error("desk-not-opened", "{}", opened.error().sentence);
    self->quit(caf::make_error(errc::unavailable));
    return desk_worker_actor::behavior_type::make_empty_behavior();
  }
  const auto editor = std::make_shared<desk_editor>(*wires, *parts, std::move(*opened));
  editor->settle_leftovers();
  return {
    [=](const desk_create& q) -> caf::result<desk_settled> {
      const place kept{*parts};
      return with_entity<desk_settled>(q.entity, [&](const entity& e) {
        return editor->finish(e, editor->desk().create(e, q.fields, editor->now()));
      });
    },
    [=](const desk_change& q) -> caf::result<desk_settled> {
      const place kept{*parts};
      return with_entity<desk_settled>(q.entity, [&](const entity& e) {
        return editor->finish(e, editor->desk().change(e, q.id, q.expected_version, q.changed,
                                                       q.fields, editor->now()));
      });
    },
    [=](const desk_remove& q) -> caf::result<desk_settled> {
      const place kept{*parts};
      return with_entity<desk_settled>(q.entity, [&](const entity& e) {
        return editor->finish(e, editor->desk().remove(e, q.id));
      });
    },
  };
}

read_worker_actor::behavior_type read_worker(read_worker_actor::pointer self, wiring* wires,
                                             storage_parts* parts, storage_openers openers) {
  auto opened = openers.reader();
  if (!opened) {
    log::store.error("reader-not-opened", "{}", opened.error().sentence);
    self->quit(caf::make_error(errc::unavailable));
    return read_worker_actor::behavior_type::make_empty_behavior();
  }
  const auto source = std::shared_ptr<storage::reader>{std::move(*opened)};
  const auto seen = [parts](journal_number at_least) {
    return !at_least || parts->projector->wait_applied(at_least, read_patience);
  };
  return {
    [=](const show_row& q) -> caf::result<row_shown> {
      const place kept{*parts};
      if (!seen(q.at_least))
        return errc::timed_out;
      return with_entity<row_shown>(q.entity, [&](const entity& e) -> caf::result<row_shown> {
        auto found = source->show(e, q.id);
        if (!found)
          return to_caf(found.error());
        return row_shown{std::move(*found)};
      });
    },
    [=](const list_rows& q) -> caf::result<rows_listed> {
      const place kept{*parts};
      if (!seen(q.at_least))
        return errc::timed_out;
      return with_entity<rows_listed>(q.entity, [&](const entity& e) -> caf::result<rows_listed> {
        auto page = source->list(e, to_page(q));
        if (!page)
          return to_caf(page.error());
        return rows_listed{std::move(page->rows), std::move(page->next_cursor)};
      });
    },
    [=](const find_holder& q) -> caf::result<rows_listed> {
      const place kept{*parts};
      auto found = source->find_holder(routing_domain_id{q.routing_domain}, ipv4{q.address}, q.at);
      if (found)
        return rows_listed{{std::move(*found)}, {}};
      if (found.error().code == errc::not_found)
        return rows_listed{};
      return to_caf(found.error());
    },
    [=](const show_store& q) -> caf::result<store_shown> {
      const place kept{*parts};
      return stand_of_store(*parts, wires->time->now(), q.parked_limit);
    },
  };
}

} // namespace uzel
