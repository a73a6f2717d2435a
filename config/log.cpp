#include "config/log.hpp"

#include "config/log_line.hpp"
#include "config/settings.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cerrno>
#include <mutex>
#include <utility>

namespace uzel::log {

constinit component radius{"radius"}, dhcp{"dhcp"}, store{"store"}, journal{"journal"},
  actors{"actors"}, http{"http"}, live{"live"}, clock{"clock"}, directory{"directory"},
  pool{"pool"}, nas{"nas"}, config{"config"}, main{"main"}, desk{"desk"};

namespace {

constexpr std::array all{&radius, &dhcp,      &store, &journal, &actors, &http, &live,
                         &clock,  &directory, &pool,  &nas,     &config, &main, &desk};

// Where lines go. The sinks lock for themselves; the mutex guards only the exchange of one for
// another.
struct destination {
  std::mutex guard;
  spdlog::sink_ptr sink;
  std::atomic<uzel::config::log_format> format{uzel::config::log_format::text};

  destination() : sink{std::make_shared<spdlog::sinks::stderr_sink_mt>()} {
    sink->set_pattern("%v");
  }
};

// Never destroyed: threads may still speak while the process ends.
destination& where() {
  static auto* the_destination = new destination;
  return *the_destination;
}

// Counts lines per event id within a second. Ids share slots by hash: a rare clash only makes both
// a bit quieter.
struct budget {
  std::atomic<std::int64_t> second{0};
  std::atomic<unsigned> used{0};
};
std::array<budget, 256> budgets;

struct verdict {
  bool write = true;
  unsigned dropped_before = 0;
};

verdict spend(std::string_view id, std::int64_t second) {
  budget& of = budgets[std::hash<std::string_view>{}(id) % budgets.size()];
  std::int64_t known = of.second.load(std::memory_order_relaxed);
  unsigned dropped = 0;
  if (known != second && of.second.compare_exchange_strong(known, second)) {
    const unsigned used = of.used.exchange(0);
    dropped = used > component::burst ? used - component::burst : 0;
  }
  return {of.used.fetch_add(1) < component::burst, dropped};
}

void put(std::string_view line) {
  spdlog::sink_ptr sink;
  {
    const std::lock_guard lock{where().guard};
    sink = where().sink;
  }
  try {
    sink->log(spdlog::details::log_msg{spdlog::source_loc{}, "", spdlog::level::info,
                                       spdlog::string_view_t{line.data(), line.size()}});
    sink->flush();
  } catch (const std::exception&) {
    // A log that cannot be written must not stop the service that it describes.
  }
}

spdlog::sink_ptr open_sink(const std::string& file) {
  if (file.empty())
    return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  try {
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file, false);
  } catch (const spdlog::spdlog_ex&) {
    return nullptr;
  }
}

} // namespace

void component::write(level at, std::string_view id, fmt::string_view text,
                      fmt::format_args args) const {
  const auto now = std::chrono::system_clock::now();
  unsigned dropped = 0;
  if (at == level::warn || at == level::error) {
    const auto second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
    const verdict may = spend(id, second.count());
    if (!may.write)
      return;
    dropped = may.dropped_before;
  }
  std::string sentence;
  try {
    sentence = fmt::vformat(text, args);
  } catch (const std::exception& why) {
    sentence = std::string{"(the text could not be formatted: "} + why.what() + ")";
  }
  if (dropped > 0)
    sentence += fmt::format(" ({} more like this were not written)", dropped);
  const bool json = where().format == uzel::config::log_format::json;
  const line_parts parts{now, at, name_, id, sentence};
  put(json ? json_line(parts) : text_line(parts));
}

component* find_component(std::string_view name) noexcept {
  for (component* each : all)
    if (each->name() == name)
      return each;
  return nullptr;
}

std::vector<std::string_view> component_names() {
  std::vector<std::string_view> names;
  for (const component* each : all)
    names.push_back(each->name());
  return names;
}

bool configure(const uzel::config::log_settings& settings) {
  for (component* each : all) {
    const auto own = settings.levels.find(std::string{each->name()});
    each->set_level(own == settings.levels.end() ? settings.level : own->second);
  }
  auto sink = open_sink(settings.file);
  const std::lock_guard lock{where().guard};
  where().format = settings.format;
  if (!sink)
    return false;
  sink->set_pattern("%v");
  where().sink = std::move(sink);
  return true;
}

void flush() {
  const std::lock_guard lock{where().guard};
  where().sink->flush();
}

// A sink that remembers; the lines of a test are few.
struct capture::sink final : spdlog::sinks::sink {
  mutable std::mutex guard;
  std::vector<std::string> lines;
  spdlog::sink_ptr before;

  void log(const spdlog::details::log_msg& message) override {
    const std::lock_guard lock{guard};
    lines.emplace_back(message.payload.data(), message.payload.size());
  }
  void flush() override {}
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}
};

capture::capture() : sink_{std::make_shared<sink>()} {
  // Tests assert lines: what another test wrote in this second must not silence them.
  for (budget& each : budgets)
    each.used = 0;
  const std::lock_guard lock{where().guard};
  sink_->before = std::exchange(where().sink, sink_);
}

capture::~capture() {
  const std::lock_guard lock{where().guard};
  where().sink = sink_->before;
}

std::vector<std::string> capture::lines() const {
  const std::lock_guard lock{sink_->guard};
  return sink_->lines;
}

bool capture::contains(std::string_view part) const {
  for (const std::string& line : lines())
    if (line.find(part) != std::string::npos)
      return true;
  return false;
}

} // namespace uzel::log
