// Random but consistent live records, as actors would append them.
#pragma once

#include "storage/record.hpp"

#include <array>
#include <random>
#include <string>

namespace uzel::test {

// Makes a stream of records over a few accounts, addresses and sessions; numbers and times rise.
class live_stream {
 public:
  explicit live_stream(std::uint32_t seed) : random_{seed} {}

  storage::numbered_record next() {
    storage::numbered_record out;
    out.number = journal_number{++number_};
    time_ = time_ + duration{below(5'000'000)};
    out.time = time_;
    switch (below(8)) {
    case 0:
    case 1:
      out.what = storage::account_changed{account(out.number)};
      break;
    case 2:
    case 3:
      out.what = storage::session_changed{session_of(out.number)};
      break;
    case 4:
      out.what = nas(out.number);
      break;
    default:
      out.what = storage::binding_changed{address(out.number)};
    }
    return out;
  }
  std::int64_t below(std::int64_t n) {
    return std::uniform_int_distribution<std::int64_t>{0, n - 1}(random_);
  }

 private:
  std::uint64_t some(std::int64_t n) { return 1 + static_cast<std::uint64_t>(below(n)); }
  std::string text() {
    static const char* const words[] = {"", "bob", "DOM\\bob", "\xff\x01", "Иван", "x y"};
    return words[below(6)];
  }

  attachment place() {
    attachment out;
    out.key = attachment_key{some(5)};
    out.nas = nas_id{some(3)};
    out.mac = mac_address{some(4)};
    out.device = device_id{some(2)};
    out.port = port_id{some(3)};
    out.vlan = static_cast<std::uint16_t>(below(4000));
    out.nas_port = text();
    return out;
  }

  account_state account(journal_number number) {
    account_state out;
    out.id = account_id{some(12)};
    out.number = std::to_string(100000 + out.id.value);
    out.status = static_cast<account_status>(some(3));
    out.credential = text();
    out.credential_form = static_cast<std::uint8_t>(below(3));
    out.balance.minor = below(1000) - 500;
    out.session_limit = static_cast<std::uint16_t>(below(5));
    for (std::int64_t i = below(4); i > 0; --i)
      out.accesses.push_back({access_kind::login, "login" + std::to_string(i) + text(),
                              mac_address{some(9)}, device_id{some(9)}, port_id{some(9)}});
    for (std::int64_t i = below(3); i > 0; --i)
      out.addresses.push_back(
        {routing_domain_id{1}, ipv4{static_cast<std::uint32_t>(i)}, mac_address{some(9)}});
    if (below(4) != 0)
      out.current = {subscription_id{some(3)},
                     service_id{some(3)},
                     static_cast<subscription_state>(below(4)),
                     {below(1000)},
                     time_,
                     time_ + duration{below(1'000'000)}};
    out.number_of_change = number;
    return out;
  }

  binding address(journal_number number) {
    const auto slot = static_cast<std::size_t>(below(8));
    auto& b = bindings_[slot];
    b.number = number;
    b.domain = routing_domain_id{1 + slot / 6};
    b.address = ipv4{static_cast<std::uint32_t>(0x0A000001 + slot)};
    b.last_seen = time_ - duration{below(3'000'000)};
    if (b.state == binding_state::free || below(6) == 0) {
      b.id = binding_id{++binding_};
      b.pool = pool_id{some(2)};
      b.holder = account_id{some(12)};
      b.place = place();
      b.session = {};
      b.since = time_;
      b.fixed = below(5) == 0;
      b.state = below(3) == 0 ? binding_state::bound : binding_state::offered;
      return b;
    }
    b.state = static_cast<binding_state>(below(5));
    if (b.state == binding_state::bound && below(2) == 0)
      b.session = session_id{some(5)};
    if (below(5) == 0)
      b.place = place();
    b.until = time_ + duration{below(100)};
    return b;
  }

  session session_of(journal_number number) {
    session out;
    out.id = session_id{some(20)};
    out.account = account_id{some(12)};
    out.nas = nas_id{some(3)};
    out.epoch = static_cast<std::uint32_t>(below(3));
    out.acct_session_id = text();
    out.user_name = text();
    out.place = place();
    out.binding = binding_id{some(9)};
    out.address = ipv4{10, 0, 0, 1};
    out.state = static_cast<session_state>(some(2));
    out.flags = static_cast<std::uint16_t>(below(60));
    out.started = time_;
    out.last_seen = time_;
    if (out.state == session_state::closed)
      out.ended = time_ - duration{below(100'000'000'000)}; // up to a day and a bit
    out.used.in_octets = some(1'000'000'000'000);
    out.reported.out_octets = some(1'000'000'000'000);
    out.number = number;
    return out;
  }

  storage::nas_restarted nas(journal_number number) {
    nas_state out;
    out.id = nas_id{some(3)};
    out.client = client_id{some(2)};
    out.name = "nas-" + text();
    out.epoch = static_cast<std::uint32_t>(number.value);
    out.restarted = time_;
    out.number = number;
    return {out};
  }

  std::mt19937 random_;
  std::uint64_t number_ = 0;
  std::uint64_t binding_ = 0;
  instant time_ = instant::from_unix(1'700'000'000);
  std::array<binding, 8> bindings_{};
};

} // namespace uzel::test
