// What SQLite does for long, it does in small parts.
#pragma once

namespace uzel::storage::sqlite {

// Lets other threads go first between the pages that SQLite writes, in the whole process. A commit
// or a checkpoint writes hundreds of them in a row; whoever answers somebody has work of
// microseconds, and would wait for it until the kernel looks at the clock: milliseconds, whatever
// the priorities. Call it before the first database is opened; again does nothing.
void give_way_between_pages();

} // namespace uzel::storage::sqlite
