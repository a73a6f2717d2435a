#include "bench/load/report.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace uzel::load {
namespace {

struct quantile {
  const char* name;
  double share;
};
constexpr std::array<quantile, 4> quantiles{
  {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}};

double per_second(std::uint64_t count, double seconds) {
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

double microseconds(std::uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1000;
}

// Microseconds of CPU for one operation.
double cpu_per_operation(const findings& f) {
  // The server's time holds the warm-up and the last answers, too: so must the operations.
  const auto all = f.counted.begun - std::min(f.counted.begun, f.counted.failed);
  return all == 0 ? 0 : f.server.cpu_seconds * 1e6 / static_cast<double>(all);
}

double generator_share(const findings& f) {
  return f.wall_seconds > 0 ? f.generator_cpu_seconds / f.wall_seconds : 0;
}

std::string latency_row(const std::string& name, const histogram& h) {
  auto out = fmt::format("  {:<12} {:>10}", name, h.count());
  for (const auto& q : quantiles)
    out += fmt::format(" {:>10.1f}", microseconds(h.percentile(q.share)));
  return out + fmt::format(" {:>10.1f}\n", microseconds(h.largest()));
}

std::string latency_json(const histogram& h) {
  auto out = fmt::format("{{\"n\":{}", h.count());
  for (const auto& q : quantiles)
    out += fmt::format(",\"{}\":{:.1f}", q.name, microseconds(h.percentile(q.share)));
  return out + fmt::format(",\"max\":{:.1f},\"mean\":{:.1f}}}", microseconds(h.largest()),
                           h.mean() / 1000);
}

// Names and messages here hold neither quotes nor backslashes; anything else is left out.
std::string quoted(std::string text) {
  std::erase_if(
    text, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' '; });
  return '"' + text + '"';
}

std::string faults_json(const tally& t) {
  std::string out;
  for (std::size_t i = 1; i < fault_names.size(); ++i)
    if (t.faults[i] != 0)
      out += fmt::format("{}{}:{}", out.empty() ? "" : ",", quoted(std::string{fault_names[i]}),
                         t.faults[i]);
  return "{" + out + "}";
}

std::string kinds_json(const tally& t) {
  std::string out;
  for (const auto& k : t.kinds)
    if (k.sent != 0 || k.answered != 0)
      out += fmt::format("{}{}:{{\"sent\":{},\"answered\":{},\"rejected\":{},\"retries\":{},"
                         "\"unanswered\":{},\"latency_us\":{}}}",
                         out.empty() ? "" : ",", quoted(k.name), k.sent, k.answered, k.rejected,
                         k.retries, k.unanswered, latency_json(k.latency));
  return "{" + out + "}";
}

std::string server_json(const findings& f) {
  if (!f.server.known && !f.server.syncs)
    return "null";
  auto out = fmt::format("{{\"cpu_s\":{:.2f},\"cpu_us_per_operation\":{:.2f},\"resident_bytes\":{}",
                         f.server.cpu_seconds, cpu_per_operation(f), f.server.resident_bytes);
  if (f.server.syncs)
    out += fmt::format(",\"journal_syncs\":{:.0f}", *f.server.syncs);
  if (f.server.records)
    out += fmt::format(",\"journal_records\":{:.0f}", *f.server.records);
  if (f.server.bytes)
    out += fmt::format(",\"journal_bytes\":{:.0f}", *f.server.bytes);
  return out + "}";
}

std::string latency_table(const findings& f) {
  auto out = fmt::format("  {:<12} {:>10}", "latency, us", "answers");
  for (const auto& q : quantiles)
    out += fmt::format(" {:>10}", q.name);
  out += fmt::format(" {:>10}\n", "max");
  unsigned kinds = 0;
  for (const auto& k : f.counted.kinds)
    if (k.latency.count() != 0 && ++kinds)
      out += latency_row(k.name, k.latency);
  if (kinds > 1)
    out += latency_row("operation", f.counted.operation);
  return out;
}

std::string trouble_table(const findings& f) {
  std::string out;
  const auto& t = f.counted;
  std::uint64_t retries = 0, unanswered = 0;
  for (const auto& k : t.kinds) {
    retries += k.retries;
    unanswered += k.unanswered;
  }
  out += fmt::format("  retries {}, unanswered {}, operations that failed {}", retries, unanswered,
                     t.failed);
  if (t.not_begun != 0)
    out += fmt::format(", due but not begun {}", t.not_begun);
  out += '\n';
  for (std::size_t i = 1; i < fault_names.size(); ++i)
    if (t.faults[i] != 0)
      out += fmt::format("  {}: {}\n", fault_names[i], t.faults[i]);
  for (const auto& example : f.examples)
    out += "  given twice: " + example + '\n';
  return out;
}

std::string server_table(const findings& f) {
  std::string out;
  if (f.server.known)
    out += fmt::format("  server: {:.2f} s of CPU, {:.1f} us per operation, {} MiB resident\n",
                       f.server.cpu_seconds, cpu_per_operation(f), f.server.resident_bytes >> 20);
  if (f.server.syncs && f.server.records)
    out += fmt::format("  journal: {:.0f} records in {:.0f} syncs, {:.1f} MiB\n", *f.server.records,
                       *f.server.syncs, f.server.bytes.value_or(0) / (1 << 20));
  return out;
}

} // namespace

bool verified(const findings& f) {
  constexpr std::array harmless{fault::none, fault::stray, fault::unreachable};
  for (std::size_t i = 0; i < f.counted.faults.size(); ++i)
    if (f.counted.faults[i] != 0 &&
        std::ranges::find(harmless, static_cast<fault>(i)) == harmless.end())
      return false;
  return f.duplicates == 0 && f.changed == 0;
}

std::string as_table(const findings& f) {
  const auto& t = f.counted;
  auto out = fmt::format("{} {}: {} subscribers, ", f.protocol, f.mode, f.subscribers);
  if (f.at_once)
    out += "all at once\n";
  else if (f.rate > 0)
    out += fmt::format("open loop, {:.0f} operations/s asked\n", f.rate);
  else
    out += fmt::format("closed loop, window {}\n", f.window);
  out += fmt::format(
    "  {:.0f} operations/s, {:.0f} answers/s, {:.0f} datagrams/s ({} operations in {:.2f} s)\n",
    per_second(t.done, t.seconds), per_second(t.answers, t.seconds),
    per_second(t.datagrams, t.seconds), t.done, t.seconds);
  if (f.at_once)
    out += fmt::format("  {} of {} done, the last after {:.3f} s\n", t.done, f.subscribers,
                       t.last_done_seconds);
  out += latency_table(f) + trouble_table(f);
  if (f.protocol != "echo")
    out += fmt::format("  addresses: {} held, {} given twice, {} changed\n", f.holders,
                       f.duplicates, f.changed);
  out += server_table(f);
  out += fmt::format("  generator: {:.2f} of a core, {:.0f} datagrams per second of its CPU{}\n",
                     generator_share(f), per_second(t.datagrams, f.generator_cpu_seconds),
                     generator_share(f) > 0.9 ? ": it is the limit, not the server" : "");
  out += !verified(f)     ? "  VERIFICATION FAILED\n"
         : t.answers == 0 ? "  nobody answered\n"
                          : "  every answer was verified\n";
  return out;
}

std::string as_json(const findings& f) {
  const auto& t = f.counted;
  std::string examples;
  for (const auto& e : f.examples)
    examples += (examples.empty() ? "" : ",") + quoted(e);
  return fmt::format(
    "{{\"protocol\":{},\"mode\":{},\"subscribers\":{},\"window\":{},\"rate\":{:.0f},\"seconds\":{:."
    "3f},"
    "\"begun\":{},\"done\":{},\"failed\":{},\"not_begun\":{},\"operations_per_s\":{:.1f},"
    "\"answers_per_s\":{:.1f},\"datagrams_per_s\":{:.1f},\"last_done_s\":{:.3f},"
    "\"operation_latency_us\":{},\"kinds\":{},\"faults\":{},"
    "\"addresses\":{{\"held\":{},\"duplicates\":{},\"changed\":{},\"examples\":[{}]}},"
    "\"server\":{},\"generator\":{{\"cpu_s\":{:.3f},\"core_share\":{:.3f}}},\"verified\":{}}}",
    quoted(f.protocol), quoted(f.mode), f.subscribers, f.window, f.rate, t.seconds, t.begun, t.done,
    t.failed, t.not_begun, per_second(t.done, t.seconds), per_second(t.answers, t.seconds),
    per_second(t.datagrams, t.seconds), t.last_done_seconds, latency_json(t.operation),
    kinds_json(t), faults_json(t), f.holders, f.duplicates, f.changed, examples, server_json(f),
    f.generator_cpu_seconds, generator_share(f), verified(f));
}

} // namespace uzel::load
