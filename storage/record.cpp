#include "storage/record.hpp"

#include "storage/record_bytes.hpp"

namespace uzel::storage {
namespace {

// Layouts as they are written now. Stored values: add a version, never change one.
constexpr std::uint8_t layout_version = 1;

template <class Tag>
void put(byte_writer& out, id<Tag> x) {
  out.put(x.value);
}
void put(byte_writer& out, instant t) {
  out.put(t.us);
}

void put(byte_writer& out, const attachment& x) {
  put(out, x.key);
  put(out, x.nas);
  out.put(x.mac.value);
  put(out, x.device);
  put(out, x.port);
  out.put(x.vlan);
  out.put_text(x.nas_port);
}

void put(byte_writer& out, const usage& x) {
  out.put(x.in_octets);
  out.put(x.out_octets);
  out.put(x.in_packets);
  out.put(x.out_packets);
}

void put(byte_writer& out, const binding_changed& x) {
  const auto& b = x.after;
  put(out, b.id);
  put(out, b.domain);
  put(out, b.pool);
  out.put(b.address.value);
  out.put(static_cast<std::uint8_t>(b.state));
  out.put(static_cast<std::uint8_t>(b.fixed));
  put(out, b.holder);
  put(out, b.place);
  put(out, b.session);
  put(out, b.since);
  put(out, b.until);
  put(out, b.last_seen);
}

void put(byte_writer& out, const session_changed& x) {
  const auto& s = x.after;
  put(out, s.id);
  put(out, s.account);
  put(out, s.nas);
  out.put(s.epoch);
  out.put_text(s.acct_session_id);
  out.put_text(s.user_name);
  put(out, s.place);
  put(out, s.binding);
  out.put(s.address.value);
  out.put(static_cast<std::uint8_t>(s.state));
  out.put(s.flags);
  out.put(s.terminate_cause);
  put(out, s.started);
  put(out, s.last_seen);
  put(out, s.ended);
  put(out, s.used);
  put(out, s.reported);
}

void put(byte_writer& out, const access& x) {
  out.put(static_cast<std::uint8_t>(x.kind));
  out.put_text(x.login);
  out.put(x.mac.value);
  put(out, x.device);
  put(out, x.port);
}

void put(byte_writer& out, const static_address& x) {
  put(out, x.domain);
  out.put(x.address.value);
  out.put(x.mac.value);
}

void put(byte_writer& out, const account_changed& x) {
  const auto& a = x.after;
  put(out, a.id);
  out.put_text(a.number);
  out.put(static_cast<std::uint8_t>(a.status));
  out.put_text(a.credential);
  out.put(a.credential_form);
  out.put(a.balance.minor);
  out.put(a.credit_limit.minor);
  out.put(a.session_limit);
  out.put(static_cast<std::uint32_t>(a.accesses.size()));
  for (const auto& one : a.accesses)
    put(out, one);
  out.put(static_cast<std::uint32_t>(a.addresses.size()));
  for (const auto& one : a.addresses)
    put(out, one);
  put(out, a.current.id);
  put(out, a.current.service);
  out.put(static_cast<std::uint8_t>(a.current.state));
  out.put(a.current.price_paid.minor);
  put(out, a.current.start);
  put(out, a.current.end);
}

void put(byte_writer& out, const nas_restarted& x) {
  const auto& n = x.after;
  put(out, n.id);
  put(out, n.client);
  out.put_text(n.name);
  out.put(n.epoch);
  put(out, n.restarted);
}

void put(byte_writer& out, const desk_changed& x) {
  out.put_text(x.entity);
  out.put(x.id);
  out.put(x.version);
  out.put(static_cast<std::uint8_t>(x.deleted));
}

template <class Tag>
void take(byte_reader& in, id<Tag>& x) {
  x.value = in.take<std::uint64_t>();
}
void take(byte_reader& in, instant& t) {
  t.us = in.take<std::int64_t>();
}
void take(byte_reader& in, ipv4& a) {
  a.value = in.take<std::uint32_t>();
}
void take(byte_reader& in, bool& b) {
  const auto n = in.take<std::uint8_t>();
  if (n > 1)
    in.refuse();
  b = n == 1;
}
void take(byte_reader& in, mac_address& m) {
  m.value = in.take<std::uint64_t>();
  if (m.value >> 48 != 0)
    in.refuse();
}

template <class E>
void take_enum(byte_reader& in, E& out, E lowest, E highest) {
  const auto n = in.take<std::uint8_t>();
  if (n < static_cast<std::uint8_t>(lowest) || n > static_cast<std::uint8_t>(highest))
    in.refuse();
  out = static_cast<E>(n);
}

void take(byte_reader& in, attachment& x) {
  take(in, x.key);
  take(in, x.nas);
  take(in, x.mac);
  take(in, x.device);
  take(in, x.port);
  x.vlan = in.take<std::uint16_t>();
  x.nas_port = in.take_text();
}

void take(byte_reader& in, usage& x) {
  x.in_octets = in.take<std::uint64_t>();
  x.out_octets = in.take<std::uint64_t>();
  x.in_packets = in.take<std::uint64_t>();
  x.out_packets = in.take<std::uint64_t>();
}

void take(byte_reader& in, journal_number number, binding_changed& x) {
  auto& b = x.after;
  b.number = number;
  take(in, b.id);
  take(in, b.domain);
  take(in, b.pool);
  take(in, b.address);
  take_enum(in, b.state, binding_state::free, binding_state::quarantined);
  take(in, b.fixed);
  take(in, b.holder);
  take(in, b.place);
  take(in, b.session);
  take(in, b.since);
  take(in, b.until);
  take(in, b.last_seen);
}

void take(byte_reader& in, journal_number number, session_changed& x) {
  auto& s = x.after;
  s.number = number;
  take(in, s.id);
  take(in, s.account);
  take(in, s.nas);
  s.epoch = in.take<std::uint32_t>();
  s.acct_session_id = in.take_text();
  s.user_name = in.take_text();
  take(in, s.place);
  take(in, s.binding);
  take(in, s.address);
  take_enum(in, s.state, session_state::open, session_state::closed);
  s.flags = in.take<std::uint16_t>();
  s.terminate_cause = in.take<std::uint32_t>();
  take(in, s.started);
  take(in, s.last_seen);
  take(in, s.ended);
  take(in, s.used);
  take(in, s.reported);
}

void take(byte_reader& in, access& x) {
  take_enum(in, x.kind, access_kind::login, access_kind::client_identifier);
  x.login = in.take_text();
  take(in, x.mac);
  take(in, x.device);
  take(in, x.port);
}

void take(byte_reader& in, static_address& x) {
  take(in, x.domain);
  take(in, x.address);
  take(in, x.mac);
}

// As many as the count says; every element takes at least one byte, so a wrong count cannot make us
// allocate.
template <class T>
void take_list(byte_reader& in, std::vector<T>& out) {
  const auto count = in.take<std::uint32_t>();
  if (count > in.left())
    return in.refuse();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i)
    take(in, out.emplace_back());
}

void take(byte_reader& in, journal_number number, account_changed& x) {
  auto& a = x.after;
  a.number_of_change = number;
  take(in, a.id);
  a.number = in.take_text();
  take_enum(in, a.status, account_status::active, account_status::closed);
  a.credential = in.take_text();
  a.credential_form = in.take<std::uint8_t>();
  a.balance.minor = in.take<std::int64_t>();
  a.credit_limit.minor = in.take<std::int64_t>();
  a.session_limit = in.take<std::uint16_t>();
  take_list(in, a.accesses);
  take_list(in, a.addresses);
  take(in, a.current.id);
  take(in, a.current.service);
  take_enum(in, a.current.state, subscription_state::none, subscription_state::ended);
  a.current.price_paid.minor = in.take<std::int64_t>();
  take(in, a.current.start);
  take(in, a.current.end);
}

void take(byte_reader& in, journal_number number, nas_restarted& x) {
  auto& n = x.after;
  n.number = number;
  take(in, n.id);
  take(in, n.client);
  n.name = in.take_text();
  n.epoch = in.take<std::uint32_t>();
  take(in, n.restarted);
}

void take(byte_reader& in, journal_number, desk_changed& x) {
  x.entity = in.take_text();
  x.id = in.take<std::uint64_t>();
  x.version = in.take<std::uint64_t>();
  take(in, x.deleted);
}

template <class T>
result<record> decode_as(byte_reader& in, journal_number number) {
  T out;
  take(in, number, out);
  if (!in.done())
    return errc::store_damaged;
  return record{std::move(out)};
}

} // namespace

void encode(const record& what, std::vector<std::uint8_t>& out) {
  byte_writer to{out};
  to.put(layout_version);
  std::visit([&](const auto& x) { put(to, x); }, what);
}

record_kind kind_of(const record& what) {
  return static_cast<record_kind>(what.index() + 1);
}

result<record> decode(std::uint16_t kind, std::span<const std::uint8_t> payload,
                      journal_number number) {
  byte_reader in{payload};
  if (in.take<std::uint8_t>() != layout_version)
    return errc::store_damaged;
  switch (static_cast<record_kind>(kind)) {
  case record_kind::binding:
    return decode_as<binding_changed>(in, number);
  case record_kind::session:
    return decode_as<session_changed>(in, number);
  case record_kind::account:
    return decode_as<account_changed>(in, number);
  case record_kind::nas_restart:
    return decode_as<nas_restarted>(in, number);
  case record_kind::desk_changed:
    return decode_as<desk_changed>(in, number);
  }
  return errc::store_damaged;
}

} // namespace uzel::storage
