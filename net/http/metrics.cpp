#include "net/http/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

namespace uzel::http {

void metrics_page::add_counter(std::string name, std::string help, labels with, read_value read) {
  add(true, std::move(name), std::move(help), std::move(with), std::move(read));
}

void metrics_page::add_gauge(std::string name, std::string help, labels with, read_value read) {
  add(false, std::move(name), std::move(help), std::move(with), std::move(read));
}

void metrics_page::add(bool counter, std::string name, std::string help, labels with,
                       read_value read) {
  const std::lock_guard lock{mutex_};
  auto at = std::find_if(families_.begin(), families_.end(),
                         [&](const family& f) { return f.name == name; });
  if (at == families_.end())
    at = families_.insert(families_.end(), {std::move(name), std::move(help), counter, {}});
  for (auto& known : at->metrics)
    if (known.with == with) {
      known.read = std::move(read);
      return;
    }
  at->metrics.push_back({std::move(with), std::move(read)});
}

std::string metrics_page::text() const {
  std::vector<prometheus::MetricFamily> out;
  const std::lock_guard lock{mutex_};
  for (const auto& f : families_) {
    prometheus::MetricFamily shown;
    shown.name = f.name;
    shown.help = f.help;
    shown.type = f.counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    for (const auto& m : f.metrics) {
      prometheus::ClientMetric line;
      for (const auto& [key, text] : m.with)
        line.label.push_back({key, text});
      (f.counter ? line.counter.value : line.gauge.value) = m.read();
      shown.metric.push_back(std::move(line));
    }
    out.push_back(std::move(shown));
  }
  return prometheus::TextSerializer{}.Serialize(out);
}

} // namespace uzel::http
