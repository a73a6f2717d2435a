// The HTTP side of the daemon: listeners, one event loop on a thread of its own, connections with
// limits, an orderly end.
//
// Life: open() binds, start() serves, stop() ends. An actor may still answer a request after
// stop(), and requests that were cut off still refer to the site: stop the server, then the actors,
// wait for them (await_all_actors_done), then destroy the server, then what the site refers to.
#pragma once

#include "config/settings.hpp"
#include "domain/instant.hpp"
#include "net/http/site.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace uzel::http {

class metrics_page;

// Counters; any thread.
struct server_counters {
  std::uint64_t connections = 0; // open now
  std::uint64_t accepted = 0;
  std::uint64_t turned_away = 0; // beyond max_connections
  std::uint64_t requests = 0;
};

class http_server {
 public:
  // Binds every listener and loads certificate and key. The sentence of a failure names the
  // listener or the file; nothing is left open then.
  struct opened {
    std::unique_ptr<http_server> server; // null: failed
    std::string problem;
  };
  static opened open(const config::http_settings& settings);

  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  // Begins to serve; called again, it serves this site from now on (first «starting», then all).
  void start(site what);
  // Refuses new connections, lets running requests end within `grace`, cuts the rest off, joins the
  // thread. Blocks; may be called again.
  void stop(duration grace);
  // Port of the first listener (the system's choice when the settings say 0).
  std::uint16_t port() const;
  std::vector<std::uint16_t> ports() const;
  server_counters counters() const;
  void add_metrics(metrics_page& page) const;

 private:
  class impl;
  explicit http_server(std::unique_ptr<impl> parts);
  std::unique_ptr<impl> impl_;
};

} // namespace uzel::http
