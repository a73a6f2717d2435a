// Sends Disconnect-Requests (RFC 5176) for the nas actors: one thread, one socket, one dialogue per
// request number.
#pragma once

#include "actors/api/nas.hpp"
#include "actors/api/ports.hpp"
#include "config/settings.hpp"
#include "net/radius/client_table.hpp"

#include <atomic>
#include <functional>
#include <memory>

namespace uzel::net {

struct dynauth_neighbours {
  catalogue_source* desk = nullptr;
  time_source* time = nullptr;
  client_table::open_secret open_secret;
  // Called on the client's thread, after its end on the asker's.
  std::function<void(const dynauth_answered&)> done;
};

struct dynauth_counters {
  std::atomic<std::uint64_t> sent{0}, acknowledged{0}, refused{0}, unanswered{0}, not_possible{0};
};

class dynauth_client final : public dynauth_link {
 public:
  static constexpr std::size_t most_dialogues = 4096; // further ones end as not_possible

  explicit dynauth_client(const config::radius_settings& settings);
  ~dynauth_client() override;

  // Errors: io_failed with the reason.
  [[nodiscard]] result<void> start(dynauth_neighbours neighbours, std::string& reason);
  void stop();

  // Thread-safe. The outcome comes through `done`, always.
  void disconnect(nas_id nas, std::uint64_t number, client_id via, ipv4 nas_address,
                  const session& what) override;
  const dynauth_counters& counters() const;

 private:
  class loop;
  std::unique_ptr<loop> loop_;
};

} // namespace uzel::net
