// Waiting for the journal without blocking the event loop.
#pragma once

#include "domain/id.hpp"
#include "domain/instant.hpp"

#include <boost/asio/awaitable.hpp>

namespace uzel::rest {

struct rest_neighbours;

// True once the journal is synced up to `number`; false after `limit`.
boost::asio::awaitable<bool> wait_synced(const rest_neighbours& n, journal_number number,
                                         duration limit);

} // namespace uzel::rest
