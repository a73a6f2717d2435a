#include "storage/journal/short_turns.hpp"

#include <cstdint>
#include <sys/syscall.h>
#include <unistd.h>

namespace uzel::storage {
namespace {

// As in linux/sched/types.h, first version; its header collides with the C library's.
struct sched_attributes {
  std::uint32_t size = sizeof(sched_attributes);
  std::uint32_t policy = 0; // SCHED_OTHER
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0; // of one turn, nanoseconds
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

constexpr std::uint64_t shortest_turn = 100'000;

} // namespace

void ask_for_short_turns(int niceness) noexcept {
  sched_attributes wish;
  wish.nice = niceness;
  wish.runtime = shortest_turn;
  (void)::syscall(SYS_sched_setattr, 0, &wish, 0u);
}

} // namespace uzel::storage
