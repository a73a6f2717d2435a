#include "bench/load/radius_protocol.hpp"

#include "bench/load/radius_packet.hpp"

#include <cstring>
#include <ctime>
#include <fmt/format.h>

namespace uzel::load {
namespace {

using attribute = radius_attribute;

constexpr std::array<std::string_view, 5> kind_names{"login", "wrong login", "start", "interim",
                                                     "stop"};
constexpr std::uint32_t seconds_between_interims = 300;
constexpr std::uint32_t octets_per_second = 1'250'000;

// Who asks, from where: the attributes that every request of a NAS has.
void add_place(radius_writer& out, const radius_options& o, std::uint32_t subscriber) {
  name_pattern::room room;
  const unsigned nas = subscriber % o.nases;
  out.add(attribute::user_name, o.logins.name(o.first + subscriber, room));
  out.add(attribute::nas_ip_address, std::uint32_t{0x0AFF0001} + (nas << 8)); // 10.255.n.1
  out.add(attribute::nas_port, subscriber / o.nases + 1);
  out.add(attribute::nas_port_type, std::uint32_t{15});  // Ethernet
  out.add(attribute::service_type, std::uint32_t{2});    // Framed
  out.add(attribute::framed_protocol, std::uint32_t{1}); // PPP
  out.add(attribute::calling_station_id, mac_text(mac_after(o.first_mac, subscriber), room));
  const auto end = fmt::format_to(room.data(), "load-nas-{}", nas);
  const std::string_view name{room.data(), static_cast<std::size_t>(end - room.data())};
  out.add(attribute::called_station_id, name);
  out.add(attribute::nas_identifier, name);
}

void add_counters(radius_writer& out, std::uint32_t seconds) {
  const auto in = std::uint64_t{seconds} * octets_per_second / 10;
  const auto through = std::uint64_t{seconds} * octets_per_second;
  out.add(attribute::acct_session_time, seconds);
  out.add(attribute::acct_input_octets, static_cast<std::uint32_t>(in));
  out.add(attribute::acct_output_octets, static_cast<std::uint32_t>(through));
  out.add(attribute::acct_input_gigawords, static_cast<std::uint32_t>(in >> 32));
  out.add(attribute::acct_output_gigawords, static_cast<std::uint32_t>(through >> 32));
}

} // namespace

radius_protocol::radius_protocol(radius_options o, address_ledger& addresses)
  : options_{std::move(o)}
  , secret_{options_.secret}
  , addresses_{addresses}
  , subscribers_(options_.subscribers)
  , random_{options_.seed}
  , run_{fmt::format("{:08x}", static_cast<std::uint32_t>(random_()))} {}

std::span<const std::string_view> radius_protocol::kinds() const {
  return kind_names;
}

unsigned radius_protocol::group_of(const step& s) const {
  return s.subscriber % options_.nases * 2 + (s.kind >= radius_kind::start ? 1 : 0);
}

digest radius_protocol::random_authenticator() {
  const std::array<std::uint64_t, 2> words{random_(), random_()};
  digest out;
  std::memcpy(out.data(), words.data(), out.size());
  return out;
}

std::size_t radius_protocol::write(const step& s, std::uint32_t, std::uint32_t local,
                                   std::span<std::uint8_t> room) {
  const auto id = static_cast<std::uint8_t>(local);
  return s.kind >= radius_kind::start ? write_accounting(s, id, room) : write_login(s, id, room);
}

std::size_t radius_protocol::write_login(const step& s, std::uint8_t id,
                                         std::span<std::uint8_t> room) {
  radius_writer out{room, radius_code::access_request, id};
  out.set_authenticator(random_authenticator());
  out.add_seal();
  add_place(out, options_, s.subscriber);
  name_pattern::room text;
  const auto password = s.kind == radius_kind::wrong_login
                          ? std::string_view{"not the password"}
                          : options_.passwords.name(options_.first + s.subscriber, text);
  if (options_.method == login_method::chap)
    out.add_chap(password, id);
  else
    out.add_pap(password, secret_);
  return out.finish_access(secret_);
}

std::size_t radius_protocol::write_accounting(const step& s, std::uint8_t id,
                                              std::span<std::uint8_t> room) {
  auto& who = subscribers_[s.subscriber];
  if (s.kind == radius_kind::start) {
    ++who.session;
    who.interims = 0;
  } else if (s.kind == radius_kind::interim) {
    ++who.interims;
  }
  radius_writer out{room, radius_code::accounting_request, id};
  // On-wire values: RFC 2866 section 5.1.
  const std::uint32_t status = s.kind == radius_kind::start  ? 1
                               : s.kind == radius_kind::stop ? 2
                                                             : 3;
  out.add(attribute::acct_status_type, status);
  std::array<char, 48> session{};
  const auto end = fmt::format_to(session.data(), "{}{:08x}{:x}", run_, s.subscriber, who.session);
  out.add(attribute::acct_session_id,
          std::string_view{session.data(), static_cast<std::size_t>(end - session.data())});
  add_place(out, options_, s.subscriber);
  if (const auto address = addresses_.address_of(s.subscriber); address != 0)
    out.add(attribute::framed_ip_address, address);
  if (!who.class_value.empty())
    out.add(attribute::class_value, who.class_value);
  out.add(attribute::acct_delay_time, std::uint32_t{0});
  out.add(attribute::event_timestamp, static_cast<std::uint32_t>(std::time(nullptr)));
  if (s.kind != radius_kind::start)
    add_counters(out,
                 (who.interims + (s.kind == radius_kind::stop ? 1 : 0)) * seconds_between_interims);
  if (s.kind == radius_kind::stop) {
    out.add(attribute::acct_terminate_cause, std::uint32_t{1}); // User-Request
    addresses_.release(s.subscriber); // the server may give it to another from now on
  }
  return out.finish_accounting(secret_);
}

std::optional<std::uint32_t> radius_protocol::slot_of(octets datagram, std::uint32_t first,
                                                      std::uint32_t) const {
  if (datagram.size() < 20)
    return std::nullopt;
  return first + datagram[1];
}

protocol::reading radius_protocol::read(const step& s, octets request,
                                        std::span<std::uint8_t> datagram) {
  radius_reply said;
  const auto problem = read_reply(datagram, request, secret_, said);
  if (problem != fault::none)
    return {outcome::ignored, problem};
  if (s.kind < radius_kind::start)
    return read_login(s, static_cast<std::uint8_t>(said.code), said.address, said.class_value,
                      said.sealed);
  if (said.code != radius_code::accounting_response)
    return {outcome::ignored, fault::unexpected_type};
  return {outcome::accepted, fault::none};
}

protocol::reading radius_protocol::read_login(const step& s, std::uint8_t code,
                                              std::uint32_t address, octets class_value,
                                              bool sealed) {
  const bool accept = code == static_cast<std::uint8_t>(radius_code::access_accept);
  if (!accept && code != static_cast<std::uint8_t>(radius_code::access_reject))
    return {outcome::ignored, fault::unexpected_type};
  const auto seal = options_.wants_seal && !sealed ? fault::no_message_authenticator : fault::none;
  if (s.kind == radius_kind::wrong_login)
    return accept ? reading{outcome::rejected, fault::taken_in} : reading{outcome::accepted, seal};
  if (!accept)
    return {outcome::rejected, fault::refused};
  subscribers_[s.subscriber].class_value.assign(class_value.begin(), class_value.end());
  if (address != 0)
    addresses_.give(s.subscriber, address);
  else if (options_.wants_address)
    return {outcome::accepted, fault::no_address};
  return {outcome::accepted, seal};
}

} // namespace uzel::load
