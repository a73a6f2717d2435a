#include "domain/packed_account.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

namespace uzel {
namespace {

// An integer below this is one octet; a larger one is an octet that says how many octets it has
// (this is none) and then those, lowest first. Most fields are small or zero, and the others are
// copied as a whole: a subscriber is packed after every report of his session.
constexpr std::uint8_t no_octets = 247;
static_assert(std::endian::native == std::endian::little);

class packer {
 public:
  void operator()(std::uint64_t x) {
    auto* const to = room_for(1 + sizeof x);
    if (x < no_octets) {
      *to = static_cast<std::uint8_t>(x);
      ++used_;
      return;
    }
    const auto count = static_cast<std::uint8_t>((std::bit_width(x) + 7) / 8);
    *to = static_cast<std::uint8_t>(no_octets + count);
    std::memcpy(to + 1, &x, sizeof x);
    used_ += 1u + count;
  }
  void number(std::int64_t x) {
    const auto bits = static_cast<std::uint64_t>(x);
    (*this)((bits << 1) ^ (x < 0 ? ~std::uint64_t{0} : 0));
  }
  void text(const std::string& x) {
    (*this)(x.size());
    std::copy(x.begin(), x.end(), room_for(x.size()));
    used_ += x.size();
  }
  std::span<const std::uint8_t> octets() const { return {out_.data(), used_}; }
  void clear() { used_ = 0; }

 private:
  std::uint8_t* room_for(std::size_t octets) {
    if (out_.size() - used_ < octets)
      out_.resize(2 * (out_.size() + octets));
    return out_.data() + used_;
  }

  std::vector<std::uint8_t> out_;
  std::size_t used_ = 0;
};

// Reads what packer wrote, in the same order; past the end everything is zero.
class unpacker {
 public:
  explicit unpacker(std::span<const std::uint8_t> in) : in_{in} {}

  std::uint64_t operator()() {
    if (in_.empty())
      return 0;
    const auto first = in_[0];
    in_ = in_.subspan(1);
    if (first < no_octets)
      return first;
    const std::size_t count = std::min<std::size_t>(first - no_octets, in_.size());
    std::uint64_t x = 0;
    if (in_.size() >= sizeof x) {
      std::memcpy(&x, in_.data(), sizeof x);
      if (count < sizeof x)
        x &= (std::uint64_t{1} << (8 * count)) - 1;
    } else {
      for (std::size_t i = 0; i < count; ++i)
        x |= std::uint64_t{in_[i]} << (8 * i);
    }
    in_ = in_.subspan(count);
    return x;
  }
  template <class T>
  T as() {
    return static_cast<T>((*this)());
  }
  std::int64_t number() {
    const auto bits = (*this)();
    return static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
  }
  instant time() { return instant{number()}; }
  std::string text() {
    const auto length = std::min<std::size_t>((*this)(), in_.size());
    const auto* const first = reinterpret_cast<const char*>(in_.data());
    in_ = in_.subspan(length);
    return {first, length};
  }

 private:
  std::span<const std::uint8_t> in_;
};

void put(packer& to, const attachment& x) {
  to(x.mac.value);
  to(x.key.value ^ x.mac.value); // mostly the same
  to(x.nas.value);
  to(x.device.value);
  to(x.port.value);
  to(x.vlan);
  to.text(x.nas_port);
}

attachment get_attachment(unpacker& from) {
  attachment x;
  x.mac.value = from();
  x.key.value = from() ^ x.mac.value;
  x.nas.value = from();
  x.device.value = from();
  x.port.value = from();
  x.vlan = from.as<std::uint16_t>();
  x.nas_port = from.text();
  return x;
}

void put(packer& to, const account_state& x) {
  to(x.id.value);
  to.text(x.number);
  to(static_cast<std::uint64_t>(x.status));
  to.text(x.credential);
  to(x.credential_form);
  to.number(x.balance.minor);
  to.number(x.credit_limit.minor);
  to(x.session_limit);
  to(x.accesses.size());
  for (const auto& a : x.accesses) {
    to(static_cast<std::uint64_t>(a.kind));
    to.text(a.login);
    to(a.mac.value);
    to(a.device.value);
    to(a.port.value);
  }
  to(x.addresses.size());
  for (const auto& a : x.addresses) {
    to(a.domain.value);
    to(a.address.value);
    to(a.mac.value);
  }
  const auto& s = x.current;
  to(s.id.value);
  to(s.service.value);
  to(static_cast<std::uint64_t>(s.state));
  to.number(s.price_paid.minor);
  to.number(s.start.us);
  to.number(s.end.us);
  to(x.number_of_change.value);
}

void get_accesses(unpacker& from, account_state& x) {
  x.accesses.resize(from());
  for (auto& a : x.accesses) {
    a.kind = from.as<access_kind>();
    a.login = from.text();
    a.mac.value = from();
    a.device.value = from();
    a.port.value = from();
  }
  x.addresses.resize(from());
  for (auto& a : x.addresses) {
    a.domain.value = from();
    a.address.value = from.as<std::uint32_t>();
    a.mac.value = from();
  }
}

account_state get_account(unpacker& from) {
  account_state x;
  x.id.value = from();
  x.number = from.text();
  x.status = from.as<account_status>();
  x.credential = from.text();
  x.credential_form = from.as<std::uint8_t>();
  x.balance.minor = from.number();
  x.credit_limit.minor = from.number();
  x.session_limit = from.as<std::uint16_t>();
  get_accesses(from, x);
  auto& s = x.current;
  s.id.value = from();
  s.service.value = from();
  s.state = from.as<subscription_state>();
  s.price_paid.minor = from.number();
  s.start = from.time();
  s.end = from.time();
  x.number_of_change.value = from();
  return x;
}

void put(packer& to, const binding& x, account_id owner) {
  to(x.id.value);
  to(x.domain.value);
  to(x.pool.value);
  to(x.address.value);
  to(static_cast<std::uint64_t>(x.state) << 1 | (x.fixed ? 1u : 0u));
  to(x.holder.value ^ owner.value);
  put(to, x.place);
  to(x.session.value);
  to.number(x.since.us);
  to.number(x.until.us);
  to.number(x.last_seen.us);
  to(x.number.value);
}

binding get_binding(unpacker& from, account_id owner) {
  binding x;
  x.id.value = from();
  x.domain.value = from();
  x.pool.value = from();
  x.address.value = from.as<std::uint32_t>();
  const auto state = from();
  x.state = static_cast<binding_state>(state >> 1);
  x.fixed = (state & 1) != 0;
  x.holder.value = from() ^ owner.value;
  x.place = get_attachment(from);
  x.session.value = from();
  x.since = from.time();
  x.until = from.time();
  x.last_seen = from.time();
  x.number.value = from();
  return x;
}

void put(packer& to, const usage& x) {
  to(x.in_octets);
  to(x.out_octets);
  to(x.in_packets);
  to(x.out_packets);
}

usage get_usage(unpacker& from) {
  usage x;
  x.in_octets = from();
  x.out_octets = from();
  x.in_packets = from();
  x.out_packets = from();
  return x;
}

void put(packer& to, const session& x, account_id owner) {
  to(x.id.value);
  to(x.account.value ^ owner.value);
  to(x.nas.value);
  to(x.epoch);
  to.text(x.acct_session_id);
  to.text(x.user_name);
  put(to, x.place);
  to(x.binding.value);
  to(x.address.value);
  to(static_cast<std::uint64_t>(x.state));
  to(x.flags);
  to(x.terminate_cause);
  to.number(x.started.us);
  to.number(x.last_seen.us);
  to.number(x.ended.us);
  put(to, x.used);
  put(to, x.reported);
  to(x.number.value);
}

session get_session(unpacker& from, account_id owner) {
  session x;
  x.id.value = from();
  x.account.value = from() ^ owner.value;
  x.nas.value = from();
  x.epoch = from.as<std::uint32_t>();
  x.acct_session_id = from.text();
  x.user_name = from.text();
  x.place = get_attachment(from);
  x.binding.value = from();
  x.address.value = from.as<std::uint32_t>();
  x.state = from.as<session_state>();
  x.flags = from.as<std::uint16_t>();
  x.terminate_cause = from.as<std::uint32_t>();
  x.started = from.time();
  x.last_seen = from.time();
  x.ended = from.time();
  x.used = get_usage(from);
  x.reported = get_usage(from);
  x.number.value = from();
  return x;
}

} // namespace

packed_account::packed_account(std::span<const std::uint8_t> octets)
  : octets_{std::make_unique_for_overwrite<std::uint8_t[]>(octets.size())}
  , size_{static_cast<std::uint32_t>(octets.size())} {
  std::copy(octets.begin(), octets.end(), octets_.get());
}

packed_account pack(const account_parts& parts) {
  // One buffer per thread: a hundred thousand accounts are packed in a row at start.
  static thread_local packer to;
  to.clear();
  const auto& account = *parts.account;
  put(to, account);
  to(parts.bindings.size());
  for (const auto* b : parts.bindings)
    put(to, *b, account.id);
  to(parts.sessions.size());
  for (const auto* s : parts.sessions)
    put(to, *s, account.id);
  to(parts.commit.value);
  to(parts.memories.size());
  for (const auto& m : parts.memories) {
    to(m.session.value);
    to.number(m.heard.us);
    to(m.via.value);
    to(m.foreign ? 1 : 0);
  }
  return packed_account{to.octets()};
}

account_pointers::account_pointers(const account_picture& picture) : of_{&picture} {
  for (const auto& b : picture.bindings)
    bindings_.push_back(&b);
  for (const auto& s : picture.sessions)
    sessions_.push_back(&s);
}

account_parts account_pointers::parts() const {
  return {&of_->account, bindings_, sessions_, of_->commit, of_->memories};
}

packed_account pack(const account_picture& picture) {
  return pack(account_pointers{picture}.parts());
}

account_picture unpack(const packed_account& packed) {
  unpacker from{packed.octets()};
  account_picture picture;
  picture.account = get_account(from);
  picture.bindings.resize(from());
  for (auto& b : picture.bindings)
    b = get_binding(from, picture.account.id);
  picture.sessions.resize(from());
  for (auto& s : picture.sessions)
    s = get_session(from, picture.account.id);
  picture.commit.value = from();
  picture.memories.resize(from());
  for (auto& m : picture.memories) {
    m.session.value = from();
    m.heard = from.time();
    m.via.value = from();
    m.foreign = from() != 0;
  }
  return picture;
}

} // namespace uzel
