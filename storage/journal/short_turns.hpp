// A word with the kernel's scheduler about how long a thread's turns are.
#pragma once

namespace uzel::storage {

// Asks that the calling thread runs soon after it wakes, in exchange for short turns (Linux 6.12
// and later; nothing changes elsewhere, or where a sandbox forbids it). The journal's writer needs
// the processor for moments only, but hundreds of answers wait for each of them: behind a busy
// thread with a turn of some milliseconds a login took three times as long as its sync. A thread
// that yields often does it as well, for a yield gives the rest of a turn away.
void ask_for_short_turns(int niceness = 0) noexcept;

} // namespace uzel::storage
