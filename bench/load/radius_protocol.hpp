// Subscribers behind NASes who speak RADIUS: writes their requests, judges the answers, and keeps
// what a NAS keeps of each: session, Class, address.
#pragma once

#include "bench/load/address_ledger.hpp"
#include "bench/load/digest.hpp"
#include "bench/load/pattern.hpp"
#include "bench/load/plan.hpp"

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace uzel::load {

enum class login_method : std::uint8_t { pap, chap };

struct radius_options {
  std::string secret = "testing123";
  name_pattern logins;
  name_pattern passwords;
  mac first_mac{2, 0, 0, 0, 0, 1};
  std::uint64_t first = 1; // number of the first subscriber
  std::uint32_t subscribers = 100;
  unsigned nases = 16;
  login_method method = login_method::pap;
  bool wants_address = true; // an Accept without Framed-IP-Address is a fault
  bool wants_seal = false;   // an answer to a login without Message-Authenticator is a fault
  std::uint64_t seed = 1;
};

// Kinds of requests; a wrong login has a wrong password and must be refused.
namespace radius_kind {
enum value : std::uint8_t { login, wrong_login, start, interim, stop };
}

class radius_protocol : public protocol {
 public:
  radius_protocol(radius_options o, address_ledger& addresses);

  std::span<const std::string_view> kinds() const override;
  // A NAS has two groups: logins at 2n, accounting at 2n + 1.
  unsigned group_of(const step& s) const override;
  std::size_t write(const step& s, std::uint32_t slot, std::uint32_t local,
                    std::span<std::uint8_t> room) override;
  std::optional<std::uint32_t> slot_of(octets datagram, std::uint32_t first,
                                       std::uint32_t count) const override;
  reading read(const step& s, octets request, std::span<std::uint8_t> datagram) override;

 private:
  struct subscriber {
    std::string class_value;
    std::uint32_t session = 0; // number of the current one
    std::uint32_t interims = 0;
  };
  std::size_t write_login(const step& s, std::uint8_t id, std::span<std::uint8_t> room);
  std::size_t write_accounting(const step& s, std::uint8_t id, std::span<std::uint8_t> room);
  reading read_login(const step& s, std::uint8_t code, std::uint32_t address, octets class_value,
                     bool sealed);
  digest random_authenticator();

  radius_options options_;
  shared_secret secret_;
  address_ledger& addresses_;
  std::vector<subscriber> subscribers_;
  std::mt19937_64 random_;
  std::string run_; // begins every session id, so that runs do not meet
};

} // namespace uzel::load
