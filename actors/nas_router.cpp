#include "actors/nas_router.hpp"

#include "config/log.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <map>

namespace uzel {
namespace {

// A list of NASes on its way.
struct listing {
  caf::typed_response_promise<nases_listed> reply;
  nases_listed rows;
  std::size_t waiting = 0;

  void finish_one() {
    if (--waiting != 0)
      return;
    std::sort(rows.rows.begin(), rows.rows.end(), [](const nas_shown& a, const nas_shown& b) {
      return a.state.name != b.state.name ? a.state.name < b.state.name : a.state.id < b.state.id;
    });
    reply.deliver(std::move(rows));
  }
};

constexpr std::chrono::seconds listing_limit{2};

} // namespace

std::vector<nas_boot> nases_at_start(const boot_image& image) {
  std::map<nas_id, nas_boot> found;
  for (const auto& n : image.nases)
    found[n.id].about = n;
  for (const auto& s : image.sessions) {
    if (s.state != session_state::open)
      continue;
    auto& boot = found[s.nas];
    boot.about.id = s.nas;
    boot.sessions.push_back(s);
  }
  std::vector<nas_boot> out;
  for (auto& [id, boot] : found) {
    if (image.desk && !boot.about.client)
      if (const auto at = image.desk->nases->find(id.value); at != image.desk->nases->end()) {
        boot.about.client = client_id{at->second.client_id};
        boot.about.name = at->second.name;
      }
    out.push_back(std::move(boot));
  }
  return out;
}

nas_router_state::nas_router_state(nas_router_actor::pointer me) : self{me} {}

nas_actor nas_router_state::find(nas_id which) const {
  const auto at = known.find(which);
  return at == known.end() ? nas_actor{} : at->second;
}

void nas_router_state::start(const nas_boot& boot) {
  known[boot.about.id] = self->system().spawn(nas_of, wires, boot);
}

void nas_router_state::on(account_usage&& report) {
  const auto which = report.facts.nas;
  if (!known.contains(which)) {
    if (known.size() >= nas_limit) {
      if (refused++ == 0)
        log::nas.warn("nas-limit", "more than {} NASes report: {} is not answered", nas_limit,
                      report.facts.nas_name);
      return;
    }
    start({{which, report.facts.from, report.facts.nas_name, 0, {}, {}}, {}});
    wires->heard_nases.add(which, find(which));
  }
  self->send(find(which), std::move(report));
}

void nas_router_state::on(const sweep_stale& order) {
  for (const auto& [id, handle] : known)
    self->send(handle, order);
}

caf::result<session_ended> nas_router_state::on(const end_session& order) {
  const auto handle = find(order.what.nas);
  if (!handle)
    return session_ended{disconnect_outcome::not_possible, 0};
  return self->delegate(handle, order);
}

caf::result<nases_listed> nas_router_state::on(const list_nases& question) {
  const auto count = std::min<std::size_t>(known.size(), question.limit);
  if (count == 0)
    return nases_listed{};
  auto job = std::make_shared<listing>();
  job->reply = self->make_response_promise<nases_listed>();
  job->waiting = count;
  std::size_t asked = 0;
  for (const auto& [id, handle] : known) {
    if (asked++ == count)
      break;
    self->request(handle, listing_limit, question)
      .then(
        [job](const nases_listed& one) {
          job->rows.rows.insert(job->rows.rows.end(), one.rows.begin(), one.rows.end());
          job->finish_one();
        },
        [job](caf::error&) { job->finish_one(); });
  }
  return job->reply;
}

nas_router_actor::behavior_type
nas_router(nas_router_actor::stateful_pointer<nas_router_state> self, wiring* wires,
           const std::vector<nas_boot>& boot) {
  auto& state = self->state;
  state.wires = wires;
  for (const auto& each : boot)
    state.start(each);
  wires->heard_nases.assign({state.known.begin(), state.known.end()});
  const auto pass = [&state](auto& message) {
    if (const auto handle = state.find(message.nas))
      state.self->send(handle, std::move(message));
  };
  return {
    [&state](account_usage& m) { state.on(std::move(m)); },
    [pass](session_noted& m) { pass(m); },
    [pass](dynauth_answered& m) { pass(m); },
    [&state](const sweep_stale& m) { state.on(m); },
    [pass](continue_closing& m) { pass(m); },
    [pass](dialogue_expired& m) { pass(m); },
    [&state](const end_session& m) { return state.on(m); },
    [&state](const list_nases& m) { return state.on(m); },
  };
}

} // namespace uzel
