#include "apps/uzeld/metrics.hpp"

#include <fmt/format.h>

namespace uzel {
namespace {

using page_labels = http::metrics_page::labels;

template <class Counter>
http::metrics_page::read_value reading(const Counter& c) {
  return [&c] { return static_cast<double>(c.load(std::memory_order_relaxed)); };
}

} // namespace

void add_radius_metrics(http::metrics_page& page, const net::radius_counters& radius,
                        const net::dynauth_counters& dynauth) {
  for (std::size_t v = 0; v < net::admission_verdicts; ++v)
    page.add_counter(
      "uzel_radius_datagrams_total", "Datagrams by what became of them at the door",
      page_labels{{"verdict", std::string{net::name_of(static_cast<net::admission_verdict>(v))}}},
      reading(radius.datagrams[v]));
  const auto request = [&](const char* kind, const net::counter& c) {
    page.add_counter("uzel_radius_requests_total", "Requests handed on",
                     page_labels{{"kind", kind}}, reading(c));
  };
  request("login", radius.logins);
  request("accounting", radius.accounting);
  request("status", radius.status);
  const auto reply = [&](const char* kind, const net::counter& c) {
    page.add_counter("uzel_radius_replies_total", "Replies written", page_labels{{"kind", kind}},
                     reading(c));
  };
  reply("accept", radius.accepts);
  reply("guest", radius.guests);
  reply("reject", radius.rejects);
  reply("accounting", radius.responses);
  page.add_counter("uzel_radius_repeated_total", "Replies sent again to repeated requests", {},
                   reading(radius.repeated));
  page.add_counter("uzel_radius_late_total",
                   "Answers of actors that came after their request was given up", {},
                   reading(radius.late));
  page.add_counter("uzel_radius_oversized_total", "Replies that did not fit a packet", {},
                   reading(radius.oversized));
  page.add_counter("uzel_radius_unsent_total", "Datagrams that the kernel did not take", {},
                   reading(radius.unsent));
  page.add_gauge("uzel_radius_waiting_for_sync", "Replies that wait for the journal", {},
                 reading(radius.waiting_for_sync));
  page.add_gauge("uzel_radius_table_entries", "Requests and replies in memory", {},
                 reading(radius.in_use));
  const auto ended = [&](const char* outcome, const std::atomic<std::uint64_t>& c) {
    page.add_counter("uzel_disconnects_total", "Disconnect-Requests by outcome",
                     page_labels{{"outcome", outcome}}, reading(c));
  };
  ended("acknowledged", dynauth.acknowledged);
  ended("refused", dynauth.refused);
  ended("unanswered", dynauth.unanswered);
  ended("not-possible", dynauth.not_possible);
}

namespace {

// The parts of a histogram as Prometheus names them.
void add_answer_times(http::metrics_page& page, const net::dhcp_counters& dhcp) {
  const auto& bounds = net::dhcp_answer_bounds_us;
  const auto up_to = [&dhcp](std::size_t last) {
    return [&dhcp, last] {
      std::uint64_t sum = 0;
      for (std::size_t i = 0; i <= last; ++i)
        sum += dhcp.answer_times[i].load(std::memory_order_relaxed);
      return static_cast<double>(sum);
    };
  };
  for (std::size_t i = 0; i < bounds.size(); ++i)
    page.add_counter(
      "uzel_dhcp_answer_seconds_bucket", "Replies by the time since their request, cumulative",
      page_labels{{"le", fmt::format("{}", static_cast<double>(bounds[i]) / 1e6)}}, up_to(i));
  page.add_counter("uzel_dhcp_answer_seconds_bucket",
                   "Replies by the time since their request, cumulative",
                   page_labels{{"le", "+Inf"}}, up_to(bounds.size()));
  page.add_counter("uzel_dhcp_answer_seconds_count", "Replies that left", {}, up_to(bounds.size()));
  page.add_counter("uzel_dhcp_answer_seconds_sum", "Time from requests to their replies", {},
                   [&dhcp] { return static_cast<double>(dhcp.answer_time_us.load()) / 1e6; });
}

} // namespace

void add_dhcp_metrics(http::metrics_page& page, const net::dhcp_counters& dhcp) {
  for (std::size_t v = 0; v < net::dhcp_verdicts; ++v)
    page.add_counter(
      "uzel_dhcp_datagrams_total", "DHCP datagrams by what became of them at the door",
      page_labels{{"verdict", std::string{net::name_of(static_cast<net::dhcp_verdict>(v))}}},
      reading(dhcp.datagrams[v]));
  for (std::size_t r = 0; r < net::dhcp_requests; ++r)
    page.add_counter(
      "uzel_dhcp_requests_total", "DHCP requests handed on",
      page_labels{{"step", std::string{net::name_of(static_cast<net::dhcp_request>(r))}}},
      reading(dhcp.requests[r]));
  const auto reply = [&](const char* type, const net::counter& c) {
    page.add_counter("uzel_dhcp_replies_total", "DHCP replies written", page_labels{{"type", type}},
                     reading(c));
  };
  reply("offer", dhcp.offers);
  reply("ack", dhcp.acks);
  reply("nak", dhcp.naks);
  for (std::uint8_t why = 1; why < refusal_count; ++why)
    page.add_counter("uzel_dhcp_refusals_total", "Leases refused",
                     page_labels{{"reason", std::string{name_of(static_cast<refusal>(why))}}},
                     reading(dhcp.refusals[why]));
  page.add_counter("uzel_dhcp_pings_answered_total", "New addresses that somebody used already", {},
                   reading(dhcp.pings_answered));
  page.add_counter("uzel_dhcp_late_total",
                   "Answers of actors that came after their request was given up", {},
                   reading(dhcp.late));
  page.add_counter("uzel_dhcp_oversized_total", "DHCP replies that did not fit a packet", {},
                   reading(dhcp.oversized));
  page.add_counter("uzel_dhcp_unsent_total", "DHCP replies that the kernel did not take", {},
                   reading(dhcp.unsent));
  page.add_gauge("uzel_dhcp_waiting_for_sync", "DHCP replies that wait for the journal", {},
                 reading(dhcp.waiting_for_sync));
  page.add_gauge("uzel_dhcp_in_flight", "DHCP requests being worked on", {}, reading(dhcp.in_use));
  add_answer_times(page, dhcp);
}

void add_store_metrics(http::metrics_page& page, storage::journal& journal,
                       storage::projector& projector, const storage::behind_alarm& behind,
                       const ruled_time& time) {
  const auto journaled = [&](const char* name, const char* help, auto member) {
    page.add_counter(name, help, {}, [&journal, member] {
      return static_cast<double>(journal.counters().*member);
    });
  };
  using counters = storage::journal_counters;
  journaled("uzel_journal_records_total", "Records synced", &counters::records);
  journaled("uzel_journal_batches_total", "Batches synced, one fdatasync each", &counters::batches);
  journaled("uzel_journal_bytes_total", "Bytes synced", &counters::bytes);
  journaled("uzel_journal_sync_microseconds_total", "Time spent in write and sync",
            &counters::sync_micros);
  journaled("uzel_journal_refused_full_total", "Appends refused for want of space",
            &counters::refused_full);
  journaled("uzel_journal_refused_overloaded_total",
            "Appends refused because too much waits for the sync", &counters::refused_overloaded);
  page.add_gauge("uzel_journal_segments", "Segment files", {},
                 [&journal] { return static_cast<double>(journal.counters().segments); });
  page.add_gauge("uzel_journal_lag_records", "Records appended and not synced", {}, [&journal] {
    return static_cast<double>(journal.appended().value - journal.synced().value);
  });
  page.add_gauge("uzel_projection_lag_records", "Records synced and not yet in the database", {},
                 [&journal, &projector] {
                   return static_cast<double>(journal.synced().value) -
                          static_cast<double>(projector.applied().value);
                 });
  page.add_gauge("uzel_projection_lag_seconds", "Age of the oldest record not yet in the database",
                 {}, [&projector, &time] {
                   return static_cast<double>(projector.behind(time.now()).count()) / 1e6;
                 });
  page.add_gauge("uzel_projection_behind", "1 while that age is above store.behind_alarm", {},
                 [&behind] { return behind.is_raised() ? 1.0 : 0.0; });
  page.add_gauge("uzel_projection_parked_records", "Records that the database refused for good", {},
                 [&projector] { return static_cast<double>(projector.counters().parked); });
  page.add_gauge("uzel_database_away", "1 while the database does not take writes", {},
                 [&projector] { return projector.is_away() ? 1.0 : 0.0; });
}

void add_history_metrics(http::metrics_page& page, const storage::history_keeper& keeper) {
  page.add_counter("uzel_history_rows_removed_total",
                   "Ended sessions and uses of addresses removed one by one", {},
                   [&keeper] { return static_cast<double>(keeper.counters().rows_removed); });
  page.add_counter("uzel_history_partitions_dropped_total", "Parts of the history dropped at once",
                   {},
                   [&keeper] { return static_cast<double>(keeper.counters().partitions_dropped); });
  page.add_gauge("uzel_history_failing",
                 "1 while old rows stay and no months are made ahead, for a reason in the log", {},
                 [&keeper] { return keeper.counters().failing ? 1.0 : 0.0; });
}

void add_live_metrics(http::metrics_page& page, const invariant_counters& invariants,
                      const net::radius_counters& radius, const net::dhcp_counters* dhcp,
                      const ruled_time& time, const event_backlog& backlog,
                      const trace_ring& traces) {
  const auto broken = [&](const char* which, const auto& c) {
    page.add_counter("uzel_invariant_violations_total", "Must stay 0: anything else is a defect",
                     page_labels{{"invariant", which}}, reading(c));
  };
  broken("address-two-holders", invariants.address_two_holders);
  page.add_counter("uzel_invariant_violations_total", "Must stay 0: anything else is a defect",
                   page_labels{{"invariant", "answer-before-sync"}}, [&radius, dhcp] {
                     return static_cast<double>(radius.early.load(std::memory_order_relaxed) +
                                                (dhcp ? dhcp->early.load() : 0));
                   });
  broken("static-address-taken", invariants.static_taken);
  broken("session-on-another-account", invariants.session_moved);
  page.add_gauge("uzel_clock_held", "1 while expiry waits for a person to confirm the clock", {},
                 [&time] { return time.held() ? 1.0 : 0.0; });
  page.add_gauge("uzel_events_backlog_records", "Synced records that the live view has not seen",
                 {}, reading(backlog.records));
  page.add_gauge("uzel_trace_bytes", "Memory of decision traces", {},
                 [&traces] { return static_cast<double>(traces.bytes()); });
}

} // namespace uzel
