#include "net/rest/side_by_side.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <vector>

namespace uzel::rest {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> take_rows(std::size_t& next, std::size_t rows, const row_work& each) {
  while (next < rows) {
    const auto row = next++;
    co_await each(row);
  }
}

} // namespace

asio::awaitable<void> side_by_side(std::size_t rows, std::size_t at_once, const row_work& each) {
  std::size_t next = 0;
  const auto executor = co_await asio::this_coro::executor;
  const auto lane = [&] {
    return asio::co_spawn(executor, take_rows(next, rows, each), asio::deferred);
  };
  std::vector<decltype(lane())> lanes;
  for (std::size_t i = 0; i < std::min(rows, at_once); ++i)
    lanes.push_back(lane());
  if (lanes.empty())
    co_return;
  auto group = asio::experimental::make_parallel_group(std::move(lanes));
  co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
}

} // namespace uzel::rest
