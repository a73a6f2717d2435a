#include "storage/postgresql/wire.hpp"

#include "storage/postgresql/errors.hpp"

#include <algorithm>
#include <cerrno>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace uzel::storage::postgresql {
namespace {

// Notices are for people at a terminal; a farewell is an error that answers no question.
void look_at_notice(void* hung_up, const PGresult* notice) {
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity && std::string_view{severity} == "FATAL")
    *static_cast<bool*>(hung_up) = true;
}

int milliseconds_until(steady::time_point until) {
  if (until == steady::time_point::max())
    return -1;
  const auto left =
    std::chrono::duration_cast<std::chrono::milliseconds>(until - steady::now()).count() + 1;
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

} // namespace

void result_freer::operator()(pg_result* r) const {
  PQclear(r);
}

wire::wire() : wake_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {}

wire::~wire() {
  close();
  if (wake_ >= 0)
    ::close(wake_);
}

void wire::close() noexcept {
  if (!connection_)
    return;
  // PQfinish says good-bye in blocking mode: over a closed socket that ends at once.
  if (const int socket = PQsocket(connection_); socket >= 0)
    ::shutdown(socket, SHUT_RDWR);
  PQfinish(connection_);
  connection_ = nullptr;
}

void wire::running(bool now) {
  const std::scoped_lock hold{guard_};
  running_ = now;
  std::uint64_t old = 0;
  while (wake_ >= 0 && ::read(wake_, &old, sizeof old) < 0 && errno == EINTR) {
  }
}

void wire::interrupt() noexcept {
  const std::scoped_lock hold{guard_};
  const std::uint64_t one = 1;
  if (running_ && ::write(wake_, &one, sizeof one) < 0)
    return; // it is woken already
}

wire::waited wire::wait(short events, steady::time_point until) {
  for (;;) {
    pollfd fds[] = {{PQsocket(connection_), events, 0}, {wake_, POLLIN, 0}};
    const int limit = milliseconds_until(until);
    const int ready = ::poll(fds, 2, limit);
    if (ready < 0 && errno != EINTR)
      return waited::broken;
    if (ready > 0)
      return fds[1].revents != 0 ? waited::interrupted : waited::ready;
    if (ready == 0 && limit >= 0 && steady::now() >= until)
      return waited::late;
  }
}

database_error wire::ended(waited why, std::string_view doing) {
  if (why == waited::broken) {
    auto out = lost(connection_ ? PQerrorMessage(connection_) : "", doing);
    close();
    return out;
  }
  close();
  return {errc::timed_out,
          std::string{doing} +
            (why == waited::late ? ": the database did not answer in time" : ": it was broken off"),
          {},
          false};
}

database_result<> wire::open(const std::string& url, steady::time_point until) {
  constexpr std::string_view doing = "cannot connect to the database";
  close();
  const char* const keywords[] = {"dbname", "client_encoding", "fallback_application_name",
                                  nullptr};
  const char* const values[] = {url.c_str(), "UTF8", "uzeld", nullptr};
  connection_ = PQconnectStartParams(keywords, values, 1);
  if (!connection_ || PQstatus(connection_) == CONNECTION_BAD)
    return ended(waited::broken, doing);
  PQsetNoticeReceiver(connection_, look_at_notice, &hung_up_);
  hung_up_ = false;
  running(true);
  auto state = PGRES_POLLING_WRITING;
  auto end = waited::ready;
  while (end == waited::ready && state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
    end = wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, until);
    if (end == waited::ready)
      state = PQconnectPoll(connection_);
  }
  running(false);
  if (end != waited::ready)
    return ended(end, doing);
  if (state == PGRES_POLLING_FAILED || PQsetnonblocking(connection_, 1) != 0)
    return ended(waited::broken, doing);
  return {};
}

bool wire::is_alive() {
  if (!connection_)
    return false;
  pollfd fd{PQsocket(connection_), POLLIN, 0};
  while (!hung_up_ && ::poll(&fd, 1, 0) > 0) {
    hung_up_ = PQconsumeInput(connection_) == 0 || PQstatus(connection_) == CONNECTION_BAD;
    (void)PQisBusy(connection_); // reads the messages
  }
  if (hung_up_)
    close();
  return connection_ != nullptr;
}

wire::waited wire::until_result(steady::time_point until) {
  for (;;) {
    const int unsent = PQflush(connection_);
    if (unsent < 0)
      return waited::broken;
    if (unsent == 0 && PQisBusy(connection_) == 0)
      return waited::ready;
    const auto end = wait(unsent != 0 ? POLLIN | POLLOUT : POLLIN, until);
    if (end != waited::ready)
      return end;
    // What the server said before it hung up is read first.
    if (PQconsumeInput(connection_) == 0 && PQisBusy(connection_) != 0)
      return waited::broken;
  }
}

database_result<> wire::collect(std::string_view doing, steady::time_point until,
                                const result_sink& sink) {
  database_result<> out;
  auto end = waited::ready;
  running(true);
  while (connection_ && (end = until_result(until)) == waited::ready) {
    const result_handle r{PQgetResult(connection_)};
    if (!r)
      break;
    const auto status = PQresultStatus(r.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE || status == PGRES_COMMAND_OK) {
      if (sink)
        sink(*r);
    } else if (status != PGRES_EMPTY_QUERY) {
      if (out)
        out = to_error(*r, doing);
      if (status != PGRES_FATAL_ERROR && status != PGRES_NONFATAL_ERROR)
        end = waited::broken; // COPY and what else nobody asked for
    }
    if (end == waited::broken)
      break;
  }
  running(false);
  if (end != waited::ready) {
    const auto why = ended(end, doing);
    return out ? database_result<>{why} : out;
  }
  if (connection_ && PQstatus(connection_) == CONNECTION_BAD)
    close();
  return out;
}

} // namespace uzel::storage::postgresql
