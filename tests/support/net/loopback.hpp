// What tests of the servers in net share: a time and a desk that the test moves, ears for messages,
// and a peer over loopback.
#pragma once

#include "actors/api/ports.hpp"
#include "net/udp/batch_socket.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <poll.h>
#include <thread>
#include <vector>

namespace uzel::net::test {

using std::chrono::milliseconds;

class moved_time : public time_source {
 public:
  instant now() const noexcept override { return instant{us.load()}; }
  bool held() const noexcept override { return false; }
  void advance(duration by) { us += by.count(); }
  std::atomic<std::int64_t> us{instant::from_unix(1'700'000'000).us};
};

class edited_desk : public catalogue_source {
 public:
  std::shared_ptr<const catalogue> current() const override {
    const std::lock_guard lock{mutex_};
    return picture_;
  }
  std::uint64_t version() const noexcept override { return version_; }
  void publish(const std::vector<client>& clients) {
    catalogue_builder desk;
    for (const auto& c : clients)
      desk.add(c);
    publish(std::move(desk));
  }
  void publish(catalogue_builder desk) {
    auto next = std::make_shared<catalogue>(*desk.finish());
    next->version = version_ + 1;
    const std::lock_guard lock{mutex_};
    picture_ = std::move(next);
    ++version_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const catalogue> picture_;
  std::atomic<std::uint64_t> version_{0};
};

// What one stand-in was asked, readable from the test's thread.
template <class Message>
class heard {
 public:
  void put(const Message& m) {
    const std::lock_guard lock{mutex_};
    all_.push_back(m);
    came_.notify_all();
  }
  // The next one; fails the test when none comes in time.
  Message next() {
    std::unique_lock lock{mutex_};
    BOOST_REQUIRE(came_.wait_for(lock, std::chrono::seconds{5}, [&] { return !all_.empty(); }));
    auto m = all_.front();
    all_.pop_front();
    return m;
  }
  std::size_t size() const {
    const std::lock_guard lock{mutex_};
    return all_.size();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::deque<Message> all_;
};

// Counters follow a moment after the datagram.
template <class Count>
bool becomes(Count count, std::uint64_t wanted) {
  for (int i = 0; i < 300 && count() != wanted; ++i)
    std::this_thread::sleep_for(milliseconds{10});
  return count() == wanted;
}

// The test's own socket.
class udp_peer {
 public:
  explicit udp_peer(ipv4 at = {127, 0, 0, 1}) : socket_{open(at)} {}
  void send(const endpoint& to, const std::vector<std::uint8_t>& b) {
    socket_.send(to, {}, b);
    socket_.flush();
  }
  endpoint local() const { return socket_.local(); }
  struct got {
    endpoint from;
    std::vector<std::uint8_t> data;
  };
  std::optional<got> receive(milliseconds limit = milliseconds{3000}) {
    if (waiting_.empty()) {
      pollfd p{socket_.descriptor(), POLLIN, 0};
      if (::poll(&p, 1, static_cast<int>(limit.count())) > 0)
        socket_.receive([&](const datagram& d) {
          waiting_.push_back({d.from, {d.bytes.begin(), d.bytes.end()}});
        });
    }
    if (waiting_.empty())
      return std::nullopt;
    auto out = std::move(waiting_.front());
    waiting_.pop_front();
    return out;
  }
  // The next datagram's bytes; fails the test when none comes.
  std::vector<std::uint8_t> reply() {
    auto r = receive();
    BOOST_REQUIRE_MESSAGE(r.has_value(), "no reply came");
    return std::move(r->data);
  }
  bool silent(milliseconds limit = milliseconds{250}) { return !receive(limit).has_value(); }

 private:
  static batch_socket open(ipv4 at) {
    std::string reason;
    auto s = batch_socket::open({at, 0}, 1u << 20, reason);
    BOOST_REQUIRE_MESSAGE(s.has_value(), reason);
    return std::move(*s);
  }
  batch_socket socket_;
  std::deque<got> waiting_;
};

} // namespace uzel::net::test
