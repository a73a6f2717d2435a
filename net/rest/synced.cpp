#include "net/rest/synced.hpp"

#include "net/rest/neighbours.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>

namespace uzel::rest {

namespace asio = boost::asio;

asio::awaitable<bool> wait_synced(const rest_neighbours& n, journal_number number, duration limit) {
  if (!number || !n.synced || n.synced() >= number)
    co_return true;
  const auto executor = co_await asio::this_coro::executor;
  // Both the journal's thread and this one let go of the timer; only this one touches it.
  const auto timer = std::make_shared<asio::steady_timer>(executor);
  timer->expires_after(limit);
  n.when_synced(number, [executor, timer] { asio::post(executor, [timer] { timer->cancel(); }); });
  boost::system::error_code woken;
  auto token = asio::redirect_error(asio::use_awaitable, woken);
  co_await timer->async_wait(token);
  co_return n.synced() >= number;
}

} // namespace uzel::rest
