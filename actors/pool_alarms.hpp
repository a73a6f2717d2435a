// Alarms about addresses: few enough to be read.
#pragma once

#include "actors/wiring.hpp"

#include <string>
#include <vector>

namespace uzel {

// Raises alarms, at most `burst` of an id per minute.
class address_alarms {
 public:
  static constexpr unsigned burst = 10;

  template <class Self>
  void raise(Self* self, const wiring& wires, std::string id, std::string subject,
             std::string text) {
    const auto now = wires.time->now();
    if (!wires.events || !may(id, now))
      return;
    self->send(wires.events, alarm_raised{now, std::move(id), std::move(subject), std::move(text)});
  }

 private:
  struct window {
    std::string id;
    instant began;
    unsigned raised = 0;
  };

  bool may(const std::string& id, instant now) {
    for (auto& w : windows_) {
      if (w.id != id)
        continue;
      if (now - w.began >= seconds{60})
        w = {id, now, 0};
      return ++w.raised <= burst;
    }
    windows_.push_back({id, now, 1});
    return true;
  }

  std::vector<window> windows_;
};

} // namespace uzel
