#include "net/rest/progress.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>

namespace uzel::rest {

namespace asio = boost::asio;

asio::awaitable<bool> wait_for(const progress& of, journal_number number, duration limit) {
  if (!number || !of.reached || of.reached() >= number)
    co_return true;
  const auto executor = co_await asio::this_coro::executor;
  // Both the thread that tells and this one let go of the timer; only this one touches it.
  const auto timer = std::make_shared<asio::steady_timer>(executor);
  timer->expires_after(limit);
  of.when(number, [executor, timer] { asio::post(executor, [timer] { timer->cancel(); }); });
  boost::system::error_code woken;
  auto token = asio::redirect_error(asio::use_awaitable, woken);
  co_await timer->async_wait(token);
  co_return of.reached() >= number;
}

} // namespace uzel::rest
