#include "net/live/live_view.hpp"

#include "net/http/front.hpp"
#include "net/http/metrics.hpp"
#include "net/http/readiness.hpp"
#include "net/live/live_session.hpp"
#include "net/rest/api.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace uzel::live {
namespace {

namespace asio = boost::asio;

constexpr auto greeting_limit = std::chrono::seconds{10};
constexpr rest::permission reads_live{"live.read"};

// The token and the cursor that a reader brings; nothing when he says neither in time.
asio::awaitable<std::optional<live_greeting>> greet(std::shared_ptr<http::websocket> socket,
                                                    const http::request& asked) {
  live_greeting out;
  if (const auto query = http::query_map::parse(asked.raw_query())) {
    if (const auto* token = query->find("token"))
      out.token = *token;
    if (const auto* cursor = query->find("cursor"))
      out.cursor = *cursor;
  }
  if (const auto header = asked.header("authorization"); header.size() > 7)
    out.token = header.substr(7);
  if (!out.token.empty())
    co_return out;
  asio::steady_timer limit{co_await asio::this_coro::executor, greeting_limit};
  limit.async_wait([socket](const boost::system::error_code& failed) {
    if (!failed)
      socket->abort();
  });
  const auto text = co_await socket->receive();
  limit.cancel();
  if (!text)
    co_return std::nullopt;
  auto said = parse_greeting(*text);
  if (said && said->cursor.empty())
    said->cursor = out.cursor;
  co_return said;
}

asio::awaitable<http::response> answer(rest::api& api, const http::readiness& ready,
                                       const http::metrics_page& metrics,
                                       const http::request& asked) {
  if (auto page = http::answer_front(asked, &ready, &metrics))
    co_return std::move(*page);
  co_return co_await api.answer(asked);
}

} // namespace

asio::awaitable<void> serve_live(rest::api& api, live_readers& readers,
                                 std::shared_ptr<http::websocket> socket,
                                 const http::request& asked) {
  const auto greeting = co_await greet(socket, asked);
  auto token = greeting ? greeting->token : std::string{};
  const auto who = co_await api.authenticate(std::move(token));
  if (!who) {
    co_await socket->close(close_not_signed_in, "sign in first");
    co_return;
  }
  if (!rest::covers(who->permissions, reads_live)) {
    co_await socket->close(close_forbidden, "this needs live.read");
    co_return;
  }
  auto still_allowed = [&api, token = greeting->token] {
    return api.check_again(token).has_value();
  };
  const auto executor = co_await asio::this_coro::executor;
  const auto session = std::make_shared<live_session>(api.neighbours(), readers, socket, executor,
                                                      std::move(still_allowed));
  const auto from = parse_cursor(greeting->cursor);
  co_await session->run(from);
}

http::site site_of(rest::api& api, live_readers& readers, const http::readiness& ready,
                   http::metrics_page& metrics) {
  api.add_metrics(metrics);
  const auto read = [&readers](bool open) {
    return
      [&readers, open] { return static_cast<double>(open ? readers.count() : readers.dropped()); };
  };
  metrics.add_gauge("uzel_live_readers", "Readers of the live view.", {}, read(true));
  metrics.add_counter("uzel_live_dropped_total", "Readers that were too slow.", {}, read(false));
  http::site out;
  out.answer = [&api, &ready, &metrics](const http::request& asked) {
    return answer(api, ready, metrics, asked);
  };
  out.body_limit = [&api](const http::request& head) { return api.body_limit(head); };
  out.live = [&api, &readers](std::shared_ptr<http::websocket> socket, const http::request& asked) {
    return serve_live(api, readers, std::move(socket), asked);
  };
  return out;
}

} // namespace uzel::live
