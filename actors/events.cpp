#include "actors/events.hpp"

#include "actors/event_rendering.hpp"
#include "config/log.hpp"

#include <caf/all.hpp>

namespace uzel {
namespace {

// Records of a batch after `sent`, in words. A record that does not decode was written by a newer
// version: it is skipped.
std::vector<event> render_after(const synced_records& batch, journal_number sent,
                                std::uint32_t epoch) {
  std::vector<event> out;
  std::size_t at = 0;
  for (const auto& mark : batch.marks) {
    const std::span payload{reinterpret_cast<const std::uint8_t*>(batch.bytes.data()) + at,
                            mark.size};
    at += mark.size;
    if (mark.number <= sent)
      continue;
    if (auto what = storage::decode(mark.kind, payload, mark.number))
      out.push_back(to_event({mark.number, mark.time, std::move(*what)}, epoch));
  }
  return out;
}

} // namespace

void event_feed::on_synced(std::span<const storage::record_view> records, journal_number) {
  if (!to_ || records.empty())
    return;
  synced_records out;
  out.marks.reserve(records.size());
  std::size_t bytes = 0;
  for (const auto& r : records)
    bytes += r.payload.size();
  out.bytes.reserve(bytes);
  for (const auto& r : records) {
    out.marks.push_back({r.number, r.time, r.kind, static_cast<std::uint32_t>(r.payload.size())});
    out.bytes.append(reinterpret_cast<const char*>(r.payload.data()), r.payload.size());
  }
  backlog_.records.fetch_add(records.size());
  caf::anon_send(to_, std::move(out));
}

void events_state::watch(const synced_records& batch) {
  std::size_t at = 0;
  for (const auto& mark : batch.marks) {
    const std::span payload{reinterpret_cast<const std::uint8_t*>(batch.bytes.data()) + at,
                            mark.size};
    at += mark.size;
    const auto kind = static_cast<storage::record_kind>(mark.kind);
    if (kind != storage::record_kind::binding && kind != storage::record_kind::session)
      continue;
    const auto what = storage::decode(mark.kind, payload, mark.number);
    if (!what)
      continue;
    if (const auto* b = std::get_if<storage::binding_changed>(&*what))
      settings.watch->observe(b->after);
    else if (const auto* s = std::get_if<storage::session_changed>(&*what))
      settings.watch->observe(s->after);
  }
}

void events_state::take(synced_records&& batch) {
  if (settings.watch)
    watch(batch);
  const auto behind = backlog->records.fetch_sub(batch.marks.size());
  synced = batch.marks.back().number;
  if (behind > settings.ring && !readers_.empty())
    drop_all(synced); // words cost more than the stream leaves time for
  for (auto at = readers_.begin(); at != readers_.end();) {
    bool alive = true;
    show(batch, at->second, at->first, alive);
    at = alive ? std::next(at) : readers_.erase(at);
  }
  backlog->readers = static_cast<std::uint32_t>(readers_.size());
  ring_records_ += batch.marks.size();
  ring_.push_back(std::move(batch));
  while (ring_records_ > settings.ring && ring_.size() > 1) {
    ring_records_ -= ring_.front().marks.size();
    ring_.pop_front();
  }
}

void events_state::show(const synced_records& batch, reader& to, std::uint64_t id, bool& alive) {
  const auto words = render_after(batch, to.sent, settings.epoch);
  to.sent = std::max(to.sent, batch.marks.back().number);
  if (!words.empty())
    alive = gate->deliver(id, words, missed_);
}

events_subscribed events_state::subscribe(const subscribe_events& who) {
  events_subscribed out{settings.epoch, synced, false};
  if (!gate)
    return out;
  const bool fresh = who.epoch == 0 && !who.after;
  const auto oldest =
    ring_.empty() ? journal_number{synced.value + 1} : ring_.front().marks.front().number;
  out.resnapshot = !fresh && (who.epoch != settings.epoch || who.after.value + 1 < oldest.value ||
                              who.after > synced);
  reader r{fresh || out.resnapshot ? synced : who.after};
  bool alive = true;
  for (const auto& batch : ring_)
    if (alive && batch.marks.back().number > r.sent)
      show(batch, r, who.reader, alive);
  if (alive)
    readers_[who.reader] = r;
  backlog->readers = static_cast<std::uint32_t>(readers_.size());
  return out;
}

void events_state::unsubscribe(std::uint64_t id) {
  readers_.erase(id);
  backlog->readers = static_cast<std::uint32_t>(readers_.size());
}

void events_state::drop_all(journal_number cursor) {
  log::live.warn("live-readers-dropped",
                 "{} readers could not keep up; they may come back with a cursor", readers_.size());
  for (const auto& [id, r] : readers_)
    gate->drop(id, settings.epoch, std::min(r.sent, cursor));
  readers_.clear();
}

void events_state::tell(const event& what) {
  for (auto at = readers_.begin(); at != readers_.end();)
    at =
      gate->deliver(at->first, std::span{&what, 1}, missed_) ? std::next(at) : readers_.erase(at);
  backlog->readers = static_cast<std::uint32_t>(readers_.size());
}

void events_state::take(const login_happened& login) {
  ++volatile_number_;
  if (readers_.empty())
    return;
  if (login.time.unix_seconds() != volatile_second_) {
    volatile_second_ = login.time.unix_seconds();
    volatile_shown_ = 0;
  }
  if (++volatile_shown_ > settings.volatile_per_second) {
    ++missed_;
    return;
  }
  tell(to_event(login, volatile_number_));
}

void events_state::take(const alarm_raised& alarm) {
  ++volatile_number_;
  alarms_.push_front(alarm);
  if (alarms_.size() > alarms_kept)
    alarms_.pop_back();
  tell(to_event(alarm, volatile_number_));
}

alarms_listed events_state::alarms(std::uint32_t limit) const {
  const auto n = std::min<std::size_t>(limit, alarms_.size());
  return {{alarms_.begin(), alarms_.begin() + static_cast<std::ptrdiff_t>(n)}};
}

events_actor::behavior_type events(events_actor::stateful_pointer<events_state> self, wiring* wires,
                                   live_gate* gate, event_backlog* backlog,
                                   events_settings settings) {
  auto& state = self->state;
  state.wires = wires;
  state.gate = gate;
  state.backlog = backlog;
  state.settings = settings;
  state.synced = settings.synced;
  return {
    [self](const login_happened& x) { self->state.take(x); },
    [self](const alarm_raised& x) { self->state.take(x); },
    [self](const subscribe_events& x) { return self->state.subscribe(x); },
    [self](const unsubscribe_events& x) { self->state.unsubscribe(x.reader); },
    [self](synced_records& x) { self->state.take(std::move(x)); },
    [self](const list_alarms& x) { return self->state.alarms(x.limit); },
  };
}

} // namespace uzel
