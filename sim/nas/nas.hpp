// A simulated access server: subscribers come online, use the network, leave; it answers
// Disconnect-Requests; and it can misbehave in the ways real ones do.
#pragma once

#include "sim/nas/wire.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace sim {

struct options {
  std::string server = "127.0.0.1";
  std::uint16_t auth_port = 1812;
  std::uint16_t acct_port = 1813;
  std::uint16_t dynauth_port = 3799;
  std::string secret = "testing123";
  std::string name = "sim-nas";
  std::string login_prefix = "demo";
  unsigned subscribers = 100;
  double logins_per_second = 2;
  double session_seconds = 120; // mean
  double interim_seconds = 15;
  double run_seconds = 0; // 0 = until stopped
  std::uint64_t seed = 0; // 0 = from the clock, printed
  // Faults, each a share of packets or sessions from 0 to 1.
  double wrong_password = 0.02;
  double duplicate = 0.02;   // a request is sent twice
  double lose = 0.02;        // a request is not sent at first; the retry is
  double reorder = 0.02;     // an interim leaves after the Stop
  double forget_stop = 0.02; // the session ends without a Stop
};

// What happened so far.
struct tally {
  unsigned accepts = 0, rejects = 0, responses = 0, retries = 0, unanswered = 0, forged = 0,
           disconnects = 0;
  unsigned address_conflicts = 0; // an Accept gave an address that another session has
};

class nas {
 public:
  using clock = std::chrono::steady_clock;

  explicit nas(options o);
  ~nas();
  nas(const nas&) = delete;
  nas& operator=(const nas&) = delete;

  // Sockets; false with a sentence in `why`.
  bool open(std::string& why);
  // Works until `stop` is set or run_seconds passed; ends its sessions with Stops.
  void run(const volatile int& stop);
  const tally& seen() const { return tally_; }

 private:
  enum class phase : std::uint8_t { offline, asking, online };
  struct subscriber {
    phase now = phase::offline;
    std::string login;
    std::string mac;
    std::string session;
    std::uint32_t address = 0;
    std::string class_value;
    clock::time_point began, ends, next_interim;
  };
  // A request that waits for its answer.
  struct waiting {
    bytes raw;
    std::array<std::uint8_t, 16> authenticator{};
    bool accounting = false;
    unsigned subscriber = 0;
    unsigned tries = 0;
    clock::time_point again;
  };

  void begin_login();
  void send_login(unsigned who);
  void account(unsigned who, std::uint32_t status);
  void end(unsigned who, std::uint32_t cause);
  void send(packet p, bool accounting, unsigned who, const std::string& password);
  void transmit(const waiting& w);
  void receive(int socket);
  void take_reply(const packet& p, const bytes& raw, bool accounting);
  void take_access(const packet& p, unsigned who);
  void receive_dynauth();
  void retry();
  void live();
  bool chance(double share);
  packet request(std::uint8_t code, unsigned who);

  options options_;
  std::mt19937_64 random_;
  std::vector<subscriber> subscribers_;
  std::map<std::uint16_t, waiting> waiting_; // socket kind << 8 | id
  std::uint8_t next_id_[2] = {0, 0};
  std::uint64_t sessions_ = 0;
  double login_credit_ = 0;
  clock::time_point last_;
  int auth_ = -1, acct_ = -1, dynauth_ = -1;
  tally tally_;
};

} // namespace sim
