// What the process is told at start: one plain struct per section, handed by value to the component
// it is for. Defaults stand here and nowhere else; names, bounds and the words of the manual stand
// in the section_*.cpp tables.
#pragma once

#include "config/log_level.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace uzel::config {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A number of bytes; in files it may be written as "64MiB".
using byte_count = std::uint64_t;

// [radius]: the UDP side towards NAS devices. Addresses are "host:port" with a literal address.
struct radius_settings {
  std::vector<std::string> auth_listen{"0.0.0.0:1812"};
  std::vector<std::string> acct_listen{"0.0.0.0:1813"};
  seconds duplicate_window{10};
  std::uint32_t duplicate_entries_per_client = 16384;
  std::uint32_t max_in_flight = 8192;
  milliseconds login_deadline{2000};
  milliseconds reject_delay{1000};
  std::uint32_t reject_delay_queue = 10000;
  std::uint32_t per_source_rate = 0; // datagrams per second; 0 = no limit
  bool rate_limit_loopback = false;
  byte_count receive_buffer = 4ull << 20;
  std::uint16_t coa_port = 3799;
  milliseconds coa_try{
    1000}; // wait for the first answer to a Disconnect-Request, then twice as long
  std::uint32_t coa_attempts = 3; // how often the same request is sent
  bool operator==(const radius_settings&) const = default;
};

// [dhcp]: leases to subscribers behind relays and on our own wires. Off while both lists are empty.
struct dhcp_settings {
  std::vector<std::string> listen;     // "host:port" for relays and renewing clients
  std::vector<std::string> interfaces; // with clients that broadcast
  std::vector<std::string> identify{"option82", "mac", "client-id"}; // best first
  std::uint32_t max_in_flight = 16384;
  milliseconds deadline{2000};
  std::uint32_t per_relay_rate = 5000; // datagrams per second; 0 = no limit
  std::uint32_t per_client_rate = 10;
  std::uint32_t clients_per_port = 16; // MACs behind one port within a lease; 0 = no limit
  milliseconds ping_wait{300};
  byte_count receive_buffer = 4ull << 20;
  bool operator==(const dhcp_settings&) const = default;
};

// [http]: the API, the metrics and the live view.
struct http_settings {
  std::vector<std::string> listen{"127.0.0.1:8080"};
  byte_count body_limit = 32ull << 20;
  seconds read_timeout{30};
  seconds request_timeout{30};
  std::uint32_t max_connections = 1024;
  std::uint32_t login_rate = 10; // sign-in attempts per minute and source address; 0 = no limit
  bool rate_limit_loopback = false;
  seconds token_lifetime{12 * 3600};
  std::string tls_certificate; // empty = plain HTTP
  std::string tls_key;
  std::uint32_t live_buffer = 10000;  // events kept for one slow reader before it is dropped
  std::uint32_t events_ring = 100000; // events kept for readers that come back with a cursor
  bool operator==(const http_settings&) const = default;
};

// What an answer waits for besides the journal.
enum class durability : std::uint8_t {
  journal, // the synced journal is enough
  store,   // the database must have committed too
};

// [store]: the journal that answers and the database that remembers.
struct store_settings {
  std::string url = "sqlite:/var/lib/uzel/uzel.db";
  std::string journal_directory = "/var/lib/uzel/journal";
  byte_count journal_segment_bytes = 64ull << 20;
  byte_count journal_max_bytes = 8ull << 30;
  seconds journal_keep{86400};
  config::durability durability = config::durability::journal;
  std::uint32_t projector_batch = 1024; // records per database transaction
  std::uint32_t lanes = 4;
  std::uint32_t read_workers = 2;
  milliseconds statement_deadline{5000};
  seconds behind_alarm{60};
  std::uint32_t desk_queue = 1024;
  std::uint32_t parked_limit = 10000;
  std::uint32_t history_months = 36; // 0 = for ever
  bool operator==(const store_settings&) const = default;

  // The file behind "sqlite:PATH"; empty for any other driver.
  std::string sqlite_path() const {
    return url.starts_with("sqlite:") ? url.substr(7) : std::string{};
  }
};

// [actors]: threads, and the times of sessions and bindings.
struct actor_settings {
  std::uint32_t workers = 0; // scheduler threads; 0 = one per core
  bool pin_workers = true;   // each to its core, if there are as many as cores
  std::uint32_t shards = 2;
  seconds idle_sleep{15};
  seconds offer_time{60};
  std::uint32_t stale_factor = 3;
  seconds interim_interval{600};
  byte_count trace_bytes = 32ull << 20;
  std::uint32_t trace_per_account = 8;
  std::uint32_t guest_limit = 10000;
  seconds decline_quarantine{86400};
  std::uint32_t declines_per_hour = 100; // of one pool; more are alarmed and end the lease only
  bool operator==(const actor_settings&) const = default;
};

// [clock]: how far time may jump before charges and expiry are held.
struct clock_settings {
  seconds max_step{300};
  seconds max_gap{86400};
  bool operator==(const clock_settings&) const = default;
};

enum class log_format : std::uint8_t { text, json };

// [log]: what is written where.
struct log_settings {
  log_format format = log_format::text;
  log::level level = log::level::info;
  std::map<std::string, log::level> levels; // component -> level
  std::string file;                         // empty = standard error
  bool operator==(const log_settings&) const = default;
};

// [secrets]: files that hold keys. The keys themselves never stand in the configuration.
struct secrets_settings {
  std::string master_key_file = "/var/lib/uzel/master.key";
  std::string token_key_file = "/var/lib/uzel/token.key";
  bool operator==(const secrets_settings&) const = default;
};

// Everything the process is told.
struct settings {
  radius_settings radius;
  dhcp_settings dhcp;
  http_settings http;
  store_settings store;
  actor_settings actors;
  clock_settings clock;
  log_settings log;
  secrets_settings secrets;
  bool operator==(const settings&) const = default;
};

} // namespace uzel::config
