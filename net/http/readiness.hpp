// Why the daemon is not ready, for /readyz.
#pragma once

#include <map>
#include <mutex>
#include <string>

namespace uzel::http {

// Thread-safe. Parts of the daemon say what they wait for; ready when nobody waits.
class readiness {
 public:
  // Not ready until `part` is cleared: wait_for("journal", "replaying").
  void wait_for(const std::string& part, const std::string& reason);
  void clear(const std::string& part);
  bool ready() const;
  // {"ready":false,"reasons":[{"part":"journal","reason":"replaying"}]}
  std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> reasons_;
};

} // namespace uzel::http
