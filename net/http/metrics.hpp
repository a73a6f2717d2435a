// The page /metrics in Prometheus's text format, made of functions that read counters where they
// live.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace uzel::http {

// Thread-safe. Functions are called on the HTTP thread whenever the page is asked for: they must
// not block, and must stay callable until the server has stopped. A metric with the same name and
// labels takes the place of the one before.
class metrics_page {
 public:
  using labels = std::map<std::string, std::string>;
  using read_value = std::function<double()>;

  void add_counter(std::string name, std::string help, labels with, read_value read);
  void add_gauge(std::string name, std::string help, labels with, read_value read);

  std::string text() const;

 private:
  struct metric {
    labels with;
    read_value read;
  };
  struct family {
    std::string name;
    std::string help;
    bool counter = true;
    std::vector<metric> metrics;
  };
  void add(bool counter, std::string name, std::string help, labels with, read_value read);

  mutable std::mutex mutex_;
  std::vector<family> families_; // in order of registration
};

} // namespace uzel::http
