// What the engine is told to do: protocols write and judge packets, plans say who does what next.
#pragma once

#include "bench/load/digest.hpp"
#include "bench/load/fault.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace uzel::load {

// One request to make. Times are monotonic nanoseconds, 0 = when it is sent.
struct step {
  std::uint32_t subscriber = 0;
  std::uint16_t position = 0; // in the subscriber's operation
  std::uint8_t kind = 0;      // the protocol's kind of request
  std::uint64_t due = 0;      // its latency counts from here
  std::uint64_t began = 0;    // the operation's latency counts from here
};

enum class outcome : std::uint8_t {
  ignored,    // the datagram does not count; the request still waits
  accepted,   // the answer is the one that was hoped for
  rejected,   // a valid answer that says no
  unanswered, // every try was in vain
};

// How one protocol looks on the wire.
class protocol {
 public:
  virtual ~protocol() = default;
  virtual std::span<const std::string_view> kinds() const = 0;
  // Whether requests of that kind have an answer; the others are over when they are sent.
  virtual bool answered(std::uint8_t) const { return true; }
  // Which group of sockets sends it.
  virtual unsigned group_of(const step& s) const = 0;
  // Writes the request that waits in `slot` (`local` is its place on its socket); returns its size.
  virtual std::size_t write(const step& s, std::uint32_t slot, std::uint32_t local,
                            std::span<std::uint8_t> room) = 0;
  // The slot that the datagram answers; `first` and `count` are the slots of its socket.
  virtual std::optional<std::uint32_t> slot_of(octets datagram, std::uint32_t first,
                                               std::uint32_t count) const = 0;
  struct reading {
    outcome what = outcome::ignored;
    fault why = fault::none; // counted, whatever the outcome
  };
  virtual reading read(const step& s, octets request, std::span<std::uint8_t> datagram) = 0;
};

// Who does what: a plan begins operations and continues them step by step.
class plan {
 public:
  virtual ~plan() = default;
  // The first step of the next operation; nothing when none can begin now.
  virtual std::optional<step> begin() = 0;
  // No operation will begin any more.
  virtual bool finished() const = 0;
  // What follows; nothing when the operation is over.
  virtual std::optional<step> next(const step& done, outcome how) = 0;
};

// The same chain of steps for everybody in turn: a login, a whole session, a DORA.
class chain_plan : public plan {
 public:
  // passes 0 = until the engine stops.
  chain_plan(std::vector<std::uint8_t> kinds, std::uint32_t subscribers, std::uint64_t passes);
  std::optional<step> begin() override;
  bool finished() const override;
  std::optional<step> next(const step& done, outcome how) override;

 private:
  std::uint32_t after(std::uint32_t subscriber) const {
    return subscriber + 1 == busy_.size() ? 0 : subscriber + 1;
  }

  std::vector<std::uint8_t> kinds_;
  std::vector<bool> busy_; // a subscriber does one thing at a time
  std::uint64_t left_;     // operations, when passes are limited
  std::uint32_t next_ = 0;
  bool endless_;
};

} // namespace uzel::load
