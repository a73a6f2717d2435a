// A word with the kernel's scheduler about the thread that everybody waits for.
#pragma once

namespace uzel::storage {

// Asks that the calling thread runs soon after it wakes, in exchange for short turns (Linux 6.12
// and later; nothing changes elsewhere, or where a sandbox forbids it). The journal's writer needs
// the processor for moments only, but hundreds of answers wait for each of them: behind a busy
// thread with a turn of some milliseconds a login took three times as long as its sync.
void ask_for_short_turns() noexcept;

} // namespace uzel::storage
