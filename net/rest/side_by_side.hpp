// Many rows of one request, several under way at once: who asks actors row after row waits for
// wake-ups most of the time.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>

namespace uzel::rest {

using row_work = std::function<boost::asio::awaitable<void>(std::size_t row)>;

// Returns when each(0) to each(rows - 1) are done. They begin in this order, at most `at_once` are
// under way, and all run on the caller's executor, one at a time between their waits.
[[nodiscard]] boost::asio::awaitable<void> side_by_side(std::size_t rows, std::size_t at_once,
                                                        const row_work& each);

} // namespace uzel::rest
