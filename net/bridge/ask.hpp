// A coroutine asks an actor: co_await ask<account_shown>(system, directory, limit, question). The
// answer resumes the coroutine on its own executor. For HTTP and other cold paths; logins travel
// one way with a ticket.
//
// The question must be a named variable (GCC 12 destroys aggregate temporaries of a co_await
// expression twice).
#pragma once

#include "domain/instant.hpp"
#include "net/bridge/problem.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>

#include <memory>

namespace uzel::net {

// Errors: what the actor says; timed_out after `limit`; unavailable when the handle is empty or its
// actor is gone.
template <class Reply, class Handle, class Question>
boost::asio::awaitable<answer<Reply>> ask(caf::actor_system& system, const Handle& to,
                                          duration limit, const Question& question) {
  // Initiation is deferred until the awaitable is awaited: everything is captured by value.
  auto start = [sys = &system, to, limit, question](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto guard = std::make_shared<boost::asio::executor_work_guard<boost::asio::any_io_executor>>(
      boost::asio::get_associated_executor(*shared));
    const auto resume = [shared, guard](answer<Reply> reply) {
      boost::asio::post(guard->get_executor(), [shared, guard, reply = std::move(reply)]() mutable {
        (*shared)(std::move(reply));
        guard->reset();
      });
    };
    if (!to)
      return resume(problem{errc::unavailable, {}});
    sys->spawn([to, limit, question, resume](caf::event_based_actor* self) {
      self->request(to, limit, question)
        .then([resume](const Reply& reply) { resume(reply); },
              [resume](const caf::error& e) { resume(to_problem(e)); });
    });
  };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(answer<Reply>)>(
    std::move(start), boost::asio::use_awaitable);
}

} // namespace uzel::net
