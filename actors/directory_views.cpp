// What the desk looks at.
#include "actors/directory_route.hpp"

#include <algorithm>

namespace uzel {
namespace {

// One page on its way: awake accounts are asked, sleeping ones are read.
struct page_job {
  caf::typed_response_promise<sessions_page> reply;
  sessions_page page;
  std::size_t waiting = 0;

  void take(const std::vector<session>& sessions) {
    std::copy_if(sessions.begin(), sessions.end(), std::back_inserter(page.rows),
                 [](const session& s) { return s.state == session_state::open; });
  }
  void finish_one() {
    if (--waiting == 0)
      reply.deliver(std::move(page));
  }
};

constexpr std::uint32_t largest_page = 5000;

} // namespace

caf::result<account_shown> directory_state::on(const show_account& question) {
  if (!is_mine(question.who))
    return self->delegate(wires->shard_of(question.who), question);
  auto* const slot = accounts.find(question.who);
  if (!slot)
    return no_such_account(question.who);
  if (slot->awake || slot->rest.packed.empty())
    return hand_on<account_shown>(question);
  auto picture = unpack(slot->rest.packed);
  return account_shown{std::move(picture.account), std::move(picture.bindings),
                       std::move(picture.sessions), picture.commit};
}

caf::result<account_shown> directory_state::on(const find_account& question) {
  const bool by_number = !question.number.empty();
  if (!by_number)
    if (const auto problem = problem_of(question.key); !problem.empty())
      return caf::make_error(errc::invalid_input, std::string{problem});
  const auto home =
    shard_of_hash(by_number ? number_hash(question.number) : key_hash(question.key));
  if (home != shard)
    return self->delegate(wires->directory[home], question);
  const auto match = by_number ? keys.find_number(question.number) : keys.find(question.key);
  const auto name = by_number ? "number " + question.number : to_string(question.key);
  if (match.owners == 0)
    return caf::make_error(errc::not_found, "nobody has " + name);
  if (match.owners > 1)
    return caf::make_error(errc::ambiguous,
                           std::to_string(match.owners) + " accounts have " + name);
  return on(show_account{match.who});
}

// Walks the slots from the cursor; an awake account counts for one row until it has answered.
caf::result<sessions_page> directory_state::on(const page_sessions& question) {
  const auto limit = std::clamp<std::uint32_t>(question.limit, 1, largest_page);
  auto job = std::make_shared<page_job>();
  std::vector<subscriber_actor> living;
  std::vector<account_id> ids;
  auto at = static_cast<std::size_t>(question.after_slot);
  for (; at < accounts.slots() && job->page.rows.size() + living.size() < limit; ++at) {
    auto& slot = accounts.at(at);
    if (slot.awake) {
      living.push_back(reach(slot));
      ids.push_back(slot.who);
    } else if (slot.rest.open_sessions != 0 && !slot.rest.packed.empty()) {
      job->take(unpack(slot.rest.packed).sessions);
    }
  }
  job->page.next_slot = at < accounts.slots() ? at : 0;
  if (living.empty())
    return std::move(job->page);
  job->reply = self->make_response_promise<sessions_page>();
  job->waiting = living.size();
  for (std::size_t i = 0; i < living.size(); ++i)
    self->request(living[i], claim_limit, show_account{ids[i]})
      .then(
        [job](const account_shown& shown) {
          job->take(shown.sessions);
          job->finish_one();
        },
        [job](caf::error&) { job->finish_one(); });
  return job->reply;
}

} // namespace uzel
