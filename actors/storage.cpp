#include "actors/storage.hpp"

#include "actors/storage_stand.hpp"
#include "actors/storage_worker.hpp"

#include <caf/all.hpp>

namespace uzel {
namespace {

// Admits a question, or says why not: the queue in front of blocking workers is bounded here.
template <class Answer, class Worker, class Question>
caf::result<Answer> hand_over(storage_actor::pointer self, storage_parts& parts,
                              std::uint32_t bound, const Worker& worker, const Question& question) {
  if (parts.waiting.fetch_add(1) < bound)
    return self->delegate(worker, question);
  parts.waiting.fetch_sub(1);
  return errc::overloaded;
}

} // namespace

storage_actor::behavior_type storage_front(storage_actor::pointer self, wiring* wires,
                                           storage_parts* parts, storage_openers openers,
                                           config::store_settings settings) {
  const auto editor = self->spawn<caf::detached + caf::linked>(desk_worker, wires, parts, openers);
  std::vector<read_worker_actor> readers;
  for (std::uint32_t i = 0; i < std::max(1u, settings.read_workers); ++i)
    readers.push_back(self->spawn<caf::detached + caf::linked>(read_worker, wires, parts, openers));
  const auto bound = settings.desk_queue;
  // While the database is away nobody waits for it: edits and readers would queue up behind it.
  const auto edit = [=](const auto& question) -> caf::result<desk_settled> {
    if (parts->projector->is_away()) {
      parts->projector->hurry();
      return caf::make_error(errc::unavailable, std::string{"the database is away"});
    }
    return hand_over<desk_settled>(self, *parts, bound, editor, question);
  };
  const auto next = std::make_shared<std::size_t>(0);
  const auto reader = [=]() -> const read_worker_actor& {
    return readers[(*next)++ % readers.size()];
  };
  return {
    [=](const desk_create& q) { return edit(q); },
    [=](const desk_change& q) { return edit(q); },
    [=](const desk_remove& q) { return edit(q); },
    [=](const show_row& q) { return hand_over<row_shown>(self, *parts, bound, reader(), q); },
    [=](const list_rows& q) { return hand_over<rows_listed>(self, *parts, bound, reader(), q); },
    [=](const find_holder& q) { return hand_over<rows_listed>(self, *parts, bound, reader(), q); },
    [=](const show_store& q) -> caf::result<store_shown> {
      if (parts->projector->is_away())
        return stand_of_journal(*parts, wires->time->now());
      return hand_over<store_shown>(self, *parts, bound, reader(), q);
    },
  };
}

} // namespace uzel
