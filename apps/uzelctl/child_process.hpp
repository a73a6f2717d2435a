// Another program at work for us: its words are given as they are, no shell reads them.
#pragma once

#include "apps/uzelctl/failure.hpp"

#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace uzel::ctl {

// Has our environment and standard error; ended with us if nobody waited for it.
class child_process {
 public:
  // The first word is looked for in PATH. Errors: usage when there is no such program.
  [[nodiscard]] static outcome<child_process> start(const std::vector<std::string>& words);
  child_process(child_process&& other) noexcept
    : program_{std::move(other.program_)}
    , id_{std::exchange(other.id_, 0)} {}
  child_process& operator=(child_process&&) = delete;
  ~child_process();

  // Errors: unavailable unless it ended with 0.
  [[nodiscard]] outcome<> wait();

 private:
  child_process(std::string program, pid_t id) : program_{std::move(program)}, id_{id} {}

  std::string program_;
  pid_t id_ = 0;
};

} // namespace uzel::ctl
