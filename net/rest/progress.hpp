// Waiting without blocking the event loop until the daemon's records came somewhere.
#pragma once

#include "domain/id.hpp"
#include "domain/instant.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>

namespace uzel::rest {

// How far the records came: into the synced journal, or into the database.
struct progress {
  std::function<journal_number()> reached;
  // Calls when it is that far; on any thread, at once when it is already.
  std::function<void(journal_number, std::function<void()>)> when;
};

// True once it has come to `number`; false after `limit`.
boost::asio::awaitable<bool> wait_for(const progress& of, journal_number number, duration limit);

} // namespace uzel::rest
