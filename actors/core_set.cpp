#include "actors/core_set.hpp"

namespace uzel {

core_set core_set::of_this_thread() noexcept {
  core_set out;
  if (::sched_getaffinity(0, sizeof out.cores_, &out.cores_) != 0)
    CPU_ZERO(&out.cores_);
  return out;
}

void core_set::keep_to(std::size_t n) const noexcept {
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
    if (!CPU_ISSET(core, &cores_) || n-- != 0)
      continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    (void)::sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

void core_set::roam() const noexcept {
  if (size() != 0)
    (void)::sched_setaffinity(0, sizeof cores_, &cores_);
}

} // namespace uzel
