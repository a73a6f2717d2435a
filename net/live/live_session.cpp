#include "net/live/live_session.hpp"

#include "domain/entities/live.hpp"
#include "net/bridge/ask.hpp"
#include "net/live/live_view.hpp"
#include "net/rest/progress.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace uzel::live {
namespace {

namespace asio = boost::asio;

constexpr std::uint32_t page_rows = 500;
constexpr auto look_again = std::chrono::seconds{60};
constexpr auto last_patience = std::chrono::seconds{5};
constexpr duration sync_limit = seconds{10};

} // namespace

live_session::live_session(const rest::rest_neighbours& n, live_readers& readers,
                           std::shared_ptr<http::websocket> socket, asio::any_io_executor on,
                           std::function<bool()> still_allowed)
  : n_{n}
  , readers_{readers}
  , socket_{std::move(socket)}
  , executor_{std::move(on)}
  , still_allowed_{std::move(still_allowed)}
  , wake_{executor_}
  , patience_{executor_} {}

live_session::~live_session() {
  if (!queue_)
    return;
  if (n_.events)
    caf::anon_send(n_.events, unsubscribe_events{queue_->reader()});
  readers_.close(queue_->reader());
}

void live_session::woken() {
  wake_.cancel();
  if (cutting_ || !queue_->is_dropped())
    return;
  // A reader that reads nothing keeps the last send from ending: cut him off after a while.
  cutting_ = true;
  patience_.expires_after(last_patience);
  patience_.async_wait([socket = socket_](const boost::system::error_code& failed) {
    if (!failed)
      socket->abort();
  });
}

asio::awaitable<void> live_session::listen(std::shared_ptr<live_session> self) {
  bool open = true;
  while (open) {
    const auto said = co_await self->socket_->receive();
    open = said.has_value();
  }
  self->gone_ = true;
  self->wake_.cancel();
}

asio::awaitable<void> live_session::run(std::optional<live_cursor> from) {
  queue_ = readers_.open([on = executor_, weak = weak_from_this()] {
    asio::post(on, [weak] {
      if (const auto self = weak.lock())
        self->woken();
    });
  });
  if (!queue_) {
    co_await socket_->close(close_overloaded, "too many readers");
    co_return;
  }
  asio::co_spawn(executor_, listen(shared_from_this()), asio::detached);
  const subscribe_events question{queue_->reader(), from ? from->epoch : 0,
                                  from ? from->number : journal_number{}};
  const auto begun =
    co_await net::ask<events_subscribed>(*n_.system, n_.events, n_.limit, question);
  if (!begun) {
    co_await socket_->close(close_overloaded, "events are away");
    co_return;
  }
  const bool fresh = !from || begun->resnapshot;
  const auto hello = hello_message(*begun, fresh);
  bool well = co_await send(hello);
  if (well && fresh)
    well = co_await snapshot(begun->epoch);
  if (well) {
    cursor_ = fresh ? live_cursor{begun->epoch, begun->synced} : *from;
    co_await follow();
  } else if (queue_->is_dropped()) {
    co_await say_dropped();
  }
  patience_.cancel();
}

live_session::awaitable_ok live_session::send(const std::string& text) {
  if (gone_)
    co_return false;
  co_return co_await socket_->send(text);
}

live_session::awaitable_ok live_session::snapshot(std::uint32_t epoch) {
  for (const auto& shard : n_.directory) {
    const bool shown = co_await sessions_of(shard, epoch);
    if (!shown)
      co_return false;
  }
  const auto desk = n_.desk->current();
  std::vector<routing_domain_id> domains;
  for (const auto& [id, unused] : *desk->domains)
    domains.emplace_back(id);
  std::sort(domains.begin(), domains.end());
  for (const auto id : domains) {
    const bool shown = co_await bindings_of(id, epoch);
    if (!shown)
      co_return false;
  }
  const auto end = snapshot_end_message(sessions_, bindings_);
  co_return co_await send(end);
}

live_session::awaitable_ok live_session::sessions_of(const directory_actor& shard,
                                                     std::uint32_t epoch) {
  page_sessions question{0, page_rows};
  do {
    const auto page = co_await net::ask<sessions_page>(*n_.system, shard, n_.limit, question);
    if (!page || queue_->is_dropped())
      co_return false;
    journal_number highest;
    for (const auto& s : page->rows)
      highest = std::max(highest, s.number);
    const bool durable = co_await rest::wait_for(n_.synced, highest, sync_limit);
    if (!durable)
      co_return false;
    for (const auto& s : page->rows) {
      const auto text =
        row_message("session", entity_of<session>(), to_row(s), live_cursor{epoch, s.number});
      const bool sent = co_await send(text);
      if (!sent)
        co_return false;
      ++sessions_;
    }
    question.after_slot = page->next_slot;
  } while (question.after_slot != 0);
  co_return true;
}

live_session::awaitable_ok live_session::bindings_of(routing_domain_id domain,
                                                     std::uint32_t epoch) {
  const auto space = n_.space(domain);
  if (!space)
    co_return true;
  page_bindings question{domain, {}, page_rows};
  for (;;) {
    const auto page = co_await net::ask<bindings_page>(*n_.system, space, n_.limit, question);
    if (!page || queue_->is_dropped())
      co_return false;
    journal_number highest;
    for (const auto& b : page->rows)
      highest = std::max(highest, b.number);
    const bool durable = co_await rest::wait_for(n_.synced, highest, sync_limit);
    if (!durable)
      co_return false;
    for (const auto& b : page->rows) {
      const auto text =
        row_message("binding", entity_of<binding>(), to_row(b), live_cursor{epoch, b.number});
      const bool sent = co_await send(text);
      if (!sent)
        co_return false;
      ++bindings_;
    }
    if (page->last || page->rows.empty())
      co_return true;
    question.after = page->rows.back().address;
  }
}

live_session::awaitable_ok live_session::send_batch(const live_queue::batch& batch) {
  if (batch.missed != 0) {
    const auto text = missed_message(batch.missed);
    const bool sent = co_await send(text);
    if (!sent)
      co_return false;
  }
  for (const auto& e : batch.events) {
    const auto text = event_message(e);
    const bool sent = co_await send(text);
    if (!sent)
      co_return false;
    if (e.number)
      cursor_ = {e.epoch, e.number};
  }
  co_return true;
}

asio::awaitable<void> live_session::follow() {
  for (;;) {
    const auto batch = queue_->take();
    const bool well = co_await send_batch(batch);
    if (gone_)
      co_return;
    if (batch.dropped || queue_->is_dropped())
      co_return co_await say_dropped();
    if (!well)
      co_return;
    if (!batch.events.empty())
      continue;
    boost::system::error_code woken_early;
    auto token = asio::redirect_error(asio::use_awaitable, woken_early);
    wake_.expires_after(look_again);
    co_await wake_.async_wait(token);
    if (!woken_early && !still_allowed_()) {
      co_await socket_->close(close_not_signed_in, "the token has expired");
      co_return;
    }
  }
}

asio::awaitable<void> live_session::say_dropped() {
  const auto text = dropped_message(cursor_);
  (void)co_await send(text);
  const auto reason = "too slow; cursor " + to_string(cursor_);
  co_await socket_->close(close_too_slow, reason);
}

} // namespace uzel::live
