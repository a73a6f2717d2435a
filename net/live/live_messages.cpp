#include "net/live/live_messages.hpp"

#include "domain/entities/codec.hpp"
#include "net/json/json.hpp"
#include "net/json/schema.hpp"

#include <array>
#include <charconv>

namespace uzel::live {
namespace {

using rest::json_writer;

std::string_view name_of(event_kind k) {
  static constexpr std::array<std::string_view, 7> names{"session", "binding", "account", "desk",
                                                         "nas",     "login",   "alarm"};
  return names[static_cast<std::size_t>(k)];
}

// A member's name beside those that every message has.
std::string member_name(std::string_view owner, std::string_view name) {
  if (name == "type" || name == "number" || name == "time" || name == "subject")
    return std::string{owner} + '_' + std::string{name};
  return std::string{name};
}

void write_table(json_writer& w, const entity& e, const event& from) {
  for (std::size_t i = 0; i < e.fields.size() && i < from.fields.size(); ++i) {
    const auto& f = e.fields[i];
    w.key(member_name(e.name, f.name));
    if (f.type == field_type::secret)
      w.text({});
    else if (const auto v = parse(f, from.fields[i]); v && !is_text(f))
      rest::write_value(w, f, *v);
    else
      w.text(from.fields[i]); // an empty text is no null
  }
}

template <class N>
bool take_number(std::string_view text, N& out) {
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
  return bad == std::errc{} && end == text.data() + text.size();
}

} // namespace

std::string to_string(const live_cursor& c) {
  return std::to_string(c.epoch) + '.' + std::to_string(c.number.value);
}

std::optional<live_cursor> parse_cursor(std::string_view text) {
  const auto dot = text.find('.');
  live_cursor out;
  if (dot == std::string_view::npos || !take_number(text.substr(0, dot), out.epoch) ||
      !take_number(text.substr(dot + 1), out.number.value) || out.epoch == 0)
    return std::nullopt;
  return out;
}

std::optional<live_greeting> parse_greeting(std::string_view text) {
  const auto read = rest::parse_json(text);
  if (!read || read->kind != rest::json::type::object)
    return std::nullopt;
  live_greeting out;
  if (const auto* token = read->find("token"))
    out.token = token->text;
  if (const auto* cursor = read->find("cursor"))
    out.cursor = cursor->text;
  return out;
}

std::string hello_message(const events_subscribed& from, bool snapshot) {
  std::string out;
  json_writer w{out};
  w.begin_object().member("type", "hello").member("epoch", from.epoch);
  w.member("synced", to_string(live_cursor{from.epoch, from.synced}));
  w.member("resnapshot", from.resnapshot).member("snapshot", snapshot).end_object();
  return out;
}

std::string event_message(const event& e) {
  std::string out;
  json_writer w{out};
  w.begin_object().member("type", name_of(e.kind)).key("number");
  if (e.number)
    w.text(to_string(live_cursor{e.epoch, e.number}));
  else
    w.null();
  if (!e.number)
    w.member("volatile", e.volatile_number);
  w.member("time", render_instant(e.time)).member("subject", e.subject);
  if (const auto* table = e.entity.empty() ? nullptr : find_entity(e.entity))
    write_table(w, *table, e);
  else
    for (std::size_t i = 0; i + 1 < e.fields.size(); i += 2)
      w.member(member_name(name_of(e.kind), e.fields[i]), e.fields[i + 1]);
  w.end_object();
  return out;
}

std::string row_message(std::string_view type, const entity& e, const row& r,
                        const live_cursor& stamp) {
  std::string out;
  json_writer w{out};
  w.begin_object().member("type", type).member("number", to_string(stamp));
  w.member("snapshot", true);
  for (std::size_t i = 0; i < e.fields.size() && i < r.size(); ++i) {
    w.key(member_name(e.name, e.fields[i].name));
    rest::write_value(w, e.fields[i], r[i]);
  }
  w.end_object();
  return out;
}

std::string snapshot_end_message(std::uint64_t sessions, std::uint64_t bindings) {
  std::string out;
  json_writer w{out};
  w.begin_object().member("type", "snapshot_end").member("sessions", sessions);
  w.member("bindings", bindings).end_object();
  return out;
}

std::string missed_message(std::uint64_t count) {
  std::string out;
  json_writer w{out};
  w.begin_object().member("type", "missed").member("count", count).end_object();
  return out;
}

std::string dropped_message(const live_cursor& c) {
  std::string out;
  json_writer w{out};
  w.begin_object().member("type", "dropped").key("cursor");
  if (c.epoch == 0)
    w.null();
  else
    w.text(to_string(c));
  w.end_object();
  return out;
}

} // namespace uzel::live
