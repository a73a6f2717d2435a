#include "actors/event_rendering.hpp"

#include "domain/entities/codec.hpp"
#include "domain/entities/live.hpp"

namespace uzel {
namespace {

// The object's fields as texts, in table order.
template <class T>
void render_fields(const T& object, event& out) {
  const auto& e = entity_of<T>();
  out.entity = e.name;
  const auto values = to_row(object);
  out.fields.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    out.fields.push_back(render(e.fields[i], values[i]));
}

struct renderer {
  event& out;

  void operator()(const storage::binding_changed& r) const {
    out.kind = event_kind::binding;
    out.subject = to_string(r.after.address);
    render_fields(r.after, out);
  }
  void operator()(const storage::session_changed& r) const {
    out.kind = event_kind::session;
    out.subject = "session " + std::to_string(r.after.id.value);
    render_fields(r.after, out);
  }
  void operator()(const storage::account_changed& r) const {
    out.kind = event_kind::account;
    out.subject = r.after.number;
    render_fields(r.after, out);
  }
  void operator()(const storage::nas_restarted& r) const {
    out.kind = event_kind::nas;
    out.subject = r.after.name;
    render_fields(r.after, out);
  }
  void operator()(const storage::desk_changed& r) const {
    out.kind = event_kind::desk;
    out.subject = r.entity + ' ' + std::to_string(r.id);
    out.fields = {"entity",  r.entity,
                  "id",      std::to_string(r.id),
                  "version", std::to_string(r.version),
                  "deleted", r.deleted ? "true" : "false"};
  }
};

} // namespace

event to_event(const storage::numbered_record& record, std::uint32_t epoch) {
  event out;
  out.epoch = epoch;
  out.number = record.number;
  out.time = record.time;
  std::visit(renderer{out}, record.what);
  return out;
}

event to_event(const login_happened& login, std::uint64_t volatile_number) {
  event out;
  out.kind = event_kind::login;
  out.volatile_number = volatile_number;
  out.time = login.time;
  out.subject = login.subject;
  out.fields = {
    "verdict",     login.verdict, "why",     login.why, "address",
    login.address, "nas",         login.nas, "account", std::to_string(login.who.value)};
  return out;
}

event to_event(const alarm_raised& alarm, std::uint64_t volatile_number) {
  event out;
  out.kind = event_kind::alarm;
  out.volatile_number = volatile_number;
  out.time = alarm.time;
  out.subject = alarm.subject;
  out.fields = {"id", alarm.id, "text", alarm.text};
  return out;
}

} // namespace uzel
