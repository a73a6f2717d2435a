#include "net/rest/side_by_side.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

using namespace uzel::rest;
namespace asio = boost::asio;

namespace {

// Rows that wait once, as those do that ask an actor.
struct crowd {
  asio::io_context context;
  std::vector<std::size_t> begun;
  std::size_t under_way = 0;
  std::size_t most = 0;
  bool done = false;

  asio::awaitable<void> take(std::size_t row) {
    begun.push_back(row);
    most = std::max(most, ++under_way);
    co_await asio::post(context, asio::use_awaitable);
    --under_way;
  }
  asio::awaitable<void> all(std::size_t rows, std::size_t at_once) {
    const row_work each = [this](std::size_t row) { return take(row); };
    co_await side_by_side(rows, at_once, each);
    done = true;
  }
  void run(std::size_t rows, std::size_t at_once) {
    asio::co_spawn(context, all(rows, at_once), asio::detached);
    context.run();
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(rows_side_by_side)

BOOST_AUTO_TEST_CASE(every_row_is_taken_once_in_order_and_no_more_are_under_way_than_wanted) {
  crowd c;
  c.run(100, 8);
  BOOST_TEST(c.done);
  BOOST_TEST(c.most == 8);
  BOOST_TEST(c.under_way == 0);
  BOOST_TEST(c.begun.size() == 100);
  BOOST_TEST(std::is_sorted(c.begun.begin(), c.begun.end()));
}

BOOST_AUTO_TEST_CASE(few_rows_and_none_end_too) {
  crowd few;
  few.run(3, 8);
  BOOST_TEST(few.done);
  BOOST_TEST(few.begun.size() == 3);
  crowd none;
  none.run(0, 8);
  BOOST_TEST(none.done);
}

BOOST_AUTO_TEST_SUITE_END()
