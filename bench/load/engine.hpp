// Sends what a plan wants, as fast or as evenly as it is told, and waits for every answer. One
// thread, and no allocation per request.
#pragma once

#include "bench/load/deadline_wheel.hpp"
#include "bench/load/plan.hpp"
#include "bench/load/tally.hpp"
#include "bench/load/udp.hpp"

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace uzel::load {

// When an unanswered request is sent again: RFC 5080 section 2.2.1.
struct retry_rule {
  std::uint64_t first = 3'000'000'000; // nanoseconds until the first retry
  std::uint64_t longest = 16'000'000'000;
  unsigned retries = 0; // after the first try
  double spread = 0.1;  // each wait is this much shorter or longer, by chance
};

// How much, how fast, how long.
struct pace {
  std::uint32_t window = 64; // operations at once
  double rate = 0;           // operations per second, 0 = as soon as the window has room
  bool at_once = false;      // all are due at the start; latency counts from there
  double seconds = 0;        // 0 = until the plan is finished
  double warmup = 0;         // seconds before measuring, added to `seconds`
};

class engine {
 public:
  // A group of sockets takes the requests of one sender to one port.
  struct group {
    std::vector<address_and_port> from; // one socket each
    address_and_port to;
    bool connected = true;
    std::uint32_t slots = 256; // requests at once, per socket
  };

  engine(protocol& speaks, const retry_rule& retries, std::uint64_t seed);
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  bool open(const std::vector<group>& groups, std::string& why);
  tally run(plan& what, const pace& how);
  // From the next run on; returns the rule until now.
  retry_rule retry_by(const retry_rule& rule) { return std::exchange(retries_, rule); }

  // Set by a signal: the run ends as if its time were over.
  static void ask_stop();
  static bool stop_is_asked();

 private:
  static constexpr std::size_t room = 576; // the longest request
  struct lane {
    udp_socket socket;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    std::vector<std::uint32_t> free; // a ring, so that an id rests as long as possible
    std::uint32_t free_head = 0;
    std::uint32_t free_count = 0;
    std::vector<std::uint32_t> outbox; // slots to send
    bool dirty = false;
  };
  struct exchange {
    step what;
    std::uint64_t waited = 0; // the current wait for an answer
    std::uint16_t size = 0;
    std::uint16_t lane = 0;
    std::uint16_t tries = 0;
    bool busy = false;
    bool queued = false; // stands in its socket's outbox
    bool measured = false;
  };

  bool add_lane(const address_and_port& from, const group& g, std::string& why);
  void begin_operations();
  bool place(const step& s);
  void queue(std::uint32_t slot);
  void place_waiting();
  void flush();
  bool flush(lane& l);
  void mark_sent(std::uint32_t slot, std::uint64_t now);
  void wait();
  void receive_ready(std::uint64_t until);
  void receive(unsigned lane_number);
  void take(unsigned lane_number, std::span<std::uint8_t> datagram, std::uint64_t now);
  void end(std::uint32_t slot, outcome how, std::uint64_t now);
  void late(std::uint32_t slot, std::uint64_t now);
  void give_back(std::uint32_t slot);
  std::uint64_t next_wait(const exchange& x);
  std::uint64_t due_of(std::uint64_t operation) const;
  bool measuring(std::uint64_t now) const { return now >= measure_from_ && now < measure_to_; }
  bool over(std::uint64_t now) const;
  void close_books();

  protocol& speaks_;
  retry_rule retries_;
  std::mt19937_64 random_;
  int epoll_ = -1;
  std::vector<lane> lanes_;
  std::vector<std::vector<unsigned>> groups_; // lanes of each
  std::vector<unsigned> turn_;                // of each group: where to look first
  std::vector<exchange> slots_;
  std::vector<std::uint8_t> bytes_;
  std::vector<unsigned> dirty_, flushing_;          // lanes with something to send
  std::vector<std::uint32_t> unanswerable_, ended_; // sent just now, and no answer will come
  deadline_wheel deadlines_{0, 0};
  datagram_batch batch_;

  // Of the run.
  plan* plan_ = nullptr;
  pace pace_;
  tally tally_;
  std::deque<step> waiting_; // for a slot; at most the window
  std::uint64_t start_ = 0, measure_from_ = 0, measure_to_ = 0, last_answer_ = 0;
  std::uint64_t next_look_ = 0; // in an open loop
  std::uint32_t active_ = 0;    // operations
  bool stopping_ = false;
};

} // namespace uzel::load
