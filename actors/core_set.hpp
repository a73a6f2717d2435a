// Processor cores that threads may run on.
#pragma once

#include <cstddef>
#include <sched.h>

namespace uzel {

// What the kernel lets a thread use: all cores, or fewer in a container or under taskset. Threads
// inherit it from the one that starts them. Where it cannot be asked for (a sandbox, more than
// CPU_SETSIZE cores) the set is empty; where it cannot be changed nothing changes.
class core_set {
 public:
  static core_set of_this_thread() noexcept;

  std::size_t size() const noexcept { return static_cast<std::size_t>(CPU_COUNT(&cores_)); }
  // The calling thread runs on the n-th of them from now on, n < size(); on any of them.
  void keep_to(std::size_t n) const noexcept;
  void roam() const noexcept;

 private:
  cpu_set_t cores_{};
};

} // namespace uzel
